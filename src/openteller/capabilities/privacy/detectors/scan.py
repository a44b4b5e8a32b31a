"""What every recogniser is given, and what it gives back."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from openteller.capabilities.privacy.normalise import Reading
from openteller.capabilities.privacy.numerals import Chain, chains
from openteller.capabilities.privacy.vocabulary import finder, words
from openteller.domain.texts import SpanType

_WORDS = re.compile(r"[^\W\d_]+")
_MONEY = re.compile(r"[ ]?[€$£¥₹₽₺₫฿₩%]")
_MONEY_BEFORE = re.compile(r"[€$£¥₹₽₺₫฿₩][ ]?$")


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data in the folded text; ``value`` is its normal form, where that is not simply what was written."""

    start: int
    end: int
    type: SpanType
    value: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Scan:
    """One message under examination: ``source`` as given, ``reading`` its folded copy, ``names`` of people we know."""

    source: str
    reading: Reading
    locale: str = "en"
    names: Sequence[str] = ()

    @property
    def text(self) -> str:
        """The folded text, which all places refer to."""
        return self.reading.text

    @cached_property
    def chains(self) -> tuple[Chain, ...]:
        """Everything that is, or may be, one number."""
        return chains(self.text, self.locale)

    @cached_property
    def _chain_starts(self) -> list[int]:
        return [chain.start for chain in self.chains]

    def chain_after(self, place: int) -> Chain | None:
        """The first chain that starts at ``place`` or later; of one that began before, what comes after ``place``."""
        index = bisect_left(self._chain_starts, place)
        if index and self.chains[index - 1].end > place:
            rest = tuple(group for group in self.chains[index - 1].groups if group.start >= place)
            return Chain(rest) if rest else None
        return self.chains[index] if index < len(self.chains) else None

    def chain_before(self, place: int) -> Chain | None:
        """The last chain that starts before ``place``."""
        index = bisect_left(self._chain_starts, place)
        return self.chains[index - 1] if index else None

    @property
    def region(self) -> str:
        """The country of the locale in capitals (``GB`` of ``en-GB``), or nothing."""
        parts = re.split("[-_]", self.locale)
        return parts[-1].upper() if len(parts) > 1 and len(parts[-1]) == 2 else ""

    @property
    def language(self) -> str:
        """The language of the locale, two letters."""
        return self.locale[:2].lower()

    def before(self, name: str, place: int, reach: int) -> re.Match[str] | None:
        """The last entry of vocabulary ``name`` that ends within ``reach`` characters before ``place``."""
        return next(iter(deque(finder(name).finditer(self.text, max(0, place - reach), place), maxlen=1)), None)

    def after(self, name: str, place: int, reach: int) -> re.Match[str] | None:
        """The first entry of vocabulary ``name`` within ``reach`` characters after ``place``."""
        return finder(name).search(self.text, place, min(len(self.text), place + reach))

    def money(self, start: int, end: int) -> bool:
        """Whether the number there is an amount: a currency stands right before or after."""
        if _MONEY.match(self.text, end) or _MONEY_BEFORE.search(self.text[max(0, start - 2) : start]):
            return True
        following = _WORDS.match(self.text, end + 1) if self.text[end : end + 1] == " " else None
        glued = _WORDS.match(self.text, end)
        preceding = _WORDS.findall(self.text[max(0, start - 8) : start])
        near = [following and following.group(), glued and glued.group(), preceding[-1] if preceding else None]
        return any(word in words("currency") for word in near if word)
