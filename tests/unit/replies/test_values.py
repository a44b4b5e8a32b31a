"""Facts are rendered, and nothing of them gets lost on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.numbers import get_currency_symbol
from hypothesis import given
from hypothesis import strategies as st

from openteller.capabilities.replies.values import Manner, format_money, format_value
from openteller.domain.errors import InvariantError
from openteller.domain.money import Money, minor_digits
from openteller.domain.replies import Phrase, Value
from openteller.domain.texts import SealedValue, SpanType
from openteller.domain.understanding import Period

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
LOCALES = ("en_GB", "en_US", "en_IN", "de_DE", "de_CH", "fr_FR", "es_ES", "pl_PL", "ar_AE", "he_IL", "ja_JP", "hi_IN",
           "vi_VN", "pt_BR", "tr_TR", "sv_SE", "zh_Hant_TW", "fa_IR")  # fmt: skip
CURRENCIES = ("GBP", "EUR", "USD", "JPY", "KWD", "BHD", "VND", "CHF", "PLN", "AED", "ISK", "HUF", "XAF", "IQD", "INR")


def shown(value: Value, locale: str = "en_GB", zone: str = "Europe/London") -> str | Phrase:
    return format_value(value, Manner(Locale.parse(locale), ZoneInfo(zone), NOW))


@given(st.integers(-(10**17), 10**17), st.sampled_from(CURRENCIES), st.sampled_from(LOCALES))
def test_money_shows_every_minor_unit_its_sign_and_its_currency(minor: int, currency: str, locale: str) -> None:
    parsed = Locale.parse(locale)
    text = format_money(Money(minor, currency), parsed)
    figures = "".join(sign for sign in text if sign.isdecimal())
    assert int(figures) == abs(minor)
    assert len(figures) > minor_digits(currency)
    assert any(sign in text for sign in "-−") == (minor < 0)
    assert get_currency_symbol(currency, parsed).replace("GBP", "£").replace("UK£", "£") in text


@pytest.mark.parametrize(
    ("money", "locale", "words"),
    [
        (Money(123456, "GBP"), "en_GB", "£1,234.56"),
        (Money(-5, "GBP"), "en_GB", "-£0.05"),
        (Money(1234, "JPY"), "en_GB", "JP¥1,234"),
        (Money(12500, "KWD"), "en_GB", "KWD12.500"),
        (Money(123456, "EUR"), "de_DE", "1.234,56\xa0€"),
        (Money(100, "USD"), "en_GB", "US$1.00"),
        (Money(123450, "IQD"), "en_US", "IQD123.450"),
    ],
)
def test_money_reads_as_the_locale_writes_it(money: Money, locale: str, words: str) -> None:
    assert format_money(money, Locale.parse(locale)).replace("KWD\xa0", "KWD").replace("IQD\xa0", "IQD") == words


@pytest.mark.parametrize(
    ("start", "end", "locale", "words"),
    [
        (date(2026, 10, 1), date(2026, 10, 31), "en_GB", "1–31 October 2026"),
        (date(2026, 10, 1), date(2026, 11, 3), "en_GB", "1 October – 3 November 2026"),
        (date(2025, 12, 31), date(2026, 1, 1), "en_GB", "31 December 2025 – 1 January 2026"),
        (date(2026, 10, 7), date(2026, 10, 7), "en_GB", "7 October 2026"),
        (date(2026, 10, 1), date(2026, 10, 31), "de_DE", "1.–31. Oktober 2026"),
        (date(2026, 10, 1), date(2026, 10, 31), "ja_JP", "2026年10月1日～31日"),
    ],
)
def test_a_period_says_what_both_ends_share_once(start: date, end: date, locale: str, words: str) -> None:
    assert str(shown(Period(start, end), locale)).replace("\u2009", " ") == words


@pytest.mark.parametrize(
    ("moment", "zone", "said"),
    [
        (NOW + timedelta(minutes=35), "Europe/London", Phrase("format.today_at", {"time": "14:05"})),
        (NOW + timedelta(minutes=35), "Asia/Tokyo", Phrase("format.today_at", {"time": "23:05"})),
        (NOW + timedelta(hours=2), "Asia/Tokyo", Phrase("format.tomorrow_at", {"time": "00:30"})),
        (NOW + timedelta(days=2), "Europe/London", "26 November 2026, 13:30"),
        (NOW - timedelta(days=1), "UTC", "23 November 2026, 13:30 UTC"),
    ],
)
def test_a_moment_is_told_in_the_customers_own_zone(moment: datetime, zone: str, said: str | Phrase) -> None:
    assert shown(moment, zone=zone) == said


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(61, "2 minutes"), (240, "4 minutes"), (5400, "90 minutes"), (5401, "2 hours"), (86400 * 3, "3 days")],
)
def test_a_duration_is_rounded_up_because_it_is_a_promise(seconds: int, words: str) -> None:
    assert shown(timedelta(seconds=seconds)) == Phrase("format.about", {"duration": words})


@pytest.mark.parametrize("seconds", [-5, 0, 59])
def test_hardly_any_time_has_words_of_its_own(seconds: int) -> None:
    assert shown(timedelta(seconds=seconds)) == Phrase("format.under_a_minute")


def test_a_sealed_value_shows_its_last_four_at_most() -> None:
    iban = SealedValue("⟦IBAN:1⟧", SpanType.IBAN, "GB29NWBK60161331926819", "6819")
    assert shown(iban) == "••••6819"
    assert shown(SealedValue("⟦EMAIL:1⟧", SpanType.EMAIL, "a@b.example")) == "••••"
    assert shown(SealedValue("⟦IBAN:1⟧", SpanType.IBAN, "x", "60161331926819")) == "••••601…"


def test_lists_and_numbers_follow_the_locale() -> None:
    assert shown(("Anna", "<b>", "Cem")) == "Anna, ‹b› and Cem"
    assert shown(12345, "de_DE") == "12.345"
    assert shown(date(2026, 10, 7), "pl_PL") == "7 października 2026"


def test_values_are_isolated_in_a_right_to_left_sentence() -> None:
    assert str(shown(Money(100, "USD"), "ar_AE")).startswith("\u2068")
    assert shown("Anna", "ar_AE") == "\u2068Anna\u2069"


@pytest.mark.parametrize("value", [True, 1.5, None, datetime(2026, 1, 1)])  # noqa: DTZ001 (naive on purpose)
def test_what_is_no_fact_is_refused(value: object) -> None:
    with pytest.raises(InvariantError):
        shown(value)  # type: ignore[arg-type]
