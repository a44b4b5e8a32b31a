"""Messages on their way to foreign channels: at least once, in order, under a stable id (RL-05)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from openteller.domain.conversations import ConversationId
from openteller.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that has not been sent yet."""

    message_id: UUID
    seq: int
    sealed: bytes = field(repr=False)


async def waiting(uow: UnitOfWork, conversation_id: ConversationId) -> list[Outgoing]:
    """What waits to be sent in this conversation, in order."""
    rows = await uow.rows(
        "SELECT o.message_id, o.seq, m.sealed FROM outbox o JOIN messages m USING (tenant, conversation_id, seq)"
        " WHERE o.conversation_id = %(conversation_id)s AND o.status = 'waiting' ORDER BY o.seq",
        conversation_id=conversation_id,
    )
    return [Outgoing(row["message_id"], row["seq"], bytes(row["sealed"])) for row in rows]


async def mark_sent(uow: UnitOfWork, message_id: UUID, now: datetime) -> None:
    """The provider has taken it."""
    await uow.run(
        "UPDATE outbox SET status = 'sent', sent_at = %(now)s, tries = tries + 1 WHERE message_id = %(message_id)s",
        message_id=message_id,
        now=now,
    )


async def park(uow: UnitOfWork, message_id: UUID) -> None:
    """This one will never be taken; the ones behind it go on."""
    await uow.run(
        "UPDATE outbox SET status = 'failed', tries = tries + 1 WHERE message_id = %(message_id)s",
        message_id=message_id,
    )


async def drop(uow: UnitOfWork, conversation_id: ConversationId) -> None:
    """Nothing more can be sent here: the key of these messages is gone, or there is nobody to send them to."""
    await uow.run(
        "UPDATE outbox SET status = 'failed' WHERE conversation_id = %(conversation_id)s AND status = 'waiting'",
        conversation_id=conversation_id,
    )


async def undelivered(uow: UnitOfWork, before: datetime, limit: int = 50) -> list[ConversationId]:
    """Conversations with something waiting since ``before``: their job was lost with its worker."""
    rows = await uow.rows(
        "SELECT DISTINCT o.conversation_id FROM outbox o JOIN messages m USING (tenant, conversation_id, seq)"
        " WHERE o.status = 'waiting' AND m.at < %(before)s LIMIT %(limit)s",
        before=before,
        limit=limit,
    )
    return [ConversationId(row["conversation_id"]) for row in rows]
