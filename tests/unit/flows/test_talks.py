"""Every talk of the pack goes as it is written."""

from __future__ import annotations

import pytest

from tests.unit.flows.talking import Talk, all_talks, lead


@pytest.mark.parametrize("talk", all_talks(), ids=str)
def test_a_talk_goes_as_written(talk: Talk) -> None:
    lead(talk)
