"""Reading the thread: for the customer's faces and the transcript, only while their session is alive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from openteller.capabilities.identity import sessions
from openteller.capabilities.identity.sessions import Session
from openteller.capabilities.thread import codec, threads
from openteller.domain.assurance import SubjectId, TenantId
from openteller.domain.conversations import (
    Author,
    ChartPart,
    ChoicePart,
    FactsPart,
    Holder,
    LinkPart,
    Message,
    Part,
    SourcePart,
    TextPart,
    TurnId,
)
from openteller.domain.errors import NotFound
from openteller.loops.conversation.kit import Kit
from openteller.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Thread:
    """Messages of a thread with who has the word."""

    holder: Holder
    agent: str | None
    locale: str
    messages: tuple[Message, ...]


class Reading:
    """Reads threads of live sessions."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def thread(self, tenant: TenantId, session: Session, after: int) -> Thread:
        """The messages after ``after``. NotAllowed when the session has died or gone idle since (ID-03)."""
        async with self._kit.store.begin(tenant) as uow:
            await sessions.live_session(uow, session.session_id, self._kit.clock.now())
            head = await threads.thread_head(uow, session.conversation_id)
            if head is None:
                raise NotFound("unknown_conversation", "there is no such conversation")
            sealed = await threads.messages_after(uow, session.conversation_id, after)
            messages = await open_messages(self._kit, uow, head.subject, sealed)
            agent = await self._agent_name(uow, head.agent)
        return Thread(head.holder, agent, head.locale, messages)

    async def chart(self, tenant: TenantId, session: Session, message_id: UUID) -> tuple[ChartPart, str]:
        """The chart of a message of this session's own conversation, and the conversation's locale. NotFound else."""
        async with self._kit.store.begin(tenant) as uow:
            await sessions.live_session(uow, session.session_id, self._kit.clock.now())
            head = await threads.thread_head(uow, session.conversation_id)
            sealed = await threads.message_of(uow, session.conversation_id, message_id)
            opened = await open_messages(self._kit, uow, head.subject, [sealed]) if head and sealed else ()
        for part in opened[0].parts if opened else ():
            if head is not None and isinstance(part, ChartPart):
                return part, head.locale
        raise NotFound("unknown_chart", "there is no such chart in this conversation")

    async def transcript(self, tenant: TenantId, session: Session) -> str:
        """The whole thread as plain text, one line a part."""
        thread, lines = await self.thread(tenant, session, 0), []
        while thread.messages:
            lines += [line for message in thread.messages for line in self._lines(message, thread.locale)]
            thread = await self.thread(tenant, session, thread.messages[-1].seq)
        return "\n".join(lines) + "\n"

    async def _agent_name(self, uow: UnitOfWork, agent: str | None) -> str | None:
        if agent is None:
            return None
        row = await uow.row("SELECT display_name FROM staff WHERE staff_id = %(agent)s", agent=agent)
        return row["display_name"] if row else None

    def _lines(self, message: Message, locale: str) -> list[str]:
        who = message.author.name or self._kit.voice.author_name(message.author.kind, locale)
        head = f"[{message.at:%Y-%m-%d %H:%M:%S} UTC] {who}:"
        return [f"{head} {text}" for part in message.parts for text in _texts(part)]


async def open_messages(
    kit: Kit, uow: UnitOfWork, subject: SubjectId, sealed: Sequence[threads.SealedMessage]
) -> tuple[Message, ...]:
    """Stored messages, opened."""
    opened = []
    for message in sealed:
        parts = codec.load(await kit.sealer.unseal(uow, subject, message.sealed, "messages.sealed"))
        author = Author(message.author, message.author_name)
        turn_id = TurnId(message.turn_id) if message.turn_id else None
        opened.append(Message(message.message_id, message.seq, author, parts, message.at, turn_id))
    return tuple(opened)


def _texts(part: Part) -> list[str]:
    match part:
        case TextPart(text):
            return text.splitlines()
        case ChoicePart(options):
            return ["[" + "] [".join(option.label for option in options) + "]"]
        case FactsPart(title, rows):
            return (
                [title, *(f"  {row.label}: {row.value}" for row in rows)]
                if title
                else [f"  {row.label}: {row.value}" for row in rows]
            )
        case LinkPart(label, url, _):
            return [f"{label}: {url}"]
        case SourcePart(label=label):
            return [label]
        case ChartPart():
            return []  # its facts stand beside it as rows
