"""The desk: see the queue, take a conversation, answer in the same thread, give it back.

Taking raises the fence, so a bot turn still under way can no longer write; from then on the bot only keeps what the
customer writes. Only the agent who has the conversation can send in it (complaint 6).
"""

from __future__ import annotations

from collections.abc import Sequence

from openteller.capabilities.audit.trail import record_events
from openteller.capabilities.handover import queue
from openteller.capabilities.obligations.ledger import close_obligations
from openteller.capabilities.thread import codec, threads
from openteller.capabilities.thread.record import NewMessage, append
from openteller.domain.assurance import TenantId
from openteller.domain.conversations import Author, AuthorKind, ConversationId
from openteller.domain.errors import CustomerError, NotFound
from openteller.domain.events import Event
from openteller.domain.handovers import Handover, HandoverState
from openteller.domain.replies import CheckedReply
from openteller.loops.desk.kit import DeskKit
from openteller.loops.desk.staff import StaffMember
from openteller.loops.desk.viewing import DeskView, read_view
from openteller.ports import UnitOfWork


class Desk:
    """What agents can do. Every read of a customer's thread is audited with its purpose (AZ-06)."""

    def __init__(self, kit: DeskKit) -> None:
        self._kit = kit

    async def queue(self, tenant: TenantId, staff: StaffMember) -> tuple[Sequence[Handover], Sequence[Handover]]:
        """(who waits, most urgent first; what this agent has)."""
        async with self._kit.store.begin(tenant) as uow:
            return await queue.waiting_handovers(uow), await queue.handovers_of(uow, staff.staff_id)

    async def view(self, tenant: TenantId, staff: StaffMember, conversation_id: ConversationId) -> DeskView:
        """A conversation that is in the queue or with this agent; anybody else's is not found."""
        async with self._kit.store.begin(tenant) as uow:
            head, handover = await self._mine_or_waiting(uow, staff, conversation_id)
            view = await read_view(self._kit, uow, head, handover)
            await self._audit(uow, staff, "staff.read_conversation", head, {"purpose": "handover"})
        return view

    async def take(self, tenant: TenantId, staff: StaffMember, conversation_id: ConversationId) -> None:
        """The agent has the word from this commit on."""
        now = self._kit.clock.now()
        async with self._kit.store.begin(tenant) as uow:
            if not await queue.accept_handover(uow, conversation_id, staff.staff_id, now):
                raise CustomerError("taken", "somebody else has taken this conversation")
            head = await self._set_holder(uow, conversation_id, "with_agent", staff.staff_id)
            handover = await queue.current_handover(uow, conversation_id)
            assert handover is not None
            await close_obligations(uow, handover.reference, f"handover:{handover.handover_id}", now)
            joined = self._kit.voice.agent_joined(staff.display_name, head.locale)
            await self._append(uow, head, Author(AuthorKind.BOT), joined)
            await self._audit(uow, staff, "handover.accepted", head, {"reference": handover.reference})

    async def say(self, tenant: TenantId, staff: StaffMember, conversation_id: ConversationId, text: str) -> None:
        """A sentence of the agent's, through redaction and guard like every other (passport CheckedReply)."""
        async with self._kit.store.begin(tenant) as uow:
            head = await self._own(uow, staff, conversation_id)
            reply = self._kit.voice.from_agent(text, head.locale)
            await self._append(uow, head, Author(AuthorKind.AGENT, staff.display_name), reply)
            await self._audit(uow, staff, "agent.answered", head, {})

    async def give_back(self, tenant: TenantId, staff: StaffMember, conversation_id: ConversationId) -> None:
        """Back to the bot, which says so and that it is one (CR-01)."""
        await self._end(tenant, staff, conversation_id, HandoverState.RETURNED, "with_bot")

    async def close(self, tenant: TenantId, staff: StaffMember, conversation_id: ConversationId) -> None:
        """Done: the thread is resolved; whatever the customer writes next opens it again with the bot."""
        await self._end(tenant, staff, conversation_id, HandoverState.CLOSED, "with_bot")

    async def _end(
        self, tenant: TenantId, staff: StaffMember, conversation_id: ConversationId, state: HandoverState, holder: str
    ) -> None:
        now = self._kit.clock.now()
        async with self._kit.store.begin(tenant) as uow:
            head = await self._own(uow, staff, conversation_id)
            if not await queue.end_handover(uow, conversation_id, staff.staff_id, state, now):
                raise NotFound("unknown_conversation", "you do not have this conversation")
            head = await self._set_holder(uow, conversation_id, holder, None)
            await self._append(uow, head, Author(AuthorKind.BOT), self._kit.voice.agent_left(head.locale))
            await self._audit(uow, staff, f"handover.{state}", head, {})

    async def _own(self, uow: UnitOfWork, staff: StaffMember, conversation_id: ConversationId) -> threads.ThreadHead:
        head = await threads.thread_head(uow, conversation_id)
        if head is None or head.agent != staff.staff_id:
            raise NotFound("unknown_conversation", "you do not have this conversation")
        return head

    async def _mine_or_waiting(
        self, uow: UnitOfWork, staff: StaffMember, conversation_id: ConversationId
    ) -> tuple[threads.ThreadHead, Handover]:
        head = await threads.thread_head(uow, conversation_id)
        handover = await queue.current_handover(uow, conversation_id)
        if head is None or handover is None or handover.accepted_by not in (None, staff.staff_id):
            raise NotFound("unknown_conversation", "this conversation is not in your queue")
        return head, handover

    async def _set_holder(
        self, uow: UnitOfWork, conversation_id: ConversationId, holder: str, agent: str | None
    ) -> threads.ThreadHead:
        await uow.run(
            "UPDATE conversations SET holder = %(holder)s, agent = %(agent)s, fence = fence + 1, lease_holder = NULL,"
            " lease_until = NULL WHERE conversation_id = %(conversation_id)s",
            holder=holder,
            agent=agent,
            conversation_id=conversation_id,
        )
        head = await threads.thread_head(uow, conversation_id)
        if head is None:
            raise NotFound("unknown_conversation", "there is no such conversation")
        return head

    async def _append(self, uow: UnitOfWork, head: threads.ThreadHead, author: Author, reply: CheckedReply) -> None:
        now = self._kit.clock.now()
        row = await uow.row(
            "UPDATE conversations SET last_seq = last_seq + 1, last_at = %(now)s WHERE conversation_id = %(id)s"
            " RETURNING last_seq",
            now=now,
            id=head.conversation_id,
        )
        assert row is not None
        sealed = await self._kit.sealer.seal(uow, head.subject, codec.dump(reply.parts), "messages.sealed")
        message = NewMessage(self._kit.ids.new(), author, sealed, reply.keys)
        await append(uow, head.conversation_id, head.channel, [message], row["last_seq"], None, now)

    async def _audit(
        self, uow: UnitOfWork, staff: StaffMember, kind: str, head: threads.ThreadHead, details: dict[str, str]
    ) -> None:
        event = Event(
            kind, self._kit.clock.now(), f"agent:{staff.staff_id}", head.subject, head.conversation_id, dict(details)
        )
        await record_events(uow, [event])
