"""Single days: "yesterday", "on Friday", "4 December", "4/12/2026", "in two weeks"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from openteller.capabilities.understanding.entities.calendar_days import month_span, months_away, real_date
from openteller.capabilities.understanding.entities.spans import Page
from openteller.capabilities.understanding.lexicon import Lexicon

_ISO = re.compile(r"\b\d{4}-\d{1,2}-\d{1,2}\b")
_NUMERIC = re.compile(r"(?<![\d/.-])\d{1,2}(?P<sep>[/.-])\d{1,2}(?P=sep)(?:\d{4}|\d{2})(?![\d/])")
_SHORT = re.compile(r"(?<![\d/.])\d{1,2}/\d{1,2}(?![\d/])")


@dataclass(frozen=True, slots=True)
class Day:
    """A day in a text; ``value`` None for an impossible one (31 February), which is claimed and says nothing."""

    value: date | None
    start: int
    end: int


def find_days(page: Page) -> list[Day]:
    """Days in order. Without a year it is the last such day for what has happened, the next one for orders."""
    found: list[Day] = []
    for day in sorted(_days(page), key=lambda day: day.start):  # stable: of two at one place the first kind
        if page.free(day.start, day.end) and (not found or found[-1].end <= day.start):
            found.append(day)
    return found


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
    for pattern, read in ((_ISO, _iso), (_NUMERIC, _numeric), (_SHORT, _short)):
        for match in pattern.finditer(page.text):
            yield Day(read(match[0], page), match.start(), match.end())
    for kind, reader in _READERS.items():
        for match, lexicon in page.matches(kind):
            yield Day(reader(match, page, lexicon), _start(match), match.end())


def _start(match: re.Match[str]) -> int:
    """A word that only leads to a day ("on Friday", "by Friday") is no part of it."""
    leads = said(match, "lead") or said(match, "by")
    return match.start("name") if leads else match.start()


def _iso(written: str, _page: Page) -> date | None:
    year, month, day = (int(part) for part in written.split("-"))
    return real_date(year, month, day)


@lru_cache(maxsize=64)
def month_comes_first(locale: str) -> bool:
    """True where 4/12 is 12 April (en-US)."""
    try:
        pattern = Locale.parse(locale.replace("-", "_")).date_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        return False
    return 0 <= pattern.find("M") < pattern.find("d") and not pattern.startswith("y") and locale.lower() != "en"


def _numeric(written: str, page: Page) -> date | None:
    first, second, year = (int(part) for part in re.split(r"\D", written))
    month, day = (first, second) if month_comes_first(page.locale) else (second, first)
    return real_date(year + 2000 if year < 100 else year, month, day)


def _short(written: str, page: Page) -> date | None:
    first, second = (int(part) for part in written.split("/"))
    month, day = (first, second) if month_comes_first(page.locale) else (second, first)
    return _without_year(month, day, page)


def _named(match: re.Match[str], page: Page, lexicon: Lexicon) -> date | None:
    month, day, year = lexicon.number("month", match["month"]), int(match["day"]), said(match, "year")
    return real_date(int(year), month, day) if year else _without_year(month, day, page)


def _without_year(month: int, day: int, page: Page) -> date | None:
    years = (
        range(page.today.year, page.today.year + 5) if page.orders else range(page.today.year, page.today.year - 5, -1)
    )
    candidates = [found for year in years if (found := real_date(year, month, day))]
    fits = [found for found in candidates if (found >= page.today if page.orders else found <= page.today)]
    return fits[0] if fits else None


def _relative(match: re.Match[str], page: Page, lexicon: Lexicon) -> date:
    return page.today + timedelta(days=lexicon.number("relative_day", match["name"]))


def _weekday(match: re.Match[str], page: Page, lexicon: Lexicon) -> date:
    ahead = (lexicon.number("weekday", match["name"]) - page.today.weekday()) % 7
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


def _day_only(match: re.Match[str], page: Page, _lexicon: Lexicon) -> date | None:
    day, step = int(match["day"]), 1 if page.orders else -1
    for months in range(3):
        first = months_away(page.today.replace(day=1), months * step)
        found = real_date(first.year, first.month, day)
        if found and (found >= page.today if page.orders else found <= page.today):
            return found
    return None


def _month_end(_match: re.Match[str], page: Page, _lexicon: Lexicon) -> date:
    return month_span(page.today.year, page.today.month)[1]


_READERS: dict[str, Callable[[re.Match[str], Page, Lexicon], date | None]] = {
    "day_first": _named,
    "month_first": _named,
    "relative": _relative,
    "weekday": _weekday,
    "ago": _ago,
    "ahead": _ahead,
    "day_only": _day_only,
    "month_end": _month_end,
}
