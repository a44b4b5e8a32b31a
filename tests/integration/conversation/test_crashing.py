"""Crashes, stolen leases, a lying bank: nothing acknowledged is lost, nothing done twice (RL-01, RL-02, RL-06)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from openteller.adapters.storage.addresses import Addresses
from openteller.capabilities.understanding.understander import Understander
from openteller.domain.conversations import InboxKind
from openteller.domain.understanding import Understanding
from openteller.loops.conversation import acting
from openteller.loops.conversation import turn as turns
from tests.integration.conversation.house import Caller, House, build_house, with_kit

MOVE = "Move £20 from my savings account to my current account"
FREEZE = "Please freeze my debit card"


@asynccontextmanager
async def second_process(house: House, database: Addresses) -> AsyncIterator[House]:
    """Another process of the same teller, before the same bank."""
    other = await build_house(
        house.parts,
        database,
        house.tenant,
        house.folder,
        clock=house.clock,
        bank=house.twin_bank,
        identity=house.twin_identity,
    )
    yield other
    await other.close()


async def replies(caller: Caller) -> list[str]:
    return [str(message.parts) for message in await caller.thread() if message.author.kind != "customer"]


async def test_a_paused_turn_whose_lease_was_taken_over_writes_nothing_and_the_action_runs_once(
    house: House, database: Addresses
) -> None:
    caller = await house.customer()
    yes = (await caller.say(MOVE)).option("yes:")
    house.twin_bank.paused = "after"
    turn_id = await caller.send(yes, kind=InboxKind.CHOICE)
    await asyncio.wait_for(house.twin_bank.reached.wait(), 5)
    house.clock.advance(seconds=16)
    async with second_process(house, database) as other:
        assert await other.teller.sweeps.stranded(house.tenant) == 1
        told = await replies(caller)
        house.twin_bank.go_on.set()
        await house.teller.reception.settle()
        assert await replies(caller) == told
    assert len(house.twin_bank.actions) == 1
    assert len(await house.rows("SELECT turn_id FROM turns WHERE turn_id = %(id)s", id=turn_id)) == 1
    (intent,) = await house.rows("SELECT state FROM action_intents")
    assert intent["state"] == "executed"


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_crash_between_intend_and_record_is_looked_up_and_not_doubled(house: House, when: str) -> None:
    """The turn dies while the bank is being asked; the bank may or may not have done it."""
    caller = await house.customer()
    yes = (await caller.say(MOVE)).option("yes:")
    house.twin_bank.paused = when
    await caller.send(yes, kind=InboxKind.CHOICE)
    await asyncio.wait_for(house.twin_bank.reached.wait(), 5)
    await _die(house)
    house.clock.advance(seconds=16)
    assert await house.teller.sweeps.stranded(house.tenant) == 1
    assert len(house.twin_bank.actions) == 1
    assert len(house.twin_bank.lookups) == 1
    assert "HB0000000001" in (await caller.last()).text


async def test_a_crash_after_a_card_was_frozen_is_told_truly_and_settled_by_the_sweep(house: House) -> None:
    """Done again, the turn finds the card frozen already and does not ask for it; the intent is settled later."""
    caller = await house.customer()
    house.twin_bank.paused = "after"
    await caller.send(FREEZE)
    await asyncio.wait_for(house.twin_bank.reached.wait(), 5)
    await _die(house)
    house.clock.advance(seconds=16)
    await house.teller.sweeps.stranded(house.tenant)
    assert "frozen already" in (await caller.last()).text or "already frozen" in (await caller.last()).text
    house.clock.advance(seconds=6)
    assert await house.teller.sweeps.outcomes(house.tenant) == 1
    await house.teller.reception.settle()
    (intent,) = await house.rows("SELECT state FROM action_intents")
    assert intent["state"] == "executed"
    assert len(house.twin_bank.actions) == 1


async def test_what_a_sweep_settled_before_the_turn_was_done_again_is_told_as_it_was(house: House) -> None:
    caller = await house.customer()
    house.twin_bank.paused = "after"
    await caller.send(FREEZE)
    await asyncio.wait_for(house.twin_bank.reached.wait(), 5)
    await _die(house)
    house.clock.advance(seconds=21)
    await house.teller.sweeps.outcomes(house.tenant)
    await house.teller.reception.settle()
    await house.teller.sweeps.stranded(house.tenant)
    await house.teller.reception.settle()
    assert len(house.twin_bank.actions) == 1
    assert "nothing has been done" not in str(await replies(caller))
    assert "frozen" in str(await replies(caller)).lower()


async def test_a_lost_reply_is_looked_up_and_told_as_done(house: House) -> None:
    caller = await house.customer()
    house.twin_bank.loses = 1
    said = await caller.say(FREEZE)
    assert len(house.twin_bank.actions) == 1
    assert len(house.twin_bank.orders) == 1
    assert len(house.twin_bank.lookups) == 1
    assert "frozen" in said.text.lower()


async def test_a_bank_that_is_away_parks_with_a_reference_and_the_sweep_tells_later(house: House) -> None:
    caller = await house.customer()
    yes = (await caller.say(MOVE)).option("yes:")
    house.twin_bank.vanishes = 9
    said = await caller.press(yes)
    house.twin_bank.away = True
    (intent,) = await house.rows("SELECT state, reference FROM action_intents")
    assert intent["state"] == "unknown"
    assert intent["reference"] in said.text
    assert await house.teller.sweeps.outcomes(house.tenant) == 0
    house.clock.advance(seconds=30)
    assert await house.teller.sweeps.outcomes(house.tenant) == 0
    house.twin_bank.away = False
    assert await house.teller.sweeps.outcomes(house.tenant) == 0, "never seen, but it may still come"
    house.clock.advance(minutes=16)
    assert await house.teller.sweeps.outcomes(house.tenant) == 1
    await house.teller.reception.settle()
    assert "never reached the bank" in (await caller.last()).text
    assert house.twin_bank.actions == []


async def test_a_bank_that_cannot_even_be_reached_has_done_nothing_and_that_is_said(house: House) -> None:
    caller = await house.customer()
    yes = (await caller.say(MOVE)).option("yes:")
    house.twin_bank.away = True
    said = await caller.press(yes)
    assert "nothing has been done" in said.text
    (intent,) = await house.rows("SELECT state FROM action_intents")
    assert (intent["state"], house.twin_bank.times) == ("rejected", 0)


async def test_an_outcome_found_out_later_is_told_once(house: House) -> None:
    caller = await house.customer()
    yes = (await caller.say(MOVE)).option("yes:")
    house.twin_bank.loses = 1
    house.twin_bank.lookups = _Failing()
    await caller.press(yes)
    house.twin_bank.lookups = []
    house.clock.advance(seconds=30)
    assert await house.teller.sweeps.outcomes(house.tenant) == 1
    assert await house.teller.sweeps.outcomes(house.tenant) == 0
    await house.teller.reception.settle()
    told = await replies(caller)
    assert sum("did go through" in text for text in told) == 1
    assert "HB0000000001" in told[-1]


class _Failing(list[str]):
    def append(self, _: str) -> None:
        from openteller.domain.errors import AdapterError  # noqa: PLC0415 (one line, one use)

        raise AdapterError("no answer", retryable=True)


async def test_a_bank_that_hangs_ends_in_a_reference_within_the_lease(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting, "_PATIENCE_S", 0.05)
    caller = await house.customer()
    yes = (await caller.say(MOVE)).option("yes:")
    house.twin_bank.paused = "before"
    said = await asyncio.wait_for(caller.press(yes), 5)
    (intent,) = await house.rows("SELECT state, reference FROM action_intents")
    assert intent["state"] == "unknown"
    assert intent["reference"] in said.text


class Choking:
    """An understanding that chokes on one word."""

    def __init__(self, real: Understander) -> None:
        self.real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def understand(self, text: Any, **rest: Any) -> Understanding:
        if "choke" in text.text:
            raise ValueError("choked")
        return self.real.understand(text, **rest)


async def test_a_poison_message_parks_its_own_conversation_only_after_three_tries_rl_04(house: House) -> None:
    with_kit(house, understander=cast("Understander", Choking(house.kit.understander)))
    caller, other = await house.customer(), await house.customer("c-000002")
    poison = await caller.send("choke on this")
    behind = await caller.send("hello")
    for _ in range(turns.TRIES):
        await house.teller.reception.settle()
        await house.teller.sweeps.stranded(house.tenant)
        assert "1,200" in (await other.say("what is my balance?")).text
    await house.teller.sweeps.stranded(house.tenant)
    found = {row["turn_id"]: row for row in await house.rows("SELECT turn_id, status, tries FROM inbox")}
    assert (found[poison]["status"], found[poison]["tries"]) == ("parked", turns.TRIES)
    assert found[behind]["status"] == "done"
    told = "\n".join(await replies(caller))
    assert "something has gone wrong on our side" in told
    (handover,) = await house.rows("SELECT reason, reference FROM handovers")
    assert handover["reason"] == "fault"
    assert handover["reference"] in told


async def test_what_cannot_be_opened_any_more_is_parked_too(house: House) -> None:
    caller = await house.customer()
    with_kit(house, understander=cast("Understander", Choking(house.kit.understander)))
    turn_id = await caller.send("choke")
    await house.teller.reception.settle()
    await house.run("UPDATE inbox SET sealed = '\\x00'::bytea WHERE turn_id = %(id)s", id=turn_id)
    for _ in range(turns.TRIES + 1):
        await house.teller.sweeps.stranded(house.tenant)
    (row,) = await house.rows("SELECT status FROM inbox WHERE turn_id = %(id)s", id=turn_id)
    assert row["status"] == "parked"


async def _die(house: House) -> None:
    """As a kill would: what is under way in this process stops where it stands."""
    running = list(house.teller.reception._running)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    house.twin_bank.go_on.set()


async def test_two_processes_on_one_database_keep_the_order_of_a_conversation(
    house: House, database: Addresses
) -> None:
    caller = await house.customer()
    async with second_process(house, database) as other:
        there = Caller(other, caller.token, caller.session)
        sent = [await (caller if number % 2 else there).send(f"hello number {number}") for number in range(12)]
        for one in (house, other) * 3:
            await one.teller.reception.settle()
    done = await house.rows(
        "SELECT turn_id FROM messages WHERE author = 'customer' AND conversation_id = %(id)s ORDER BY seq",
        id=caller.conversation_id,
    )
    assert [row["turn_id"] for row in done] == sent
    seqs = [message.seq for message in await caller.thread()]
    assert seqs == list(range(1, len(seqs) + 1))
