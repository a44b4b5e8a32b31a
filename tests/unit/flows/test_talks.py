"""Every talk of the pack goes as it is written, in every language of the pack."""

from __future__ import annotations

import pytest

from openteller.testing.talks.lead import lead
from openteller.testing.talks.talk import Talk
from tests.unit.flows.house import all_talks, the_house


@pytest.mark.parametrize("talk", all_talks(), ids=str)
def test_a_talk_goes_as_written(talk: Talk) -> None:
    lead(talk, the_house())
