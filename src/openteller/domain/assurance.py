"""How surely we know who is talking, and what that opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import NewType
from uuid import UUID

TenantId = NewType("TenantId", str)
SubjectId = NewType("SubjectId", UUID)
CustomerRef = NewType("CustomerRef", str)
"""The bank's own number for a customer. It opens nothing by itself: a Grant does."""


class Level(IntEnum):
    """Assurance levels. A channel address alone is never more than ANONYMOUS or LINKED (security.md ID-05, R8)."""

    ANONYMOUS = 0
    """A visitor, or an unproven channel."""
    LINKED = 1
    """A channel linked after a login: may block a card, is shown nothing."""
    LOGGED_IN = 2
    """The bank's own login, not idle for longer than five minutes (RTS-SCA Art. 4(3)(d))."""
    STEPPED_UP = 3
    """Approved in the bank's app for exactly one action."""


@dataclass(frozen=True, slots=True)
class LoginClaims:
    """What a verified login token says (issuer, audience, times and signature already checked)."""

    customer: CustomerRef
    token_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalClaims:
    """What a verified step-up approval of the bank's app says: every field is bound by its signature (TX-01)."""

    customer: CustomerRef
    action: str
    amount_minor: int | None
    currency: str | None
    payee: str | None
    intent_id: UUID
    challenge_id: str
    approval_id: str
    expires_at: datetime
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Challenge:
    """A step-up asked of the bank's app: where the customer approves, and until when."""

    challenge_id: str
    approve_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """PASSPORT. All that opens a customer's data: who, how surely, until when.

    Made in ``capabilities/identity/grants.py`` alone. ``customer`` is None below LINKED.
    """

    tenant: TenantId
    subject: SubjectId
    customer: CustomerRef | None
    level: Level
    expires_at: datetime
    session_id: UUID | None = None
