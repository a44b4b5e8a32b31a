"""Passing a conversation to a person, and the promise that comes with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from openteller.domain.conversations import ConversationId


class HandoverState(StrEnum):
    """requested and told (WAITING) → ACCEPTED → RETURNED or CLOSED; TICKET when nobody is there."""

    WAITING = "waiting"
    TICKET = "ticket"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Handover:
    """A request for a person. ``reference`` is what the customer is told; ``due_at`` is when we said it would happen.
    ``priority`` 0 is the most urgent.
    """

    handover_id: UUID
    conversation_id: ConversationId
    reference: str
    reason: str
    queue: str
    priority: int
    state: HandoverState
    requested_at: datetime
    due_at: datetime
    accepted_by: str | None = None
