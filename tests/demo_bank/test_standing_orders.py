"""Standing orders that customers make and change: they leave when due, arrive where they go, and can be stopped."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.demo_bank.asked import CURRENT, SAVINGS, Asked, asked
from tests.demo_bank.conftest import Desk


def the_order(desk: Desk, order_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in desk.read("standing_orders") if one["order_id"] == order_id)
    return found


def go_to(desk: Desk, day: str) -> None:
    desk.clock.now = datetime.fromisoformat(f"{day}T12:00:00+00:00")


def made(desk: Desk, **changes: Any) -> str:
    order = asked(desk, "create_standing_order")
    params = {**order.params, **changes}
    payee = changes.pop("payee", order.payee)
    params.pop("payee", None)
    money = (params["amount_minor"], params["currency"])
    answer = Asked(order.kind, params, payee, money).send(desk).json()
    assert answer["status"] == "executed", answer["reason"]
    return str(answer["result"]["order_id"])


def test_a_new_order_is_listed_and_leaves_on_its_days(desk: Desk) -> None:
    had = {one["order_id"] for one in desk.read("standing_orders")}
    payee = desk.read("payees")[0]
    order_id = made(desk)
    assert order_id not in had
    one = the_order(desk, order_id)
    assert one == {"order_id": order_id, "next_on": "2026-12-10", "account_id": CURRENT, "payee_name": payee["name"],
                   "payee_last4": payee["iban"][-4:], "amount_minor": 2500, "currency": "GBP", "frequency": "monthly",
                   "reference": one["reference"]}  # fmt: skip
    go_to(desk, "2027-02-11")
    lines = [line for line in desk.read("transactions?from=2026-11-24") if line["reference"].startswith(order_id)]
    assert [(line["booked_on"], line["amount_minor"], line["status"], line["kind"]) for line in lines] == [
        (f"{month}-10", -2500, "posted", "standing_order") for month in ("2027-02", "2027-01", "2026-12")]  # fmt: skip
    assert the_order(desk, order_id)["next_on"] == "2027-03-10"


@pytest.mark.parametrize(
    ("often", "following"),
    [("weekly", "2027-01-05"), ("monthly", "2027-01-29"), ("quarterly", "2027-03-29"), ("yearly", "2027-12-29")],
)
def test_every_frequency_comes_again(desk: Desk, often: str, following: str) -> None:
    order_id = made(desk, frequency=often, day="2026-12-29")
    go_to(desk, "2026-12-30")
    assert the_order(desk, order_id)["next_on"] == following


def test_an_order_that_begins_today_leaves_at_once(desk: Desk) -> None:
    before = desk.read("accounts")[0]["balance_minor"]
    order_id = made(desk, day="2026-11-24", frequency="weekly")
    assert desk.read("accounts")[0]["balance_minor"] == before - 2500
    assert the_order(desk, order_id)["next_on"] == "2026-12-01"
    assert desk.bank.ledger.rows("SELECT at FROM entries") == [{"at": "2026-11-24T12:00:00+00:00"}]


def test_a_new_order_can_be_cancelled_and_changed(desk: Desk) -> None:
    order_id = made(desk)
    change = {"order_id": order_id, "amount_minor": 3000, "currency": "GBP"}
    assert Asked("change_standing_order", change, order_id, (3000, "GBP")).send(desk).json()["status"] == "executed"
    assert the_order(desk, order_id)["amount_minor"] == 3000
    go_to(desk, "2026-12-10")
    left = [line for line in desk.read("transactions?from=2026-12-10") if line["reference"].startswith(order_id)]
    assert [line["amount_minor"] for line in left] == [-3000]
    assert desk.act("cancel_standing_order", {"order_id": order_id}).json()["status"] == "executed"
    assert order_id not in {one["order_id"] for one in desk.read("standing_orders")}
    again = Asked("change_standing_order", {**change, "amount_minor": 1}, order_id, (1, "GBP")).send(desk).json()
    assert again["reason"] == "unknown_order"
    go_to(desk, "2027-01-10")
    left = [line for line in desk.read("transactions?from=2026-12-11") if line["reference"].startswith(order_id)]
    assert left == []


def test_an_order_between_own_accounts_arrives(desk: Desk) -> None:
    accounts = desk.read("accounts")
    order_id = made(desk, to={"account_id": SAVINGS}, payee=accounts[1]["iban"], day="2026-11-25")
    desk.clock.forward(days=1)
    after = desk.read("accounts")
    moved = [new["balance_minor"] - old["balance_minor"] for old, new in zip(accounts, after, strict=True)]
    assert moved == [-2500, 2500, 0]
    assert {line["kind"] for line in desk.read("transactions?from=2026-11-25")} == {"own_transfer"}
    change = {"order_id": order_id, "amount_minor": 4000, "currency": "GBP"}
    assert Asked("change_standing_order", change, order_id, (4000, "GBP")).send(desk).json()["status"] == "executed"
    go_to(desk, "2026-12-25")
    assert [line["amount_minor"] for line in desk.read(f"transactions?from=2026-12-25&account_id={SAVINGS}")] == [4000]


def test_an_order_to_another_customer_arrives_until_the_account_is_closed(desk: Desk) -> None:
    other = next(n for n in range(1, 61) if n != 42 and desk.bank.shelf.person(n)[0].country.code == "GB"
                 and "savings" in desk.bank.shelf.person(n)[1].accounts)  # fmt: skip
    name = f"c-{other:06d}"
    current, savings = desk.read("accounts", name)[:2]
    order_id = made(desk, to={"name": "A friend", "iban": savings["iban"]}, payee=savings["iban"], day="2026-11-25",
                    frequency="weekly")  # fmt: skip
    desk.clock.forward(days=1)
    desk.read("accounts")
    assert desk.read("accounts", name)[1]["balance_minor"] == savings["balance_minor"] + 2500
    close = {"from_account_id": savings["account_id"], "to": {"account_id": current["account_id"]}}
    gone = Asked("close_account", close, current["iban"], customer=name).send(desk).json()
    assert gone["status"] == "executed", gone
    before = desk.read("accounts")[0]["balance_minor"]
    desk.clock.forward(days=7)
    line = next(line for line in desk.read("transactions?from=2026-12-02") if line["status"] == "declined")
    assert (line["transaction_id"], line["decline_reason"]) == (f"t-{order_id}-20261202", "account_closed")
    settled = desk.bank.shelf.history(42).holds["current"]
    assert desk.read("accounts")[0]["balance_minor"] == before - settled


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"day": "2026-11-23"}, "past_day"),
        ({"currency": "EUR"}, "currency_mismatch"),
        ({"to": {"account_id": CURRENT}}, "same_account"),
        ({"to": {"account_id": "a-000041-1"}}, "unknown_account"),
        ({"to": {"payee_id": "p-000041-1"}}, "unknown_account"),
        ({"from_account_id": "a-000041-1"}, "unknown_account"),
        ({"from_account_id": "a-000042-3"}, "unknown_account"),
        ({"to": {"name": "Eve", "iban": "GB00WEST12345698765432"}}, "invalid_iban"),
    ],
)
def test_what_cannot_be_arranged_is_refused(desk: Desk, changes: dict[str, Any], reason: str) -> None:
    order = asked(desk, "create_standing_order")
    before = desk.read("standing_orders")
    answer = order.send(desk, params={**order.params, **changes}).json()
    assert (answer["status"], answer["reason"]) == ("rejected", reason)
    assert desk.read("standing_orders") == before


def test_odd_frequencies_and_days_are_bad_requests(desk: Desk) -> None:
    order = asked(desk, "create_standing_order")
    odd: list[dict[str, Any]] = [{"frequency": "daily"}, {"day": "tomorrow"}, {"day": "2026-02-30"}, {"to": {}}]
    for wrong in odd:
        assert order.send(desk, params={**order.params, **wrong}, approval=None).status_code == 422


def test_a_changed_order_pays_the_new_amount_from_the_next_time(desk: Desk) -> None:
    rent = the_order(desk, "so-000042-1")
    go_to(desk, rent["next_on"])
    assert asked(desk, "change_standing_order").send(desk).json()["status"] == "executed"
    now = the_order(desk, "so-000042-1")
    assert now["amount_minor"] == 91_000
    go_to(desk, now["next_on"])
    paid = [line for line in desk.read("transactions?from=2026-11-24") if line["merchant"] == rent["payee_name"]]
    assert [line["amount_minor"] for line in paid] == [-91_000, -rent["amount_minor"]]


def test_a_decline_before_a_change_tells_the_amount_of_then(desk: Desk) -> None:
    rent, current = the_order(desk, "so-000042-1"), desk.read("accounts")[0]
    own = {"from_account_id": CURRENT, "currency": "GBP", "to": {"account_id": SAVINGS},
           "amount_minor": current["available_minor"] - rent["amount_minor"] + 1}  # fmt: skip
    assert desk.act("transfer", own).json()["status"] == "executed"
    go_to(desk, rent["next_on"])
    assert asked(desk, "change_standing_order").send(desk).json()["status"] == "executed"
    lines = desk.read("transactions?from=2026-11-25")
    declined = [line["amount_minor"] for line in lines if line["status"] == "declined"]
    assert declined == [-rent["amount_minor"]]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"order_id": "so-000041-1"}, "unknown_order"),
        ({"order_id": "sp-000042-1"}, "unknown_order"),
        ({"currency": "EUR"}, "currency_mismatch"),
        ({"amount_minor": 84_500}, "same_amount"),
    ],
)
def test_what_cannot_be_changed_is_refused(desk: Desk, changes: dict[str, Any], reason: str) -> None:
    order = asked(desk, "change_standing_order")
    answer = order.send(desk, params={**order.params, **changes}).json()
    assert (answer["status"], answer["reason"]) == ("rejected", reason)


def test_a_used_approval_does_not_change_an_order_back(desk: Desk) -> None:
    first, (amount, currency) = asked(desk, "change_standing_order"), (70_000, "GBP")
    approval = first.approval(desk)
    assert first.send(desk, approval=approval).json()["status"] == "executed"
    second = Asked(first.kind, {**first.params, "amount_minor": amount}, first.payee, (amount, currency))
    assert second.send(desk).json()["status"] == "executed"
    assert first.send(desk, approval=approval).json()["reason"] == "approval_used"
