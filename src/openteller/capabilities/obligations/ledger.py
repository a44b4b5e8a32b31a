"""The ledger of obligations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from openteller.domain.assurance import SubjectId
from openteller.domain.conversations import ConversationId
from openteller.domain.handovers import Obligation
from openteller.ports import UnitOfWork


async def open_obligation(
    uow: UnitOfWork, obligation: Obligation, conversation_id: ConversationId, subject: SubjectId, now: datetime
) -> None:
    """Write a promise down, in the commit that makes it."""
    await uow.run(
        "INSERT INTO obligations (obligation_id, kind, reference, conversation_id, subject_id, owner, due_at,"
        " opened_at) VALUES (%(obligation_id)s, %(kind)s, %(reference)s, %(conversation_id)s, %(subject)s, %(owner)s,"
        " %(due_at)s, %(now)s) ON CONFLICT DO NOTHING",
        obligation_id=obligation.obligation_id,
        kind=obligation.kind,
        reference=obligation.reference,
        conversation_id=conversation_id,
        subject=subject,
        owner=obligation.owner,
        due_at=obligation.due_at,
        now=now,
    )


async def close_obligations(uow: UnitOfWork, reference: str, proof: str, now: datetime) -> int:
    """Close every open promise under this reference; ``proof`` says what kept it (an id, never words of a person)."""
    return await uow.run(
        "UPDATE obligations SET closed_at = %(now)s, proof = %(proof)s"
        " WHERE reference = %(reference)s AND closed_at IS NULL",
        reference=reference,
        proof=proof,
        now=now,
    )


async def open_obligations(uow: UnitOfWork, limit: int = 200) -> Sequence[Obligation]:
    """What is still owed, the most urgent first."""
    rows = await uow.rows(
        "SELECT * FROM obligations WHERE closed_at IS NULL ORDER BY due_at LIMIT %(limit)s", limit=limit
    )
    return [
        Obligation(row["obligation_id"], row["kind"], row["reference"], row["due_at"], row["owner"]) for row in rows
    ]
