"""Sessions of the web face: an unguessable token, kept as a hash, that dies of idleness (ID-01, ID-03)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from openteller.domain.assurance import Level, SubjectId
from openteller.domain.conversations import ConversationId
from openteller.domain.errors import NotAllowed
from openteller.ports import Row, UnitOfWork

IDLE = timedelta(minutes=5)
"""Account data closes this long after the customer's last act (RTS-SCA Art. 4(3)(d))."""
VISITOR_IDLE = timedelta(hours=12)
"""A visitor's thread holds no account data; it lives for half a day."""
ABSOLUTE = timedelta(hours=12)
"""No session outlives this, whatever happens in it."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is alive. ``subject`` is the customer's when logged in, else the visitor's."""

    session_id: UUID
    subject: SubjectId
    conversation_id: ConversationId
    level: Level
    last_active_at: datetime
    expires_at: datetime


def hash_token(token: str) -> bytes:
    """What is stored of a token: it has 128 random bits or more, so a plain hash suffices."""
    return hashlib.sha256(token.encode()).digest()


async def open_session(uow: UnitOfWork, session: Session, token: str) -> None:
    """Store a new session."""
    await uow.run(
        "INSERT INTO sessions (session_id, token_hash, subject_id, conversation_id, level, created_at, last_active_at,"
        " expires_at) VALUES (%(session_id)s, %(token_hash)s, %(subject)s, %(conversation_id)s, %(level)s,"
        " %(last_active_at)s, %(last_active_at)s, %(expires_at)s)",
        token_hash=hash_token(token),
        **{name: getattr(session, name) for name in Session.__slots__ if name != "level"},
        level=int(session.level),
    )


async def find_session(uow: UnitOfWork, token: str, now: datetime) -> Session:
    """The live session of this token. NotAllowed: ``no_session`` for a wrong one, ``session_idle`` for an idle one."""
    row = await uow.row("SELECT * FROM sessions WHERE token_hash = %(token_hash)s", token_hash=hash_token(token))
    if row is None or row["expires_at"] <= now:
        raise NotAllowed("no_session", "this session token is unknown or has expired")
    session = _session(row)
    if is_idle(session, now):
        raise NotAllowed("session_idle", "this session has been idle for too long; log in again")
    return session


async def session_of_turn(uow: UnitOfWork, session_id: UUID) -> Session | None:
    """The session a message came through, idle or not: the grant decides what it still opens."""
    row = await uow.row("SELECT * FROM sessions WHERE session_id = %(session_id)s", session_id=session_id)
    return None if row is None else _session(row)


async def live_session(uow: UnitOfWork, session_id: UUID, now: datetime) -> Session:
    """The session as it is now. NotAllowed when it has ended or gone idle since (ID-03)."""
    current = await session_of_turn(uow, session_id)
    if current is None or current.expires_at <= now:
        raise NotAllowed("no_session", "this session has ended")
    if is_idle(current, now):
        raise NotAllowed("session_idle", "this session has been idle for too long; log in again")
    return current


async def latest_session(uow: UnitOfWork, conversation_id: ConversationId) -> Session | None:
    """The session that was last active in this conversation."""
    row = await uow.row(
        "SELECT * FROM sessions WHERE conversation_id = %(conversation_id)s ORDER BY last_active_at DESC LIMIT 1",
        conversation_id=conversation_id,
    )
    return None if row is None else _session(row)


async def touch_session(uow: UnitOfWork, session_id: UUID, now: datetime) -> None:
    """The customer has just done something."""
    await uow.run(
        "UPDATE sessions SET last_active_at = %(now)s WHERE session_id = %(session_id)s",
        session_id=session_id,
        now=now,
    )


async def close_session(uow: UnitOfWork, session_id: UUID) -> None:
    """The token is dead from the commit on. NotAllowed when somebody else has just closed it."""
    if not await uow.run("DELETE FROM sessions WHERE session_id = %(session_id)s", session_id=session_id):
        raise NotAllowed("no_session", "this session has just ended")


async def close_sessions_of(uow: UnitOfWork, owner: SubjectId) -> int:
    """Every session that was opened in a conversation of ``owner`` is dead from the commit on; how many there were."""
    return await uow.run(
        "DELETE FROM sessions WHERE conversation_id IN"
        " (SELECT conversation_id FROM conversations WHERE subject_id = %(owner)s)",
        owner=owner,
    )


async def use_once(uow: UnitOfWork, token_id: str, expires_at: datetime) -> None:
    """Claim a single-use token. NotAllowed when it has been used before."""
    fresh = await uow.run(
        "INSERT INTO used_tokens (token_id, expires_at) VALUES (%(token_id)s, %(expires_at)s) ON CONFLICT DO NOTHING",
        token_id=token_id,
        expires_at=expires_at,
    )
    if not fresh:
        raise NotAllowed("token_used", "this token has been used already")


async def redeem(uow: UnitOfWork, token_id: str, now: datetime) -> bool:
    """Use up a token that ``use_once`` has laid down; False when it is unknown, used or too old."""
    return bool(
        await uow.run(
            "DELETE FROM used_tokens WHERE token_id = %(token_id)s AND expires_at > %(now)s",
            token_id=token_id,
            now=now,
        )
    )


def is_idle(session: Session, now: datetime) -> bool:
    """True when nothing has been done in the session for too long."""
    return now - session.last_active_at > (IDLE if session.level >= Level.LOGGED_IN else VISITOR_IDLE)


def _session(row: Row) -> Session:
    return Session(
        row["session_id"],
        SubjectId(row["subject_id"]),
        ConversationId(row["conversation_id"]),
        Level(row["level"]),
        row["last_active_at"],
        row["expires_at"],
    )
