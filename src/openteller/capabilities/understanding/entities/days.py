"""Single days: "yesterday", "on Friday", "4 December", "4/12/2026", "in two weeks"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from openteller.capabilities.understanding.entities.calendar_days import monday_of, month_span, months_away, real_date
from openteller.capabilities.understanding.entities.spans import Day, Page
from openteller.capabilities.understanding.lexicon import Lexicon

_ISO = re.compile(r"(?<![\d/.-])\d{4}(?P<sep>[/.-])\d{1,2}(?P=sep)\d{1,2}(?![\d/-])")
_NUMERIC = re.compile(r"(?<![\d/.-])\d{1,2}(?P<sep>[/.-]\s?)\d{1,2}(?P=sep)(?:\d{4}|\d{2})(?![\d/])")
_NOWHERE = "en"
"""English of no country does not say which comes first; most write the day first."""
_SHORT = re.compile(r"(?<![\d/.])\d{1,2}/\d{1,2}(?![\d/])")
_BESIDE = re.compile(r"^[\s,(]{0,3}(?:[^\W\d_]{2,3}\s)?$")
_DATED = frozenset({"", "day_first", "month_first", "day_numbers"})
_DIGIT = re.compile(r"\d")
_DOTTED = re.compile(r"(?<![\d,.])\d{1,2}\.\s?\d{1,2}\.(?![\d])")


def find_days(page: Page) -> list[Day]:
    """Days in order. Without a year it is the last such day for what has happened, the next one for orders."""
    found: list[Day] = []
    if page.days is None:
        page.days = sorted(_days(page), key=lambda day: day.start)
    for day in page.days:  # stable: of two at one place the first kind
        if page.free(day.start, day.end) and (not found or found[-1].end <= day.start):
            found.append(day)
    return _with_weekdays(found, page)


def _with_weekdays(days: list[Day], page: Page) -> list[Day]:
    """The days, a day of the week that only stands beside a date ("Friday, 5 March") being one with it."""
    kept: list[Day] = []
    for day in days:
        before = kept[-1] if kept else None
        if before and {before.kind, day.kind} & {"weekday"} and {before.kind, day.kind} & _DATED:
            between = page.text[before.end : day.start]
            if _BESIDE.match(between) and not page.says("range_join", between or " "):
                dated = day if before.kind == "weekday" else before
                kept[-1] = replace(dated, start=before.start, end=day.end)
                continue
        kept.append(day)
    return kept


def said(match: re.Match[str], group: str) -> str | None:
    """What a group holds, if the pattern has it at all."""
    return match[group] if group in match.re.groupindex else None


def counted(match: re.Match[str], lexicon: Lexicon) -> tuple[int, str]:
    """How many of which unit: "3 days", "a week" or, in one word, two of it."""
    if pair := said(match, "pair"):
        return 2, lexicon.named("pair", pair)
    unit = lexicon.named("unit", said(match, "unit") or "")
    count = said(match, "count")
    if count is None:
        return 1, unit
    return (int(count) if count.isdigit() else lexicon.number("small_number", count)), unit


def _days(page: Page) -> Iterator[Day]:
    if _DIGIT.search(page.text):
        for pattern, read in ((_ISO, _iso), (_NUMERIC, _numeric), (_SHORT, _short), (_DOTTED, _short)):
            if pattern is not _DOTTED or _dots(page.locale):
                for match in pattern.finditer(page.text):
                    yield Day(read(match[0], page), match.start(), match.end())
    for kind, reader in _READERS.items():
        for match, lexicon in page.matches(kind):
            if "name" in match.re.groupindex and not page.written.isascii():
                name = page.written[match.start("name") : match.end("name")]
                if not lexicon.fits(name, "weekday", "relative_day", "either_day"):
                    continue
            of_week = any(said(match, role) for role in ("last_week", "this_week", "next_week"))
            yield Day(reader(match, page, lexicon), _start(match), match.end(), of_week, kind)


def _start(match: re.Match[str]) -> int:
    """A word that only leads to a day ("on Friday", "by Friday") is no part of it."""
    if "name" in match.re.groupindex:
        leads = said(match, "lead") or said(match, "by")
        return match.start("name") if leads else match.start()
    if not said(match, "lead"):
        return match.start()
    after = match.end("lead")
    return after + len(match.string[after : match.end()]) - len(match.string[after : match.end()].lstrip())


def _iso(written: str, _page: Page) -> date | None:
    year, month, day = (int(part) for part in re.split(r"\D", written))
    return real_date(year, month, day)


@lru_cache(maxsize=64)
def _short_form(locale: str) -> str:
    """How CLDR writes day and month in digits; the day first where it does not say."""
    if locale.lower() == _NOWHERE:
        return ""
    try:
        form = Locale.parse(locale.replace("-", "_")).datetime_skeletons.get("Md")
    except (UnknownLocaleError, ValueError):
        return ""
    return "" if form is None else str(form.pattern)


def month_comes_first(locale: str) -> bool:
    """True where 4/12 is 12 April (en-US)."""
    form = _short_form(locale)
    return 0 <= form.find("M") < form.find("d")


def _dots(locale: str) -> bool:
    return "." in _short_form(locale)


def _numeric(written: str, page: Page) -> date | None:
    first, second, year = (int(part) for part in re.findall(r"\d+", written))
    month, day = (first, second) if month_comes_first(page.locale) else (second, first)
    return real_date(year + 2000 if year < 100 else year, month, day)


def _short(written: str, page: Page) -> date | None:
    first, second = (int(part) for part in re.findall(r"\d+", written))
    month, day = (first, second) if month_comes_first(page.locale) else (second, first)
    return _without_year(month, day, page)


def _named(match: re.Match[str], page: Page, lexicon: Lexicon) -> date | None:
    month, day, year = lexicon.number("month", match["month"]), lexicon.whole(match["day"]), said(match, "year")
    if day is None:
        return None
    return real_date(full_year(year, lexicon), month, day) if year else _without_year(month, day, page)


def _numbered(match: re.Match[str], page: Page, lexicon: Lexicon) -> date | None:
    """Day and month as numbers with words between them: "3月5日"."""
    month, day, year = lexicon.whole(match["month"]), lexicon.whole(match["day"]), said(match, "year")
    if day is None or month is None:
        return None
    return real_date(full_year(year, lexicon), month, day) if year else _without_year(month, day, page)


def full_year(written: str, lexicon: Lexicon) -> int:
    """A year of two or four digits, or in words."""
    year = lexicon.whole(written) or 0
    return year + 2000 if year < 100 else year


def _without_year(month: int, day: int, page: Page) -> date | None:
    years = (
        range(page.today.year, page.today.year + 5) if page.orders else range(page.today.year, page.today.year - 5, -1)
    )
    candidates = [found for year in years if (found := real_date(year, month, day))]
    fits = [found for found in candidates if (found >= page.today if page.orders else found <= page.today)]
    return fits[0] if fits else None


def _relative(match: re.Match[str], page: Page, lexicon: Lexicon) -> date:
    if lexicon.value("relative_day", match["name"]) is None:
        away = lexicon.number("either_day", match["name"])
        return page.today + timedelta(days=away if page.orders else -away)
    return page.today + timedelta(days=lexicon.number("relative_day", match["name"]))


def _weekday(match: re.Match[str], page: Page, lexicon: Lexicon) -> date:
    place = lexicon.number("weekday", match["name"])
    for week, name in ((-1, "last_week"), (0, "this_week"), (1, "next_week")):
        if said(match, name):
            return monday_of(page.today) + timedelta(days=7 * week + place)
    ahead = (place - page.today.weekday()) % 7
    if said(match, "last"):
        return page.today - timedelta(days=(7 - ahead) % 7 or 7)
    if said(match, "next"):
        return page.today + timedelta(days=ahead or 7)
    if page.orders or (said(match, "by") and not page.asks_past):
        return page.today + timedelta(days=ahead)
    return page.today - timedelta(days=(7 - ahead) % 7)


def _away(count: int, unit: str, page: Page) -> date:
    if unit in {"month", "quarter", "year"}:
        return months_away(page.today, count * {"month": 1, "quarter": 3, "year": 12}[unit])
    return page.today + timedelta(days=count * {"week": 7, "fortnight": 14}.get(unit, 1))


def _ago(match: re.Match[str], page: Page, lexicon: Lexicon) -> date:
    count, unit = counted(match, lexicon)
    return _away(-count, unit, page)


def _ahead(match: re.Match[str], page: Page, lexicon: Lexicon) -> date:
    return _away(*counted(match, lexicon), page)


def _day_only(match: re.Match[str], page: Page, lexicon: Lexicon) -> date | None:
    day, step = lexicon.whole(match["day"]) or 0, 1 if page.orders else -1
    for months in range(3):
        first = months_away(page.today.replace(day=1), months * step)
        found = real_date(first.year, first.month, day)
        if found and (found >= page.today if page.orders else found <= page.today):
            return found
    return None


def _month_end(match: re.Match[str], page: Page, _lexicon: Lexicon) -> date:
    step = -1 if said(match, "last") else 1 if said(match, "next") else 0
    month = months_away(page.today.replace(day=1), step)
    return month_span(month.year, month.month)[1]


_READERS: dict[str, Callable[[re.Match[str], Page, Lexicon], date | None]] = {
    "day_first": _named,
    "month_first": _named,
    "day_numbers": _numbered,
    "relative": _relative,
    "weekday": _weekday,
    "ago": _ago,
    "ahead": _ahead,
    "day_only": _day_only,
    "month_end": _month_end,
}
