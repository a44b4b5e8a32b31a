"""Limits: less at once, more after four hours, and what is sent keeps to them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demo_bank.asked import Asked, asked
from tests.demo_bank.conftest import Desk

TRANSFER = "l-000042-transfer"


def limits(desk: Desk, customer: str = "c-000042") -> dict[str, Any]:
    return {one["limit_id"]: one for one in desk.read("limits", customer)}


def raised(desk: Desk, limit_id: str, amount: int) -> Any:
    params = {"limit_id": limit_id, "amount_minor": amount, "currency": "GBP"}
    return Asked("raise_limit", params, limit_id, (amount, "GBP")).send(desk).json()


def lowered(desk: Desk, limit_id: str, amount: int) -> Any:
    return desk.act("lower_limit", {"limit_id": limit_id, "amount_minor": amount, "currency": "GBP"}).json()


def test_each_debit_card_and_transfers_have_limits(desk: Desk) -> None:
    found = desk.read("limits")
    last4 = desk.read("cards")[0]["last4"]
    assert [(one["kind"], one["amount_minor"], one["most_minor"], one["card_last4"]) for one in found] == [
        ("card", 500_000, 1_000_000, last4), ("cash", 50_000, 100_000, last4),
        ("transfer", 1_000_000, 2_500_000, None)]  # fmt: skip
    assert {(one["currency"], one["rising_to_minor"]) for one in found} == {("GBP", None)}
    desk.act("freeze_card", {"card_id": "k-000042-1"})
    assert [one["kind"] for one in desk.read("limits")] == ["transfer"]
    polish = next(n for n in range(1, 61) if desk.bank.shelf.person(n)[0].country.code == "PL")
    assert {one["currency"] for one in desk.read("limits", f"c-{polish:06d}")} == {"PLN"}


def test_less_counts_at_once(desk: Desk) -> None:
    answer = asked(desk, "lower_limit").send(desk).json()
    assert answer["status"] == "executed"
    assert "effective_at" not in answer["result"]
    assert limits(desk)["l-000042-1-card"]["amount_minor"] == 100_000
    assert lowered(desk, "l-000042-1-card", 0)["status"] == "executed"
    assert limits(desk)["l-000042-1-card"]["amount_minor"] == 0


def test_more_rests_for_four_hours(desk: Desk) -> None:
    answer = asked(desk, "raise_limit").send(desk).json()
    assert answer["result"]["effective_at"] == "2026-11-24T16:00:00+00:00"
    desk.clock.forward(hours=3, minutes=59, seconds=59)
    now = limits(desk)["l-000042-1-card"]
    assert (now["amount_minor"], now["rising_to_minor"]) == (500_000, 800_000)
    desk.clock.forward(seconds=1)
    now = limits(desk)["l-000042-1-card"]
    assert (now["amount_minor"], now["rising_to_minor"]) == (800_000, None)


def test_a_later_change_takes_the_place_of_a_raise_that_rests(desk: Desk) -> None:
    name = "l-000042-1-card"
    raised(desk, name, 800_000)
    assert lowered(desk, name, 400_000)["status"] == "executed"
    desk.clock.forward(hours=5)
    assert limits(desk)[name]["amount_minor"] == 400_000
    raised(desk, name, 900_000)
    desk.clock.forward(hours=3)
    raised(desk, name, 700_000)
    desk.clock.forward(hours=3)
    assert (limits(desk)[name]["amount_minor"], limits(desk)[name]["rising_to_minor"]) == (400_000, 700_000)
    desk.clock.forward(hours=2)
    assert (limits(desk)[name]["amount_minor"], limits(desk)[name]["rising_to_minor"]) == (700_000, None)
    raised(desk, name, 800_000)
    desk.clock.forward(hours=5)
    assert lowered(desk, name, 750_000)["result"]["was_minor"] == 800_000


@pytest.mark.parametrize(
    ("kind", "changes", "reason"),
    [
        ("lower_limit", {"limit_id": "l-000041-1-card"}, "unknown_limit"),
        ("lower_limit", {"limit_id": "l-000042-2-card"}, "unknown_limit"),
        ("lower_limit", {"currency": "EUR"}, "currency_mismatch"),
        ("lower_limit", {"amount_minor": 500_000}, "not_a_cut"),
        ("lower_limit", {"amount_minor": 600_000}, "not_a_cut"),
        ("raise_limit", {"limit_id": "l-000041-1-card"}, "unknown_limit"),
        ("raise_limit", {"currency": "EUR"}, "currency_mismatch"),
        ("raise_limit", {"amount_minor": 500_000}, "not_a_raise"),
        ("raise_limit", {"amount_minor": 1}, "not_a_raise"),
        ("raise_limit", {"amount_minor": 1_000_001}, "over_the_most"),
    ],
)
def test_what_is_no_change_of_a_limit_is_refused(desk: Desk, kind: str, changes: dict[str, Any], reason: str) -> None:
    order, before = asked(desk, kind), limits(desk)
    answer = order.send(desk, params={**order.params, **changes}).json()
    assert (answer["status"], answer["reason"]) == ("rejected", reason)
    assert limits(desk) == before


def test_transfers_keep_to_their_limit(desk: Desk) -> None:
    own = {"from_account_id": "a-000042-2", "currency": "GBP", "to": {"account_id": "a-000042-1"}}
    assert lowered(desk, TRANSFER, 5_000)["status"] == "executed"
    assert desk.act("transfer", {**own, "amount_minor": 5_001}).json()["reason"] == "limit_exceeded"
    assert desk.act("transfer", {**own, "amount_minor": 5_000}).json()["status"] == "executed"
    assert desk.act("transfer", {**own, "amount_minor": 1}).json()["reason"] == "limit_exceeded"
    raised(desk, TRANSFER, 1_200_000)
    assert desk.act("transfer", {**own, "amount_minor": 1}).json()["reason"] == "limit_exceeded"
    desk.clock.forward(hours=4)
    assert desk.act("transfer", {**own, "amount_minor": 1_195_000}).json()["status"] == "executed"


def test_a_new_card_goes_on_with_the_limits_of_the_one_before(desk: Desk) -> None:
    lowered(desk, "l-000042-1-cash", 20_000)
    new = desk.act("replace_card", {"card_id": "k-000042-1"}).json()["result"]["card_id"]
    approval = desk.approve("activate_card", new)
    assert desk.act("activate_card", {"card_id": new}, approval=approval).json()["status"] == "executed"
    names = [one["limit_id"] for one in desk.read("limits")]
    assert names == ["l-000042-3-card", "l-000042-3-cash", TRANSFER]
    assert limits(desk)["l-000042-3-cash"]["amount_minor"] == 20_000
    assert lowered(desk, "l-000042-3-cash", 10_000)["status"] == "executed"
    assert limits(desk)["l-000042-3-cash"]["amount_minor"] == 10_000
    assert lowered(desk, "l-000042-1-cash", 5_000)["reason"] == "unknown_limit"
