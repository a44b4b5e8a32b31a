"""What came in: claimed once, in order, and the lease on the conversation it came into.

The lease is one row: a holder, an end and a fencing number that grows with each taking. Receiving takes it when it is
free, in the same commit, so that a turn costs no commit of its own for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openteller.domain.assurance import SubjectId, TenantId
from openteller.domain.conversations import Conversation, ConversationId, Holder, InboxKind, TurnId
from openteller.domain.errors import LostLease, NotFound
from openteller.ports import Row, UnitOfWork

LEASE = timedelta(seconds=15)
"""How long a holder may be silent before a sweep takes the conversation from it."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that has just come in, already redacted and sealed. ``external_id`` is the sender's own id of it."""

    turn_id: TurnId
    conversation_id: ConversationId
    channel: str
    external_id: str
    kind: InboxKind
    session_id: UUID | None
    sealed: bytes = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a conversation: only while nobody has taken a higher ``conversation.fence``."""

    holder: str
    conversation: Conversation
    state: bytes | None = field(repr=False)
    agent: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """The next thing to do in a conversation. ``tries`` counts earlier attempts that ended in a crash or a fault."""

    turn_id: TurnId
    kind: InboxKind
    session_id: UUID | None
    sealed: bytes = field(repr=False)
    received_at: datetime
    tries: int


_CLAIM = """
    INSERT INTO inbox (turn_id, conversation_id, channel, external_id, kind, session_id, sealed, received_at, status)
    VALUES (%(turn_id)s, %(conversation_id)s, %(channel)s, %(external_id)s, %(kind)s, %(session_id)s, %(sealed)s,
            %(at)s, 'pending')
    ON CONFLICT (tenant, channel, external_id) DO NOTHING
    RETURNING turn_id"""

_TAKE = """
    UPDATE conversations
    SET lease_holder = %(holder)s, lease_until = %(until)s, fence = fence + 1, last_at = %(now)s
    WHERE conversation_id = %(conversation_id)s AND (lease_holder IS NULL OR lease_until < %(now)s)
    RETURNING *"""

_NEXT = """
    SELECT turn_id, kind, session_id, sealed, received_at, tries FROM inbox
    WHERE conversation_id = %(conversation_id)s AND status = 'pending' ORDER BY arrival LIMIT 1"""


async def claim(uow: UnitOfWork, arrival: Arrival) -> tuple[TurnId, bool]:
    """Write the arrival once: (its turn, True), or (the turn it was before, False) when it has been seen already."""
    values = {name: getattr(arrival, name) for name in Arrival.__slots__}
    if await uow.row(_CLAIM, **values) is not None:
        return arrival.turn_id, True
    before = await seen(uow, arrival.channel, arrival.external_id)
    if before is None:
        raise NotFound("unknown_conversation", "there is no such conversation")
    return before, False


async def seen(uow: UnitOfWork, channel: str, external_id: str) -> TurnId | None:
    """The turn of an arrival that has been claimed before."""
    row = await uow.row(
        "SELECT turn_id FROM inbox WHERE channel = %(channel)s AND external_id = %(external_id)s",
        channel=channel,
        external_id=external_id,
    )
    return None if row is None else TurnId(row["turn_id"])


async def take_lease(uow: UnitOfWork, conversation_id: ConversationId, holder: str, now: datetime) -> Lease | None:
    """The lease if nobody has it (or its holder has gone silent), else None: the holder will see the new arrival."""
    row = await uow.row(_TAKE, conversation_id=conversation_id, holder=holder, now=now, until=now + LEASE)
    return None if row is None else Lease(holder, _conversation(row), _bytes(row["state"]), row["agent"])


async def was_left(uow: UnitOfWork, conversation_id: ConversationId) -> bool:
    """True when somebody holds the lease still: taking it now means that they have died over their work."""
    row = await uow.row(
        "SELECT lease_holder IS NOT NULL AS held FROM conversations WHERE conversation_id = %(conversation_id)s",
        conversation_id=conversation_id,
    )
    return row is not None and bool(row["held"])


async def next_item(uow: UnitOfWork, conversation_id: ConversationId) -> Item | None:
    """The oldest pending arrival of the conversation."""
    row = await uow.row(_NEXT, conversation_id=conversation_id)
    if row is None:
        return None
    return Item(
        TurnId(row["turn_id"]),
        InboxKind(row["kind"]),
        row["session_id"],
        bytes(row["sealed"]),
        row["received_at"],
        row["tries"],
    )


async def follow(uow: UnitOfWork, lease: Lease) -> tuple[Lease, Item] | None:
    """The next pending arrival under the same lease, with the conversation as the turn before has left it.

    None when there is none: let go then. LostLease when somebody has a newer one.
    """
    item = await next_item(uow, lease.conversation.conversation_id)
    if item is None:
        return None
    row = await uow.row(
        "SELECT * FROM conversations WHERE conversation_id = %(conversation_id)s AND fence = %(fence)s",
        conversation_id=lease.conversation.conversation_id,
        fence=lease.conversation.fence,
    )
    if row is None:
        raise LostLease(f"conversation {lease.conversation.conversation_id} has a new holder")
    return Lease(lease.holder, _conversation(row), _bytes(row["state"]), row["agent"]), item


async def waiting_texts(uow: UnitOfWork, conversation_id: ConversationId) -> list[tuple[UUID, bytes]]:
    """(turn, sealed words) of the texts whose turn is still to come or under way, oldest first."""
    rows = await uow.rows(
        "SELECT turn_id, sealed FROM inbox WHERE conversation_id = %(conversation_id)s AND status = 'pending'"
        " AND kind = 'text' ORDER BY arrival",
        conversation_id=conversation_id,
    )
    return [(row["turn_id"], bytes(row["sealed"])) for row in rows]


async def extend_lease(uow: UnitOfWork, lease: Lease, now: datetime) -> None:
    """Prove that the lease still stands and prolong it. LostLease when somebody has a newer one (RL-06)."""
    touched = await uow.run(
        "UPDATE conversations SET lease_until = %(until)s"
        " WHERE conversation_id = %(conversation_id)s AND fence = %(fence)s AND lease_holder = %(holder)s",
        until=now + LEASE,
        conversation_id=lease.conversation.conversation_id,
        fence=lease.conversation.fence,
        holder=lease.holder,
    )
    if not touched:
        raise LostLease(f"conversation {lease.conversation.conversation_id} has a new holder")


async def count_try(uow: UnitOfWork, turn_id: TurnId) -> None:
    """Remember that working on this arrival failed."""
    await uow.run("UPDATE inbox SET tries = tries + 1 WHERE turn_id = %(turn_id)s", turn_id=turn_id)


async def release_lease(uow: UnitOfWork, lease: Lease) -> None:
    """Let go of a conversation, if it is still held."""
    await uow.run(
        "UPDATE conversations SET lease_holder = NULL, lease_until = NULL"
        " WHERE conversation_id = %(conversation_id)s AND fence = %(fence)s",
        conversation_id=lease.conversation.conversation_id,
        fence=lease.conversation.fence,
    )


async def drop_pending(uow: UnitOfWork, lease: Lease) -> None:
    """Nothing more can be done for this conversation: what is pending is parked, and the lease let go."""
    await uow.run(
        "UPDATE inbox SET status = 'parked' WHERE conversation_id = %(conversation_id)s AND status = 'pending'",
        conversation_id=lease.conversation.conversation_id,
    )
    await release_lease(uow, lease)


async def stranded(uow: UnitOfWork, now: datetime, limit: int = 50) -> list[ConversationId]:
    """Conversations with something pending that nobody works on: a crash left them (the sweep's food)."""
    rows = await uow.rows(
        "SELECT i.conversation_id FROM inbox i JOIN conversations c USING (tenant, conversation_id)"
        " WHERE i.status = 'pending' AND (c.lease_holder IS NULL OR c.lease_until < %(now)s)"
        " GROUP BY i.conversation_id ORDER BY min(i.arrival) LIMIT %(limit)s",
        now=now,
        limit=limit,
    )
    return [ConversationId(row["conversation_id"]) for row in rows]


def _conversation(row: Row) -> Conversation:
    return Conversation(
        TenantId(row["tenant"]),
        ConversationId(row["conversation_id"]),
        SubjectId(row["subject_id"]),
        row["channel"],
        row["locale"],
        row["time_zone"],
        Holder(row["holder"]),
        row["fence"],
        row["pack_version"],
        row["last_seq"],
    )


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
