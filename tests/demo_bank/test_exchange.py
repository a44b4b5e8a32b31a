"""Exchanging between own accounts: fixed rates, whole numbers, a half to the even neighbour."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo_bank.countries import COUNTRIES, RATES
from demo_bank.exchange import RATES_MICRO, SPREAD_PER_MILLE, divided_half_even, exchanged
from tests.demo_bank.asked import asked
from tests.demo_bank.conftest import Desk

CURRENCIES = sorted(RATES_MICRO)


def money(desk: Desk) -> dict[str, int]:
    return {one["account_id"]: one["balance_minor"] for one in desk.read("accounts", "c-000049")}


def test_what_is_sold_is_bought_on_the_other_account(desk: Desk) -> None:
    before, order = money(desk), asked(desk, "exchange")
    answer = order.send(desk).json()
    assert answer["status"] == "executed"
    bought = answer["result"]["bought_minor"]
    assert (bought, answer["result"]["bought_currency"]) == (11_570, "EUR")  # 100 / 0.86 * 0.995, to the cent
    assert money(desk) == {**before, "a-000049-1": before["a-000049-1"] - 10_000,
                           "a-000049-9": before["a-000049-9"] + bought}  # fmt: skip
    lines = desk.read("transactions?from=2026-11-24", "c-000049")
    assert {line["amount_minor"]: line["currency"] for line in lines} == {-10_000: "GBP", bought: "EUR"}
    assert {line["reference"] for line in lines} == {answer["reference"]}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"from_account_id": "a-000042-1"}, "unknown_account"),
        ({"from_account_id": "a-000049-3"}, "unknown_account"),
        ({"to": {"account_id": "a-000042-1"}}, "unknown_account"),
        ({"to": {"payee_id": "p-000049-1"}}, "unknown_account"),
        ({"to": {"name": "Eve", "iban": "DE89370400440532013000"}}, "unknown_account"),
        ({"to": {"account_id": "a-000049-1"}}, "same_account"),
        ({"to": {"account_id": "a-000049-3"}}, "same_currency"),
        ({"currency": "EUR"}, "currency_mismatch"),
        ({"amount_minor": 100_000_000}, "insufficient_funds"),
    ],
)
def test_what_cannot_be_exchanged_is_refused(desk: Desk, changes: dict[str, Any], reason: str) -> None:
    before, order = money(desk), asked(desk, "exchange")
    answer = order.send(desk, params={**order.params, **changes}).json()
    assert (answer["status"], answer["reason"]) == ("rejected", reason)
    assert money(desk) == before


def test_an_exchange_does_not_use_up_the_days_limit(desk: Desk) -> None:
    order = asked(desk, "exchange")
    assert order.send(desk, params={**order.params, "amount_minor": 1_200_000}).json()["status"] == "executed"


def test_every_currency_of_the_bank_has_the_same_rate_everywhere() -> None:
    assert {country.currency for country in COUNTRIES.values()} == set(RATES_MICRO)
    assert {name: rate / 1_000_000 for name, rate in RATES_MICRO.items()} == {name: RATES[name] for name in RATES_MICRO}


@given(amount=st.integers(1, 10**12), source=st.sampled_from(CURRENCIES), target=st.sampled_from(CURRENCIES))
def test_exchanging_is_exact_and_never_pays_off(amount: int, source: str, target: str) -> None:
    right = Fraction(amount * RATES_MICRO[target], RATES_MICRO[source]) * Fraction(1000 - SPREAD_PER_MILLE, 1000)
    assert exchanged(amount, source, target) == round(right)  # a Fraction rounds a half to even
    if amount > 10_000:
        assert exchanged(exchanged(amount, source, target), target, source) < amount


@pytest.mark.parametrize(("number", "by", "whole"), [(5, 2, 2), (7, 2, 4), (9, 4, 2), (11, 4, 3), (0, 7, 0)])
def test_a_half_goes_to_the_even_neighbour(number: int, by: int, whole: int) -> None:
    assert divided_half_even(number, by) == whole
