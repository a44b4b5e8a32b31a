"""Opening, finding and reading threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from openteller.domain.assurance import SubjectId
from openteller.domain.conversations import AuthorKind, ConversationId, Holder
from openteller.ports import Row, UnitOfWork

PAGE = 200
"""Messages that are read at once at most."""
STAYS_OPEN = timedelta(hours=24)
"""A customer who comes back within this time goes on in the same thread."""


@dataclass(frozen=True, slots=True)
class SealedMessage:
    """A message as it is stored."""

    message_id: UUID
    seq: int
    turn_id: UUID | None
    author: AuthorKind
    author_name: str
    sealed: bytes = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Copies:
    """Where the words of one message stand: under its turn, and in the thread unless they still wait (``seq`` None)."""

    turn_id: UUID | None
    seq: int | None


@dataclass(frozen=True, slots=True)
class ThreadHead:
    """Who a thread belongs to and who has the word."""

    conversation_id: ConversationId
    subject: SubjectId
    channel: str
    locale: str
    time_zone: str
    holder: Holder
    agent: str | None
    last_seq: int


@dataclass(frozen=True, slots=True)
class NewThread:
    """What a thread is opened with."""

    conversation_id: ConversationId
    subject: SubjectId
    channel: str
    locale: str
    time_zone: str
    pack_version: str
    at: datetime


async def open_thread(uow: UnitOfWork, thread: NewThread) -> None:
    """A new conversation, with the bot."""
    await uow.run(
        "INSERT INTO conversations (conversation_id, subject_id, channel, locale, time_zone, holder, pack_version,"
        " created_at, last_at) VALUES (%(conversation_id)s, %(subject)s, %(channel)s, %(locale)s, %(time_zone)s,"
        " 'with_bot', %(pack_version)s, %(at)s, %(at)s)",
        **{name: getattr(thread, name) for name in NewThread.__slots__},
    )


async def current_thread(
    uow: UnitOfWork, subjects: Sequence[SubjectId], channel: str, now: datetime
) -> ThreadHead | None:
    """The newest thread of these subjects on this channel that is still open."""
    row = await uow.row(
        "SELECT * FROM conversations WHERE subject_id = ANY(%(subjects)s) AND channel = %(channel)s"
        " AND holder <> 'resolved' AND last_at > %(since)s ORDER BY last_at DESC LIMIT 1",
        subjects=list(subjects),
        channel=channel,
        since=now - STAYS_OPEN,
    )
    return None if row is None else _head(row)


async def thread_head(uow: UnitOfWork, conversation_id: ConversationId) -> ThreadHead | None:
    """The head of this thread, if it exists in this tenant."""
    row = await uow.row(
        "SELECT * FROM conversations WHERE conversation_id = %(conversation_id)s", conversation_id=conversation_id
    )
    return None if row is None else _head(row)


async def messages_after(
    uow: UnitOfWork, conversation_id: ConversationId, after: int, limit: int = PAGE
) -> list[SealedMessage]:
    """Messages with ``seq`` greater than ``after``, in order."""
    rows = await uow.rows(
        "SELECT message_id, seq, turn_id, author, author_name, sealed, at FROM messages"
        " WHERE conversation_id = %(conversation_id)s AND seq > %(after)s ORDER BY seq LIMIT %(limit)s",
        conversation_id=conversation_id,
        after=after,
        limit=limit,
    )
    return [_message(row) for row in rows]


async def message_of(uow: UnitOfWork, conversation_id: ConversationId, message_id: UUID) -> SealedMessage | None:
    """One message of this thread."""
    row = await uow.row(
        "SELECT message_id, seq, turn_id, author, author_name, sealed, at FROM messages"
        " WHERE conversation_id = %(conversation_id)s AND message_id = %(message_id)s",
        conversation_id=conversation_id,
        message_id=message_id,
    )
    return None if row is None else _message(row)


async def last_said(uow: UnitOfWork, conversation_id: ConversationId, count: int) -> list[SealedMessage]:
    """The customer's last ``count`` messages, oldest first."""
    rows = await uow.rows(
        "SELECT message_id, seq, turn_id, author, author_name, sealed, at FROM messages"
        " WHERE conversation_id = %(conversation_id)s AND author = 'customer' ORDER BY seq DESC LIMIT %(count)s",
        conversation_id=conversation_id,
        count=count,
    )
    return [_message(row) for row in reversed(rows)]


async def hold_thread(uow: UnitOfWork, conversation_id: ConversationId) -> None:
    """Nobody else writes into this thread, takes or releases it before this unit of work ends.

    The first row to lock: the record of a turn holds it, too, and then writes others.
    """
    await uow.row(
        "SELECT conversation_id FROM conversations WHERE conversation_id = %(conversation_id)s FOR NO KEY UPDATE",
        conversation_id=conversation_id,
    )


async def set_locale(uow: UnitOfWork, conversation_id: ConversationId, locale: str) -> None:
    """From now on the conversation is held in this locale."""
    await uow.run(
        "UPDATE conversations SET locale = %(locale)s WHERE conversation_id = %(conversation_id)s",
        locale=locale,
        conversation_id=conversation_id,
    )


async def rewrite(
    uow: UnitOfWork, conversation_id: ConversationId, copies: Copies, *, message: bytes, waiting: bytes
) -> None:
    """Replace what a message says, in the thread or while it waits, and drop the other copies of its words."""
    if copies.seq is not None:
        await uow.run(
            "UPDATE messages SET sealed = %(sealed)s WHERE conversation_id = %(conversation_id)s AND seq = %(seq)s",
            sealed=message,
            conversation_id=conversation_id,
            seq=copies.seq,
        )
    await uow.run(
        "UPDATE inbox SET sealed = CASE WHEN status = 'pending' THEN %(waiting)s::bytea ELSE ''::bytea END"
        " WHERE turn_id = %(turn_id)s",
        waiting=waiting,
        turn_id=copies.turn_id,
    )
    await uow.run("UPDATE turns SET recorded = ''::bytea WHERE turn_id = %(turn_id)s", turn_id=copies.turn_id)


def _message(row: Row) -> SealedMessage:
    return SealedMessage(
        row["message_id"],
        row["seq"],
        row["turn_id"],
        AuthorKind(row["author"]),
        row["author_name"],
        bytes(row["sealed"]),
        row["at"],
    )


def _head(row: Row) -> ThreadHead:
    return ThreadHead(
        ConversationId(row["conversation_id"]),
        SubjectId(row["subject_id"]),
        row["channel"],
        row["locale"],
        row["time_zone"],
        Holder(row["holder"]),
        row["agent"],
        row["last_seq"],
    )
