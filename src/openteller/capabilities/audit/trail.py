"""Writing events, in the same commit as what they tell of, unordered: the chain must never hold up a turn."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from openteller.domain.events import Event
from openteller.ports import UnitOfWork

_INSERT = """
    INSERT INTO audit_events (event_id, at, kind, actor, subject_id, correlation, details)
    VALUES (%(event_id)s, %(at)s, %(kind)s, %(actor)s, %(subject)s, %(correlation)s, %(details)s)"""


async def record_events(uow: UnitOfWork, events: Sequence[Event]) -> None:
    """Insert the events. Their ids are random: an event's place is given by the sealer, not by its writer."""
    await uow.many(
        _INSERT,
        [
            {
                "event_id": uuid4(),
                "at": event.at,
                "kind": event.kind,
                "actor": event.actor,
                "subject": event.subject,
                "correlation": event.correlation,
                "details": dict(event.details),
            }
            for event in events
        ],
    )
