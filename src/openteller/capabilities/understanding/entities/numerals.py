"""Numbers as people write them: locale-true digits, number words, "2k", "3 lakh", "5 mil"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from openteller.capabilities.understanding.entities.currencies import currency_after, currency_before
from openteller.capabilities.understanding.letters import stands_alone
from openteller.capabilities.understanding.lexicon import Lexicon

_SPACES = " \u00a0\u202f\u2009"
_DIGITS = re.compile(
    rf"\d{{1,3}}(?:([{_SPACES}'.,])\d{{3}})(?:\1\d{{3}})*(?!\d)(?:(?!\1)[.,]\d{{1,3}}(?!\d))?"
    r"|\d{1,3}(?:,\d{2})+,\d{3}(?!\d)(?:\.\d{1,3}(?!\d))?"
    r"|\d+(?:[.,]\d+)?"
)
_TAIL = re.compile(r"(\d)(?![\d.,%])")
_MORE = re.compile(r"\s?(\d+(?:[.,]\d+)*)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text. ``spoken`` when written in words; ``raw`` is how it stands there."""

    value: Decimal
    start: int
    end: int
    raw: str
    spoken: bool = False
    unit: Decimal = Decimal(1)
    """What digits are multiplied by ("k")."""


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


def find_numbers(text: str, locale: str, lexicons: Sequence[Lexicon], written: str = "") -> list[Number]:
    """All numbers of a folded text in order; ``written`` is the same before folding, where accents may count.

    Digits inside a word ("b12") and ordinals ("4th") are none.
    """
    found: list[Number] = []
    for match in _DIGITS.finditer(text):
        if (not found or match.start() >= found[-1].end) and (number := _from_digits(text, match, locale, lexicons)):
            found.append(number)
    for lexicon in lexicons:
        found += [number for number in _in_words(text, lexicon, written) if not _inside(number, found)]
    return sorted(found, key=lambda number: number.start)


def _inside(number: Number, others: list[Number]) -> bool:
    return any(number.start < other.end and other.start < number.end for other in others)


def _from_digits(text: str, match: re.Match[str], locale: str, lexicons: Sequence[Lexicon]) -> Number | None:
    start, end, raw = match.start(), match.end(), match[0]
    if match[1] is not None and match[1] in _SPACES and not _groups_by_space(text, end, locale, lexicons):
        raw = raw.split(match[1])[0]
        end = start + len(raw)
    before = text[start - 1] if start else " "
    if (before.isalpha() and not stands_alone(before) and not _code_before(text, start, lexicons)) or before == "_":
        return None
    if any(lexicon.match("ordinal_after", text, end) for lexicon in lexicons):
        return None
    digits = read_digits(raw, locale)
    value, end = _multiplied(text, digits, end, locale, lexicons)
    return Number(value, start, end, raw, unit=value / digits if digits else Decimal(1))


def _multiplied(text: str, value: Decimal, end: int, locale: str, lexicons: Sequence[Lexicon]) -> tuple[Decimal, int]:
    """Digits with what multiplies them and goes on after it: "2 k", "2,5 mil", "3万5千", "2 buçuk milyon"."""
    for lexicon in lexicons:
        if half := lexicon.half_after.match(text, end):
            value, end = value + Decimal("0.5"), half.end()
            break
    unit = Decimal(1)
    while found := _factor(text, end, lexicons):
        factor, end, lexicon = found
        value, unit = value * factor, unit * factor
        if half := lexicon.half_after.match(text, end):
            return value + unit / 2, half.end()
        tail = _TAIL.match(text, end)
        if tail and lexicon.fragments["number_tail"] and not lexicon.factors.match(text, tail.end()):
            return value + int(tail[1]) * unit / 10, tail.end()
    if unit == 1:
        return value, end
    more = _MORE.match(text, end)
    if more is None or (further := read_digits(more[1], locale)) >= unit:
        return value, end
    added, ends = _multiplied(text, further, more.end(), locale, lexicons)
    glued = more.start(1) == end and stands_alone(text[end - 1])
    named = ends > more.end() or glued or currency_after(text, ends, lexicons) is not None
    return (value + added, ends) if added < unit and named else (value, end)


def _factor(text: str, end: int, lexicons: Sequence[Lexicon]) -> tuple[Decimal, int, Lexicon] | None:
    """What the number before ``end`` is multiplied by ("k", "mil"), where that ends, and in which language."""
    for lexicon in lexicons:
        match = lexicon.factors.match(text, end)
        if match is None:
            continue
        factor = lexicon.value("factor", match["word"]) or lexicon.value("scale", match["word"]) or Decimal(1)
        after = match.end()
        dotted = text[after : after + 1] == "." and currency_after(text, after + 1, lexicons) is not None
        return factor, after + dotted, lexicon
    return None


def _groups_by_space(text: str, end: int, locale: str, lexicons: Sequence[Lexicon]) -> bool:
    return separators(locale)[1] in _SPACES or currency_after(text, end, lexicons) is not None


def _code_before(text: str, start: int, lexicons: Sequence[Lexicon]) -> bool:
    """Whether the letters right before the digits are the name of a currency ("kr500")."""
    return currency_before(text, start, lexicons) is not None


def _in_words(text: str, lexicon: Lexicon, written: str) -> Iterator[Number]:
    for match in lexicon.numbers.finditer(text):
        half = match.group("half") is not None
        first = match.start("half") if half else _start(match)
        for at, said in _well_spelled(match, lexicon, written):
            for said_value, unit, begins, ends in _values(said, lexicon):
                opens = at + begins == match.start("words")
                start, end = first if opens else at + begins, at + ends
                value = said_value / 2 if half and opens else said_value
                if end == match.end("words") and (more := lexicon.half_after.match(text, end)):
                    value, end = value + unit / 2, more.end()
                if end == match.end("words") and (factor := _factor(text, end, (lexicon,))):
                    value, end = value * factor[0], factor[1]
                yield Number(value, start, end, text[start:end], spoken=True)


def _well_spelled(match: re.Match[str], lexicon: Lexicon, written: str) -> list[tuple[int, str]]:
    """The stretches of number words with their places; where accents count, without the words that have others."""
    at, said = match.start("words"), match["words"]
    if not lexicon.spelled or written.isascii():
        return [(at, said)]
    stretches: list[tuple[int, int]] = []
    joined = False
    for part in lexicon.number_part.finditer(said):
        start, end = at + part.start("word"), at + part.end("word")
        if not lexicon.fits(written[start:end], "number", "scale", "fraction"):
            joined = False
            continue
        stretches[-1:] = [(stretches[-1][0], end)] if joined else [*stretches[-1:], (start, end)]
        joined = True
    return [(start, match.string[start:end]) for start, end in stretches]


def _start(match: re.Match[str]) -> int:
    """Where the number begins: a lead that is a word of its own ("a hundred") belongs to it, a glued one does not."""
    between = match.string[match.start() : match.start("words")]
    return match.start() if between.endswith(" ") else match.start("words")


def _values(said: str, lexicon: Lexicon) -> list[tuple[Decimal, Decimal, int, int]]:
    """The numbers said, each with its last scale and its place; two where "and" joins no single one ("ten and twenty").

    None for what names no single number: "two fifty" may be 2.50 or 250, "twenty nineteen" is a year.
    """
    found: list[tuple[Decimal, Decimal, int, int]] = []
    parts = list(lexicon.number_part.finditer(said))
    value, unit, start, end = Decimal(0), Decimal(1), 0, 0
    for place, part in enumerate(parts):
        joint = part["joint"] or ""
        last = place + 1 == len(parts)
        following = _added(value, unit, part["word"], joint, lexicon, last=last) if place else None
        if following is None:
            if place and not joint.strip(" -\u00a0"):
                return []
            if place:
                found.append((value, unit, start, end))
                start = part.start("word")
            following = _added(Decimal(0), Decimal(1), part["word"], "", lexicon, last=last)
        assert following is not None
        (value, unit), end = following, part.end()
    return [*found, (value, unit, start, end)]


def _added(
    value: Decimal, unit: Decimal, word: str, joint: str, lexicon: Lexicon, *, last: bool
) -> tuple[Decimal, Decimal] | None:
    """The number with one word more, and its last scale; None if the word does not go with it."""
    scale = lexicon.value("scale", word)
    if scale is not None:
        low = value % scale
        if joint.strip() and low and lexicon.units_first.fullmatch(joint):
            return value + scale, scale
        return value - low + (low or 1) * scale, scale
    new = lexicon.value("number", word)
    if new is None:
        new = lexicon.value("fraction", word) or Decimal(0)
    if lexicon.fragments["number_tail"] and last and 0 < new < 10 and unit >= 100 and not joint.strip():
        return value + new * unit / 10, unit
    if new == 0 and value:
        return value, Decimal(1)
    return (value + new, unit) if _goes_with(new, value, lexicon, joint) else None


def _goes_with(new: Decimal, value: Decimal, lexicon: Lexicon, joint: str) -> bool:
    """Whether ``new`` adds to what was said: it must fit into the zeros of it; in some languages tens follow units."""
    if value < 1 or new < 1:
        return True
    if new >= 20 and new < 100 and 0 < value % 100 < 10 and lexicon.units_first.fullmatch(joint):
        return True
    room = 10 if new < 10 else 100 if new < 100 else 1_000 if new < 1_000 else 1_000_000
    return value % room == 0
