"""The text that recognisers read and the places they have claimed: each stretch of a message means one thing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from openteller.domain.understanding import Entity, EntityValue

_SEPARATORS = {"٫": ".", "٬": ",", "，": ",", "．": ".", "：": ":", "／": "/", "−": "-", "–": "-", "—": "-", "’": "'"}


def western(text: str) -> str:
    """``text`` in lower case with ASCII digits and separators, one character for one character (places stay true)."""
    return "".join(_plain(mark) for mark in text)


def _plain(mark: str) -> str:
    if not mark.isascii():
        if mark in _SEPARATORS:
            return _SEPARATORS[mark]
        digit = unicodedata.decimal(mark, None)
        if digit is not None:
            return str(digit)
    lower = mark.lower()
    return lower if len(lower) == 1 else mark


@dataclass
class Page:
    """One message while it is read. ``text`` is folded for matching, ``written`` is as the customer wrote it.

    ``asks_past`` says that the message is about what has happened ("spent"), ``orders`` that something is to be done.
    """

    written: str
    text: str
    locale: str
    today: date
    expects: str | None
    asks_past: bool = False
    orders: bool = False
    entities: list[Entity] = field(default_factory=list)
    _claimed: list[tuple[int, int]] = field(default_factory=list)

    def free(self, start: int, end: int) -> bool:
        """True if nothing in ``start``–``end`` is claimed."""
        return all(end <= first or start >= last for first, last in self._claimed)

    def claim(self, start: int, end: int) -> None:
        """Take a stretch so that nothing else reads it, without an entity (a time of day, an order number)."""
        self._claimed.append((start, end))

    def add(self, type_: str, value: EntityValue, start: int, end: int, *, corrected: bool = False) -> None:
        """Claim a stretch for an entity."""
        self.claim(start, end)
        self.entities.append(Entity(type_, value, start, end, corrected))

    def next_claim(self, start: int) -> int:
        """Where the next claimed stretch at or after ``start`` begins; the end of the text if none does."""
        return min((first for first, _ in self._claimed if first >= start), default=len(self.text))

    def word_before(self, start: int) -> str:
        """The word that ends just before ``start`` ("" if none)."""
        found = re.search(r"([^\W\d_]+)[\s'\":.]*$", self.text[max(0, start - 40) : start])
        return found[1] if found else ""

    def word_after(self, end: int) -> str:
        """The word that begins just after ``end``, or the mark that stands there ("" at the end)."""
        found = re.match(r"\s*([^\W\d_]+|[^\w\s])", self.text[end : end + 40])
        return found[1] if found else ""
