"""The record of consent: rows are added and never changed, and the latest of a purpose counts (GDPR 7(1) and (3))."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from openteller.domain.assurance import SubjectId
from openteller.ports import UnitOfWork

MARKETING, OUTREACH = "marketing", "outreach"
"""Offers; and messages that nobody asked for, but those that protect the customer (fraud) or keep a promise."""


async def record_consent(
    uow: UnitOfWork,
    consent_id: UUID,
    subject: SubjectId,
    purpose: str,
    *,
    given: bool,
    channel: str,
    wording: str,
    at: datetime,
) -> None:
    """Write down what was said, on which channel and to which ``wording`` (a version of the pack); again is once."""
    await uow.run(
        "INSERT INTO consents (consent_id, subject_id, purpose, given, channel, wording, at) VALUES (%(consent_id)s,"
        " %(subject)s, %(purpose)s, %(given)s, %(channel)s, %(wording)s, %(at)s) ON CONFLICT DO NOTHING",
        consent_id=consent_id,
        subject=subject,
        purpose=purpose,
        given=given,
        channel=channel,
        wording=wording,
        at=at,
    )


async def withdrawn(uow: UnitOfWork, subjects: Collection[SubjectId], purpose: str) -> bool:
    """True if a person's last word on it was no: ``subjects`` are all that are known to be that person, on any channel.
    Read in the commit that sends.
    """
    row = await uow.row(
        "SELECT given FROM consents WHERE purpose = %(purpose)s AND subject_id = ANY(%(subjects)s)"
        " ORDER BY at DESC LIMIT 1",
        purpose=purpose,
        subjects=list(subjects),
    )
    return row is not None and not row["given"]
