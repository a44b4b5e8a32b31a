"""Typed values as a customer reads them: money, dates, spans and lists by CLDR for the locale (R5: rendered facts)."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, parse_pattern
from babel.lists import format_list
from babel.numbers import NumberPattern, format_decimal, get_currency_symbol

from openteller.capabilities.replies.account_numbers import in_groups, masked
from openteller.capabilities.replies.inert import isolate, make_inert
from openteller.domain.errors import InvariantError
from openteller.domain.knowledge import Quote
from openteller.domain.money import Money, minor_digits
from openteller.domain.replies import Called, OwnNumber, Phrase, Value
from openteller.domain.texts import SealedValue
from openteller.domain.understanding import Period


@dataclass(frozen=True, slots=True)
class Manner:
    """How values are written: the locale, the customer's zone, and the present moment for "today"."""

    locale: Locale
    zone: ZoneInfo
    now: datetime


FORMAT_PHRASES = ("format.about", "format.under_a_minute", "format.today_at", "format.tomorrow_at")
"""Keys that this module needs from every catalogue: their fields are already formatted."""


def format_value(value: Value, manner: Manner) -> str | Phrase:
    """The value in words; a Phrase (with formatted fields) where CLDR has no words for it and the catalogue must.

    InvariantError when the value is of no type that may stand in a reply.
    """
    locale = manner.locale
    match value:
        case datetime():
            return _moment(value, manner)
        case timedelta():
            return _duration(value, locale)
        case date():
            return format_date(value, "long", locale=locale)
        case Period():
            return format_period(value, locale)
        case tuple():
            return format_list([_framed(make_inert(item), locale) for item in value], locale=locale)
        case str():
            return _framed(make_inert(value), locale)
    return isolate(_figures(value, locale), right_to_left=locale.text_direction == "rtl")


def _figures(value: Called | OwnNumber | Money | int | SealedValue | Quote, locale: Locale) -> str:
    if isinstance(value, Money):
        return format_money(value, locale)
    if isinstance(value, SealedValue):
        return masked(make_inert(value.last4, longest=4) if value.last4 else None)
    if isinstance(value, OwnNumber):
        return in_groups(value.text)
    if type(value) is int:
        return format_decimal(value, locale=locale)
    raise InvariantError(f"a {type(value).__name__} may not stand in a reply")


def format_money(money: Money, locale: Locale) -> str:
    """The amount with its currency and all its minor digits (ISO 4217, where CLDR would round some away)."""
    digits = minor_digits(money.currency)
    amount = Decimal(f"{money.amount_minor}E-{digits}")
    pattern = _money_pattern(locale, digits, money.currency)
    words = str(pattern.apply(amount, locale, currency=money.currency, currency_digits=False))
    # CLDR has "GBP" in Spanish and "UK£" in Arabic, where the customers of a British bank write £.
    return words.replace("GBP", "£").replace("UK£", "£") if money.currency == "GBP" else words


def format_period(period: Period, locale: Locale) -> str:
    """Both ends, what they share said once: ``1–31 October 2026``."""
    start, end = period.start, period.end
    if start == end:
        return format_date(start, "long", locale=locale)
    greatest: Literal["y", "M", "d"] = "y" if start.year != end.year else "M" if start.month != end.month else "d"
    halves = _interval(locale, greatest)
    if halves is None:
        return "\u2009–\u2009".join(format_date(day, "long", locale=locale) for day in (start, end))
    return "".join(parse_pattern(half).apply(day, locale) for half, day in zip(halves, (start, end), strict=True))


@lru_cache(maxsize=1024)
def _money_pattern(locale: Locale, digits: int, currency: str) -> NumberPattern:
    formats = locale.currency_formats
    symbol = get_currency_symbol(currency, locale)
    plain: NumberPattern = formats["standard"]
    # "KWD 12.500", not "KWD12.500": CLDR's pattern for symbols that touch the number with a letter
    before = plain.pattern.startswith("¤")
    lettered = (symbol[-1:] if before else symbol[:1]).isalpha()
    pattern = copy.copy(formats.get("standard:alphaNextToCurrency", plain) if lettered else plain)
    pattern.frac_prec = (digits, digits)
    return pattern


@lru_cache(maxsize=256)
def _interval(locale: Locale, greatest: str) -> tuple[str, str] | None:
    formats = locale.interval_formats
    halves = formats.get("yMMMMd", {}).get(greatest) or formats.get("yMMMd", {}).get(greatest)
    if halves is None or len(halves) != 2:
        return None
    first, second = (half if "MMMM" in half else half.replace("MMM", "MMMM") for half in halves)
    return first, second


def _moment(moment: datetime, manner: Manner) -> str | Phrase:
    if moment.tzinfo is None:
        raise InvariantError("a moment without a time zone stands in a reply")
    local, locale = moment.astimezone(manner.zone), manner.locale
    clock = format_time(local.time(), "short", locale=locale)
    if manner.zone.key == "UTC":  # nobody's own zone: say so
        clock += " UTC"
    days = (local.date() - manner.now.astimezone(manner.zone).date()).days
    if days == 0:
        return Phrase("format.today_at", {"time": clock})
    if days == 1:
        return Phrase("format.tomorrow_at", {"time": clock})
    pattern = str(locale.datetime_formats["long"])
    return pattern.replace("'", "").replace("{1}", format_date(local, "long", locale=locale)).replace("{0}", clock)


def _duration(duration: timedelta, locale: Locale) -> str | Phrase:
    """Rounded up, because it is a promise: minutes to an hour and a half, hours to a day and a half, then days."""
    seconds = duration.total_seconds()
    if seconds < 60:
        return Phrase("format.under_a_minute")
    unit: Literal["minute", "hour", "day"]
    if seconds <= 90 * 60:
        unit, length = "minute", 60
    elif seconds <= 36 * 3600:
        unit, length = "hour", 3600
    else:
        unit, length = "day", 86_400
    whole = timedelta(seconds=length * int(-(-seconds // length)))
    # CLDR has no long Arabic "day" among its units of measure; Babel's spans of time know where else to look.
    words = format_timedelta(whole, granularity=unit, threshold=math.inf, locale=locale)
    return Phrase("format.about", {"duration": words})


def _framed(text: str, locale: Locale) -> str:
    return isolate(text, right_to_left=locale.text_direction == "rtl")
