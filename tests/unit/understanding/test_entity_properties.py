"""What is written by CLDR's rules is read back, in every locale; and entities always lie where they say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as some

from openteller.capabilities.privacy.redaction import redact
from openteller.capabilities.understanding.entities import extract
from openteller.capabilities.understanding.letters import plain_text
from openteller.domain.texts import PersonalText
from openteller.domain.understanding import Amount, Period
from tests.unit.understanding.conftest import TODAY

LOCALES = "en_GB en_US en_IN de_DE de_CH fr_FR es_ES it_IT pt_BR pl_PL tr_TR sv_SE nb_NO da_DK nl_NL".split()
DIGITS = {"arabic": "٠١٢٣٤٥٦٧٨٩", "devanagari": "०१२३४५६७८९", "fullwidth": "０１２３４５６７８９"}


@pytest.mark.parametrize("locale", LOCALES)
@given(cents=some.integers(min_value=100, max_value=99_999_999))
def test_an_amount_written_by_cldr_is_read_back(locale: str, cents: int) -> None:
    written = format_decimal(
        Decimal(cents) / 100, format="#,##,##0.00" if locale == "en_IN" else "#,##0.00", locale=locale
    )
    [found] = extract(redact(PersonalText(f"€ {written}")), locale=locale.replace("_", "-"), today=TODAY)
    assert found.value == Amount(cents, "EUR")


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
