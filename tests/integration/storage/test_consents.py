"""Consent on record: the last word of each purpose counts, whatever was said before or of something else (CR-08)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from openteller.adapters.storage.postgres import PostgresStore
from openteller.capabilities.consent.record import MARKETING, OUTREACH, record_consent, withdrawn
from openteller.domain.assurance import SubjectId, TenantId
from openteller.testing.twins import START


async def test_the_last_word_of_each_purpose_counts_cr_08(store: PostgresStore, tenant: TenantId) -> None:
    """By when it was said, not by when it was written down."""
    subject, somebody = SubjectId(uuid4()), SubjectId(uuid4())
    async with store.begin(tenant) as uow:

        async def say(purpose: str, minute: int, *, given: bool, who: SubjectId = subject) -> None:
            at = START + timedelta(minutes=minute)
            await record_consent(uow, uuid4(), who, purpose, given=given, channel="web", wording="1", at=at)

        assert not await withdrawn(uow, [subject], MARKETING), "nobody has said anything"
        await say(MARKETING, 2, given=False)
        await say(MARKETING, 1, given=True)
        await say(OUTREACH, 3, given=True)
        await say(MARKETING, 4, given=True, who=somebody)
        assert await withdrawn(uow, [subject], MARKETING)
        assert not await withdrawn(uow, [subject], OUTREACH)
        assert not await withdrawn(uow, [somebody], MARKETING)
        await say(MARKETING, 5, given=True)
        assert not await withdrawn(uow, [subject], MARKETING)
