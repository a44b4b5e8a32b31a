"""Numbers in words: "four one one one", "double four", "forty-one eleven", "quatre-vingt-dix", "einundvierzig"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from openteller.capabilities.privacy.normalise import fold
from openteller.capabilities.privacy.vocabulary import load_numbers

WORD = re.compile(r"[^\s0-9!-/:-@\[-`{-~\u00a0-\u00bf\u2010-\u2027\u3001\u3002\uff01-\uff0f।॥،؛؟]+")
_TOGETHER = re.compile(r"[\s\-]{1,3}")


@dataclass(frozen=True, slots=True)
class Said:
    """A number in words: its digits, and where it stands in the folded text."""

    start: int
    end: int
    digits: str


@dataclass(frozen=True, slots=True)
class _Tongue:
    """One language: what each word adds. ``units``: word → digit; ``tens``: word → first digit of 20-90."""

    numbers: dict[str, str]
    units: dict[str, str]
    tens: dict[str, str]
    times: dict[str, int]
    zeros: dict[str, int]
    joiner: str | None
    arabic: bool
    french: bool


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str


def said_numbers(text: str, locale: str) -> list[Said]:
    """The number words of a folded text, in the language most of them belong to (``locale`` decides a tie)."""
    found = [_Word(m.start(), m.end(), m.group()) for m in WORD.finditer(text)]
    said = list(_ideographs(text))
    if (best := _spoken_language(found, locale[:2].lower())) is not None:
        said += _parse(found, text, _tongues()[best])
    return sorted(said, key=lambda number: number.start)


def _spoken_language(found: list[_Word], here: str) -> str | None:
    """The language of most number words. A lone word counts in the locale's only: "on" is 10 in Turkish."""
    votes = Counter(language for word in found for language in _languages().get(word.text, ()))
    if not votes:
        return None
    best = max(votes, key=lambda language: (votes[language], language == here, language == "en"))
    different = {word.text for word in found if best in _languages().get(word.text, ())}
    return best if best == here or len(different) > 1 else None


def _parse(found: list[_Word], text: str, tongue: _Tongue) -> Iterator[Said]:
    index = 0
    while index < len(found):
        word = found[index].text
        if word in tongue.times:
            number, used = _multiplied(found, text, index, tongue)
        elif word in tongue.tens:
            number, used = _tens(found, text, index, tongue)
        elif tongue.arabic and word in tongue.units:
            number, used = _arabic(found, text, index, tongue)
        elif word in tongue.numbers:
            number, used = _number(found, text, index, tongue)
        else:
            number, used = "", 1
        if number:
            yield Said(found[index].start, found[index + used - 1].end, number)
        index += used


def _number(found: list[_Word], text: str, index: int, tongue: _Tongue) -> tuple[str, int]:
    word = found[index].text
    following = _next(found, text, index)
    if tongue.french and word == "quatre" and following in {"vingt", "vingts"}:
        number, used = _french(found, text, index + 1, 80, tongue)
        return number, used + 1
    if following in tongue.zeros:
        return tongue.numbers[word] + "0" * tongue.zeros[following], 2
    return tongue.numbers[word], 1


def _multiplied(found: list[_Word], text: str, index: int, tongue: _Tongue) -> tuple[str, int]:
    """A digit said with how often it comes: "double four"."""
    times = tongue.times[found[index].text]
    digit = tongue.units.get(_next(found, text, index))
    return (digit * times, 2) if digit else ("", 1)


def _tens(found: list[_Word], text: str, index: int, tongue: _Tongue) -> tuple[str, int]:
    first = tongue.tens[found[index].text]
    if tongue.french:
        return _french(found, text, index, int(first) * 10, tongue)
    at = index + 1
    if tongue.joiner and _next(found, text, index) == tongue.joiner:
        at += 1
    unit = tongue.units.get(_next(found, text, at - 1))
    return (first + unit, at - index + 1) if unit and unit != "0" else (first + "0", 1)


def _french(found: list[_Word], text: str, index: int, base: int, tongue: _Tongue) -> tuple[str, int]:
    """Sixty to ninety-nine count on past ten: soixante-dix-sept, quatre-vingt-onze."""
    at = index + 1
    if _next(found, text, index) == "et":
        at += 1
    word = _next(found, text, at - 1)
    rest = tongue.numbers.get(word, "")
    if not rest or (len(rest) == 2 and base not in {60, 80}) or rest == "0":
        return str(base), 1
    value, used = int(rest), at - index + 1
    if value == 10 and (unit := tongue.units.get(_next(found, text, at))) in {"7", "8", "9"}:
        value, used = 10 + int(unit or 0), used + 1
    return str(base + value), used


def _arabic(found: list[_Word], text: str, index: int, tongue: _Tongue) -> tuple[str, int]:
    """Units come first and the tens carry an "and": "واحد وأربعون" is 41."""
    unit = tongue.units[found[index].text]
    following = _next(found, text, index)
    if following.startswith("و") and (tens := tongue.tens.get(following[1:])):
        return tens + unit, 2
    return ("1" + unit, 2) if following in {"عشر", "عشره"} and unit != "0" else (unit, 1)


def _next(found: list[_Word], text: str, index: int) -> str:
    """The word that directly follows, or nothing."""
    if index + 1 >= len(found):
        return ""
    gap = text[found[index].end : found[index + 1].start]
    return found[index + 1].text if _TOGETHER.fullmatch(gap) else ""


def _ideographs(text: str) -> Iterator[Said]:
    """Chinese and Japanese digits stand without spaces; a single one inside a word is only that word."""
    if text.isascii():
        return
    digits, run = _ideograph_digits()
    for match in run.finditer(text):
        alone = len(match.group()) > 1 or not (
            text[match.start() - 1 : match.start()].isalpha() or text[match.end() : match.end() + 1].isalpha()
        )
        if alone:
            yield Said(match.start(), match.end(), "".join(digits[character] for character in match.group()))


@lru_cache(maxsize=1)
def _ideograph_digits() -> tuple[dict[str, str], re.Pattern[str]]:
    units = load_numbers()["zh"]["units"]
    digits = {form: str(value) for value, forms in enumerate(units) for form in forms}
    return digits, re.compile("[" + "".join(digits) + "]+")


@lru_cache(maxsize=1)
def _tongues() -> dict[str, _Tongue]:
    return {name: _tongue(entry) for name, entry in load_numbers().items() if entry["compound"] != "ideographs"}


@lru_cache(maxsize=1)
def _languages() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for name, tongue in _tongues().items():
        for word in {**tongue.numbers, **tongue.tens}:
            table[word] = (*table.get(word, ()), name)
    return table


def _forms(entry: str | list[str]) -> list[str]:
    return [fold(form) for form in ([entry] if isinstance(entry, str) else entry)]


def _tongue(entry: dict[str, Any]) -> _Tongue:
    units = {form: str(value) for value, forms in enumerate(entry["units"]) for form in _forms(forms)}
    teens = {form: str(value + 10) for value, forms in enumerate(entry["teens"]) for form in _forms(forms)}
    tens = {form: str(value + 2) for value, forms in enumerate(entry["tens"]) for form in _forms(forms)}
    extra = {fold(word): str(value) for word, value in entry.get("extra", {}).items()}
    joiner = entry.get("joiner", "")
    glued: dict[str, str] = {}
    for tens_word, ten in tens.items():
        for unit_word, unit in units.items():
            if entry["compound"] == "glued_unit_first":
                glued[unit_word + joiner + tens_word] = ten + unit
            elif entry["compound"] == "glued_tens_first":
                glued[tens_word + unit_word] = ten + unit
                if tens_word[-1] in "ai" and unit_word[0] in "uo":
                    glued[tens_word[:-1] + unit_word] = ten + unit
    return _Tongue(
        numbers={**glued, **teens, **units, **extra},
        units=units,
        tens=tens,
        times={fold(word): times for word, times in entry.get("times", {}).items()},
        zeros=dict(entry.get("zeros", {})),
        joiner=fold(joiner) if joiner and entry["compound"] == "apart" else None,
        arabic=entry["compound"] == "arabic",
        french=bool(entry.get("french")),
    )
