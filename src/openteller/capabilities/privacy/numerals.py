"""Digits in a message, however they are written, joined into chains that a reader would take for one number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from openteller.capabilities.privacy.spoken import WORD, said_numbers
from openteller.capabilities.privacy.vocabulary import words

_RUN = re.compile(r"[0-9]+")
_CLOSE = re.compile(r"[^\w€$£¥₹%₽₺₫฿₩]{1,8}|_{1,3}")
_FILLED = re.compile(r"[^0-9€$£¥₹%?!\n]{1,28}")
_DOUBLED = re.compile(r"(?<![a-z])(double|triple|treble|doble|doppel)[ \-]{1,2}$")
_TIMES = {"double": 2, "doble": 2, "doppel": 2, "triple": 3, "treble": 3}
_LOOKALIKE = re.compile(r"(?<![^\W_])(?:[0-9oil|]+|(?=[a-z|]{0,18}[0-9])[0-9oil|sbz]+)(?![^\W_])")
_LOOKALIKE_NEAR = re.compile(r"[0-9][ \-]?[oil|sbz]|[oil|sbz][ \-]?[0-9]")
_AS_DIGITS = str.maketrans("oil|sbz", "0111582")


@dataclass(frozen=True, slots=True)
class Group:
    """Digits that stand together, or one number in words; places are in the folded text."""

    start: int
    end: int
    digits: str
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Groups with nothing between them that would part one number from the next."""

    groups: tuple[Group, ...]

    @property
    def start(self) -> int:
        """Where the first digit stands."""
        return self.groups[0].start

    @property
    def end(self) -> int:
        """Just after the last digit."""
        return self.groups[-1].end

    @property
    def digits(self) -> str:
        """All digits, without what parts them."""
        return "".join(group.digits for group in self.groups)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many digits each group has."""
        return tuple(len(group.digits) for group in self.groups)

    @property
    def spoken(self) -> bool:
        """Whether a part of it is in words."""
        return any(group.spoken for group in self.groups)

    def part(self, first: int, last: int) -> Chain:
        """The groups ``first`` to ``last``, both included."""
        return Chain(self.groups[first : last + 1])


def chains(text: str, locale: str) -> tuple[Chain, ...]:
    """The chains of a folded text, in order."""
    said = said_numbers(text, locale)
    runs = [_doubled(text, match.start(), match.end(), match.group()) for match in _RUN.finditer(text)]
    if said:
        spoken = [Group(number.start, number.end, number.digits, spoken=True) for number in said]
        runs = sorted([*runs, *spoken], key=lambda group: group.start)
    return _linked(text, runs)


def lookalike_chains(text: str) -> tuple[Chain, ...]:
    """Chains where letters stand in for digits (O for 0; l, I for 1; S, B, Z for 5, 8, 2), at least one of each."""
    if not _LOOKALIKE_NEAR.search(text):
        return ()
    found = [match for match in _LOOKALIKE.finditer(text) if len(match.group()) <= 19]
    groups = [Group(match.start(), match.end(), match.group().translate(_AS_DIGITS)) for match in found]
    return tuple(chain for chain in _linked(text, groups) if _mixed(text[chain.start : chain.end]))


def _mixed(written: str) -> bool:
    """Whether letters stand among the digits; S, B and Z look less alike, so the digits must then prevail."""
    digits = sum(character.isdigit() for character in written)
    letters = sum(character in "oil|" for character in written)
    rarer = sum(character in "sbz" for character in written)
    return letters + rarer > 0 and digits > 0 and (not rarer or digits >= letters + rarer)


def _doubled(text: str, start: int, end: int, digits: str) -> Group:
    """The digits of a run, a single one as often as said before it: "double 4" is 44."""
    if len(digits) == 1 and (match := _DOUBLED.search(text[max(0, start - 9) : start])):
        return Group(start - len(match.group()), end, digits * _TIMES[match.group(1)])
    return Group(start, end, digits)


def _linked(text: str, groups: Sequence[Group]) -> tuple[Chain, ...]:
    found: list[Chain] = []
    current: list[Group] = []
    for group in groups:
        if current and not _together(text[current[-1].end : group.start]):
            found.append(Chain(tuple(current)))
            current = []
        current.append(group)
    if current:
        found.append(Chain(tuple(current)))
    return tuple(found)


def _together(gap: str) -> bool:
    if not gap or _CLOSE.fullmatch(gap):
        return True
    if not _FILLED.fullmatch(gap):
        return False
    between = words("between_digits")
    return all(match.group() in between for match in WORD.finditer(gap))
