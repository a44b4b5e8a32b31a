"""Stretches of time: "in October", "last 3 months", "since Monday", "between 3 and 10 October".

Weeks run Monday to Sunday; "since X" ends today; "last 3 months" is rolling and ends today; "this month" is the whole
calendar month. A period without a year is the latest one that has begun.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from openteller.capabilities.understanding.entities.calendar_days import monday_of, month_span, months_away, real_date
from openteller.capabilities.understanding.entities.days import counted, find_days, full_year, said
from openteller.capabilities.understanding.entities.spans import Day, Page
from openteller.capabilities.understanding.lexicon import Lexicon
from openteller.domain.understanding import Period

_DASH = re.compile(r"^\s*-\s*$")
_QUARTER = re.compile(r"(?<!\w)(?:([qh])(?<!h(?=[34]))([1-4]))(?:[\s/-]{1,2}((?:20)?\d{2})(?!\d))?(?!\w)")
_MONTHS = {"q": 3, "h": 6}


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
    _single_days(page, of_week=True)
    for name, reader in _PERIODS.items():
        for match, lexicon in page.matches(name):
            _take(page, _since(page, _Found(match.start(), match.end(), reader(match, page, lexicon))))
    for match in _QUARTER.finditer(page.text):
        _take(page, _since(page, _Found(match.start(), match.end(), _part_of_year(match[1], match[2], match[3], page))))
    _single_days(page)
    for name, read in (("month", _month), ("year", _year)):
        for match, lexicon in page.matches(name):
            _take(page, read(match, page, lexicon))


def _take(page: Page, found: _Found | None) -> None:
    if found is None or not page.free(found.start, found.end):
        return
    if found.period is None:
        page.claim(found.start, found.end)
    else:
        page.add("period", found.period, found.start, found.end)


def _since(page: Page, found: _Found) -> _Found:
    """The same up to today, if "since" stands before it."""
    if found.period is None or found.period.start > page.today:
        return found
    lead, behind = _last(page, "since", page.text[: found.start]), page.end_of("since_after", found.end)
    if lead is None and behind is None:
        return found
    start = found.start if lead is None else lead
    return _Found(start, behind or found.end, Period(found.period.start, page.today))


def _ordered(first: date, last: date) -> Period | None:
    return Period(first, last) if first <= last else None


def _day_ranges(page: Page) -> list[_Found]:
    found = []
    for match, lexicon in page.matches("day_range"):
        first, second = lexicon.whole(match["first"]) or 0, lexicon.whole(match["second"]) or 0
        year_said, month_said = said(match, "year"), said(match, "month")
        if month_said:
            other = 1 if page.orders else -1
            years = [full_year(year_said, lexicon)] if year_said else [page.today.year, page.today.year + other]
            months = [(year, lexicon.number("month", month_said)) for year in years]
        else:
            other_month = months_away(page.today.replace(day=1), 1 if page.orders else -1)
            months = [(page.today.year, page.today.month), (other_month.year, other_month.month)]
        pairs = [(real_date(year, month, first), real_date(year, month, second)) for year, month in months]
        fits = [(a, b) for a, b in pairs if a and b and (len(pairs) == 1 or _lies_right(a, page))]
        found.append(_Found(match.start(), match.end(), _ordered(*fits[0]) if fits else None))
    return found


def _lies_right(day: date, page: Page) -> bool:
    """Without a year a day that has been is meant, in an order one that will be."""
    return day >= page.today if page.orders else day <= page.today


def _joined_days(page: Page) -> list[_Found]:
    """Two days joined by "to" or "and" after "from" or "between"."""
    days, found = find_days(page), []
    for first, second in pairwise(days):
        before, between = page.text[: first.start], page.text[first.end : second.start]
        lead = _last(page, "range_lead", before)
        alone = page.says("range_alone", between)
        joined = alone or _DASH.match(between) or page.says("range_join", between)
        if not joined or (lead is None and "-" not in between and not alone):
            continue
        found.append(_Found(first.start if lead is None else lead, second.end, _between(first, second)))
    return found


def _last(page: Page, name: str, before: str) -> int | None:
    """Where a pattern of this name that ends ``before`` begins, in any of the languages."""
    matches = (lexicon.search(name, before) for lexicon in page.lexicons)
    return next((match.start() for match in matches if match), None)


def _between(first: Day, second: Day) -> Period | None:
    if first.value is None or second.value is None:
        return None
    start = first.value
    if start > second.value:
        # "from Friday to Tuesday": each was read as the last one before today, the first lies a week further back.
        start = start - timedelta(days=7)
    return _ordered(start, second.value)


def _single_days(page: Page, *, of_week: bool = False) -> None:
    for day in find_days(page):
        if of_week > day.of_week or not page.free(day.start, day.end):
            continue
        since = _last(page, "since", page.text[: day.start])
        behind = page.end_of("since_after", day.end) if since is None else None
        if day.value is None:
            page.claim(day.start, day.end)
        elif (since is not None or behind) and day.value <= page.today:
            start = day.start if since is None else since
            page.add("period", Period(day.value, page.today), start, behind or day.end)
        elif (page.asks_past or page.expects == "period") and not page.orders and day.value <= page.today:
            page.add("period", Period(day.value, day.value), day.start, day.end)
        else:
            page.add("date", day.value, day.start, day.end)


def _rolling(match: re.Match[str], page: Page, lexicon: Lexicon) -> Period:
    count, unit = counted(match, lexicon)
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months is None:
        days = count * {"week": 7, "fortnight": 14, "weekend": 7}.get(unit, 1)
        return Period(page.today - timedelta(days=days - 1), page.today)
    return Period(months_away(page.today, -count * months) + timedelta(days=1), page.today)


def _to_date(match: re.Match[str], page: Page, lexicon: Lexicon) -> Period:
    unit = said(match, "unit")
    whole = _calendar_unit(lexicon.named("unit", unit) if unit else "year", 0, page.today)
    return Period(whole.start, page.today)


def _calendar(match: re.Match[str], page: Page, lexicon: Lexicon) -> Period:
    steps = {"last": -1, "next": 1, "earlier": -2, "later": 2}
    step = next((step for role, step in steps.items() if said(match, role)), 0)
    return _calendar_unit(lexicon.named("unit", match["unit"]), step, page.today)


def _calendar_unit(unit: str, step: int, today: date) -> Period:
    if unit == "day":
        return Period(today + timedelta(days=step), today + timedelta(days=step))
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


def _quarter(match: re.Match[str], page: Page, lexicon: Lexicon) -> Period | None:
    number, year = lexicon.whole(match["number"]) or 0, said(match, "year")
    shift = -1 if said(match, "last") else 1 if said(match, "next") else 0 if said(match, "this") else None
    written = str(full_year(year, lexicon)) if year else None if shift is None else str(page.today.year + shift)
    return _part_of_year("q", str(number), written, page) if 1 <= number <= 4 else None


def _part_of_year(kind: str, number: str, year: str | None, page: Page) -> Period:
    """A quarter or a half of a year; without a year the latest one that has begun."""
    length = _MONTHS[kind]
    first = length * (int(number) - 1) + 1
    which = int(year) if year else _latest_year(first, page.today)
    which += 2000 if which < 100 else 0
    return Period(date(which, first, 1), month_span(which, first + length - 1)[1])


def _latest_year(month: int, today: date) -> int:
    return today.year if month <= today.month else today.year - 1


def _months(match: re.Match[str], page: Page, lexicon: Lexicon) -> Period | None:
    first, second = lexicon.number("month", match["first"]), lexicon.number("month", match["second"])
    year1, year2 = said(match, "year1"), said(match, "year2")
    last_year = int(year2) if year2 else _latest_year(second, page.today)
    first_year = int(year1) if year1 else last_year - (first > second)
    return _ordered(month_span(first_year, first)[0], month_span(last_year, second)[1])


def _month(match: re.Match[str], page: Page, lexicon: Lexicon) -> _Found | None:
    word, year_said = match["month"], said(match, "year")
    since, last, following = said(match, "since"), said(match, "last"), said(match, "next")
    led = since or last or following or said(match, "this") or said(match, "lead")
    unsure = word in lexicon.sets["month_unsure"]
    if unsure and not led and not year_said and page.text.strip(" ?.!") != word:
        return None
    number = lexicon.number("month", word)
    shifts = {"last_year": -1, "this_year": 0, "next_year": 1}
    shift = next((shift for name, shift in shifts.items() if said(match, name)), None)
    year = full_year(year_said, lexicon) if year_said else _latest_year(number, page.today)
    if shift is not None:
        year = page.today.year + shift
    elif not year_said and following:
        year = page.today.year if number > page.today.month else page.today.year + 1
    elif not year_said and last and number == page.today.month:
        year = page.today.year - 1
    first, end = month_span(year, number)
    start = match.start("month") if led == said(match, "lead") else match.start()
    if since:
        return _Found(start, match.end(), _ordered(first, page.today))
    return _since(page, _Found(start, match.end(), Period(first, end)))


def _year(match: re.Match[str], page: Page, lexicon: Lexicon) -> _Found | None:
    year = full_year(match["year"], lexicon)
    first, last = date(year, 1, 1), date(year, 12, 31)
    if page.orders and said(match, "of"):
        return None
    if said(match, "since"):
        return _Found(match.start(), match.end(), _ordered(first, page.today))
    return _since(page, _Found(match.start("year"), match.end(), Period(first, last)))


_PERIODS: dict[str, Callable[[re.Match[str], Page, Lexicon], Period | None]] = {
    "to_date": _to_date,
    "quarter": _quarter,
    "rolling": _rolling,
    "calendar": _calendar,
    "months_joined": _months,
}
