"""Cases: a matter written down the moment it is heard of, with its clocks running and its facts sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from openteller.capabilities.obligations.ledger import open_obligation
from openteller.capabilities.obligations.rules import Calendar, CaseRule
from openteller.domain.assurance import SubjectId
from openteller.domain.conversations import ConversationId
from openteller.domain.obligations import Case, Obligation
from openteller.ports import Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case and its obligations, to be written in one commit with the sentence that tells of them."""

    case_id: UUID
    case: Case
    owner: str
    obligations: tuple[Obligation, ...]


def draw_up(rule: CaseRule, case_id: UUID, reference: str, opened_at: datetime, calendar: Calendar) -> NewCase:
    """The case with every clock of its rule, all counted from ``opened_at``, when the first words came."""
    obligations = []
    for clock in rule.clocks:
        due = clock.within.after(opened_at, calendar)
        alert = max(opened_at, due - clock.alert)
        number = uuid5(case_id, clock.name)
        obligations.append(Obligation(number, clock.name, reference, due, rule.owner, clock.source, alert))
    zone = ZoneInfo(calendar.time_zone)
    days = sorted(one.due_at.astimezone(zone).date() for one in obligations)
    return NewCase(case_id, Case(rule.kind, reference, opened_at, days[0], days[-1]), rule.owner, tuple(obligations))


async def save_case(
    uow: UnitOfWork, new: NewCase, conversation_id: ConversationId, subject: SubjectId, now: datetime
) -> None:
    """Write the case and its clocks down; the same case again (a turn done twice) changes nothing."""
    await uow.run(
        "INSERT INTO cases (case_id, kind, reference, conversation_id, subject_id, owner, opened_at, due_on, answer_on)"
        " VALUES (%(case_id)s, %(kind)s, %(reference)s, %(conversation_id)s, %(subject)s, %(owner)s, %(opened_at)s,"
        " %(due_on)s, %(answer_on)s) ON CONFLICT DO NOTHING",
        case_id=new.case_id,
        kind=new.case.kind,
        reference=new.case.reference,
        conversation_id=conversation_id,
        subject=subject,
        owner=new.owner,
        opened_at=new.case.opened_at,
        due_on=new.case.due_on,
        answer_on=new.case.answer_on,
    )
    for obligation in new.obligations:
        await open_obligation(uow, obligation, conversation_id, subject, now)


async def open_case_of(uow: UnitOfWork, subjects: Sequence[SubjectId], kind: str) -> Case | None:
    """The case of this kind that one of the subjects has open, if there is one; the latest of several."""
    row = await uow.row(
        "SELECT * FROM cases WHERE subject_id = ANY(%(subjects)s) AND kind = %(kind)s AND closed_at IS NULL"
        " ORDER BY opened_at DESC LIMIT 1",
        subjects=list(subjects),
        kind=kind,
    )
    return None if row is None else _case(row)


async def file_facts(uow: UnitOfWork, fact_id: UUID, reference: str, sealed: bytes, now: datetime) -> None:
    """Add facts (sealed) to the case; the same again changes nothing."""
    await uow.run(
        "INSERT INTO case_facts (fact_id, reference, sealed, filed_at)"
        " VALUES (%(fact_id)s, %(reference)s, %(sealed)s, %(now)s) ON CONFLICT DO NOTHING",
        fact_id=fact_id,
        reference=reference,
        sealed=sealed,
        now=now,
    )


async def close_case(uow: UnitOfWork, reference: str, outcome: str, now: datetime) -> int:
    """The matter is settled; 0 when there is no such case open. Its clocks are closed by whoever kept them."""
    return await uow.run(
        "UPDATE cases SET closed_at = %(now)s, outcome = %(outcome)s"
        " WHERE reference = %(reference)s AND closed_at IS NULL",
        now=now,
        outcome=outcome,
        reference=reference,
    )


async def cases_of_kind(uow: UnitOfWork, kind: str, now: datetime, limit: int = 1_000) -> Sequence[Row]:
    """The register of one kind, the latest first: reference, times, owner, outcome, clocks kept and missed."""
    return await uow.rows(
        "SELECT c.reference, c.kind, c.owner, c.opened_at, c.due_on, c.answer_on, c.closed_at, c.outcome,"
        " count(o.*) FILTER (WHERE o.closed_at IS NULL) AS open_clocks,"
        " count(o.*) FILTER (WHERE coalesce(o.closed_at, %(now)s) > o.due_at) AS missed_clocks"
        " FROM cases c JOIN obligations o USING (tenant, reference) WHERE c.kind = %(kind)s"
        " GROUP BY c.tenant, c.case_id ORDER BY c.opened_at DESC LIMIT %(limit)s",
        kind=kind,
        now=now,
        limit=limit,
    )


def _case(row: Row) -> Case:
    return Case(row["kind"], row["reference"], row["opened_at"], row["due_on"], row["answer_on"])
