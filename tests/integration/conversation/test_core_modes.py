"""Core banks that give less: one that may do a thing twice, and one that cannot even say what it did (RL-02)."""

from __future__ import annotations

import pytest

from openteller.domain.actions import CoreGuarantees
from openteller.loops.conversation import acting
from tests.integration.conversation.house import House

MOVE = "Move £20 from my savings account to my current account"
LOOKUP = CoreGuarantees(once=False, looks_up=True)
DUMB = CoreGuarantees(once=False, looks_up=False)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "_PAUSES_S", (0.0, 0.0, 0.0))


async def state(house: House) -> str:
    (row,) = await house.rows("SELECT state FROM action_intents")
    return str(row["state"])


async def test_a_core_that_looks_up_is_asked_and_not_sent_it_again(house: House) -> None:
    caller = await house.customer()
    house.twin_bank.guarantees, house.twin_bank.loses = LOOKUP, 1
    said = await caller.press((await caller.say(MOVE)).option("yes:"))
    assert "HB" in said.text
    assert (house.twin_bank.times, await state(house)) == (1, "executed")


async def test_what_such_a_core_has_not_seen_yet_may_still_be_on_its_way(house: House) -> None:
    """A retry could be done twice: it is left to time, and a sweep asks again."""
    caller = await house.customer()
    yes = (await caller.say(MOVE)).option("yes:")
    house.twin_bank.guarantees, house.twin_bank.vanishes = LOOKUP, 1
    said = await caller.press(yes)
    assert (house.twin_bank.times, await state(house)) == (0, "unknown")
    assert "HB" not in said.text
    house.clock.advance(minutes=20)
    assert await house.teller.sweeps.outcomes(house.tenant) == 1
    assert (house.twin_bank.times, await state(house)) == (0, "failed")


async def test_a_core_that_says_nothing_is_parked_for_a_person_and_never_guessed(house: House) -> None:
    caller = await house.customer()
    house.twin_bank.guarantees, house.twin_bank.loses = DUMB, 1
    said = await caller.press((await caller.say(MOVE)).option("yes:"))
    assert "HB" not in said.text
    assert (house.twin_bank.times, await state(house)) == (1, "unknown")
    house.clock.advance(minutes=1)
    await house.teller.sweeps.outcomes(house.tenant)
    assert (house.twin_bank.times, await state(house)) == (1, "parked")
    (handover,) = await house.rows("SELECT reason, state FROM handovers")
    assert handover["reason"] == "parked"


async def test_what_certainly_had_no_effect_is_tried_again_and_then_said_not_parked(house: House) -> None:
    caller = await house.customer()
    yes = (await caller.say(MOVE)).option("yes:")
    house.twin_bank.guarantees, house.twin_bank.away = DUMB, True
    await caller.press(yes)
    assert (house.twin_bank.times, await state(house)) == (0, "rejected")
    assert await house.rows("SELECT 1 FROM handovers WHERE reason = 'parked'") == []


async def test_a_turn_that_comes_back_after_the_sweep_gave_up_never_says_that_nothing_was_done(house: House) -> None:
    """The turn died after the bank had acted, and the sweep was there first: fault lab, dumb core, seed 5."""
    caller = await house.customer()
    yes = (await caller.say(MOVE)).option("yes:")
    house.twin_bank.guarantees = DUMB
    await house.run("UPDATE action_intents SET state = 'parked'")
    said = await caller.press(yes)
    (handover,) = await house.rows("SELECT reason, state FROM handovers")
    assert (handover["reason"], await state(house)) == ("parked", "parked")
    assert house.twin_bank.times == 0
    assert "nothing has been done" not in said.text
