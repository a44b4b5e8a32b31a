"""Typed values in the customer's own words; each line is a trap that has caught a bot."""

from __future__ import annotations

from datetime import date

import pytest

from openteller.capabilities.privacy.redaction import redact
from openteller.capabilities.understanding.entities import extract
from openteller.domain.texts import PersonalText, SealedValue
from openteller.domain.understanding import Amount, Entity, Period
from tests.unit.understanding.conftest import TODAY


def entities(said: str, locale: str = "en-GB", expects: str | None = None) -> tuple[Entity, ...]:
    return extract(redact(PersonalText(said), locale=locale), locale=locale, today=TODAY, expects=expects)


def values(type_: str, said: str, locale: str = "en-GB", expects: str | None = None) -> list[object]:
    return [entity.value for entity in entities(said, locale, expects) if entity.type == type_]


def sums(said: str, locale: str = "en-GB", expects: str | None = None) -> list[tuple[int, str | None]]:
    found = values("money", said, locale, expects)
    return [(amount.amount_minor, amount.currency) for amount in found if isinstance(amount, Amount)]


MONEY = [
    ("send £25 to Anna", "en-GB", [(2500, "GBP")]),
    ("25 pounds please", "en-GB", [(2500, "GBP")]),
    ("1,250.00", "en-GB", [(125_000, None)]),
    ("1.000,50 €", "de-DE", [(100_050, "EUR")]),
    ("1.250 EUR", "de-DE", [(125_000, "EUR")]),
    ("1,250", "de-DE", [(125, None)]),
    ("12 500 kr", "sv-SE", [(1_250_000, "SEK")]),
    ("200 kr", "nb-NO", [(20_000, "NOK")]),
    ("1 000,00 €", "fr-FR", [(100_000, "EUR")]),
    ("1'500 CHF", "de-CH", [(150_000, "CHF")]),
    ("1,00,000 rupees", "en-IN", [(10_000_000, "INR")]),
    ("3 lakh rupees", "en-IN", [(30_000_000, "INR")]),
    ("$40", "en-CA", [(4000, "CAD")]),
    ("$40", "en-US", [(4000, "USD")]),
    ("1500 yen", "en-GB", [(1500, "JPY")]),
    ("2k", "en-GB", [(200_000, None)]),
    ("£1.5k", "en-GB", [(150_000, "GBP")]),
    ("fifty quid", "en-GB", [(5000, "GBP")]),
    ("a tenner", "en-GB", [(1000, "GBP")]),
    ("two fivers", "en-GB", [(1000, "GBP")]),
    ("send a grand to my savings", "en-GB", [(100_000, None)]),
    ("twenty five", "en-GB", [(2500, None)]),
    ("two hundred and fifty pounds", "en-GB", [(25_000, "GBP")]),
    ("ten pounds fifty", "en-GB", [(1050, "GBP")]),
    ("£10 and 50p", "en-GB", [(1050, "GBP")]),
    ("99p", "en-GB", [(99, "GBP")]),
    ("-£25", "en-GB", [(-2500, "GBP")]),
    ("٢٥ pounds", "en-GB", [(2500, "GBP")]),
    ("२५ rupees", "en-IN", [(2500, "INR")]),
    ("between 20 and 30 pounds", "en-GB", [(2000, "GBP"), (3000, "GBP")]),
    ("£20-£30", "en-GB", [(2000, "GBP"), (3000, "GBP")]),
    ("20-30 euros", "en-IE", [(2000, "EUR"), (3000, "EUR")]),
    ("send 2000 to Anna", "en-GB", [(200_000, None)]),
    ("send 50 on 4 December", "en-GB", [(5000, None)]),
    ("send thirty to mum", "en-GB", [(3000, None)]),
]


@pytest.mark.parametrize(("said", "locale", "expected"), MONEY)
def test_money_is_read(said: str, locale: str, expected: list[tuple[int, str | None]]) -> None:
    assert sums(said, locale) == expected


@pytest.mark.parametrize(
    "said",
    [
        "order 12345 hasn't arrived", "call me at 5pm", "at 10:30", "20% off", "in 2025", "since 2019", "my 2 cards",
        "my card ends in 4242", "the 4242 card", "last 5 transactions", "the second one", "one of my cards", "no. 17",
        "flat 12", "#4455", "24/7", "10/3/2026", "on 31 February", "12-34-56", "my 3 kids", "5 times", "two fifty",
        "the 4th of October", "020 7946 0958", "for 12 months", "I'm 45 years old", "1 or 2 days",
    ],
)  # fmt: skip
def test_what_is_not_money(said: str) -> None:
    assert sums(said) == []


@pytest.mark.parametrize(
    ("said", "survivor", "count"),
    [
        ("not 50 but 60", 6000, 2),
        ("60 not 50", 6000, 2),
        ("50, no wait, 60", 6000, 2),
        ("send 50 sorry 60 to Anna", 6000, 2),
        ("60 instead of 50", 6000, 2),
        ("instead of 50 send 60", 6000, 2),
        ("60 rather than 50 pounds", 6000, 2),
        ("make it £60 not £50", 6000, 2),
    ],
)
def test_a_correction_marks_its_survivor(said: str, survivor: int, count: int) -> None:
    found = [entity for entity in entities(said) if entity.type == "money"]
    assert len(found) == count
    [kept] = [entity.value for entity in found if entity.corrected]
    assert isinstance(kept, Amount)
    assert kept.amount_minor == survivor


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


PERIODS = [
    ("what did I spend in October", day("10-01"), day("10-31")),
    ("spending in December", date(2025, 12, 1), date(2025, 12, 31)),
    ("october 2024", date(2024, 10, 1), date(2024, 10, 31)),
    ("last month", day("10-01"), day("10-31")),
    ("this month", day("11-01"), day("11-30")),
    ("this week", day("11-23"), day("11-29")),
    ("last week", day("11-16"), day("11-22")),
    ("since Monday", day("11-23"), day("11-24")),
    ("since September", day("09-01"), day("11-24")),
    ("since 3 October", day("10-03"), day("11-24")),
    ("spent between 3 and 10 October", day("10-03"), day("10-10")),
    ("from 3rd to 10th of October 2025", date(2025, 10, 3), date(2025, 10, 10)),
    ("October 3-10", day("10-03"), day("10-10")),
    ("between 28 September and 4 October", day("09-28"), day("10-04")),
    ("from July to September", day("07-01"), day("09-30")),
    ("from November to January", date(2025, 11, 1), day("01-31")),
    ("the last 3 months", day("08-25"), day("11-24")),
    ("last 30 days", day("10-26"), day("11-24")),
    ("past two weeks", day("11-11"), day("11-24")),
    ("what did I spend yesterday", day("11-23"), day("11-23")),
    ("what did I pay on 3/10", day("10-03"), day("10-03")),
    ("what went out on Friday", day("11-20"), day("11-20")),
    ("how much did I spend last weekend", day("11-21"), day("11-22")),
    ("this year", day("01-01"), day("12-31")),
    ("in 2025", date(2025, 1, 1), date(2025, 12, 31)),
    ("last quarter", day("07-01"), day("09-30")),
    ("so far this year", day("01-01"), day("11-24")),
    ("what did I spend in May", day("05-01"), day("05-31")),
]


@pytest.mark.parametrize(("said", "start", "end"), PERIODS)
def test_periods_are_read(said: str, start: date, end: date) -> None:
    assert values("period", said) == [Period(start, end)]


DATES = [
    ("send £50 on 4 December", "en-GB", day("12-04")),
    ("pay rent on 1 October", "en-GB", date(2027, 10, 1)),
    ("pay Anna on Friday", "en-GB", day("11-27")),
    ("pay Anna next Tuesday", "en-GB", date(2026, 12, 1)),
    ("send it tomorrow", "en-GB", day("11-25")),
    ("pay on 4/12", "en-GB", day("12-04")),
    ("pay on 12/4/2026", "en-US", day("12-04")),
    ("pay on 2026-12-04", "en-GB", day("12-04")),
    ("pay on 04.12.2026", "de-DE", day("12-04")),
    ("transfer it on the 30th", "en-GB", day("11-30")),
    ("send it in two weeks", "en-GB", day("12-08")),
    ("pay December 4th", "en-GB", day("12-04")),
]


@pytest.mark.parametrize(("said", "locale", "expected"), DATES)
def test_dates_are_read(said: str, locale: str, expected: date) -> None:
    assert values("date", said, locale) == [expected]


@pytest.mark.parametrize("said", ["on 31 February", "pay on 31/04/2026", "I may send more", "march on", "we sat down"])
def test_what_is_no_day_is_none(said: str) -> None:
    assert not [entity for entity in entities(said) if entity.type in {"date", "period"}]


@pytest.mark.parametrize(
    ("type_", "said", "expected"),
    [
        ("card_last4", "freeze my card ending 4242", ["4242"]),
        ("card_last4", "the 4242 card", ["4242"]),
        ("card_last4", "last four digits are 0934", ["0934"]),
        ("count", "show my last 5 transactions", [5]),
        ("count", "my last ten payments", [10]),
        ("account_name", "from savings to my current account", ["savings", "current"]),
        ("account_name", "the joint account", ["joint"]),
        ("account_name", "pay off my credit card", ["credit_card"]),
        ("account_name", "a joint effort", []),
        ("merchant", "what did I spend at Tesco in October", ["Tesco"]),
        ("merchant", "spent at Marks and Spencer last week", ["Marks and Spencer"]),
        ("merchant", "did I pay Netflix this month", ["Netflix"]),
        ("merchant", "how much have I paid Uber since September", ["Uber"]),
        ("merchant", "what did I spend in total", []),
        ("payee", "send £25 to Anna", ["Anna"]),
        ("payee", "send Anna the money", ["Anna"]),
        ("payee", "pay Thames Water 45 pounds on Friday", ["Thames Water"]),
        ("payee", "pay my landlord 850", ["landlord"]),
        ("payee", "transfer 20 to my savings", []),
        ("payee", "I want to transfer money", []),
        ("category", "how much went on eating out last week", ["eating_out"]),
        ("category", "total spent on petrol", ["fuel"]),
    ],
)
def test_other_entities(type_: str, said: str, expected: list[object]) -> None:
    assert values(type_, said) == expected


@pytest.mark.parametrize(
    ("said", "locale", "expected"),
    [
        ("cancel my standing order to Netflix", "en-GB", ["Netflix"]),
        ("which scheduled payments are going out", "en-GB", []),
        ("cancela la transferencia programada a Netflix", "es-ES", ["Netflix"]),
        ("annule le virement permanent à Anna", "fr-FR", ["Anna"]),
        ("annulla l'ordine permanente a Anna Rossi", "it-IT", ["Anna Rossi"]),
        ("cancela a transferência programada para a Ana", "pt-PT", ["Ana"]),
        ("stop de periodieke overboeking naar Anna", "nl-NL", ["Anna"]),
        ("lösche den Dauerauftrag an Anna", "de-DE", ["Anna"]),
        ("ألغ الأمر الدائم إلى أحمد", "ar-SA", ["أحمد"]),
    ],
)
def test_who_a_standing_order_goes_to(said: str, locale: str, expected: list[object]) -> None:
    assert values("payee", said, locale) == expected


def test_a_lone_number_is_what_was_asked_for() -> None:
    assert values("card_last4", "4242", expects="card_last4") == ["4242"]
    assert values("payee", "Anna Schmidt", expects="payee") == ["Anna Schmidt"]
    assert values("period", "yesterday", expects="period") == [Period(day("11-23"), day("11-23"))]
    assert sums("2000", expects="money") == [(200_000, None)]


def test_sealed_values_are_entities() -> None:
    [iban] = [entity for entity in entities("send 100 to GB29 NWBK 6016 1331 9268 19") if entity.type == "iban"]
    assert isinstance(iban.value, SealedValue)
    assert iban.value.value == "GB29NWBK60161331926819"
    assert sums("send 100 to GB29 NWBK 6016 1331 9268 19") == [(10_000, None)]
