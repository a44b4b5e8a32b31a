from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from openteller.entrypoints.cli.redact import redact

app = typer.Typer()
app.command()(redact)
runner = CliRunner()
CARD = {"id": "a", "text": "My card is 4111 1111 1111 1111"}


def test_lines_come_out_in_order_with_their_spans() -> None:
    lines = (
        json.dumps(CARD) + "\n\n" + json.dumps({"id": 7, "text": "IBAN DE89370400440532013000", "locale": "de"}) + "\n"
    )
    result = runner.invoke(app, input=lines)
    assert result.exit_code == 0
    first, second = map(json.loads, result.stdout.splitlines())
    assert first == {"id": "a", "text": "My card is ⟦PAN⟧", "spans": [[11, 30, "PAN"]]}
    assert second == {"id": 7, "text": "IBAN ⟦IBAN:1⟧", "spans": [[5, 27, "IBAN"]]}


def test_files_in_and_out(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(CARD), encoding="utf-8")
    result = runner.invoke(app, ["--input", str(source), "--output", str(target)])
    assert result.exit_code == 0, result.output
    assert json.loads(target.read_text(encoding="utf-8"))["spans"] == [[11, 30, "PAN"]]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": 1}', '{"text": "a"}', '{"id": 1, "text": 2}', '{"id": 1, "text": "", "locale": 3}']
)
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path: Path, line: str) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(CARD) + "\n" + line + "\n", encoding="utf-8")
    result = runner.invoke(app, ["--input", str(source), "--output", str(target)])
    assert result.exit_code == 2
    assert f"{source}:2: expected" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not target.exists()


def test_bytes_that_are_not_text_are_named(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(b'{"id": 1, "text": "a"}\n\xff\n')
    result = runner.invoke(app, ["--input", str(source)])
    assert (result.exit_code, f"{source}:2: expected UTF-8" in result.stderr) == (2, True)


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    missing = runner.invoke(app, ["--input", str(tmp_path / "none.jsonl")])
    assert (missing.exit_code, "cannot be read" in missing.stderr) == (2, True)
    nowhere = runner.invoke(app, ["--output", str(tmp_path / "none" / "out.jsonl")], input=json.dumps(CARD))
    assert (nowhere.exit_code, "cannot be written" in nowhere.stderr) == (2, True)


def test_a_broken_write_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "taken"
    target.mkdir()
    (target / "x").touch()
    result = runner.invoke(app, ["--output", str(target)], input=json.dumps(CARD))
    assert result.exit_code != 0
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_help_has_an_example() -> None:
    assert "openteller redact" in runner.invoke(app, ["--help"]).stdout
