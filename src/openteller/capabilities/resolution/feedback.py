"""Feedback as rows: the last mark about the same thing counts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from openteller.domain.conversations import ConversationId
from openteller.ports import UnitOfWork


class FeedbackKind(StrEnum):
    """What a mark is about: one answer, the matter at its end, or the matter a day later."""

    THUMB = "thumb"
    SOLVED = "solved"
    SOLVED_LATER = "solved_later"


_SAVE = """
    INSERT INTO feedback (conversation_id, about, kind, good, at)
    VALUES (%(conversation_id)s, %(about)s, %(kind)s, %(good)s, %(at)s)
    ON CONFLICT (tenant, conversation_id, kind, about) DO UPDATE SET good = EXCLUDED.good, at = EXCLUDED.at"""

_TO_ASK = """
    SELECT c.conversation_id, c.last_at FROM conversations c
    WHERE c.holder = 'with_bot' AND c.last_at BETWEEN %(since)s AND %(until)s
      AND EXISTS (SELECT FROM turns t WHERE t.conversation_id = c.conversation_id AND t.decision = 'RunFlow')
      AND NOT EXISTS (SELECT FROM feedback f WHERE f.conversation_id = c.conversation_id AND f.kind <> 'thumb')
      AND NOT EXISTS (SELECT FROM inbox i WHERE i.conversation_id = c.conversation_id AND i.kind = 'follow_up')
    ORDER BY c.last_at LIMIT %(limit)s"""


async def save_feedback(
    uow: UnitOfWork, conversation_id: ConversationId, kind: FeedbackKind, about: str, *, good: bool, at: datetime
) -> None:
    """Write it, or change what was said about the same thing before."""
    await uow.run(_SAVE, conversation_id=conversation_id, about=about, kind=str(kind), good=good, at=at)


async def is_bots_turn(uow: UnitOfWork, conversation_id: ConversationId, turn_id: str) -> bool:
    """Whether the bot said something in this turn of this conversation."""
    row = await uow.row(
        "SELECT 1 FROM messages WHERE conversation_id = %(conversation_id)s AND turn_id::text = %(turn_id)s"
        " AND author = 'bot' LIMIT 1",
        conversation_id=conversation_id,
        turn_id=turn_id,
    )
    return row is not None


async def to_ask_again(
    uow: UnitOfWork, since: datetime, until: datetime, limit: int = 50
) -> list[tuple[ConversationId, datetime]]:
    """Conversations in which something was wanted, that ended within this time and in which nobody said how it went."""
    rows = await uow.rows(_TO_ASK, since=since, until=until, limit=limit)
    return [(ConversationId(row["conversation_id"]), row["last_at"]) for row in rows]
