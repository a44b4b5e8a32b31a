"""A person is erased: their thread is noise, what was open for them ends, and everybody else goes on (DP-05, RL-12)."""

from __future__ import annotations

import pytest

from openteller.bootstrap.database import erasures
from openteller.capabilities.privacy.erasure import erase, find_person
from openteller.capabilities.privacy.sealing import Erased
from openteller.domain.conversations import ConversationId, InboxKind
from openteller.domain.errors import NotAllowed, NotFound
from openteller.loops.conversation.replaying import replay
from tests.integration.conversation.house import Caller, House

MOVE = "Move £20 from my savings account to my current account"


async def erase_customer(house: House, name: str) -> None:
    handle = house.kit.keys.blind_index(name, context=f"{house.tenant}:bank_customer".encode())
    async with house.kit.store.begin(house.tenant) as uow:
        subject = await find_person(uow, "bank_customer", handle)
        log = erasures(house.teller.settings)
        await erase(uow, house.tenant, house.kit.sealer, log, subject, house.clock.now())


async def test_an_erased_customers_thread_cannot_be_read_or_written_or_replayed(house: House) -> None:
    caller = await house.visitor()
    turn_id = await caller.send("a word before the login")
    await caller.log_in("c-000001")
    await erase_customer(house, "c-000001")
    house.clock.advance(seconds=61)
    with pytest.raises(Erased):
        await caller.thread()
    with pytest.raises(NotAllowed):
        await house.teller.front_door.find(house.tenant, caller.token)
    with pytest.raises((Erased, NotFound)):
        await replay(house.kit, house.tenant, turn_id)
    fresh = await house.customer("c-000001")
    assert fresh.conversation_id != caller.conversation_id, "who comes back is somebody new"
    assert "a word before" not in str(await fresh.thread())


async def test_an_open_outcome_of_an_erased_person_does_not_hold_up_the_others(house: House) -> None:
    one, other = await house.customer("c-000001"), await house.customer("c-000002")
    for caller in (one, other):
        yes = (await caller.say(MOVE)).option("yes:")
        house.twin_bank.vanishes = 9
        await caller.press(yes)
        house.twin_bank.vanishes = 0
        house.clock.advance(seconds=1)
    await erase_customer(house, "c-000001")
    house.clock.advance(minutes=20)
    await house.teller.sweeps.outcomes(house.tenant)
    await house.teller.reception.settle()
    states = [row["state"] for row in await house.rows("SELECT state FROM action_intents ORDER BY shown_at")]
    assert states == ["parked", "failed"]
    assert "never reached the bank" in str(await other.thread())


async def test_a_message_that_waits_when_its_sender_is_erased_is_dropped(house: House) -> None:
    caller = await house.customer()
    await _strand(house, caller)
    await erase_customer(house, "c-000001")
    house.clock.advance(minutes=2)
    assert await house.teller.sweeps.stranded(house.tenant) == 1
    assert await house.teller.sweeps.stranded(house.tenant) == 0


async def test_what_waits_for_a_channel_is_dropped_when_its_reader_is_erased(house: House) -> None:
    gone = ConversationId(await house.from_channel("+447700900101", "hello"))
    await house.from_channel("+447700900102", "hello")
    (row,) = await house.rows("SELECT subject_id FROM conversations WHERE conversation_id = %(id)s", id=gone)
    async with house.kit.store.begin(house.tenant) as uow:
        log = erasures(house.teller.settings)
        await erase(uow, house.tenant, house.kit.sealer, log, row["subject_id"], house.clock.now())
    house.clock.advance(minutes=2)
    assert await house.teller.sweeps.undelivered(house.tenant) == 2
    assert {handle for handle, _, _ in house.channel.sent} == {"+447700900102"}
    assert await house.teller.sweeps.undelivered(house.tenant) == 0


async def _strand(house: House, caller: Caller) -> None:
    """A message acknowledged by a process that died before it worked on it."""
    await caller.send("hello", kind=InboxKind.TEXT)
    for task in list(house.teller.reception._running):
        task.cancel()
    await house.teller.reception.settle()
