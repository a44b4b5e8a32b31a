"""The Grant: made here and nowhere else, from a session that is alive and a customer link that was proven."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from openteller.capabilities.identity.sessions import IDLE, Session, is_idle
from openteller.domain.assurance import CustomerRef, Grant, Level, LoginClaims, SubjectId, TenantId


def open_grant(
    tenant: TenantId,
    session: Session,
    customer: CustomerRef | None,
    now: datetime,
    *,
    at_most: Level = Level.LOGGED_IN,
) -> Grant:
    """What this session opens at ``now``, on a channel that opens ``at_most``: nothing when a visitor's, idle or
    expired (ID-03, ID-05).
    """
    alive = customer is not None and not is_idle(session, now) and now < session.expires_at
    if not alive:
        return Grant(tenant, session.subject, None, Level.ANONYMOUS, now, session.session_id)
    expires_at = min(session.last_active_at + IDLE, session.expires_at)
    return Grant(tenant, session.subject, customer, min(session.level, at_most), expires_at, session.session_id)


def linked_grant(
    tenant: TenantId, subject: SubjectId, customer: CustomerRef, now: datetime, session_id: UUID | None = None
) -> Grant:
    """What a chat opens that a login has linked to this customer: a card can be made safe, nothing is shown (ID-05)."""
    return Grant(tenant, subject, customer, Level.LINKED, now + IDLE, session_id)


def login_grant(tenant: TenantId, subject: SubjectId, claims: LoginClaims, now: datetime) -> Grant:
    """What a login that has just been verified opens before its session is there; it ends with the token."""
    return Grant(tenant, subject, claims.customer, Level.LOGGED_IN, max(now, claims.expires_at))


def anonymous_grant(tenant: TenantId, subject: SubjectId, now: datetime) -> Grant:
    """What an unproven channel opens: nothing."""
    return Grant(tenant, subject, None, Level.ANONYMOUS, now)
