"""What ``redact`` and ``understand`` share: rows are read wholly or not at all; a file appears only when complete."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from openteller.domain.errors import CustomerError
from openteller.entrypoints.cli.json_lines import destination, read_rows, with_progress


def rows_of(tmp_path: Path, content: bytes) -> list[dict[str, object]]:
    file = tmp_path / "in.jsonl"
    file.write_bytes(content)
    return read_rows(file)


def test_rows_keep_their_order_and_their_other_fields(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, b'\xef\xbb\xbf{"id": 2, "text": "b", "today": "2026-11-24"}\n\n{"id": "1", "text": ""}')
    assert rows == [{"id": 2, "text": "b", "today": "2026-11-24"}, {"id": "1", "text": ""}]
    assert list(with_progress(rows, "test")) == rows


def test_stdin_is_read_when_no_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO('{"id": 1, "text": "£5"}\n'.encode())))
    assert read_rows(None) == [{"id": 1, "text": "£5"}]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"id": 1, "text": "a"}\n{', ":2: expected a JSON object"),
        (b"[" * 100_000, ":1: expected a JSON object"),
        (b'{"id": 1}', ":1: expected"),
        (b'{"id": 1, "text": "a", "locale": ["en"]}', ':1: expected "locale"'),
        (b'{"id": 1, "text": "a"}\n\n\xff', ":3: expected UTF-8"),
    ],
    ids=["cut off", "bottomless", "no text", "locale", "bytes"],
)
def test_a_bad_line_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(CustomerError) as caught:
        rows_of(tmp_path, content)
    assert f"in.jsonl{said}" in caught.value.message


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    with destination(target) as out:
        out.write("one\n")
        assert not target.exists()
    assert target.read_text() == "one\n"


def test_what_breaks_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("before\n")

    def break_off() -> None:
        with destination(target) as out:
            out.write("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.jsonl", "before\n")]


@pytest.mark.parametrize("name", [".", "none/out.jsonl"])
def test_where_nothing_can_be_written_is_said_at_once(tmp_path: Path, name: str) -> None:
    with pytest.raises(CustomerError, match="cannot be written"), destination(tmp_path / name):
        pytest.fail("it was opened")
