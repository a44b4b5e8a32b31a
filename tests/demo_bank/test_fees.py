"""Fees are given back once, whole, and into the account that they were taken from."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demo_bank.asked import asked, fee_of
from tests.demo_bank.conftest import Desk


def balances(desk: Desk) -> dict[str, int]:
    return {one["account_id"]: one["balance_minor"] for one in desk.read("accounts")}


def test_a_fee_is_given_back_into_its_account(desk: Desk) -> None:
    fee, before = fee_of(desk), balances(desk)
    answer = asked(desk, "refund_fee").send(desk).json()
    assert answer["status"] == "executed"
    assert balances(desk) == {**before, fee["account_id"]: before[fee["account_id"]] - fee["amount_minor"]}
    line = desk.read("transactions?limit=1")[0]
    assert (line["kind"], line["amount_minor"], line["account_id"]) == (
        "refund", -fee["amount_minor"], fee["account_id"])  # fmt: skip
    assert fee["description"] in line["description"]
    assert line["reference"] == answer["reference"]


def test_a_fee_is_given_back_once(desk: Desk) -> None:
    order = asked(desk, "refund_fee")
    assert order.send(desk).json()["status"] == "executed"
    assert order.send(desk).json()["reason"] == "already_refunded"
    back = desk.read("transactions?limit=1")[0]["transaction_id"]
    assert order.send(desk, params={**order.params, "transaction_id": back}).json()["reason"] == "not_a_fee"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"transaction_id": "t-000041-00001"}, "unknown_transaction"),
        ({"transaction_id": "t-nothing"}, "unknown_transaction"),
        ({"amount_minor": 1}, "wrong_amount"),
        ({"currency": "EUR"}, "wrong_amount"),
    ],
)
def test_what_is_no_refund_is_refused(desk: Desk, changes: dict[str, Any], reason: str) -> None:
    order, before = asked(desk, "refund_fee"), balances(desk)
    answer = order.send(desk, params={**order.params, **changes}).json()
    assert (answer["status"], answer["reason"]) == ("rejected", reason)
    assert balances(desk) == before


def test_purchases_and_interest_are_no_fees(desk: Desk) -> None:
    for kind in ("card_purchase", "direct_debit", "interest"):
        line = next(line for line in desk.read("transactions?limit=5000") if line["kind"] == kind)
        params = {
            "transaction_id": line["transaction_id"],
            "amount_minor": abs(line["amount_minor"]),
            "currency": "GBP",
        }
        assert desk.act("refund_fee", params).json()["reason"] == "not_a_fee"


def test_a_fee_of_more_than_thirteen_months_ago_stays(desk: Desk) -> None:
    fees = [line for line in desk.read("transactions?limit=5000") if line["kind"] == "fee"]
    for fee in (fees[0], fees[-1]):
        params = {"transaction_id": fee["transaction_id"], "amount_minor": -fee["amount_minor"], "currency": "GBP"}
        reason = desk.act("refund_fee", params).json()["reason"]
        assert reason == ("too_old" if fee["booked_on"] < "2025-10-24" else None)
    assert fees[-1]["booked_on"] < "2025-10-24" <= fees[0]["booked_on"]
