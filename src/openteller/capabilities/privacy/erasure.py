"""Erasing a person: their key is destroyed, their links and sessions are deleted, and a log outside remembers.

The log is written before the commit: a crash between the two leaves an order that is carried out again, never one that
is forgotten. After a restore the log is replayed, so that what was erased stays erased (DP-05, RL-12).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from openteller.capabilities.privacy.register import load_register
from openteller.capabilities.privacy.sealing import Erased, Sealer
from openteller.domain.assurance import SubjectId, TenantId
from openteller.domain.errors import InvariantError, NotFound
from openteller.ports import UnitOfWork

VISITOR = "visitor"
"""The kind of link by which a customer owns what they said before they logged in."""

_LOCK = "SELECT subject_id, erased_at FROM subjects WHERE subject_id = ANY(%(subjects)s) ORDER BY subject_id FOR UPDATE"
_VISITORS = "SELECT sealed FROM subject_links WHERE subject_id = %(subject)s AND kind = %(kind)s"
_BY_HANDLE = "SELECT subject_id FROM subject_links WHERE kind = %(kind)s AND handle_hash = %(handle_hash)s"
_MARK = "UPDATE subjects SET erased_at = %(now)s WHERE subject_id = ANY(%(subjects)s) AND erased_at IS NULL"


class ErasureLog(Protocol):
    """Where erasures are remembered outside of the database."""

    def append(self, line: str) -> None:
        """On disk when this returns."""
        ...

    def lines(self) -> list[str]:
        """All lines so far."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one table's rows: ``erased`` (deleted), ``shredded`` (noise now) or ``kept``, with the reason."""

    table: str
    outcome: str
    rows: int
    why: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person is given (CR-06). ``subjects`` are they and the visitors they were before logging in."""

    tenant: TenantId
    subjects: tuple[SubjectId, ...]
    at: datetime
    outcomes: tuple[Outcome, ...]


async def find_person(uow: UnitOfWork, kind: str, handle_hash: bytes) -> SubjectId:
    """The subject behind a handle, or NotFound."""
    row = await uow.row(_BY_HANDLE, kind=kind, handle_hash=handle_hash)
    if row is None:
        raise NotFound("unknown_person", "nobody is known by this handle")
    return SubjectId(row["subject_id"])


async def linked_subjects(uow: UnitOfWork, sealer: Sealer, subject: SubjectId) -> tuple[SubjectId, ...]:
    """The subject and the visitors linked to it."""
    links = await uow.rows(_VISITORS, subject=subject, kind=VISITOR)
    try:
        opened = [await sealer.unseal(uow, subject, bytes(row["sealed"]), "subject_links.sealed") for row in links]
    except Erased:  # the links of somebody erased are gone already, unless the deletion was restored from a backup
        opened = []
    return (subject, *(SubjectId(UUID(bytes=raw)) for raw in opened))


async def erase(
    uow: UnitOfWork, tenant: TenantId, sealer: Sealer, log: ErasureLog, subject: SubjectId, now: datetime
) -> Receipt:
    """Erase the subject and all that is linked to it. Effective with the caller's commit; again does nothing more.

    NotFound when there is no such subject. Other processes forget the key within a minute (``sealing.KEPT_FOR``).
    """
    if not await uow.rows(_LOCK, subjects=[subject]):
        raise NotFound("unknown_person", "there is no such person")
    subjects = await linked_subjects(uow, sealer, subject)
    log.append(_to_line(tenant, subjects, now))
    outcomes = await _carry_out(uow, subjects, now)
    for one in subjects:
        sealer.forget(one)
    return Receipt(tenant, subjects, now, outcomes)


async def replay(uow: UnitOfWork, tenant: TenantId, log: ErasureLog) -> int:
    """Erase again whoever the log names, in a database that was restored; the number of subjects that were back."""
    back = 0
    for line in log.lines():
        order = _from_line(line)
        if order["tenant"] != tenant:
            continue
        subjects = tuple(SubjectId(UUID(raw)) for raw in order["subjects"])
        outcomes = await _carry_out(uow, subjects, datetime.fromisoformat(order["at"]))
        back += next(outcome.rows for outcome in outcomes if outcome.table == "subject_keys")
    return back


def tenants_in(log: ErasureLog) -> list[TenantId]:
    """The tenants that the log names: replay it for each, before anybody is served from a restored database."""
    return sorted({TenantId(_from_line(line)["tenant"]) for line in log.lines()})


async def _carry_out(uow: UnitOfWork, subjects: Sequence[SubjectId], now: datetime) -> tuple[Outcome, ...]:
    outcomes = []
    for table in load_register().values():
        if table.erase is not None:
            touched = await uow.run(table.erase, subjects=list(subjects))
            outcomes.append(Outcome(table.name, "erased", touched, table.holds))
        elif table.export is not None:
            found = len(await uow.rows(table.export, subjects=list(subjects)))
            outcome, why = ("shredded", "its key is destroyed") if table.sealed else ("kept", table.holds)
            outcomes.append(Outcome(table.name, outcome, found, f"{why}; {table.kept}"))
    await uow.run(_MARK, subjects=list(subjects), now=now)
    return tuple(outcomes)


def _to_line(tenant: TenantId, subjects: Sequence[SubjectId], now: datetime) -> str:
    return json.dumps(
        {"tenant": tenant, "subjects": [str(one) for one in subjects], "at": now.astimezone(UTC).isoformat()}
    )


def _from_line(line: str) -> Mapping[str, str]:
    try:
        order: Mapping[str, str] = json.loads(line)
    except ValueError as error:
        raise InvariantError("the erasure log is damaged: mend it before anybody's data is served") from error
    return order
