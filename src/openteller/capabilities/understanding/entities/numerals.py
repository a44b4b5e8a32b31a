"""Numbers as people write them: locale-true digits, English number words, "2k", "3 lakh"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError

_SPACES = " \u00a0\u202f\u2009"
_DIGITS = re.compile(
    rf"\d{{1,3}}(?:([{_SPACES}'.,])\d{{3}})(?:\1\d{{3}})*(?!\d)(?:[.,]\d{{1,2}}(?!\d))?"
    r"|\d{1,3}(?:,\d{2})+,\d{3}(?!\d)(?:\.\d{1,2})?"
    r"|\d+(?:[.,]\d+)?"
)
_UNITS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_TENS["fourty"] = 40
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "grand": 1_000,
    "million": 1_000_000,
    "lakh": 100_000,
    "crore": 10_000_000,
}
_WORD = "|".join([*_UNITS, *_TENS, *_SCALES])
_WORDS = re.compile(
    rf"\b(?:(?:a|half a)\s+(?={'|'.join(_SCALES)}))?(?:{_WORD})\b(?:(?:\s+and\s+|[\s-]+)(?:{_WORD})\b)*"
)
_MULTIPLIER = re.compile(r"\s?(k|thousand|grand|million|mn|lakhs?|crores?|hundred)\b")
_FACTORS = {"k": 1_000, "mn": 1_000_000, "lakhs": 100_000, "crores": 10_000_000, **_SCALES}


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text. ``spoken`` when written in words; ``raw`` is how it stands there."""

    value: Decimal
    start: int
    end: int
    raw: str
    spoken: bool = False


@lru_cache(maxsize=64)
def separators(locale: str) -> tuple[str, str]:
    """The (decimal, group) marks of ``locale`` by CLDR; unknown locales read as English."""
    try:
        symbols = Locale.parse(locale.replace("-", "_")).number_symbols
    except (UnknownLocaleError, ValueError):
        return ".", ","
    latin = symbols.get("latn", symbols)
    return str(latin.get("decimal", ".")), str(latin.get("group", ","))


def read_digits(raw: str, locale: str) -> Decimal:
    """The value of ``raw`` (digits with separators). Where a mark could be either, the locale decides."""
    decimal, group = separators(locale)
    text = re.sub(rf"[{_SPACES}']", "", raw)
    marks = [mark for mark in text if mark in ".,"]
    if not marks:
        return Decimal(text)
    if len(set(marks)) == 2:
        last = marks[-1]
        return Decimal(text.replace("," if last == "." else ".", "").replace(last, "."))
    mark, tail = marks[0], text.rpartition(marks[0])[2]
    grouping = len(marks) > 1 or (len(tail) == 3 and (mark == group or mark != decimal) and not text.startswith("0"))
    return Decimal(text.replace(mark, "" if grouping else "."))


def find_numbers(text: str, locale: str) -> list[Number]:
    """All numbers of a folded text in order. Digits inside a word ("b12") and ordinals ("4th") are none."""
    found = [number for match in _DIGITS.finditer(text) if (number := _from_digits(text, match, locale))]
    found += [
        number for match in _WORDS.finditer(text) if (number := _from_words(match)) and not _inside(number, found)
    ]
    return sorted(found, key=lambda number: number.start)


def _inside(number: Number, others: list[Number]) -> bool:
    return any(number.start < other.end and other.start < number.end for other in others)


def _from_digits(text: str, match: re.Match[str], locale: str) -> Number | None:
    start, end, raw = match.start(), match.end(), match[0]
    if match[1] is not None and match[1] in _SPACES and not _groups_by_space(text, end, locale):
        raw = raw.split(match[1])[0]
        end = start + len(raw)
    before = text[start - 1] if start else " "
    if (before.isalpha() and not _code_before(text, start)) or before == "_":
        return None
    if re.match(r"(?:st|nd|rd|th)\b", text[end:]):
        return None
    value = read_digits(raw, locale)
    factor = _MULTIPLIER.match(text, end)
    if factor:
        value, end = value * _FACTORS[factor[1]], factor.end()
    return Number(value, start, end, raw)


def _groups_by_space(text: str, end: int, locale: str) -> bool:
    return separators(locale)[1] in _SPACES or bool(re.match(r"\s?(?:[£$€¥₹₺₽₩₫]|kr\b|zł|eur|chf|sek|nok)", text[end:]))


def _code_before(text: str, start: int) -> bool:
    return bool(re.search(r"(?:^|[^a-z])(?:[a-z]{3}|kr|rs|fr)$", text[max(0, start - 4) : start]))


def _from_words(match: re.Match[str]) -> Number | None:
    """None for what names no single number: "two fifty" may be 2.50 or 250, "twenty nineteen" is a year."""
    words = re.split(r"[\s-]+", match[0])
    half = words[0] == "half"
    total, current = 0, 0
    for word in words:
        if word in _UNITS or word in _TENS:
            if current % 100 and (word in _TENS or _UNITS[word] > 9 or current % 10):
                return None
            current += _UNITS.get(word, 0) + _TENS.get(word, 0)
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in _SCALES:
            total, current = total + max(current, 1) * _SCALES[word], 0
    value = Decimal(total + current) / (2 if half else 1)
    return Number(value, match.start(), match.end(), match[0], spoken=True)
