"""A small run of the real laboratory, for `./teller test`; the full one is a command of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from openteller.testing.faultlab.run import Plan, run_laboratory


@pytest.mark.faults
@pytest.mark.slow
def test_nothing_is_lost_doubled_or_swapped_when_processes_are_killed(open_folder: Path) -> None:
    verdict, _ = run_laboratory(Plan(150, 3, 11, open_folder / "lab"), lambda what, done: None)
    assert verdict.clean, verdict.findings
    assert verdict.turns >= 150
    assert verdict.transfers >= 20
