"""The built-in queue: rows in the database, ordered by priority and then by how long somebody has waited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from openteller.domain.conversations import ConversationId
from openteller.domain.handovers import Handover, HandoverState
from openteller.ports import Row, UnitOfWork

AT_DESK = timedelta(seconds=90)
"""An agent whose page has not spoken for this long is not at their desk."""
HANDLING = timedelta(minutes=6)
"""How long one conversation keeps an agent, until there are figures of the bank's own."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """What a newcomer meets: agents at their desks, agents of them who are free, conversations waiting ahead."""

    agents: int
    free: int
    ahead: int


async def queue_state(uow: UnitOfWork, priority: int, now: datetime) -> QueueState:
    """The queue as somebody of this priority would find it."""
    row = await uow.row(
        "SELECT (SELECT count(DISTINCT s.staff_id) FROM staff_sessions s JOIN staff p USING (tenant, staff_id)"
        "         WHERE s.last_active_at > %(since)s AND s.expires_at > %(now)s AND p.disabled_at IS NULL) AS agents,"
        "       (SELECT count(DISTINCT accepted_by) FROM handovers WHERE state = 'accepted') AS busy,"
        "       (SELECT count(*) FROM handovers WHERE state = 'waiting' AND priority <= %(priority)s) AS ahead",
        since=now - AT_DESK,
        now=now,
        priority=priority,
    )
    agents, busy, ahead = (row["agents"], row["busy"], row["ahead"]) if row is not None else (0, 0, 0)
    return QueueState(agents, max(agents - busy, 0), ahead)


def expected_wait(queue: QueueState) -> timedelta | None:
    """How long until a person takes it, or None when nobody is there at all.

    A free agent takes the next conversation within a minute; else agents come free evenly over the handling time.
    """
    if queue.agents == 0:
        return None
    if queue.free > queue.ahead:
        return timedelta(minutes=1)
    rounds = (queue.ahead - queue.free) // queue.agents + 1
    return HANDLING * rounds


async def open_handover(uow: UnitOfWork, handover: Handover) -> None:
    """Into the queue. A conversation has at most one open hand-over; the same one again changes nothing."""
    await uow.run(
        "INSERT INTO handovers (handover_id, conversation_id, reference, reason, queue, priority, state, requested_at,"
        " due_at) VALUES (%(handover_id)s, %(conversation_id)s, %(reference)s, %(reason)s, %(queue)s, %(priority)s,"
        " %(state)s, %(requested_at)s, %(due_at)s)",
        **{name: getattr(handover, name) for name in Handover.__slots__ if name != "accepted_by"},
    )
    await _tell_desks(uow)


async def raise_handover(
    uow: UnitOfWork, conversation_id: ConversationId, reason: str, queue: str, priority: int
) -> None:
    """Something graver was said while waiting: the same request, higher up and perhaps in another queue."""
    await uow.run(
        "UPDATE handovers SET reason = %(reason)s, queue = %(queue)s, priority = %(priority)s"
        " WHERE conversation_id = %(conversation_id)s AND state IN ('waiting', 'ticket') AND priority > %(priority)s",
        reason=reason,
        queue=queue,
        priority=priority,
        conversation_id=conversation_id,
    )
    await _tell_desks(uow)


async def current_handover(uow: UnitOfWork, conversation_id: ConversationId) -> Handover | None:
    """The open hand-over of this conversation."""
    row = await uow.row(
        "SELECT * FROM handovers WHERE conversation_id = %(conversation_id)s"
        " AND state IN ('waiting', 'ticket', 'accepted')",
        conversation_id=conversation_id,
    )
    return None if row is None else _handover(row)


async def waiting_handovers(uow: UnitOfWork, limit: int = 100) -> Sequence[Handover]:
    """The queue, most urgent first; tickets (nobody was there) stand in it like everybody else."""
    rows = await uow.rows(
        "SELECT * FROM handovers WHERE state IN ('waiting', 'ticket') ORDER BY priority, requested_at LIMIT %(limit)s",
        limit=limit,
    )
    return [_handover(row) for row in rows]


async def handovers_of(uow: UnitOfWork, staff_id: str) -> Sequence[Handover]:
    """What this agent has taken and not given back."""
    rows = await uow.rows(
        "SELECT * FROM handovers WHERE state = 'accepted' AND accepted_by = %(staff_id)s ORDER BY accepted_at",
        staff_id=staff_id,
    )
    return [_handover(row) for row in rows]


async def accept_handover(uow: UnitOfWork, conversation_id: ConversationId, staff_id: str, now: datetime) -> bool:
    """The agent takes it; False when somebody else was faster."""
    await _tell_desks(uow)
    return bool(
        await uow.run(
            "UPDATE handovers SET state = 'accepted', accepted_by = %(staff_id)s, accepted_at = %(now)s"
            " WHERE conversation_id = %(conversation_id)s AND state IN ('waiting', 'ticket')",
            staff_id=staff_id,
            now=now,
            conversation_id=conversation_id,
        )
    )


async def end_handover(
    uow: UnitOfWork, conversation_id: ConversationId, staff_id: str, state: HandoverState, now: datetime
) -> bool:
    """The agent gives it back (RETURNED) or ends it (CLOSED); False when it is not theirs."""
    await _tell_desks(uow)
    return bool(
        await uow.run(
            "UPDATE handovers SET state = %(state)s, closed_at = %(now)s WHERE conversation_id = %(conversation_id)s"
            " AND state = 'accepted' AND accepted_by = %(staff_id)s",
            state=state,
            now=now,
            conversation_id=conversation_id,
            staff_id=staff_id,
        )
    )


async def _tell_desks(uow: UnitOfWork) -> None:
    await uow.run("SELECT pg_notify('openteller', 'desk')")


def _handover(row: Row) -> Handover:
    return Handover(
        row["handover_id"],
        ConversationId(row["conversation_id"]),
        row["reference"],
        row["reason"],
        row["queue"],
        row["priority"],
        HandoverState(row["state"]),
        row["requested_at"],
        row["due_at"],
        row["accepted_by"],
    )
