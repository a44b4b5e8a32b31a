"""What must not type-check does not: mypy finds exactly the marked errors of must_not_typecheck.py."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.architecture.source_tree import ROOT

MISTAKES = Path(__file__).with_name("must_not_typecheck.py")


def expected() -> set[tuple[int, str]]:
    marks = ((number, re.search(r"  # error: ([a-z, -]+)$", line)) for number, line in enumerate(lines(), start=1))
    return {(number, code.strip()) for number, mark in marks if mark for code in mark[1].split(",")}


def lines() -> Iterable[str]:
    return MISTAKES.read_text("utf-8").splitlines()


def test_what_must_not_type_check_does_not() -> None:
    path = MISTAKES.relative_to(ROOT).as_posix()
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--hide-error-context", "--no-error-summary", "--no-pretty", path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    pattern = re.compile(rf"^{re.escape(path)}:(\d+): error: .*\[([a-z-]+)\]$", re.MULTILINE)
    found = {(int(line), code) for line, code in pattern.findall(run.stdout)}
    said = f"\nmypy said:\n{run.stdout}{run.stderr}"
    assert len(expected()) >= 20, "the mistakes have gone"
    assert expected() - found == set(), f"these lines type-check now: a passport has stopped protecting{said}"
    assert found - expected() == set(), f"these lines have errors that nobody marked{said}"
