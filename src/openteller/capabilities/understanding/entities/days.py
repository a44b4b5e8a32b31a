"""Single days: "yesterday", "on Friday", "4 December", "4/12/2026", "in two weeks"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from openteller.capabilities.understanding.entities.calendar_words import (
    COUNT,
    DAY_NUMBERS,
    MONTH,
    MONTH_NUMBERS,
    WEEKDAY,
    count_of,
    month_span,
    months_away,
    real_date,
)
from openteller.capabilities.understanding.entities.spans import Page

_ORDINAL = r"(?:st|nd|rd|th)?"
_RELATIVE = {
    "the day before yesterday": -2, "day before yesterday": -2, "yesterday": -1, "today": 0, "tonight": 0,
    "tomorrow": 1, "the day after tomorrow": 2, "day after tomorrow": 2,
}  # fmt: skip
DAY = (
    r"(?P<iso>\b\d{4}-\d{1,2}-\d{1,2}\b)"
    r"|(?P<numeric>(?<![\d/.-])\d{1,2}(?P<sep>[/.-])\d{1,2}(?P=sep)(?:\d{4}|\d{2})(?![\d/]))"
    r"|(?P<short>(?<![\d/.])\d{1,2}/\d{1,2}(?![\d/]))"
    rf"|(?P<day_first>\b(?P<df_day>\d{{1,2}}){_ORDINAL}\s+(?:of\s+)?(?P<df_month>{MONTH})\b\.?(?:,?\s+(?P<df_year>\d{{4}})\b)?)"
    rf"|(?P<month_first>\b(?P<mf_month>{MONTH})\.?\s+(?:the\s+)?(?P<mf_day>\d{{1,2}}){_ORDINAL}\b(?!:)(?:,?\s+(?P<mf_year>\d{{4}})\b)?)"
    rf"|(?P<relative>\b(?:{'|'.join(sorted(_RELATIVE, key=len, reverse=True))})\b)"
    rf"|(?P<weekday>\b(?:(?P<which>last|next|this|this coming|on|since|until|till|by|from|to|for"
    rf"|and|between|every|the)\s+)?(?P<name>{WEEKDAY})\b)"
    rf"|(?P<ago>\b(?P<ago_count>{COUNT})\s+(?P<ago_unit>day|week|month|year)s?\s+ago\b)"
    rf"|(?P<ahead>\bin\s+(?P<in_count>{COUNT})\s+(?P<in_unit>day|week|month)s?(?:'s? time)?\b)"
    r"|(?P<day_only>\b(?:on |by )?the\s+(?P<do_day>\d{1,2})(?:st|nd|rd|th)\b)"
    r"|(?P<month_end>\b(?:the )?end of (?:the|this) month\b)"
)
_DAY = re.compile(DAY)
_AMBIGUOUS_DAYS = frozenset({"sat", "sun", "wed", "mon", "fri", "tue", "thu"})
_PLAIN_LEADS = frozenset({"on", "since", "until", "till", "by", "from", "to", "for", "and", "between", "every", "the"})


@dataclass(frozen=True, slots=True)
class Day:
    """A day in a text; ``value`` None for an impossible one (31 February), which is claimed and says nothing."""

    value: date | None
    start: int
    end: int


def find_days(page: Page) -> list[Day]:
    """Days in order. Without a year it is the last such day for what has happened, the next one for orders."""
    found = []
    for match in _DAY.finditer(page.text):
        day = _day(match, page)
        if day and page.free(day.start, day.end):
            found.append(day)
    return found


def _day(match: re.Match[str], page: Page) -> Day | None:
    kind = match.lastgroup if match.lastgroup in _READERS else next(name for name in _READERS if match[name])
    start, end = match.span(kind)
    if kind == "weekday":
        which = match["which"]
        if match["name"] in _AMBIGUOUS_DAYS and (which is None or which == "the"):
            return None
        if which in _PLAIN_LEADS:
            start = match.start("name")
    if kind == "day_first" and match["df_month"] in {"may", "mar", "march"} and not match["df_day"]:
        return None
    return Day(_READERS[kind](match, page), start, end)


def _iso(match: re.Match[str], _page: Page) -> date | None:
    year, month, day = (int(part) for part in match["iso"].split("-"))
    return real_date(year, month, day)


@lru_cache(maxsize=64)
def month_comes_first(locale: str) -> bool:
    """True where 4/12 is 12 April (en-US)."""
    try:
        pattern = Locale.parse(locale.replace("-", "_")).date_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        return False
    return 0 <= pattern.find("M") < pattern.find("d") and not pattern.startswith("y") and locale.lower() != "en"


def _numeric(match: re.Match[str], page: Page) -> date | None:
    first, second, year = (int(part) for part in match["numeric"].split(match["sep"]))
    month, day = (first, second) if month_comes_first(page.locale) else (second, first)
    return real_date(year + 2000 if year < 100 else year, month, day)


def _short(match: re.Match[str], page: Page) -> date | None:
    first, second = (int(part) for part in match["short"].split("/"))
    month, day = (first, second) if month_comes_first(page.locale) else (second, first)
    return _without_year(month, day, page)


def _day_first(match: re.Match[str], page: Page) -> date | None:
    return _named(match["df_month"], match["df_day"], match["df_year"], page)


def _month_first(match: re.Match[str], page: Page) -> date | None:
    return _named(match["mf_month"], match["mf_day"], match["mf_year"], page)


def _named(month: str, day: str, year: str | None, page: Page) -> date | None:
    number = MONTH_NUMBERS[month]
    return real_date(int(year), number, int(day)) if year else _without_year(number, int(day), page)


def _without_year(month: int, day: int, page: Page) -> date | None:
    years = (
        range(page.today.year, page.today.year + 5) if page.orders else range(page.today.year, page.today.year - 5, -1)
    )
    candidates = [found for year in years if (found := real_date(year, month, day))]
    fits = [found for found in candidates if (found >= page.today if page.orders else found <= page.today)]
    return fits[0] if fits else None


def _relative(match: re.Match[str], page: Page) -> date:
    return page.today + timedelta(days=_RELATIVE[match["relative"]])


def _weekday(match: re.Match[str], page: Page) -> date:
    ahead = (DAY_NUMBERS[match["name"]] - page.today.weekday()) % 7
    which = match["which"]
    if which == "last":
        return page.today - timedelta(days=(7 - ahead) % 7 or 7)
    if which in {"next", "this coming"}:
        return page.today + timedelta(days=ahead or 7)
    if page.orders or (which in {"by", "until", "till"} and not page.asks_past):
        return page.today + timedelta(days=ahead)
    return page.today - timedelta(days=(7 - ahead) % 7)


def _away(count: int, unit: str, page: Page) -> date:
    if unit in {"month", "year"}:
        return months_away(page.today, count * (12 if unit == "year" else 1))
    return page.today + timedelta(days=count * (7 if unit == "week" else 1))


def _ago(match: re.Match[str], page: Page) -> date:
    return _away(-count_of(match["ago_count"]), match["ago_unit"], page)


def _ahead(match: re.Match[str], page: Page) -> date:
    return _away(count_of(match["in_count"]), match["in_unit"], page)


def _day_only(match: re.Match[str], page: Page) -> date | None:
    day, step = int(match["do_day"]), 1 if page.orders else -1
    for months in range(3):
        first = months_away(page.today.replace(day=1), months * step)
        found = real_date(first.year, first.month, day)
        if found and (found >= page.today if page.orders else found <= page.today):
            return found
    return None


def _month_end(_match: re.Match[str], page: Page) -> date:
    return month_span(page.today.year, page.today.month)[1]


_READERS = {
    "iso": _iso,
    "numeric": _numeric,
    "short": _short,
    "day_first": _day_first,
    "month_first": _month_first,
    "relative": _relative,
    "weekday": _weekday,
    "ago": _ago,
    "ahead": _ahead,
    "day_only": _day_only,
    "month_end": _month_end,
}
