"""The pack's talks once more, as customers write them: the ``means`` of a line is not looked at, the real understanding
reads its words, and the engine goes on with what it understood.

Every line that goes otherwise is a miss. Those we know of are in ``known_misses.yaml``; a miss that has been mended
must be struck from it (the test says so), and a new one fails.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from openteller.bootstrap import open_encoders
from openteller.capabilities.privacy.redaction import redact
from openteller.capabilities.understanding import TurnContext, Understander, load_or_train
from openteller.domain.flows import AwaitSlot, Mentions
from openteller.domain.texts import PersonalText
from openteller.domain.understanding import Understanding
from openteller.testing.talks.house import TODAY
from openteller.testing.talks.lead import lead
from openteller.testing.talks.talk import Talk
from openteller.testing.talks.world import World
from tests.unit.flows.house import PACK, all_talks, the_flows, the_house

_KNOWN: dict[str, str] = yaml.safe_load(Path(__file__).with_name("known_misses.yaml").read_text(encoding="utf-8")) or {}


@pytest.fixture(scope="session")
def understander(models: Path) -> Understander:
    return load_or_train(PACK, models, open_encoders(models))


@pytest.mark.parametrize("talk", all_talks(), ids=str)
def test_a_talk_goes_as_written_when_its_words_are_really_read(talk: Talk, understander: Understander) -> None:
    def read(world: World, text: str, _means: dict[str, Any]) -> tuple[Mentions, Understanding]:
        redacted = redact(PersonalText(text), locale="en-GB")
        context = TurnContext(_expects(world), world.state.last_intent)
        meaning = understander.understand(redacted, locale="en-GB", today=TODAY, context=context)
        return Mentions(redacted.text, meaning.entities, redacted.sealed, meaning.language), meaning

    missed = ""
    try:
        lead(talk, the_house(), read)
    except AssertionError as problem:
        missed = str(problem).splitlines()[0]
    known = _KNOWN.get(str(talk))
    if known is None:
        assert not missed
    else:
        assert missed, f"mended: strike {str(talk)!r} from known_misses.yaml"
        pytest.xfail(f"{known}: {missed}")


def test_every_known_miss_is_a_talk() -> None:
    assert set(_KNOWN) <= {str(talk) for talk in all_talks()}


def _expects(world: World) -> str | None:
    awaiting, frames = world.state.awaiting, world.state.frames
    if not isinstance(awaiting, AwaitSlot) or not frames:
        return None
    slot = the_flows()[frames[-1].flow].slots.get(awaiting.slot)
    return slot.entities[0] if slot is not None and slot.entities else None
