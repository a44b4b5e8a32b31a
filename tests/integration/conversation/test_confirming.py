"""Actions that are shown, confirmed and approved: once, as shown, by their owner, in time (TX-01..TX-08, RL-02)."""

from __future__ import annotations

import asyncio

import pytest

from openteller.domain.conversations import InboxKind
from openteller.domain.errors import NotAllowed
from tests.integration.conversation.house import Caller, House

ASKED = "Send £50 to Anna Smith from my savings account"


async def shown(house: House, name: str = "c-000001") -> tuple[Caller, str]:
    """A customer to whom a transfer is shown, and the button that says yes to it."""
    caller = await house.customer(name)
    said = await caller.say(ASKED)
    return caller, said.option("yes:")


async def states(house: House) -> list[str]:
    return [row["state"] for row in await house.rows("SELECT state FROM action_intents ORDER BY shown_at")]


async def test_a_transfer_goes_from_shown_to_executed_as_it_was_shown(house: House) -> None:
    caller, yes = await shown(house)
    assert await states(house) == ["shown"]
    said = await caller.press(yes)
    assert "app" in said.text
    assert await states(house) == ["confirmed"]
    assert house.twin_bank.actions == []
    await house.in_app()
    assert await states(house) == ["executed"]
    (action,) = house.twin_bank.actions
    assert action.amount is not None
    assert (action.amount.amount_minor, action.to and action.to.name) == (5000, "Anna Smith")
    assert "HB0000000001" in (await caller.last()).text


async def test_fifty_confirmations_at_once_execute_at_most_once_tx_03(house: House) -> None:
    caller = await house.customer()
    said = await caller.say("Move £20 from my savings account to my current account")
    yes = said.option("yes:")
    await asyncio.gather(*(caller.send(yes, kind=InboxKind.CHOICE) for _ in range(50)))
    await house.teller.reception.settle()
    assert len(house.twin_bank.actions) == 1
    assert len(set(house.twin_bank.orders)) == 1
    assert await states(house) == ["executed"]
    assert len(await house.rows("SELECT turn_id FROM inbox WHERE status = 'pending'")) == 0


async def test_a_confirmation_after_five_minutes_is_refused_kindly_and_nothing_is_done(house: House) -> None:
    caller, yes = await shown(house)
    house.clock.advance(minutes=4)
    await caller.say("what's my balance?")
    again = await caller.last()
    house.clock.advance(minutes=4)
    await caller.say("hello")
    house.clock.advance(minutes=2)
    said = await caller.press(again.option("yes:"))
    assert "expired" in said.text
    assert "nothing has been done" in said.text
    assert house.twin_bank.orders == []
    stale = await caller.press(yes)
    assert "no longer valid" in stale.text


async def test_intents_that_nobody_answers_expire(house: House) -> None:
    await shown(house)
    house.clock.advance(minutes=6)
    assert await house.teller.sweeps.expired(house.tenant) == 1
    assert await states(house) == ["expired"]
    assert "action.expired" in await house.events()
    assert await house.teller.sweeps.expired(house.tenant) == 0


async def test_an_approval_that_comes_too_late_moves_nothing(house: House) -> None:
    caller, yes = await shown(house)
    await caller.press(yes)
    house.clock.advance(minutes=5, seconds=1)
    await house.teller.sweeps.expired(house.tenant)
    await house.in_app()
    assert house.twin_bank.orders == []
    assert "expired" in (await caller.last()).text


@pytest.mark.parametrize("how", ["press", "say"])
async def test_only_the_conversation_it_was_shown_in_can_confirm_tx_08(house: House, how: str) -> None:
    _, yes = await shown(house)
    stranger = await house.customer("c-000002")
    said = await (stranger.press(yes) if how == "press" else stranger.say("yes, go ahead"))
    assert "app" not in said.text
    visitor = await house.visitor()
    await visitor.press(yes)
    conversation_id = await house.from_channel("+447700900123", yes, choice=True)
    assert "no longer valid" in str(await house.thread(conversation_id))
    assert await states(house) == ["shown"]
    assert house.twin_bank.orders == []


async def test_a_second_tab_of_the_owner_cannot_use_a_button_of_an_older_question_tx_08(house: House) -> None:
    first, yes = await shown(house)
    second = await house.customer()
    assert second.conversation_id == first.conversation_id
    await second.say("no, make it £60")
    said = await first.press(yes)
    assert "no longer valid" in said.text
    assert house.twin_bank.orders == []
    assert house.twin_identity.asked == {}


async def test_an_approval_of_another_customer_moves_nothing_tx_01(house: House) -> None:
    caller, yes = await shown(house)
    await caller.press(yes)
    challenge_id, (_, action, intent_id, expires_at) = next(iter(house.twin_identity.asked.items()))
    house.twin_identity.asked[challenge_id] = ("c-000666", action, intent_id, expires_at)  # type: ignore[assignment]
    await house.in_app()
    assert house.twin_bank.orders == []
    assert await states(house) == ["confirmed"]


async def test_the_old_session_cannot_confirm_after_a_logout(house: House) -> None:
    caller, yes = await shown(house)
    await house.teller.front_door.close(house.tenant, caller.token)
    with pytest.raises(NotAllowed):
        await caller.press(yes)


async def test_parallel_conversations_of_one_customer_share_the_limit_of_the_day_tx_06(house: House) -> None:
    """Two threads, each under the limit of a day, together over it."""
    first = await house.visitor()
    second = await house.visitor()
    for caller in (first, second):
        await caller.log_in("c-000001")
    buttons = []
    for caller in (first, second):
        said = await caller.say("Send £6000 to Anna Smith from my savings account")
        buttons.append(said.option("yes:"))
    for caller, yes in zip((first, second), buttons, strict=True):
        await caller.press(yes)
    for challenge_id in house.twin_identity.asked:
        house.twin_identity.answered[challenge_id] = "approved"
    await asyncio.gather(
        *(house.teller.step_ups.answered(house.tenant, challenge_id) for challenge_id in house.twin_identity.asked)
    )
    await house.teller.reception.settle()
    assert len(house.twin_bank.actions) == 1
