"""Events: what has happened, in the past tense, without any text of the customer's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from openteller.domain.assurance import SubjectId


@dataclass(frozen=True, slots=True)
class Event:
    """One audited fact: who did what to whose, when, why (AU-01).

    ``kind`` is dotted and in the past tense (``action.executed``, ``handover.requested``, ``staff.read_conversation``);
    ``actor`` is bot, customer, bank, system or agent:<id>; ``details`` are codes, ids, numbers, never words.
    """

    kind: str
    at: datetime
    actor: str
    subject: SubjectId | None = None
    correlation: UUID | None = None
    details: Mapping[str, str | int | bool | None] = field(default_factory=dict)
