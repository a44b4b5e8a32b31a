"""Reception: what arrives is redacted in memory, written once, acknowledged, and worked on at once.

Steps 2 and 3 of a turn. The commit here is the promise: what was acknowledged is never lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from openteller.capabilities.identity import sessions
from openteller.capabilities.identity.sessions import Session
from openteller.capabilities.privacy.redaction import as_button, as_event
from openteller.capabilities.thread import inbox, threads
from openteller.capabilities.thread.inbox import Arrival, Item, Lease
from openteller.domain.assurance import SubjectId, TenantId
from openteller.domain.conversations import ChannelCommand, ConversationId, Inbound, InboxKind, TurnId
from openteller.domain.errors import NotFound
from openteller.domain.texts import PersonalText, RedactedText
from openteller.loops.conversation.across import redact_in_thread
from openteller.loops.conversation.chats import Chat, enter
from openteller.loops.conversation.customers import own_subjects
from openteller.loops.conversation.heard import dump_heard
from openteller.loops.conversation.kit import Kit
from openteller.ports import UnitOfWork

WEB = "web"
Work = tuple[Lease, Item] | None
"""The lease on a conversation with its next item, when receiving has taken it."""
GoOn = Callable[[Lease, Item], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Received:
    """What the sender is told once it is on disk. ``duplicate`` means it was there already and has no second effect."""

    turn_id: TurnId
    duplicate: bool


@dataclass(frozen=True, slots=True)
class _Envelope:
    conversation_id: ConversationId
    subject: SubjectId
    channel: str
    external_id: str
    kind: InboxKind
    session_id: UUID | None
    locale: str


class Reception:
    """Takes in what arrives. ``go_on`` is the turn loop; it runs in the background, within this process."""

    def __init__(self, kit: Kit, go_on: GoOn) -> None:
        self._kit = kit
        self._go_on = go_on
        self._running: set[asyncio.Task[None]] = set()

    async def receive(
        self, tenant: TenantId, session: Session, client_id: str, kind: InboxKind, text: PersonalText
    ) -> Received:
        """A message of the web face, idempotent by ``client_id`` within its conversation. NotAllowed when the session
        has ended or gone idle.
        """
        async with self._kit.store.begin(tenant) as uow:
            await sessions.live_session(uow, session.session_id, self._kit.clock.now())
            head = await self._head(uow, session.conversation_id)
            envelope = _Envelope(
                head.conversation_id,
                head.subject,
                head.channel,
                f"{head.conversation_id}:{client_id}",
                kind,
                session.session_id,
                head.locale,
            )
            received, work = await self._write(uow, envelope, text)
            await sessions.touch_session(uow, session.session_id, self._kit.clock.now())
        self.start(work)
        return received

    async def receive_from_channel(self, tenant: TenantId, channel: str, message: Inbound) -> Received:
        """A message of a foreign channel. Its handle is an address, never an identity (ID-05)."""
        async with self._kit.store.begin(tenant) as uow:
            seen = await inbox.seen(uow, channel, message.external_id)
            if seen is not None:
                return Received(seen, True)  # before anything else: a replay opens no thread and keeps none alive
            chat = await enter(self._kit, uow, tenant, channel, message)
            envelope = _Envelope(
                chat.conversation_id,
                chat.subject,
                channel,
                message.external_id,
                chat.kind,
                chat.session_id,
                chat.locale,
            )
            received, work = await self._write(uow, envelope, chat.text)
            told = await self._tell_elsewhere(uow, chat) if chat.linked_to else None
        self.start(work)
        self.start(told)
        return received

    async def _tell_elsewhere(self, uow: UnitOfWork, chat: Chat) -> Work:
        """A new link is announced where its owner already is (ID-06)."""
        assert chat.linked_to is not None
        mine = await own_subjects(self._kit, uow, chat.linked_to)
        head = await threads.current_thread(uow, mine, WEB, self._kit.clock.now())
        if head is None:
            return None
        told = ChannelCommand.LINKED_ELSEWHERE
        _, work = await self.event_in(uow, head.conversation_id, InboxKind.COMMAND, f"{chat.session_id}", told)
        return work

    async def event(
        self, tenant: TenantId, conversation_id: ConversationId, kind: InboxKind, event_id: str, content: str
    ) -> Received:
        """Something the bank or a sweep has to say to a conversation (a step-up answered, an outcome found out)."""
        async with self._kit.store.begin(tenant) as uow:
            received, work = await self.event_in(uow, conversation_id, kind, event_id, content)
        self.start(work)
        return received

    async def event_in(
        self, uow: UnitOfWork, conversation_id: ConversationId, kind: InboxKind, event_id: str, content: str
    ) -> tuple[Received, Work]:
        """The same within a commit that says what has happened; ``start`` the work after it."""
        head = await self._head(uow, conversation_id)
        latest = await sessions.latest_session(uow, conversation_id)
        session_id = latest.session_id if latest else None
        envelope = _Envelope(
            conversation_id, head.subject, head.channel, f"{kind}:{event_id}", kind, session_id, head.locale
        )
        return await self._write(uow, envelope, PersonalText(content))

    async def settle(self) -> None:
        """Wait for the turns under way (graceful stop)."""
        while self._running:
            await asyncio.wait(self._running)

    async def _write(self, uow: UnitOfWork, envelope: _Envelope, text: PersonalText) -> tuple[Received, Work]:
        now = self._kit.clock.now()
        # A turn looks for the next arrival in the commit that lets the conversation go: it sees this one, or we wait.
        await threads.hold_thread(uow, envelope.conversation_id)
        redacted = await self._redacted(uow, envelope, text)
        arrival = Arrival(
            turn_id=TurnId(self._kit.ids.new()),
            conversation_id=envelope.conversation_id,
            channel=envelope.channel,
            external_id=envelope.external_id,
            kind=envelope.kind,
            session_id=envelope.session_id,
            sealed=await self._kit.sealer.seal(uow, envelope.subject, dump_heard(redacted), "inbox.sealed"),
            at=now,
        )
        turn_id, new = await inbox.claim(uow, arrival)
        if not new:
            return Received(turn_id, True), None
        lease = await inbox.take_lease(uow, envelope.conversation_id, self._kit.holder, now)
        item = await inbox.next_item(uow, envelope.conversation_id) if lease else None
        return Received(turn_id, False), (lease, item) if lease and item else None

    async def _redacted(self, uow: UnitOfWork, envelope: _Envelope, text: PersonalText) -> RedactedText:
        match envelope.kind:
            case InboxKind.TEXT:
                return await redact_in_thread(
                    self._kit, uow, envelope.conversation_id, envelope.subject, text, envelope.locale
                )
            case InboxKind.CHOICE | InboxKind.PERSON:
                return as_button(text.value)
            case (
                InboxKind.STEP_UP
                | InboxKind.LOGGED_IN
                | InboxKind.OUTCOME
                | InboxKind.FOLLOW_UP
                | InboxKind.COMMAND
                | InboxKind.LINK
            ):
                return as_event(text.value)

    def start(self, work: Work) -> None:
        """Go on with what was received, in the background, after its commit."""
        if work is not None:
            task = asyncio.create_task(self._go_on(*work))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _head(self, uow: UnitOfWork, conversation_id: ConversationId) -> threads.ThreadHead:
        head = await threads.thread_head(uow, conversation_id)
        if head is None:
            raise NotFound("unknown_conversation", "there is no such conversation")
        return head
