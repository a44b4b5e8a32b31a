"""Numbers as people write them: locale-true digits, number words, "2k", "3 lakh", "5 mil"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from openteller.capabilities.understanding.entities.currencies import currency_after
from openteller.capabilities.understanding.lexicon import Lexicon

_SPACES = " \u00a0\u202f\u2009"
_DIGITS = re.compile(
    rf"\d{{1,3}}(?:([{_SPACES}'.,])\d{{3}})(?:\1\d{{3}})*(?!\d)(?:[.,]\d{{1,2}}(?!\d))?"
    r"|\d{1,3}(?:,\d{2})+,\d{3}(?!\d)(?:\.\d{1,2})?"
    r"|\d+(?:[.,]\d+)?"
)
_THOUSAND = 1_000


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


def find_numbers(text: str, locale: str, lexicons: Sequence[Lexicon]) -> list[Number]:
    """All numbers of a folded text in order. Digits inside a word ("b12") and ordinals ("4th") are none."""
    found = [number for match in _DIGITS.finditer(text) if (number := _from_digits(text, match, locale, lexicons))]
    for lexicon in lexicons:
        found += [number for number in _in_words(text, lexicon) if not _inside(number, found)]
    return sorted(found, key=lambda number: number.start)


def _inside(number: Number, others: list[Number]) -> bool:
    return any(number.start < other.end and other.start < number.end for other in others)


def _from_digits(text: str, match: re.Match[str], locale: str, lexicons: Sequence[Lexicon]) -> Number | None:
    start, end, raw = match.start(), match.end(), match[0]
    if match[1] is not None and match[1] in _SPACES and not _groups_by_space(text, end, locale):
        raw = raw.split(match[1])[0]
        end = start + len(raw)
    before = text[start - 1] if start else " "
    if (before.isascii() and before.isalpha() and not _code_before(text, start)) or before == "_":
        return None
    if any(lexicon.match("ordinal_after", text, end) for lexicon in lexicons):
        return None
    value = read_digits(raw, locale)
    factor = _factor(text, end, lexicons)
    if factor:
        value, end = value * factor[0], factor[1]
    return Number(value, start, end, raw)


def _factor(text: str, end: int, lexicons: Sequence[Lexicon]) -> tuple[int, int] | None:
    """What the number before ``end`` is multiplied by ("k", "mil"), and where that ends."""
    space = 1 if text[end : end + 1].isspace() else 0
    for lexicon in lexicons:
        for word in sorted(lexicon.words["factor"], key=len, reverse=True):
            after = end + space + len(word)
            if text.startswith(word, end + space) and not text[after : after + 1].isalnum():
                return lexicon.number("factor", word), after
    return None


def _groups_by_space(text: str, end: int, locale: str) -> bool:
    return separators(locale)[1] in _SPACES or currency_after(text, end) is not None


def _code_before(text: str, start: int) -> bool:
    return bool(re.search(r"(?:^|[^a-z])(?:[a-z]{3}|kr|rs|fr)$", text[max(0, start - 4) : start]))


def _in_words(text: str, lexicon: Lexicon) -> Iterator[Number]:
    for match in lexicon.numbers.finditer(text):
        half = match.group("half") is not None
        first = match.start("half") if half else _start(match)
        at = match.start("words")
        for value, begins, ends in _values(match["words"], lexicon):
            start, end = first if begins == 0 else at + begins, at + ends
            yield Number(value / 2 if half and begins == 0 else value, start, end, text[start:end], spoken=True)


def _start(match: re.Match[str]) -> int:
    """Where the number begins: a lead that is a word of its own ("a hundred") belongs to it, a glued one does not."""
    between = match.string[match.start() : match.start("words")]
    return match.start() if between.endswith(" ") else match.start("words")


def _values(said: str, lexicon: Lexicon) -> list[tuple[Decimal, int, int]]:
    """The numbers said, with their places; two where "and" stands between what is not one ("ten and twenty").

    None for what names no single number: "two fifty" may be 2.50 or 250, "twenty nineteen" is a year.
    """
    found: list[tuple[Decimal, int, int]] = []
    total, current, start, end = 0, 0, 0, 0
    for part in lexicon.number_part.finditer(said):
        joint = part["joint"] or ""
        following = _added(total, current, part["word"], joint, lexicon)
        if following is None:
            if not joint.strip(" -"):
                return []
            found.append((Decimal(total + current), start, end))
            start = part.start("word")
            following = _added(0, 0, part["word"], "", lexicon)
        assert following is not None
        (total, current), end = following, part.end()
    return [*found, (Decimal(total + current), start, end)]


def _added(total: int, current: int, word: str, joint: str, lexicon: Lexicon) -> tuple[int, int] | None:
    """The number with one word more, in thousands and rest; None if the word does not go with it."""
    factor = lexicon.words["scale"].get(" ".join(word.split()))
    if factor is not None and int(factor) >= _THOUSAND:
        return total + max(current, 1) * int(factor), 0
    if factor is not None:
        joined = bool(joint.strip(" -"))
        return total, current + int(factor) if joined and current else max(current, 1) * int(factor)
    value = lexicon.number("number", word)
    if value >= _THOUSAND:
        return total + value, current
    units_first = lexicon.fragments["number_units_first"]
    return (total, current + value) if _goes_with(value, current, bool(units_first and joint.strip())) else None


def _goes_with(value: int, current: int, units_first: bool) -> bool:
    """Whether ``value`` adds to what was said: hundreds, then tens, then units; in Arabic tens follow units."""
    if value >= 100:
        return current == 0
    if value >= 10:
        return current % 100 == 0 or (units_first and value >= 20 and current % 100 < 10)
    return current % 10 == 0
