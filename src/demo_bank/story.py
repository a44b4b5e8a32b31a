"""The notebook a customer's history is drafted in before it is booked."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from random import Random
from typing import NamedTuple

import holidays

from demo_bank.countries import COUNTRIES
from demo_bank.customers import Customer
from demo_bank.holdings import Holdings, Payee

MONTHS = 24


class Draft(NamedTuple):
    """Something that wants to happen on an account.

    ``day`` counts from day 0 (always negative), ``minute`` is the local minute of
    the day. ``kind`` starting with ``@`` is an instruction to the bookkeeper, not a
    transaction. ``mark`` (0 = none) lets a fact point at it; ``needs`` names a mark
    that must have been posted first.
    """

    day: int
    minute: int
    slot: str
    amount_minor: int
    merchant: str
    category: str
    description: str
    kind: str
    mark: int = 0
    iban: str | None = None
    foreign: tuple[int, str] | None = None
    needs: int = 0


class Fact(NamedTuple):
    """A truth about the history: what was put there and which drafts carry it."""

    kind: str
    day: int
    marks: tuple[int, ...]
    amount_minor: int
    details: dict[str, str | int]


@dataclass(slots=True)
class Story:
    """One customer's history while it is being drafted."""

    dice: Random
    customer: Customer
    holdings: Holdings
    day0: date
    drafts: list[Draft] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    marks: int = 0

    @property
    def first_day(self) -> int:
        """The first day of the history, counted from day 0."""
        return months_before(self.day0, MONTHS).toordinal() - self.day0.toordinal()

    def mark(self) -> int:
        """Return a fresh mark."""
        self.marks += 1
        return self.marks

    def tell(self, kind: str, day: int, marks: tuple[int, ...], amount_minor: int,
             **details: str | int) -> None:  # fmt: skip
        """Write down a truth about drafts already made."""
        self.facts.append(Fact(kind, day, marks, amount_minor, details))

    def day_of(self, when: date) -> int:
        """Return a date as a day counted from day 0."""
        return when.toordinal() - self.day0.toordinal()

    def date_of(self, day: int) -> date:
        """Return a day counted from day 0 as a date."""
        return date.fromordinal(self.day0.toordinal() + day)

    def months(self, day_of_month: int) -> Iterator[tuple[int, date]]:
        """Yield ``(day, date)`` of that day of each month in the history.

        A day past a month's end (31) means the month's last day.
        """
        for when in month_days(self.day0, day_of_month):
            yield self.day_of(when), when

    def working_day(self, when: date) -> date:
        """Return the date, or the last working day before it."""
        off = days_off(self.customer.country.code, when.year)
        while when.weekday() > 4 or when in off:
            when = date.fromordinal(when.toordinal() - 1)
            off = days_off(self.customer.country.code, when.year)
        return when

    def people(self) -> list[Payee]:
        """Return the saved payees who are people."""
        return [payee for payee in self.holdings.payees if payee.person]


@lru_cache(maxsize=256)
def month_days(day0: date, day_of_month: int) -> tuple[date, ...]:
    """Return that day of each month within the 24 months before day 0, oldest first."""
    first, found = months_before(day0, MONTHS), []
    for back in range(MONTHS, -1, -1):
        month = months_before(day0.replace(day=1), back)
        length = calendar.monthrange(month.year, month.month)[1]
        when = month.replace(day=min(day_of_month, length))
        if first <= when < day0:
            found.append(when)
    return tuple(found)


def months_before(when: date, months: int) -> date:
    """Return the same day that many months earlier, cut to the month's length."""
    year, month = divmod(when.year * 12 + when.month - 1 - months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(when.day, length))


def learn_days_off(day0: date) -> None:
    """Load every country's holidays now, so that no customer's first read waits for them."""
    for country in COUNTRIES:
        for year in range(day0.year - MONTHS // 12, day0.year + 1):
            days_off(country, year)


@lru_cache(maxsize=128)
def days_off(country: str, year: int) -> frozenset[date]:
    """Return a country's public holidays in a year."""
    return frozenset(holidays.country_holidays(country, years=year).keys())
