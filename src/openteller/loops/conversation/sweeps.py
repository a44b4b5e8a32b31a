"""Sweeps: what a crash or a lying bank has left open is found again. Run by the worker; every one may run twice."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from openteller.capabilities.actions import gate
from openteller.capabilities.actions.intents import (
    Intent,
    expire_intents,
    move_intent,
    read_approval,
    read_intent,
    unresolved,
)
from openteller.capabilities.audit.trail import record_events
from openteller.capabilities.identity import subjects
from openteller.capabilities.privacy.sealing import Erased
from openteller.capabilities.thread import codec, inbox, outbox, threads
from openteller.domain.actions import IntentState
from openteller.domain.assurance import TenantId
from openteller.domain.conversations import ConversationId, InboxKind
from openteller.domain.errors import TellerError, Undeliverable
from openteller.domain.events import Event
from openteller.domain.replies import CheckedReply
from openteller.loops.conversation.kit import Kit
from openteller.loops.conversation.reception import Reception
from openteller.loops.conversation.seeing import customer_of
from openteller.loops.conversation.turn import Turns

log = structlog.get_logger(__name__)

UNRESOLVED_AFTER = timedelta(seconds=20)
"""An action whose outcome has been open for longer is asked about at the bank."""

HOPELESS_AFTER = timedelta(minutes=10)
"""How long after its expiry an action may still turn up at the bank."""

LOST_AFTER = timedelta(seconds=30)
"""A message that has waited for longer has lost its job."""

_AT_ONCE = 8

_KEPT_LONGER = timedelta(minutes=1)
"""A used token is remembered a little longer than it is valid: clocks differ."""


class Sweeps:
    """The work that nobody is waiting for at a door."""

    def __init__(self, kit: Kit, turns: Turns, reception: Reception) -> None:
        self._kit = kit
        self._turns = turns
        self._reception = reception

    async def stranded(self, tenant: TenantId) -> int:
        """Turns that a crash has left pending are done now; how many conversations that were."""
        async with self._kit.store.begin(tenant) as uow:
            found = await inbox.stranded(uow, self._kit.clock.now())
        few = asyncio.Semaphore(_AT_ONCE)

        async def resume(conversation_id: ConversationId) -> None:
            async with few:
                await self._turns.resume(tenant, conversation_id)

        await asyncio.gather(*(resume(conversation_id) for conversation_id in found))
        return len(found)

    async def outcomes(self, tenant: TenantId) -> int:
        """Actions whose outcome is open are looked up; the customer is told in their thread. How many were settled."""
        async with self._kit.store.begin(tenant) as uow:
            found = await unresolved(uow, self._kit.clock.now() - UNRESOLVED_AFTER)
        settled = 0
        for intent in found:
            if not self._kit.bank.guarantees.looks_up:
                await self._give_up(tenant, intent, "unknowable")
                continue
            try:
                settled += await self._settle(tenant, intent)
            except (Erased, gate.Refused):
                await self._give_up(tenant, intent, "erased")
            except TellerError as error:
                log.warning("outcome still unknown", intent=str(intent.intent_id), error=str(error))
                if self._kit.clock.now() > intent.expires_at + HOPELESS_AFTER:
                    await self._give_up(tenant, intent, "unknowable")
        return settled

    async def _give_up(self, tenant: TenantId, intent: Intent, why: str) -> None:
        """Nobody can be asked any more (the person was erased, the bank cannot say): it stays with the person at the
        bank who was given it when it became unknown.
        """
        now = self._kit.clock.now()
        async with self._kit.store.begin(tenant) as uow:
            await move_intent(uow, intent, IntentState.PARKED, now, outcome=why)
            await record_events(uow, [_about("parked", intent, now, {"intent": str(intent.intent_id)})])
        log.warning("outcome never known", intent=str(intent.intent_id), why=why)

    async def _settle(self, tenant: TenantId, intent: Intent) -> bool:
        now = self._kit.clock.now()
        async with self._kit.store.begin(tenant) as uow:
            head = await threads.thread_head(uow, intent.conversation_id)
            assert head is not None
            data = await self._kit.sealer.unseal(uow, head.subject, intent.sealed, "action_intents.sealed")
            customer = await customer_of(self._kit, uow, intent.subject)
            sealed = await read_approval(uow, intent.intent_id)
            token = None
            if sealed is not None:
                opened = await self._kit.sealer.unseal(uow, head.subject, sealed, "action_intents.approval")
                token = opened.decode()
        confirmed = gate.authorised_before(intent, codec.load(data), tenant, customer, token)
        result = await self._kit.bank.outcome(confirmed)
        if result is None and now < intent.expires_at + HOPELESS_AFTER:
            return False
        # What the bank has not seen so long after it became worthless will not happen any more.
        to = IntentState.FAILED if result is None else IntentState.EXECUTED if result.executed else IntentState.REJECTED
        async with self._kit.store.begin(tenant) as uow:
            await threads.hold_thread(uow, intent.conversation_id)
            current = await read_intent(uow, intent.intent_id, lock=True)
            if current is None or current.state not in (IntentState.EXECUTING, IntentState.UNKNOWN):
                return False
            reference = result.reference if result is not None else None
            await move_intent(
                uow, current, to, now, reference=reference, outcome=result.reason if result else "never_seen"
            )
            details = {"intent": str(intent.intent_id), "reference": reference or ""}
            await record_events(uow, [_about(to, intent, now, details)])
            told = f"{to}:{reference or ''}"
            event_id = str(intent.intent_id)
            _, work = await self._reception.event_in(uow, intent.conversation_id, InboxKind.OUTCOME, event_id, told)
        self._reception.start(work)
        return True

    async def expired(self, tenant: TenantId) -> int:
        """Actions that were shown and never answered are closed, so that nothing stands open; how many."""
        now = self._kit.clock.now()
        async with self._kit.store.begin(tenant) as uow:
            closed = await expire_intents(uow, now)
            events = [_about("expired", intent, now, {"intent": str(intent.intent_id)}) for intent in closed]
            await record_events(uow, events)
        return len(closed)

    async def deliver(self, tenant: TenantId, conversation_id: ConversationId) -> int:
        """Send what waits for a foreign channel, in order; stops at the first that does not go (the job runs again)."""
        try:
            return await self._deliver(tenant, conversation_id)
        except Erased:
            async with self._kit.store.begin(tenant) as uow:
                await outbox.drop(uow, conversation_id)
            return 0

    async def _deliver(self, tenant: TenantId, conversation_id: ConversationId) -> int:
        sent = 0
        async with self._kit.store.begin(tenant) as uow:
            waiting = await outbox.waiting(uow, conversation_id)
            head = await threads.thread_head(uow, conversation_id)
        if head is None or not waiting:
            return 0
        async with self._kit.store.begin(tenant) as uow:
            handles = await subjects.links_of(uow, head.subject, f"channel:{head.channel}")
            if not handles:  # the address is another's by now: what was said here is not for them
                await outbox.drop(uow, conversation_id)
                return 0
            opened = await self._kit.sealer.unseal(uow, head.subject, handles[0], "subject_links.sealed")
            handle = opened.decode()
            switched_off = await self._kit.switches.off(uow)
        channel = self._kit.channels.get(head.channel)
        if channel is None or f"channel:{head.channel}" in switched_off:
            return 0
        for message in waiting:
            async with self._kit.store.begin(tenant) as uow:
                data = await self._kit.sealer.unseal(uow, head.subject, message.sealed, "messages.sealed")
            reply: CheckedReply = self._kit.voice.recheck(codec.load(data), head.locale)
            try:
                await channel.send(handle, reply, message_id=message.message_id)
            except Undeliverable as error:
                await self._park(tenant, head, message, error)
                if error.gone:
                    break
                continue
            async with self._kit.store.begin(tenant) as uow:
                await outbox.mark_sent(uow, message.message_id, self._kit.clock.now())
            sent += 1
        return sent

    async def _park(
        self, tenant: TenantId, head: threads.ThreadHead, message: outbox.Outgoing, error: Undeliverable
    ) -> None:
        """The channel will never take it. When nobody is there any more, nothing else is sent there either."""
        log.error("channel refuses a message", channel=head.channel, message=str(message.message_id), error=str(error))
        details: dict[str, str | int | bool | None] = {"channel": head.channel, "gone": error.gone}
        now, about = self._kit.clock.now(), head.conversation_id
        async with self._kit.store.begin(tenant) as uow:
            await (outbox.drop(uow, about) if error.gone else outbox.park(uow, message.message_id))
            await record_events(uow, [Event("message.undeliverable", now, "system", head.subject, about, details)])

    async def undelivered(self, tenant: TenantId) -> int:
        """Messages whose job was lost with its worker are sent now."""
        async with self._kit.store.begin(tenant) as uow:
            found = await outbox.undelivered(uow, self._kit.clock.now() - LOST_AFTER)
        sent = 0
        for conversation_id in found:
            try:
                sent += await self.deliver(tenant, conversation_id)
            except TellerError as error:
                log.warning("not delivered", conversation=str(conversation_id), error=str(error))
        return sent

    async def old_tokens(self, tenant: TenantId) -> int:
        """Used tokens and dead sessions are forgotten."""
        now = self._kit.clock.now()
        async with self._kit.store.begin(tenant) as uow:
            tokens = await uow.run("DELETE FROM used_tokens WHERE expires_at < %(then)s", then=now - _KEPT_LONGER)
            desks = await uow.run("DELETE FROM staff_sessions WHERE expires_at < %(now)s", now=now)
            return tokens + desks + await uow.run("DELETE FROM sessions WHERE expires_at < %(now)s", now=now)


def _about(what: str, intent: Intent, now: datetime, details: dict[str, str]) -> Event:
    return Event(f"action.{what}", now, "system", intent.subject, intent.conversation_id, dict(details))
