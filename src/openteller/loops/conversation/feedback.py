"""What customers say of us beside the conversation: a thumb on an answer, and a day later whether it held."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from openteller.capabilities.consent.record import OUTREACH, withdrawn
from openteller.capabilities.identity.sessions import Session
from openteller.capabilities.resolution.feedback import FeedbackKind, is_bots_turn, save_feedback, to_ask_again
from openteller.capabilities.thread import threads
from openteller.domain.assurance import TenantId
from openteller.domain.conversations import ConversationId, InboxKind
from openteller.domain.errors import NotFound
from openteller.loops.conversation.customers import same_person
from openteller.loops.conversation.kit import Kit
from openteller.loops.conversation.reception import Reception
from openteller.ports import UnitOfWork

A_DAY_LATER = timedelta(hours=24)
_TOO_LATE = timedelta(hours=72)
"""After so long the question would only puzzle."""


class Feedback:
    """Takes thumbs, and asks once, a day later, those who have not said whether it is solved."""

    def __init__(self, kit: Kit, reception: Reception) -> None:
        self._kit = kit
        self._reception = reception

    async def thumb(self, tenant: TenantId, session: Session, turn_id: UUID, *, good: bool) -> None:
        """A thumb on what the bot said in this turn; the last one counts. NotFound for a turn that is not theirs."""
        async with self._kit.store.begin(tenant) as uow:
            if not await is_bots_turn(uow, session.conversation_id, str(turn_id)):
                raise NotFound("unknown_turn", "the assistant said nothing in this turn")
            now = self._kit.clock.now()
            await save_feedback(uow, session.conversation_id, FeedbackKind.THUMB, str(turn_id), good=good, at=now)

    async def ask_again(self, tenant: TenantId) -> int:
        """The sweep: how many were asked. Whoever wants no messages of their own accord gets none (CR-09)."""
        now = self._kit.clock.now()
        async with self._kit.store.begin(tenant) as uow:
            asked = await to_ask_again(uow, now - _TOO_LATE, now - A_DAY_LATER)
            found = [one for one in asked if not await self._left_alone(uow, tenant, one[0])]
        for conversation_id, last_at in found:
            event_id = f"{conversation_id}:{last_at.date()}"
            await self._reception.event(tenant, conversation_id, InboxKind.FOLLOW_UP, event_id, "")
        return len(found)

    async def _left_alone(self, uow: UnitOfWork, tenant: TenantId, conversation_id: ConversationId) -> bool:
        head = await threads.thread_head(uow, conversation_id)
        if head is None:
            return True
        return await withdrawn(uow, await same_person(self._kit, uow, tenant, head.subject), OUTREACH)
