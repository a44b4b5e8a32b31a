"""The text that recognisers read and the places they have claimed: each stretch of a message means one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from openteller.capabilities.understanding.letters import stands_alone
from openteller.capabilities.understanding.lexicon import Lexicon
from openteller.domain.understanding import Entity, EntityValue

_WORD_BEFORE = re.compile(r"([^\W\d_]+)[\s'\":.]*$")
_WORD_AFTER = re.compile(r"\s*([^\W\d_]+|[^\w\s])")
_LONGEST = 6
"""Letters of the longest word that is looked for where words are not set apart."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day in a text; ``value`` None for an impossible one (31 February), which is claimed and says nothing."""

    value: date | None
    start: int
    end: int
    of_week: bool = False
    """Whether a week is named with it ("Friday next week"), which is then no period of its own."""
    kind: str = ""
    """Name of the pattern; "" for digits alone."""


@dataclass
class Page:
    """One message while it is read. ``text`` is folded for matching, ``written`` is as the customer wrote it.

    ``locale`` says where the customer is, ``number_locale`` how numbers are written in what they write. ``lexicons``
    are of the languages that the message may be in, likeliest first. ``asks_past`` says that the message is about what
    has happened ("spent"), ``orders`` that something is to be done.
    """

    written: str
    text: str
    locale: str
    number_locale: str
    today: date
    expects: str | None
    lexicons: tuple[Lexicon, ...]
    asks_past: bool = False
    orders: bool = False
    days: list[Day] | None = None
    entities: list[Entity] = field(default_factory=list)
    _claimed: bytearray = field(init=False)

    def __post_init__(self) -> None:
        self._claimed = bytearray(len(self.text))

    def free(self, start: int, end: int) -> bool:
        """True if nothing in ``start``–``end`` is claimed."""
        return self._claimed.find(1, start, end) < 0

    def claim(self, start: int, end: int) -> None:
        """Take a stretch so that nothing else reads it, without an entity (a time of day, an order number)."""
        self._claimed[start:end] = b"\1" * (end - start)

    def add(self, type_: str, value: EntityValue, start: int, end: int, *, corrected: bool = False) -> None:
        """Claim a stretch for an entity."""
        self.claim(start, end)
        self.entities.append(Entity(type_, value, start, end, corrected))

    def next_claim(self, start: int) -> int:
        """Where the next claimed stretch at or after ``start`` begins; the end of the text if none does."""
        found = self._claimed.find(1, start)
        return len(self.text) if found < 0 else found

    def last_claim(self, start: int, end: int) -> int:
        """Where the last claimed place between ``start`` and ``end`` ends; ``start`` if there is none."""
        return max(start, self._claimed.rfind(1, start, end) + 1)

    def matches(self, name: str) -> Iterator[tuple[re.Match[str], Lexicon]]:
        """Where the patterns of this name stand, in any of the languages."""
        for lexicon in self.lexicons:
            for match in lexicon.finditer(name, self.text):
                yield match, lexicon

    def says(self, name: str, text: str | None = None) -> bool:
        """True if a pattern of this name is found in ``text`` (default: all of it)."""
        where = self.text if text is None else text
        return any(lexicon.search(name, where) for lexicon in self.lexicons)

    def goes_on(self, name: str, at: int) -> bool:
        """True if a pattern of this name begins at ``at``."""
        return any(lexicon.match(name, self.text, at) for lexicon in self.lexicons)

    def end_of(self, name: str, at: int) -> int | None:
        """Where a pattern of this name that begins at ``at`` ends; None if none does."""
        return next((found.end() for each in self.lexicons if (found := each.match(name, self.text, at))), None)

    def listed(self, name: str, word: str, written: str = "") -> bool:
        """True if the word is in the list of this name; ``written``: with its accents, which may count."""
        count = bool(written) and not self.written.isascii()
        return any(word in each.sets[name] and (not count or each.fits(written, name)) for each in self.lexicons)

    def word_after(self, end: int) -> str:
        """The word that begins just after ``end``, or the mark that stands there ("" at the end)."""
        found = _WORD_AFTER.match(self.text[end : end + 40])
        return found[1] if found else ""

    def led_by(self, name: str, start: int) -> bool:
        """True if the word before ``start`` is in the list of this name, or ends with one where words are glued."""
        found = _WORD_BEFORE.search(self.text, max(0, start - 40), start)
        if found is None:
            return False
        word, written = found[1], self.written[found.start(1) : found.end(1)]
        if not stands_alone(word[-1]):
            return self.listed(name, word, written)
        return any(self.listed(name, word[-length:]) for length in range(1, min(_LONGEST, len(word)) + 1))

    def followed_by(self, name: str, end: int) -> bool:
        """True if the word after ``end`` is in the list of this name, or begins with one where words are glued."""
        found = _WORD_AFTER.match(self.text, end)
        if found is None:
            return False
        word, written = found[1], self.written[found.start(1) : found.end(1)]
        if not stands_alone(word[0]):
            return self.listed(name, word, written)
        return any(self.listed(name, word[:length]) for length in range(1, min(_LONGEST, len(word)) + 1))
