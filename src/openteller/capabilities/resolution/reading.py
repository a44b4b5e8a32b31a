"""The rows that episodes are made of. No words of anybody are among them."""

from __future__ import annotations

from datetime import datetime

from openteller.capabilities.resolution.episodes import Episode, Happened, Seen, episodes
from openteller.ports import UnitOfWork

_TURNS = """
    SELECT t.turn_id, c.subject_id, t.conversation_id, c.channel, t.language, t.decision, t.reason,
           t.intents[1] AS topic, t.decided_at, i.kind IN ('text', 'choice', 'person') AS by_customer,
           done.details ->> 'outcome' AS finished
    FROM turns t
    JOIN conversations c USING (tenant, conversation_id)
    JOIN inbox i USING (tenant, turn_id)
    LEFT JOIN LATERAL (
        SELECT details FROM audit_events e
        WHERE e.tenant = t.tenant AND e.correlation = t.turn_id AND e.kind = 'flow.finished' ORDER BY e.at DESC LIMIT 1
    ) done ON true
    WHERE t.decided_at >= %(since)s AND t.decision <> 'LeaveToAgent'"""

_ALSO = """
    SELECT conversation_id, 'action' AS kind, state AS what, changed_at AS at
    FROM action_intents WHERE changed_at >= %(since)s
    UNION ALL
    SELECT conversation_id, 'handover', reason, requested_at FROM handovers WHERE requested_at >= %(since)s
    UNION ALL
    SELECT conversation_id, kind, CASE WHEN good THEN 'good' ELSE 'bad' END, at FROM feedback WHERE at >= %(since)s"""


async def read_episodes(uow: UnitOfWork, since: datetime) -> list[Episode]:
    """All episodes since then, by time."""
    turns = [
        Seen(
            row["turn_id"],
            row["subject_id"],
            row["conversation_id"],
            row["channel"],
            row["language"],
            row["decision"],
            row["reason"],
            row["topic"] or "",
            row["decided_at"],
            row["finished"],
            row["by_customer"],
        )
        for row in await uow.rows(_TURNS, since=since)
    ]
    also = [
        Happened(row["conversation_id"], row["kind"], row["what"], row["at"])
        for row in await uow.rows(_ALSO, since=since)
    ]
    return episodes(turns, also)
