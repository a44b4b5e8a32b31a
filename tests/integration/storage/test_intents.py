"""What rows of intents hold by themselves: one at a time, once, what counts for a day (TX-02, TX-03, TX-06)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from openteller.adapters.storage.postgres import PostgresStore
from openteller.capabilities.actions.intents import (
    VALID_FOR,
    Intent,
    done_since,
    expire_intents,
    move_intent,
    read_intent,
    show_intent,
)
from openteller.capabilities.identity.subjects import create_subject, hold_subject
from openteller.capabilities.thread.threads import NewThread, open_thread
from openteller.domain.actions import IntentState
from openteller.domain.assurance import Level, SubjectId, TenantId
from openteller.domain.conversations import ConversationId
from openteller.domain.errors import InvariantError
from openteller.ports import UnitOfWork
from openteller.testing.twins import START

_MOMENT_S = 0.3


async def a_customer(uow: UnitOfWork) -> tuple[SubjectId, ConversationId]:
    subject, conversation = SubjectId(uuid4()), ConversationId(uuid4())
    await create_subject(uow, subject, START)
    await open_thread(uow, NewThread(conversation, subject, "web", "en-GB", "UTC", "1", START))
    return subject, conversation


async def shown(uow: UnitOfWork, state: IntentState = IntentState.SHOWN) -> Intent:
    subject, conversation = await a_customer(uow)
    intent = Intent(
        *(uuid4(), conversation, subject, "transfer", state, Level.LOGGED_IN, state.encode(), None),
        shown_at=START,
        expires_at=START + VALID_FOR,
    )
    await show_intent(uow, intent)
    return intent


async def test_nobody_changes_an_intent_while_the_gate_is_looking_at_it_tx_03(
    store: PostgresStore, tenant: TenantId
) -> None:
    """Who comes second waits for the first to commit, and then finds the row as the first has left it."""
    async with store.begin(tenant) as uow:
        intent = await shown(uow)
    looked = asyncio.Event()

    async def the_gate() -> None:
        async with store.begin(tenant) as uow:
            current = await read_intent(uow, intent.intent_id, lock=True)
            assert current is not None
            looked.set()
            await asyncio.sleep(_MOMENT_S)
            await move_intent(uow, current, IntentState.EXECUTING, START)

    async def somebody_else() -> IntentState:
        await looked.wait()
        async with store.begin(tenant) as uow:
            found = await read_intent(uow, intent.intent_id, lock=True)
        assert found is not None
        return found.state

    _, found = await asyncio.gather(the_gate(), somebody_else())
    assert found is IntentState.EXECUTING


async def test_a_step_is_taken_once_although_two_hold_the_same_copy_tx_02(
    store: PostgresStore, tenant: TenantId
) -> None:
    async with store.begin(tenant) as uow:
        intent = await shown(uow)
        await move_intent(uow, intent, IntentState.VOID, START)
        with pytest.raises(InvariantError, match="has moved on"):
            await move_intent(uow, intent, IntentState.CONFIRMED, START)
        found = await read_intent(uow, intent.intent_id)
        assert found is not None
        assert found.state is IntentState.VOID


async def test_what_may_have_been_done_counts_against_the_day_tx_06(store: PostgresStore, tenant: TenantId) -> None:
    """Also what is on its way and what nobody knows the end of: or a lost answer would be a second limit."""
    async with store.begin(tenant) as uow:
        first = await shown(uow)
        for state in IntentState:
            await show_intent(uow, replace(first, intent_id=uuid4(), state=state, sealed=state.encode()))
        others = replace(first, intent_id=uuid4(), state=IntentState.EXECUTED, sealed=b"of another kind")
        await show_intent(uow, replace(others, kind="freeze_card"))
        await show_intent(uow, replace(others, intent_id=uuid4(), subject=SubjectId(uuid4()), sealed=b"another's"))
        counted = {sealed.decode() for _, sealed in await done_since(uow, first.subject, "transfer", START)}
        assert counted == {"executing", "unknown", "executed", "parked"}
        assert await done_since(uow, first.subject, "transfer", START + timedelta(seconds=1)) == []


async def test_two_conversations_of_one_customer_count_the_day_one_after_the_other_tx_06(
    store: PostgresStore, tenant: TenantId
) -> None:
    async with store.begin(tenant) as uow:
        subject, _ = await a_customer(uow)
    order: list[str] = []
    held = asyncio.Event()

    async def first() -> None:
        async with store.begin(tenant) as uow:
            await hold_subject(uow, subject)
            held.set()
            await asyncio.sleep(_MOMENT_S)
            order.append("first")

    async def second() -> None:
        await held.wait()
        async with store.begin(tenant) as uow:
            await hold_subject(uow, subject)
            order.append("second")

    await asyncio.gather(first(), second())
    assert order == ["first", "second"]


async def test_only_what_was_never_answered_runs_out_tx_02(store: PostgresStore, tenant: TenantId) -> None:
    """What the bank may have is not closed by a clock."""
    async with store.begin(tenant) as uow:
        made = [await shown(uow, state) for state in IntentState]
        assert await expire_intents(uow, START + VALID_FOR - timedelta(seconds=1)) == []
        closed = await expire_intents(uow, START + VALID_FOR)
    open_ones = {one.intent_id for one in made if one.state in (IntentState.SHOWN, IntentState.CONFIRMED)}
    assert {intent.intent_id for intent in closed} == open_ones
