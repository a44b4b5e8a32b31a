"""The ledger of obligations: what has been promised, to whom it falls, by when, and what kept it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from openteller.domain.assurance import SubjectId
from openteller.domain.conversations import ConversationId
from openteller.domain.errors import InvariantError
from openteller.domain.obligations import Obligation
from openteller.domain.replies import Promise
from openteller.ports import Row, UnitOfWork


async def open_obligation(
    uow: UnitOfWork, obligation: Obligation, conversation_id: ConversationId, subject: SubjectId, now: datetime
) -> None:
    """Write a promise down, in the commit that makes it."""
    await uow.run(
        "INSERT INTO obligations (obligation_id, kind, reference, conversation_id, subject_id, owner, source, due_at,"
        " alert_at, opened_at) VALUES (%(obligation_id)s, %(kind)s, %(reference)s, %(conversation_id)s, %(subject)s,"
        " %(owner)s, %(source)s, %(due_at)s, %(alert_at)s, %(now)s) ON CONFLICT DO NOTHING",
        obligation_id=obligation.obligation_id,
        kind=obligation.kind,
        reference=obligation.reference,
        conversation_id=conversation_id,
        subject=subject,
        owner=obligation.owner,
        source=obligation.source,
        due_at=obligation.due_at,
        alert_at=obligation.alert_at or obligation.due_at,
        now=now,
    )


async def close_obligations(uow: UnitOfWork, reference: str, proof: str, now: datetime, kind: str | None = None) -> int:
    """Close the open promises under this reference (of one ``kind``, if it is given); ``proof`` says what kept them: an
    id or a code, never words of a person.
    """
    return await uow.run(
        "UPDATE obligations SET closed_at = %(now)s, proof = %(proof)s"
        " WHERE reference = %(reference)s AND closed_at IS NULL AND kind = coalesce(%(kind)s, kind)",
        reference=reference,
        proof=proof,
        now=now,
        kind=kind,
    )


async def open_obligations(uow: UnitOfWork, limit: int = 200) -> Sequence[Obligation]:
    """What is still owed, the most urgent first."""
    rows = await uow.rows(
        "SELECT * FROM obligations WHERE closed_at IS NULL ORDER BY due_at LIMIT %(limit)s", limit=limit
    )
    return [_obligation(row) for row in rows]


async def keep_obligation(uow: UnitOfWork, obligation_id: UUID, proof: str, now: datetime) -> Obligation | None:
    """Close one open promise; None when it is not open. The case it belongs to ends with its last clock."""
    row = await uow.row(
        "UPDATE obligations SET closed_at = %(now)s, proof = %(proof)s"
        " WHERE obligation_id = %(obligation_id)s AND closed_at IS NULL RETURNING *",
        now=now,
        proof=proof,
        obligation_id=obligation_id,
    )
    if row is None:
        return None
    await uow.run(
        "UPDATE cases SET closed_at = %(now)s, outcome = 'answered' WHERE reference = %(reference)s"
        " AND closed_at IS NULL AND NOT EXISTS (SELECT FROM obligations o"
        " WHERE o.reference = cases.reference AND o.closed_at IS NULL)",
        now=now,
        reference=row["reference"],
    )
    return _obligation(row)


async def take_alerts(uow: UnitOfWork, now: datetime, limit: int = 50) -> Sequence[Obligation]:
    """Those whose owner must be reminded now; each is given once."""
    rows = await uow.rows(
        "UPDATE obligations SET alerted_at = %(now)s WHERE (tenant, obligation_id) IN (SELECT tenant, obligation_id"
        " FROM obligations WHERE closed_at IS NULL AND alerted_at IS NULL AND alert_at <= %(now)s"
        " ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) RETURNING *",
        now=now,
        limit=limit,
    )
    return sorted(map(_obligation, rows), key=lambda one: one.due_at)


async def refuse_unwritten(uow: UnitOfWork, promises: Iterable[Promise]) -> None:
    """InvariantError when a sentence promises something that no row stands for: then nothing is said, and nothing kept
    is lost. Read in the commit that records the sentence.
    """
    for promise in sorted(set(promises)):
        found = await uow.row(
            "SELECT 1 FROM obligations WHERE reference = %(reference)s AND kind = %(kind)s",
            reference=promise.reference,
            kind=promise.kind,
        )
        if found is None:
            raise InvariantError(f"{promise.kind} is promised under {promise.reference}, and no row says so")


def _obligation(row: Row) -> Obligation:
    return Obligation(
        row["obligation_id"],
        row["kind"],
        row["reference"],
        row["due_at"],
        row["owner"],
        row["source"],
        row["alert_at"],
        row["closed_at"],
        row["proof"],
    )
