"""Kill switches act at once on every process and are still there after a restart (IR-01)."""

from __future__ import annotations

import asyncio

import pytest

from openteller.adapters.storage.addresses import Addresses
from openteller.domain.conversations import ConversationId
from tests.integration.conversation.house import House, build_house

MOVE = "Move £20 from my savings account to my current account"


@pytest.mark.parametrize("name", ["actions", "action:transfer"])
async def test_an_action_switched_off_is_refused_before_anything_is_asked(lone_house: House, name: str) -> None:
    caller = await lone_house.customer()
    await lone_house.switch(name)
    assert "switched this off" in (await caller.say(MOVE)).text
    assert "1,200" in (await caller.say("what is my balance?")).text, "reading goes on"
    await lone_house.switch(name, off=False)
    assert (await caller.say(MOVE)).option("yes:")


@pytest.mark.parametrize("name", ["actions", "action:transfer"])
async def test_a_switch_thrown_between_showing_and_yes_stops_it_at_the_gate_tx_03(lone_house: House, name: str) -> None:
    caller = await lone_house.customer()
    yes = (await caller.say(MOVE)).option("yes:")
    await lone_house.switch(name)
    said = await caller.press(yes)
    assert "switched this off" in said.text
    assert lone_house.twin_bank.orders == []


async def test_the_gate_reads_the_switch_afresh_in_the_same_second_tx_03(lone_house: House) -> None:
    """The cache of a second serves decisions; what moves money is read last of all."""
    caller = await lone_house.customer()
    yes = (await caller.say(MOVE)).option("yes:")
    await lone_house.switch("actions")
    lone_house.clock.advance(seconds=-2)
    await caller.press(yes)
    assert lone_house.twin_bank.orders == []


async def test_another_action_goes_on_when_one_is_switched_off(lone_house: House) -> None:
    caller = await lone_house.customer()
    await lone_house.switch("action:transfer")
    assert "frozen" in (await caller.say("Please freeze my debit card")).text.lower()
    assert len(lone_house.twin_bank.actions) == 1


async def test_the_bot_switched_off_brings_a_person_and_says_nothing_else(lone_house: House) -> None:
    caller = await lone_house.customer()
    await lone_house.switch("bot")
    said = await caller.say("what is my balance?")
    assert "1,200" not in said.text
    (handover,) = await lone_house.rows("SELECT reason, reference FROM handovers")
    assert handover["reason"] == "bot_off"
    assert handover["reference"] in said.text


async def test_a_channel_switched_off_sends_nothing_and_catches_up_afterwards(lone_house: House) -> None:
    await lone_house.switch("channel:webhook")
    conversation_id = ConversationId(await lone_house.from_channel("+447700900123", "hello"))
    lone_house.clock.advance(minutes=1)
    assert await lone_house.teller.sweeps.deliver(lone_house.tenant, conversation_id) == 0
    assert await lone_house.teller.sweeps.undelivered(lone_house.tenant) == 0
    assert lone_house.channel.sent == []
    await lone_house.switch("channel:webhook", off=False)
    assert await lone_house.teller.sweeps.undelivered(lone_house.tenant) == 2


async def test_a_switch_acts_on_a_process_that_starts_later(lone_house: House, lone_database: Addresses) -> None:
    await lone_house.switch("actions")
    other = await build_house(
        lone_house.parts, lone_database, lone_house.tenant, lone_house.folder, clock=lone_house.clock
    )
    caller = await other.customer()
    assert "switched this off" in (await caller.say(MOVE)).text
    await other.close()


async def test_a_switch_thrown_while_fifty_are_confirming_lets_nothing_through_afterwards(lone_house: House) -> None:
    callers = [await lone_house.customer(f"c-{number:06d}") for number in range(8)]
    buttons = [(await caller.say(MOVE)).option("yes:") for caller in callers]
    await lone_house.switch("actions")
    done_before = len(lone_house.twin_bank.orders)
    await asyncio.gather(*(caller.press(yes) for caller, yes in zip(callers, buttons, strict=True)))
    assert len(lone_house.twin_bank.orders) == done_before
