"""Action intents: the rows that carry an action from being shown to being done, one way only (TX-02)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from openteller.domain.actions import IntentState
from openteller.domain.assurance import Level, SubjectId
from openteller.domain.conversations import ConversationId
from openteller.domain.errors import InvariantError
from openteller.ports import Row, UnitOfWork

VALID_FOR = timedelta(minutes=5)
"""How long an action that was shown may be confirmed and approved."""

_NEXT: dict[IntentState, frozenset[IntentState]] = {
    IntentState.SHOWN: frozenset({IntentState.CONFIRMED, IntentState.EXECUTING, IntentState.VOID, IntentState.EXPIRED}),
    IntentState.CONFIRMED: frozenset({IntentState.EXECUTING, IntentState.VOID, IntentState.EXPIRED}),
    IntentState.EXECUTING: frozenset(
        {IntentState.EXECUTED, IntentState.REJECTED, IntentState.FAILED, IntentState.UNKNOWN, IntentState.PARKED}
    ),
    IntentState.UNKNOWN: frozenset(
        {IntentState.EXECUTED, IntentState.REJECTED, IntentState.FAILED, IntentState.PARKED, IntentState.EXECUTING}
    ),
    IntentState.PARKED: frozenset({IntentState.EXECUTED, IntentState.REJECTED, IntentState.FAILED}),
}


@dataclass(frozen=True, slots=True)
class Intent:
    """An action intent as it is stored. ``sealed`` holds the Action; ``approval`` the bank's signed approval."""

    intent_id: UUID
    conversation_id: ConversationId
    subject: SubjectId
    kind: str
    state: IntentState
    level: Level
    sealed: bytes = field(repr=False)
    challenge_id: str | None
    shown_at: datetime
    expires_at: datetime
    reference: str | None = None


async def show_intent(uow: UnitOfWork, intent: Intent) -> None:
    """Write the intent that is being shown; the same intent again (a turn run twice) changes nothing."""
    await uow.run(
        "INSERT INTO action_intents (intent_id, conversation_id, subject_id, kind, state, level, sealed, challenge_id,"
        " shown_at, expires_at, changed_at) VALUES (%(intent_id)s, %(conversation_id)s, %(subject)s, %(kind)s,"
        " %(state)s, %(level)s, %(sealed)s, %(challenge_id)s, %(shown_at)s, %(expires_at)s, %(shown_at)s)"
        " ON CONFLICT DO NOTHING",
        **{name: getattr(intent, name) for name in Intent.__slots__ if name not in ("level", "reference")},
        level=int(intent.level),
    )


async def read_intent(uow: UnitOfWork, intent_id: UUID, *, lock: bool = False) -> Intent | None:
    """The intent; with ``lock`` nobody else changes it before this unit of work ends (TX-03)."""
    # Two whole statements rather than one put together: SQL here is never assembled from pieces.
    sql = (
        "SELECT * FROM action_intents WHERE intent_id = %(intent_id)s FOR UPDATE"
        if lock
        else "SELECT * FROM action_intents WHERE intent_id = %(intent_id)s"
    )
    row = await uow.row(sql, intent_id=intent_id)
    return None if row is None else _intent(row)


async def intent_of_challenge(uow: UnitOfWork, challenge_id: str) -> Intent | None:
    """The intent that this step-up was asked for."""
    row = await uow.row("SELECT * FROM action_intents WHERE challenge_id = %(challenge_id)s", challenge_id=challenge_id)
    return None if row is None else _intent(row)


async def unresolved(uow: UnitOfWork, before: datetime, limit: int = 20) -> list[Intent]:
    """Intents whose outcome is open since ``before``: the sweep looks them up at the bank."""
    rows = await uow.rows(
        "SELECT * FROM action_intents WHERE state IN ('executing', 'unknown') AND changed_at < %(before)s"
        " ORDER BY changed_at LIMIT %(limit)s",
        before=before,
        limit=limit,
    )
    return [_intent(row) for row in rows]


async def expire_intents(uow: UnitOfWork, now: datetime, limit: int = 200) -> list[Intent]:
    """Close what was shown or confirmed and never answered in time; what was closed comes back."""
    rows = await uow.rows(
        "UPDATE action_intents SET state = 'expired', changed_at = %(now)s WHERE intent_id IN (SELECT intent_id"
        " FROM action_intents WHERE state IN ('shown', 'confirmed') AND expires_at <= %(now)s"
        " LIMIT %(limit)s FOR UPDATE SKIP LOCKED) RETURNING *",
        now=now,
        limit=limit,
    )
    return [_intent(row) for row in rows]


async def move_intent(
    uow: UnitOfWork,
    intent: Intent,
    to: IntentState,
    now: datetime,
    *,
    challenge_id: str | None = None,
    reference: str | None = None,
    outcome: str | None = None,
) -> None:
    """One step on. InvariantError for a step that the life of an intent does not have, or when it has moved already."""
    if to not in _NEXT.get(intent.state, frozenset()):
        raise InvariantError(f"intent {intent.intent_id} cannot go from {intent.state} to {to}")
    moved = await uow.run(
        "UPDATE action_intents SET state = %(to)s, changed_at = %(now)s,"
        " challenge_id = coalesce(%(challenge_id)s, challenge_id), reference = coalesce(%(reference)s, reference),"
        " outcome = coalesce(%(outcome)s, outcome) WHERE intent_id = %(intent_id)s AND state = %(state)s",
        to=to,
        now=now,
        challenge_id=challenge_id,
        reference=reference,
        outcome=outcome,
        intent_id=intent.intent_id,
        state=intent.state,
    )
    if not moved:
        raise InvariantError(f"intent {intent.intent_id} has moved on from {intent.state}")


async def attach_approval(uow: UnitOfWork, intent_id: UUID, sealed: bytes) -> None:
    """Keep the bank's signed approval with the intent (sealed): it is the proof, and a repeat needs it."""
    await uow.run(
        "UPDATE action_intents SET approval = %(sealed)s WHERE intent_id = %(intent_id)s",
        sealed=sealed,
        intent_id=intent_id,
    )


async def read_approval(uow: UnitOfWork, intent_id: UUID) -> bytes | None:
    """The sealed approval that was attached."""
    row = await uow.row("SELECT approval FROM action_intents WHERE intent_id = %(intent_id)s", intent_id=intent_id)
    return bytes(row["approval"]) if row is not None and row["approval"] is not None else None


async def done_since(uow: UnitOfWork, subject: SubjectId, kind: str, since: datetime) -> list[tuple[SubjectId, bytes]]:
    """The actions of this kind that were executed, or may have been, since then (for limits, TX-06): each with the
    subject under whose key it is sealed.
    """
    rows = await uow.rows(
        "SELECT i.sealed, c.subject_id FROM action_intents i JOIN conversations c USING (tenant, conversation_id)"
        " WHERE i.subject_id = %(subject)s AND i.kind = %(kind)s"
        " AND i.state IN ('executing', 'unknown', 'executed', 'parked') AND i.changed_at >= %(since)s",
        subject=subject,
        kind=kind,
        since=since,
    )
    return [(SubjectId(row["subject_id"]), bytes(row["sealed"])) for row in rows]


def _intent(row: Row) -> Intent:
    return Intent(
        row["intent_id"],
        ConversationId(row["conversation_id"]),
        SubjectId(row["subject_id"]),
        row["kind"],
        IntentState(row["state"]),
        Level(row["level"]),
        bytes(row["sealed"]),
        row["challenge_id"],
        row["shown_at"],
        row["expires_at"],
        row["reference"],
    )
