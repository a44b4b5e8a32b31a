"""What arrives: once in effect, in its own conversation, the disclosure first everywhere (CH-02, RL-01, CR-01)."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from openteller.capabilities.thread import inbox
from openteller.domain.conversations import AuthorKind, ConversationId, Inbound, InboxKind
from openteller.domain.texts import PersonalText
from tests.integration.conversation.house import House

DISCLOSURE = "not a person"


async def test_a_message_delivered_ten_times_at_once_has_one_effect(house: House) -> None:
    caller = await house.customer()
    turn_ids = await asyncio.gather(*(caller.send("Please freeze my debit card", client_id="same") for _ in range(10)))
    await house.teller.reception.settle()
    assert len(set(turn_ids)) == 1
    assert len(house.twin_bank.orders) == 1
    said = [m for m in await caller.thread() if m.author.kind is AuthorKind.CUSTOMER]
    assert len(said) == 1


async def test_what_arrives_while_a_turn_is_being_recorded_is_not_left_lying_rl_01(house: House) -> None:
    caller = await house.customer()
    store, conversation_id, now = house.kit.store, caller.session.conversation_id, house.clock.now()
    async with store.begin(house.tenant) as uow:
        lease = await inbox.take_lease(uow, conversation_id, "another process", now)
        assert lease is not None
    async with store.begin(house.tenant) as uow:
        assert await inbox.next_item(uow, conversation_id) is None, "the last look of the turn under way"
        await inbox.release_lease(uow, lease)
        sending = asyncio.create_task(caller.send("hello"))
        await asyncio.wait([sending], timeout=0.5)
    await sending
    await house.teller.reception.settle()
    assert (await caller.thread())[-1].author.kind is AuthorKind.BOT
    assert [m.author.kind for m in await caller.thread()].count(AuthorKind.CUSTOMER) == 1


async def test_the_same_client_id_in_two_conversations_is_two_messages(house: House) -> None:
    one, other = await house.visitor(), await house.visitor()
    first, second = await one.send("hello", client_id="same"), await other.send("hello", client_id="same")
    await house.teller.reception.settle()
    assert first != second
    for caller in (one, other):
        assert len(await caller.thread()) == 3, "the disclosure, the greeting, the answer"


async def test_a_webhook_event_delivered_ten_times_at_once_has_one_effect_ch_02(house: House) -> None:
    """The very first message of a handle: ten deliveries race for its subject and its thread, too."""
    message = Inbound(uuid4().hex, "+447700900111", InboxKind.TEXT, PersonalText("hello"))
    received = await asyncio.gather(
        *(house.teller.reception.receive_from_channel(house.tenant, "webhook", message) for _ in range(10))
    )
    await house.teller.reception.settle()
    assert len({one.turn_id for one in received}) == 1
    assert sum(not one.duplicate for one in received) == 1
    conversations = await house.rows("SELECT conversation_id FROM conversations WHERE channel = 'webhook'")
    assert len(conversations) == 1
    thread = await house.thread(conversations[0]["conversation_id"])
    assert [m.author.kind for m in thread] == ["bot", "customer", "bot"]


async def test_two_first_messages_of_a_handle_at_once_share_one_thread(house: House) -> None:
    await asyncio.gather(*(house.from_channel("+447700900112", f"hello {number}") for number in range(4)))
    assert len(await house.rows("SELECT conversation_id FROM conversations WHERE channel = 'webhook'")) == 1


async def test_two_tabs_opened_at_once_share_one_thread(house: House) -> None:
    await house.customer()
    house.clock.advance(hours=25)
    callers = await asyncio.gather(*(house.customer() for _ in range(4)))
    assert len({caller.conversation_id for caller in callers}) == 1


async def test_the_first_message_on_every_channel_says_that_a_machine_is_talking_cr_01(house: House) -> None:
    visitor, customer = await house.visitor(), await house.customer()
    threads = [await visitor.thread(), await customer.thread()]
    conversation_id = await house.from_channel("+447700900113", "what's my balance?")
    threads.append(await house.thread(conversation_id))
    for thread in threads:
        assert thread[0].author.kind is AuthorKind.BOT
        assert DISCLOSURE in str(thread[0].parts)
    assert await house.teller.sweeps.deliver(house.tenant, threads_id(conversation_id)) == 2
    assert DISCLOSURE in str(house.channel.sent[0][1].parts), "and it is what the provider is given first"


async def test_a_new_thread_after_a_day_discloses_again_cr_01(house: House) -> None:
    first = await house.from_channel("+447700900114", "hello")
    house.clock.advance(hours=25)
    second = await house.from_channel("+447700900114", "hello")
    assert first != second
    assert DISCLOSURE in str((await house.thread(second))[0].parts)


async def test_an_unanswered_channel_is_served_in_order_and_each_message_once(house: House) -> None:
    house.channel.refuses = True
    conversation_id = await house.from_channel("+447700900115", "hello")
    await house.from_channel("+447700900115", "thanks")
    house.clock.advance(minutes=1)
    assert await house.teller.sweeps.undelivered(house.tenant) == 0
    house.channel.refuses = False
    assert await house.teller.sweeps.undelivered(house.tenant) == 3
    assert await house.teller.sweeps.undelivered(house.tenant) == 0
    thread = [m.parts for m in await house.thread(conversation_id) if m.author.kind is AuthorKind.BOT]
    assert [reply.parts for _, reply, _ in house.channel.sent] == thread


def threads_id(value: UUID) -> ConversationId:
    return ConversationId(value)


@pytest.mark.parametrize("text", ["", "   ", "\u202e", "😀😀", "a" * 4000])
async def test_odd_words_on_a_channel_are_answered(house: House, text: str) -> None:
    conversation_id = await house.from_channel("+447700900116", text)
    assert (await house.thread(conversation_id))[-1].author.kind is AuthorKind.BOT
