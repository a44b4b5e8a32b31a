"""Promises and legal clocks: rows that somebody must close, and the case that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Obligation:
    """A promise or a legal clock that somebody must close: a row, not a sentence.

    ``source`` is the law or the promise it comes from; from ``alert_at`` on its ``owner`` is reminded.
    """

    obligation_id: UUID
    kind: str
    reference: str
    due_at: datetime
    owner: str
    source: str = ""
    alert_at: datetime | None = None
    closed_at: datetime | None = None
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A matter that was written down, with a reference and a clock: what sentences that promise something are
    filled from.

    ``opened_at`` is when the first words about it came (t0). ``due_on`` is the day of its first clock, ``answer_on`` of
    its last, in the bank's time zone.
    """

    kind: str
    reference: str
    opened_at: datetime
    due_on: date
    answer_on: date
