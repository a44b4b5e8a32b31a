"""What is written by CLDR's rules is read back, in every locale; and entities always lie where they say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from time import perf_counter
from typing import Literal

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as some

from openteller.capabilities.privacy.redaction import redact
from openteller.capabilities.understanding.entities import extract
from openteller.capabilities.understanding.letters import plain_text
from openteller.domain.money import minor_digits
from openteller.domain.texts import PersonalText, RedactedText
from openteller.domain.understanding import Amount, Period
from tests.unit.understanding.conftest import TODAY

LOCALES = (
    "ar_AE ar_EG da_DK de_CH de_DE en_GB en_IN en_US es_ES es_MX fr_FR hi_IN it_IT ja_JP nb_NO pl_PL pt_BR pt_PT "
    "sv_SE tr_TR vi_VN zh_CN"
).split()
CURRENCIES = "AED BRL CNY DKK EUR GBP INR JPY KWD MXN NOK PLN SEK TRY USD VND".split()
DIGITS = {"arabic": "٠١٢٣٤٥٦٧٨٩", "devanagari": "०१२३४५६७८९", "fullwidth": "０１２３４５６７８９"}


@pytest.mark.parametrize("locale", LOCALES)
@settings(deadline=None)  # the first reading in a language compiles its words
@given(cents=some.integers(min_value=100, max_value=99_999_999))
def test_an_amount_written_by_cldr_is_read_back(locale: str, cents: int) -> None:
    written = format_decimal(
        Decimal(cents) / 100, format="#,##,##0.00" if locale == "en_IN" else "#,##0.00", locale=locale
    )
    [found] = extract(redact(PersonalText(f"€ {written}")), locale=locale.replace("_", "-"), today=TODAY)
    assert found.value == Amount(cents, "EUR")


@pytest.mark.parametrize("locale", LOCALES)
@settings(deadline=None)  # the first reading in a language compiles its words
@given(
    code=some.sampled_from(CURRENCIES),
    minor=some.integers(min_value=1, max_value=999_999_999),
    negative=some.booleans(),
)
def test_money_written_by_cldr_is_read_back(locale: str, code: str, minor: int, negative: bool) -> None:
    amount = Decimal(-minor if negative and locale != "de_CH" else minor)
    written = format_currency(amount.scaleb(-minor_digits(code)), code, locale=locale)
    found = extract(redact(PersonalText(written)), locale=locale.replace("_", "-"), today=TODAY)
    assert [entity.value for entity in found] == [Amount(int(amount), code)]


@pytest.mark.parametrize("locale", LOCALES)
@settings(deadline=None)  # the first reading in a language compiles its words
@given(days=some.integers(min_value=-700, max_value=700), style=some.sampled_from(["medium", "long", "full"]))
def test_a_date_written_by_cldr_is_read_back(locale: str, days: int, style: Literal["medium", "long", "full"]) -> None:
    day = TODAY + timedelta(days=days)
    written = format_date(day, style, locale=locale)
    found = extract(redact(PersonalText(written)), locale=locale.replace("_", "-"), today=TODAY)
    assert [entity.value for entity in found] == [day]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_long_text_takes_no_longer_than_a_page(locale: str) -> None:
    for unit in ("1 ", "12,", "50 50 ", "a ", "de la ", "- ", "zwei", "三百", "हजार ", "A B "):
        text = RedactedText((unit * 50_000)[:100_000])
        began = perf_counter()
        extract(text, locale=locale.replace("_", "-"), today=TODAY)
        assert perf_counter() - began < 5


@pytest.mark.parametrize("script", DIGITS)
@given(number=some.integers(min_value=2, max_value=1_899))
def test_digits_of_any_script_are_digits(script: str, number: int) -> None:
    written = "".join(DIGITS[script][int(digit)] for digit in str(number))
    [found] = extract(redact(PersonalText(f"{written} euros")), locale="en-GB", today=TODAY)
    assert found.value == Amount(number * 100, "EUR")


@given(days=some.integers(min_value=-360, max_value=360))
def test_an_iso_date_is_read_back(days: int) -> None:
    day = TODAY + timedelta(days=days)
    found = extract(redact(PersonalText(f"send it on {day.isoformat()}")), locale="en-GB", today=TODAY)
    assert [entity.value for entity in found] == [day]


@given(today=some.dates(min_value=date(2024, 1, 1), max_value=date(2030, 12, 31)))
def test_periods_never_end_before_they_start(today: date) -> None:
    for words in (
        "last month",
        "since Friday",
        "last 3 months",
        "this quarter",
        "from Friday to Monday",
        "in February",
    ):
        [found] = extract(redact(PersonalText(f"what did I spend {words}")), locale="en-GB", today=today)
        assert isinstance(found.value, Period)
        assert found.value.start <= found.value.end


@given(said=some.text(max_size=80))
def test_any_text_gives_entities_that_lie_in_it_and_apart(said: str) -> None:
    text = redact(PersonalText(said))
    found = extract(text, locale="en-GB", today=TODAY)
    assert all(0 <= entity.start < entity.end <= len(text.text) for entity in found)
    assert all(first.end <= second.start for first, second in pairwise(found))


@given(said=some.text())
def test_folding_keeps_every_place(said: str) -> None:
    assert len(plain_text(said)) == len(said)
