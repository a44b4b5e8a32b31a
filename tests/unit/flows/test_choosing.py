"""What is chosen rather than said: payments by what is true of them, languages by any of their names, sums by kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from openteller.capabilities.flows.choosing import language_said, own_name, pointed
from openteller.capabilities.flows.filters import group
from openteller.domain.flows import Mentions
from openteller.domain.money import Money
from openteller.domain.understanding import Amount, Entity, Period
from openteller.testing.talks.bank import TRANSACTIONS, gbp, spend
from tests.unit.flows.house import the_flows

PAYMENT = the_flows()["explain_payment"].slots["payment"]


def said(kind: str, value: Amount | date | Period) -> Mentions:
    return Mentions("…", (Entity(kind, value, 0, 1),), language="en")


def found(mentions: Mentions) -> list[str] | None:
    records = pointed(PAYMENT, mentions, TRANSACTIONS)
    return None if records is None else [record.transaction_id for record in records]  # type: ignore[union-attr]


def test_a_payment_is_meant_by_its_amount_without_its_sign() -> None:
    assert found(said("money", Amount(5100, None))) == ["t-4"]


def test_a_payment_abroad_is_meant_by_either_of_its_amounts() -> None:
    assert found(said("money", Amount(13000, "EUR"))) == found(said("money", Amount(11240, None))) == ["t-7"]
    assert found(said("money", Amount(11240, "EUR"))) == []


def test_a_payment_is_meant_by_its_day() -> None:
    assert found(said("date", date(2026, 11, 2))) == ["t-7", "t-8"]


def test_who_says_neither_amount_nor_day_points_at_nothing() -> None:
    assert found(Mentions("that one")) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Spanish please", "es"),
        ("en español", "es"),
        ("ESPANOL", "es"),
        ("بالعربية", None),
        ("العربية", "ar"),
        ("can we speak Welsh", "cy"),
        ("Cymraeg", "cy"),
        ("English or Spanish", None),
        ("the nice one", None),
        ("", None),
    ],
)
def test_a_language_is_known_by_its_names_and_never_guessed(text: str, code: str | None) -> None:
    assert language_said(Mentions(text), ("en", "es", "ar")) == code


def test_a_language_calls_itself_by_its_own_name() -> None:
    assert [own_name(code) for code in ("en", "es", "ar")] == ["English", "Español", "العربية"]


def test_sums_are_by_kind_the_most_first_and_a_refund_counts_against_them() -> None:
    refund = spend(90, date(2026, 11, 21), "Tesco", "Groceries", 34.20)
    sums = group([*TRANSACTIONS[:4], refund], "category")
    assert [(total.category, total.amount, total.count) for total in sums] == [
        ("groceries", gbp(59.10), 4),
        ("coffee", gbp(3.60), 1),
    ]


def test_sums_by_month_are_whole_months_the_latest_first() -> None:
    sums = group(TRANSACTIONS[:4], "month")
    november, october = Period(date(2026, 11, 1), date(2026, 11, 30)), Period(date(2026, 10, 1), date(2026, 10, 31))
    assert [(total.period, total.amount) for total in sums] == [(november, gbp(45.90)), (october, gbp(51.00))]


def test_currencies_are_never_added_up_together() -> None:
    euros = replace(TRANSACTIONS[0], amount=Money(-1000, "EUR"))
    assert len(group([TRANSACTIONS[0], euros], "category")) == 2


def test_who_only_got_money_spent_nothing() -> None:
    assert group([TRANSACTIONS[4]], "category") == ()
