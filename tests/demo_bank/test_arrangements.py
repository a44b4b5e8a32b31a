"""Standing orders and payments for a later day: they agree with the past, leave when due, and stop when cancelled."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_bank.actions import act
from demo_bank.arrangements import ONCE, Arrangement
from demo_bank.bank import open_bank
from demo_bank.bank_numbers import outside_number
from demo_bank.customers import BUSY, SHOWCASE, customer_id
from demo_bank.dice import dice_for
from demo_bank.due_payments import bring_up_to_date
from demo_bank.history import History, make_history
from demo_bank.requests import read_action
from demo_bank.statements import list_transactions
from tests.demo_bank.conftest import Desk, MovableClock

DAY0 = date(2026, 11, 24)


@pytest.fixture(scope="module")
def histories() -> list[History]:
    return [make_history(7, number, DAY0) for number in range(1, 161)]


def orders_of(history: History) -> list[Arrangement]:
    return [one for one in history.arrangements if one.frequency != ONCE]


def test_a_standing_order_goes_on_as_the_history_tells(histories: list[History]) -> None:
    told = 0
    for history in histories:
        paid = [line for line in history.transactions if line.kind == "standing_order"]
        orders = {one.payee_name: one for one in orders_of(history) if one.category == "housing"}
        assert {line.merchant for line in paid} == set(orders)
        for line in (line for line in paid if line.day == paid[-1].day):
            order = orders[line.merchant]
            assert order.amount_minor == -line.amount_minor
            last = DAY0 + timedelta(days=line.day)
            assert (order.first_on.day, order.frequency) == (last.day, "monthly")
            assert 28 <= (order.first_on - last).days <= 31
            told += 1
    assert told > 80


def test_nothing_arranged_is_due_in_the_past(histories: list[History]) -> None:
    kinds: Counter[str] = Counter()
    for history in histories:
        names = [one.arrangement_id for one in history.arrangements]
        assert len(names) == len(set(names))
        for one in history.arrangements:
            assert one.first_on >= DAY0
            assert one.amount_minor > 0
            assert len(one.last4) == 4
            kinds[one.frequency] += 1
    assert {"weekly", "monthly", "quarterly", ONCE} == set(kinds)
    for shown in (SHOWCASE, BUSY):
        assert any(one.frequency == ONCE for one in histories[shown - 1].arrangements)
        assert orders_of(histories[shown - 1])


def test_a_day_that_a_month_does_not_have_is_its_last_one() -> None:
    number = outside_number("GB", dice_for(7, "test"))
    order = Arrangement("so-1", "Anna", number, 100, "monthly", date(2027, 1, 31), "X")
    assert order.due(date(2027, 3, 31)) == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]
    assert order.next_after(date(2027, 2, 28)) == date(2027, 3, 31)
    once = Arrangement("sp-1", "Anna", number, 100, ONCE, date(2027, 1, 31), "X")
    assert once.next_after(date(2027, 1, 31)) is None


@settings(max_examples=25, deadline=None)
@given(number=st.integers(1, 60), steps=st.lists(st.integers(0, 25), min_size=1, max_size=8), cut=st.integers(0, 7))
def test_whatever_is_due_is_paid_once_and_what_is_cancelled_stops(number: int, steps: list[int], cut: int) -> None:
    clock = MovableClock(datetime(2026, 11, 24, 12, tzinfo=UTC))
    with tempfile.TemporaryDirectory() as folder:
        bank = open_bank(Path(folder), customers=60, seed=7, clock=clock)
        order = next((one for one in orders_of(bank.shelf.history(number))), None)
        if order is None:
            bank.close()
            return
        ended = None
        for step, days in enumerate(steps):
            clock.forward(days=days)
            bring_up_to_date(bank, number)
            if step == cut:
                body = {"idempotency_key": "stop", "customer_id": customer_id(number), "kind": "cancel_standing_order",
                        "params": {"order_id": order.arrangement_id}, "approval": None}  # fmt: skip
                assert act(bank, read_action(body))["status"] == "executed"
                ended = clock.now.date()
        lines, _ = list_transactions(bank, number, first=DAY0, limit=5_000)
        left = [line for line in lines if line["kind"] == "standing_order" and line["merchant"] == order.payee_name
                and -line["amount_minor"] == order.amount_minor]  # fmt: skip
        due = [day.isoformat() for day in order.due(ended or clock.now.date())]
        assert sorted(line["booked_on"] for line in left) == due
        assert all((line["status"] == "declined") == ("decline_reason" in line) for line in left)
        posted = [line["amount_minor"] for line in lines if line["status"] == "posted"]
        row = bank.ledger.row("SELECT TOTAL(amount_minor) AS total FROM entries")
        assert row == {"total": sum(posted)}
        bank.close()


def test_a_payment_can_be_cancelled_until_the_day_before(desk: Desk) -> None:
    first, second = desk.read("scheduled_payments")
    desk.clock.now = datetime.fromisoformat(f"{first['due_on']}T00:00:01+00:00") - timedelta(seconds=2)
    gone = desk.act("cancel_scheduled_payment", {"payment_id": first["payment_id"]}).json()
    assert gone["status"] == "executed"
    assert [one["payment_id"] for one in desk.read("scheduled_payments")] == [second["payment_id"]]
    again = desk.act("cancel_scheduled_payment", {"payment_id": first["payment_id"]}).json()
    assert (again["status"], again["reason"]) == ("rejected", "already_cancelled")
    desk.clock.now = datetime.fromisoformat(f"{second['due_on']}T00:00:01+00:00")
    late = desk.act("cancel_scheduled_payment", {"payment_id": second["payment_id"]}).json()
    assert (late["status"], late["reason"]) == ("rejected", "too_late")
    assert desk.read("scheduled_payments") == []
    lines = desk.read("transactions?from=2026-11-24")
    paid = [line for line in lines if line["kind"] == "scheduled_payment"]
    assert [(line["booked_on"], line["amount_minor"]) for line in paid] == [(second["due_on"], -second["amount_minor"])]


def test_one_kind_of_arrangement_is_not_cancelled_as_the_other(desk: Desk) -> None:
    order, payment = desk.read("standing_orders")[0]["order_id"], desk.read("scheduled_payments")[0]["payment_id"]
    asked = [("cancel_standing_order", {"order_id": payment}), ("cancel_scheduled_payment", {"payment_id": order}),
             ("cancel_standing_order", {"order_id": "so-000041-1"})]  # fmt: skip
    reasons = [desk.act(kind, params).json()["reason"] for kind, params in asked]
    assert reasons == ["unknown_order", "unknown_payment", "unknown_order"]
    assert desk.act("cancel_standing_order", {}).status_code == 422


def test_cancelling_twice_under_one_key_cancels_once(desk: Desk) -> None:
    order = {"order_id": desk.read("standing_orders")[0]["order_id"]}
    first = desk.act("cancel_standing_order", order, idempotency_key="once").json()
    assert desk.act("cancel_standing_order", order, idempotency_key="once").json() == first
    assert first["status"] == "executed"
    rows = desk.bank.ledger.rows("SELECT * FROM actions WHERE kind = 'cancel_standing_order'")
    assert len(rows) == 1
    assert [row["kind"] for row in desk.bank.record()] == ["cancel_standing_order"]


def test_a_payment_without_money_is_declined_and_told(desk: Desk) -> None:
    rent = next(one for one in desk.read("standing_orders") if one["frequency"] == "monthly")
    current = desk.read("accounts")[0]
    own = {"from_account_id": "a-000042-1", "currency": "GBP", "to": {"account_id": "a-000042-2"},
           "amount_minor": current["available_minor"] - rent["amount_minor"] + 1}  # fmt: skip
    assert desk.act("transfer", own).json()["status"] == "executed"
    desk.clock.now = datetime.fromisoformat(f"{rent['next_on']}T12:00:00+00:00")
    line = next(line for line in desk.read("transactions?from=2026-11-25") if line["merchant"] == rent["payee_name"])
    assert (line["status"], line["decline_reason"]) == ("declined", "insufficient_funds")
    assert not desk.bank.ledger.rows("SELECT * FROM entries WHERE kind = 'standing_order'")
    assert rent["next_on"] < next(one["next_on"] for one in desk.read("standing_orders")
                                  if one["order_id"] == rent["order_id"])  # fmt: skip


def test_what_leaves_by_arrangement_does_not_use_up_the_days_limit(desk: Desk) -> None:
    rent = next(one for one in desk.read("standing_orders") if one["frequency"] == "monthly")
    desk.clock.now = datetime.fromisoformat(f"{rent['next_on']}T12:00:00+00:00")
    desk.read("accounts")
    own = {"from_account_id": "a-000042-2", "currency": "GBP", "to": {"account_id": "a-000042-1"}}
    assert desk.act("transfer", {**own, "amount_minor": 1_000_000}).json()["status"] == "executed"


def test_declines_and_charges_say_why(desk: Desk, histories: list[History]) -> None:
    reasons: Counter[str] = Counter()
    for history in histories[:60]:
        told = {name: json.loads(truth.details)["reason"] for truth in history.truths
                if truth.kind in ("declined", "fee", "interest") for name in truth.transaction_ids}  # fmt: skip
        for line in desk.read("transactions?limit=5000", history.customer.customer_id):
            if line["status"] == "declined":
                assert line["decline_reason"] == told[line["transaction_id"]]
                reasons[line["decline_reason"]] += 1
            elif line["kind"] == "fee":
                assert line["charge"] == told[line["transaction_id"]]
                reasons[line["charge"]] += 1
            else:
                assert "decline_reason" not in line
            assert (line.get("card_last4") is None) == (line.get("card_id") is None)
            assert ("place" in line) == (line["kind"] in ("card_purchase", "cash_withdrawal"))
            if line.get("original_currency"):
                assert line["country"] != history.customer.country.code
    for reason in ("insufficient_funds", "wrong_pin", "online_check", "limit", "card_frozen", "foreign_payment",
                   "account_fee", "late_payment"):  # fmt: skip
        assert reasons[reason], reason
