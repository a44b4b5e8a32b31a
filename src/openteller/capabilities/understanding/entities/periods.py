"""Stretches of time: "in October", "last 3 months", "since Monday", "between 3 and 10 October".

Weeks run Monday to Sunday; "since X" ends today; "last 3 months" is rolling and ends today; "this month" is the whole
calendar month. A period without a year is the latest one that has begun.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from openteller.capabilities.understanding.entities.calendar_words import (
    COUNT,
    MONTH,
    MONTH_NUMBERS,
    count_of,
    monday_of,
    month_span,
    months_away,
    real_date,
)
from openteller.capabilities.understanding.entities.days import Day, find_days
from openteller.capabilities.understanding.entities.spans import Page
from openteller.domain.understanding import Period

_ORDINAL = r"(?:st|nd|rd|th)?"
_DAY_RANGE = re.compile(
    rf"\b(?:(?:between|from)\s+)?(?:the\s+)?(?P<first>\d{{1,2}}){_ORDINAL}\s*(?:-"
    rf"|and|to|until|till|through)\s*(?:the\s+)?"
    rf"(?P<second>\d{{1,2}}){_ORDINAL}\s+(?:of\s+)?(?P<month>{MONTH})\b(?:,?\s+(?P<year>\d{{4}})\b)?"
    rf"|\b(?:(?:between"
    rf"|from)\s+)?(?P<month2>{MONTH})\s+(?P<first2>\d{{1,2}}){_ORDINAL}\s*(?:-|and|to|until|till|through)\s*"
    rf"(?P<second2>\d{{1,2}}){_ORDINAL}\b(?:,?\s+(?P<year2>\d{{4}})\b)?"
)
_ROLLING = re.compile(
    rf"\b(?:(?:in|over|for|during|within)\s+)?(?:the\s+)?(?:last|past"
    rf"|previous)\s+(?P<count>{COUNT})\s+(?P<unit>day|week|fortnight|month|quarter|year)s?\b"
)
_UNIT = re.compile(
    r"\b(?P<which>last|this|previous|past|current|next)\s+(?P<unit>weekend|week"
    r"|fortnight|month|quarter|year)\b(?!'s rent)"
)
_MONTHS_JOINED = re.compile(
    rf"\b(?:between|from)\s+(?P<first>{MONTH})(?:\s+(?P<year1>\d{{4}}))?\s+(?:and|to|until|till"
    rf"|through)\s+(?P<second>{MONTH})\b(?:\s+(?P<year2>\d{{4}})\b)?"
)
_MONTH = re.compile(
    rf"(?P<lead>\b(?:since|in|for|during|of|from|until|till|last|this|next|and"
    rf"|about|all|throughout|whole of|back in)\s+)?"
    rf"\b(?P<month>{MONTH})\b\.?(?:,?\s+(?:of\s+)?(?P<year>\d{{4}})\b)?"
)
_YEAR = re.compile(
    r"\b(?P<lead>since|in|for|during|of|year|all of|throughout|and|about)\s+(?P<year>(?:19"
    r"|20)\d{2})\b(?![/-]\d|\s*(?:pounds|euros|dollars|quid|£|€|\$|kr))"
)
_TO_DATE = re.compile(r"\b(?:so far this (?P<unit>week|month|year)|(?:this )?(?P<unit2>week|month|year) to date|ytd)\b")
_SINCE = re.compile(r"\b(?:since|from)\s+(?:the\s+|last\s+)?$")
_RANGE_LEAD = re.compile(r"\b(?:between|from)\s+$")
_RANGE_JOIN = re.compile(r"^\s*(?:-|and|to|until|till|through)\s+(?:on\s+)?$|^\s*-\s*$")
_WORDS_THAT_ARE_MONTHS_TOO = frozenset({"may", "march", "mar", "jan", "dec", "sep"})


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    period: Period | None


def find_periods(page: Page) -> None:
    """Periods and dates, in one pass because each is part of the other ("between Monday and today")."""
    for finder in (_day_ranges, _joined_days):
        for found in finder(page):
            _take(page, found)
    for pattern, reader in ((_TO_DATE, _to_date), (_ROLLING, _rolling), (_UNIT, _unit), (_MONTHS_JOINED, _months)):
        for match in pattern.finditer(page.text):
            _take(page, _Found(match.start(), match.end(), reader(match, page)))
    _single_days(page)
    for pattern, read in ((_MONTH, _month), (_YEAR, _year)):
        for match in pattern.finditer(page.text):
            _take(page, read(match, page))


def _take(page: Page, found: _Found | None) -> None:
    if found is None or not page.free(found.start, found.end):
        return
    if found.period is None:
        page.claim(found.start, found.end)
    else:
        page.add("period", found.period, found.start, found.end)


def _ordered(first: date, last: date) -> Period | None:
    return Period(first, last) if first <= last else None


def _day_ranges(page: Page) -> list[_Found]:
    found = []
    for match in _DAY_RANGE.finditer(page.text):
        one = "" if match["month"] else "2"
        month, first, second = (
            MONTH_NUMBERS[match["month" + one]],
            int(match["first" + one]),
            int(match["second" + one]),
        )
        years = [int(match["year" + one])] if match["year" + one] else [page.today.year, page.today.year - 1]
        pairs = [(real_date(year, month, first), real_date(year, month, second)) for year in years]
        fits = [(a, b) for a, b in pairs if a and b and (len(pairs) == 1 or a <= page.today)]
        found.append(_Found(match.start(), match.end(), _ordered(*fits[0]) if fits else None))
    return found


def _joined_days(page: Page) -> list[_Found]:
    """Two days joined by "to" or "and" after "from" or "between"."""
    days, found = find_days(page), []
    for first, second in pairwise(days):
        lead = _RANGE_LEAD.search(page.text[: first.start])
        between = page.text[first.end : second.start]
        if not _RANGE_JOIN.match(between) or not (lead or "-" in between):
            continue
        start = lead.start() if lead else first.start
        found.append(_Found(start, second.end, _between(first, second)))
    return found


def _between(first: Day, second: Day) -> Period | None:
    if first.value is None or second.value is None:
        return None
    start = first.value
    if start > second.value:
        # "from Friday to Tuesday": each was read as the last one before today, the first lies a week further back.
        start = start - timedelta(days=7)
    return _ordered(start, second.value)


def _single_days(page: Page) -> None:
    for day in find_days(page):
        if not page.free(day.start, day.end):
            continue
        since = _SINCE.search(page.text[: day.start])
        if day.value is None:
            page.claim(day.start, day.end)
        elif since and since[0].startswith("since") and day.value <= page.today:
            page.add("period", Period(day.value, page.today), since.start(), day.end)
        elif (page.asks_past or page.expects == "period") and not page.orders and day.value <= page.today:
            page.add("period", Period(day.value, day.value), day.start, day.end)
        else:
            page.add("date", day.value, day.start, day.end)


def _rolling(match: re.Match[str], page: Page) -> Period:
    count, unit = count_of(match["count"]), match["unit"]
    if unit in {"day", "week", "fortnight"}:
        days = count * {"day": 1, "week": 7, "fortnight": 14}[unit]
        return Period(page.today - timedelta(days=days - 1), page.today)
    months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
    return Period(months_away(page.today, -months) + timedelta(days=1), page.today)


def _to_date(match: re.Match[str], page: Page) -> Period:
    whole = _calendar_unit(match["unit"] or match["unit2"] or "year", 0, page.today)
    return Period(whole.start, page.today)


def _unit(match: re.Match[str], page: Page) -> Period:
    step = {"this": 0, "current": 0, "next": 1}.get(match["which"], -1)
    return _calendar_unit(match["unit"], step, page.today)


def _calendar_unit(unit: str, step: int, today: date) -> Period:
    if unit in {"week", "weekend", "fortnight"}:
        monday = monday_of(today) + timedelta(days=7 * step)
        if unit == "fortnight":
            return Period(today - timedelta(days=13), today)
        return Period(monday + timedelta(days=5 if unit == "weekend" else 0), monday + timedelta(days=6))
    if unit == "month":
        first = months_away(today.replace(day=1), step)
        return Period(*month_span(first.year, first.month))
    if unit == "quarter":
        first = months_away(date(today.year, 3 * ((today.month - 1) // 3) + 1, 1), 3 * step)
        last = months_away(first, 2)
        return Period(first, month_span(last.year, last.month)[1])
    return Period(date(today.year + step, 1, 1), date(today.year + step, 12, 31))


def _latest_year(month: int, today: date) -> int:
    return today.year if month <= today.month else today.year - 1


def _months(match: re.Match[str], page: Page) -> Period | None:
    first, second = MONTH_NUMBERS[match["first"]], MONTH_NUMBERS[match["second"]]
    last_year = int(match["year2"]) if match["year2"] else _latest_year(second, page.today)
    first_year = int(match["year1"]) if match["year1"] else last_year - (first > second)
    return _ordered(month_span(first_year, first)[0], month_span(last_year, second)[1])


def _month(match: re.Match[str], page: Page) -> _Found | None:
    lead, word = (match["lead"] or "").strip(), match["month"]
    if word in _WORDS_THAT_ARE_MONTHS_TOO and not lead and not match["year"] and page.text.strip(" ?.!") != word:
        return None
    number = MONTH_NUMBERS[word]
    year = int(match["year"]) if match["year"] else _latest_year(number, page.today)
    if not match["year"] and lead == "next":
        year = page.today.year if number > page.today.month else page.today.year + 1
    elif not match["year"] and lead == "last" and number == page.today.month:
        year = page.today.year - 1
    first, last = month_span(year, number)
    keeps = lead in {"since", "last", "this", "next"}
    start = match.start() if keeps else match.start("month")
    if lead == "since":
        return _Found(start, match.end(), _ordered(first, page.today))
    return _Found(start, match.end(), Period(first, last))


def _year(match: re.Match[str], page: Page) -> _Found | None:
    year = int(match["year"])
    first, last = date(year, 1, 1), date(year, 12, 31)
    if page.orders and match["lead"] in {"of", "for", "and"}:
        return None
    if match["lead"] == "since":
        return _Found(match.start(), match.end(), _ordered(first, page.today))
    return _Found(match.start("year"), match.end(), Period(first, last))
