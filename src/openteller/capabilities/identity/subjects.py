"""Subjects and their links: a visitor, a customer of the bank, a handle on a channel.

A link is found by a keyed hash of the handle, so that the table tells nobody who has an account (DP-06). A visitor who
logs in is linked to the customer; erasing the customer erases the linked visitors too.
"""

from __future__ import annotations

from datetime import datetime

from openteller.domain.assurance import SubjectId
from openteller.ports import UnitOfWork


async def create_subject(uow: UnitOfWork, subject: SubjectId, now: datetime) -> None:
    """A new subject; its key is made when something is first sealed for it."""
    await uow.run(
        "INSERT INTO subjects (subject_id, created_at) VALUES (%(subject)s, %(now)s)", subject=subject, now=now
    )


async def hold_subject(uow: UnitOfWork, subject: SubjectId) -> None:
    """One unit of work at a time: what is read of this subject now still holds when it commits (limits, threads)."""
    await uow.row("SELECT subject_id FROM subjects WHERE subject_id = %(subject)s FOR NO KEY UPDATE", subject=subject)


async def find_subject(uow: UnitOfWork, kind: str, handle_hash: bytes) -> SubjectId | None:
    """The subject that this handle is linked to."""
    row = await uow.row(
        "SELECT subject_id FROM subject_links WHERE kind = %(kind)s AND handle_hash = %(handle_hash)s",
        kind=kind,
        handle_hash=handle_hash,
    )
    return None if row is None else SubjectId(row["subject_id"])


async def link_subject(
    uow: UnitOfWork, subject: SubjectId, kind: str, handle_hash: bytes, sealed: bytes, now: datetime
) -> bool:
    """Link a handle to a subject; False when the handle is linked already (somebody was faster)."""
    return bool(
        await uow.run(
            "INSERT INTO subject_links (kind, handle_hash, subject_id, sealed, linked_at) VALUES (%(kind)s,"
            " %(handle_hash)s, %(subject)s, %(sealed)s, %(now)s) ON CONFLICT (tenant, kind, handle_hash) DO NOTHING",
            kind=kind,
            handle_hash=handle_hash,
            subject=subject,
            sealed=sealed,
            now=now,
        )
    )


async def when_linked(uow: UnitOfWork, kind: str, handle_hash: bytes) -> tuple[SubjectId, datetime] | None:
    """(the subject that this handle is linked to, since when)."""
    row = await uow.row(
        "SELECT subject_id, linked_at FROM subject_links WHERE kind = %(kind)s AND handle_hash = %(handle_hash)s",
        kind=kind,
        handle_hash=handle_hash,
    )
    return None if row is None else (SubjectId(row["subject_id"]), row["linked_at"])


async def unlink_subject(uow: UnitOfWork, kind: str, handle_hash: bytes, subject: SubjectId) -> bool:
    """This handle is no longer linked to this subject; False when it was not."""
    return bool(
        await uow.run(
            "DELETE FROM subject_links WHERE kind = %(kind)s AND handle_hash = %(handle_hash)s"
            " AND subject_id = %(subject)s",
            kind=kind,
            handle_hash=handle_hash,
            subject=subject,
        )
    )


async def links_of(uow: UnitOfWork, subject: SubjectId, kind: str) -> list[bytes]:
    """The sealed handles of this kind that are linked to the subject."""
    rows = await uow.rows(
        "SELECT sealed FROM subject_links WHERE subject_id = %(subject)s AND kind = %(kind)s ORDER BY linked_at",
        subject=subject,
        kind=kind,
    )
    return [bytes(row["sealed"]) for row in rows]
