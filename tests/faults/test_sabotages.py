"""Each sabotage changes what it says, and finds the statements it wants to break still there."""

from __future__ import annotations

import pytest

from openteller.capabilities.thread import inbox, record
from openteller.domain.errors import ConfigurationError
from openteller.testing.faultlab.sabotage import SABOTAGES, RepeatingUnit, UnfencedUnit, break_on_purpose


def test_the_fence_is_taken_out_of_the_statements_of_the_turn() -> None:
    unit = object.__new__(UnfencedUnit)
    for statement in (inbox._TAKE, record._STATE):
        changed = unit.change(statement, {})
        assert changed != statement
        assert "WHERE conversation_id = %(conversation_id)s" in changed
        assert "AND" not in changed


def test_the_unique_id_is_taken_from_what_arrives() -> None:
    values: dict[str, object] = {"external_id": "m1"}
    object.__new__(RepeatingUnit).change(inbox._CLAIM, values)
    assert values["external_id"] != "m1"


def test_every_sabotage_has_a_place_to_act() -> None:
    for replacements in SABOTAGES.values():
        for place, attribute, instead in replacements:
            assert issubclass(instead, getattr(place, attribute))


def test_an_unknown_sabotage_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no sabotage 'no-luck'"):
        break_on_purpose("no-luck")
