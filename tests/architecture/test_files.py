"""Files are short and named after one idea."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, report

LONGEST = 400
WRITTEN_BY_HAND = {".py", ".js", ".mjs", ".css"}
REASON = re.compile(r"(?:#|//|/\*)\s*length: \w.{9,}")  # "# length: the table of … is one idea"
EMPTY_NAMES = {
    "service",
    "services",
    "manager",
    "managers",
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "base",
    "misc",
}


def files_written_by_hand() -> Iterator[Path]:
    for folder in ("src", "tests", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*")):
            hidden = any(part.startswith((".", "__pycache__")) for part in path.relative_to(ROOT).parts)
            if path.suffix in WRITTEN_BY_HAND and not hidden:
                yield path


def too_long(text: str) -> bool:
    lines = text.splitlines()
    return len(lines) > LONGEST and not any(REASON.search(line) for line in lines)


def test_no_file_is_longer_than_400_lines_without_a_reason() -> None:
    report(
        [
            f"{path.relative_to(ROOT)}: longer than {LONGEST} lines; split it, or say why in a line `# length: reason`"
            for path in files_written_by_hand()
            if too_long(path.read_text("utf-8"))
        ]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x\n" * 400, False),
        ("x\n" * 401, True),
        ("# length: one table, and a table has no parts\n" + "x\n" * 401, False),
        ("# length:\n" + "x\n" * 401, True),
    ],
)
def test_a_long_file_needs_a_reason(text: str, expected: bool) -> None:
    assert too_long(text) is expected


def empty_name(path: Path) -> bool:
    words = {word for part in (path.stem, path.parent.name) for word in re.split(r"[_\W]+", part.lower())}
    return bool(words & EMPTY_NAMES)


def test_files_and_folders_are_named_after_one_idea() -> None:
    report(
        [
            f"{path.relative_to(ROOT)}: its name says nothing; name it after its one idea"
            for path in files_written_by_hand()
            if empty_name(path)
        ]
    )
    assert empty_name(Path("src/openteller/loops/turn_service.py"))
    assert empty_name(Path("src/openteller/utils/money.py"))
    assert not empty_name(Path("src/openteller/domain/money.py"))


def test_text_files_name_no_machine_of_ours() -> None:
    """A lock file says what is installed, never from where: that is for each machine to say."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text("utf-8")
        assert not re.search(r"(https?|file)://|--index-url|--find-links", text), f"{name} names a place"
        assert text.count("--hash=sha256:") > text.count("=="), f"{name} has packages without a hash"
