"""What holds for every kind of action: done once, only with the approval that covers it, whatever goes wrong."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from demo_bank.actions import DOES
from demo_bank.parameters import ACTION_KINDS
from tests.demo_bank.asked import APPROVED, KINDS, asked
from tests.demo_bank.conftest import Desk


def break_it(desk: Desk, **settings: Any) -> None:
    desk.web.post("/control/faults", json=settings, headers=desk.control)


def changes(desk: Desk) -> list[tuple[str, int]]:
    """How many rows each table that an action writes to has."""
    tables = [row["name"] for row in desk.bank.ledger.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    ours = [name for name in tables if not name.startswith("sqlite_") and name not in ("challenges", "callbacks")]
    return [(name, len(desk.bank.ledger.rows(f"SELECT * FROM {name}"))) for name in sorted(ours)]


def executed(desk: Desk) -> list[str]:
    return [row["kind"] for row in desk.bank.record()]


def test_every_kind_is_done_by_something() -> None:
    assert set(DOES) == ACTION_KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_key_is_done_once(desk: Desk, kind: str) -> None:
    order = asked(desk, kind)
    approval = order.approval(desk) if order.needs_approval else None
    first = order.send(desk, idempotency_key="once", approval=approval).json()
    assert (first["status"], first["reason"]) == ("executed", None)
    left = changes(desk)
    again = order.send(desk, idempotency_key="once", approval=approval)
    assert again.json() == first == desk.get("/api/actions/once").json()
    assert changes(desk) == left
    assert executed(desk) == [kind]
    assert order.send(desk, idempotency_key="once", approval="another").status_code == 409


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_needs_must_be_said(desk: Desk, kind: str) -> None:
    order = asked(desk, kind)
    for name in order.params:
        less = {key: value for key, value in order.params.items() if key != name}
        for params in (less, {**order.params, name: []}, {**order.params, name: ""}):
            assert order.send(desk, params=params, approval=None).status_code == 422
    assert executed(desk) == []


@pytest.mark.parametrize("kind", KINDS)
def test_losing_the_reply_does_the_work(desk: Desk, kind: str) -> None:
    order = asked(desk, kind)
    approval = order.approval(desk) if order.needs_approval else None
    for seed in range(3):
        break_it(desk, lose_reply_rate=1.0, scope="actions", seed=seed)
        try:
            assert order.send(desk, idempotency_key="lost", approval=approval).status_code in (504, 200)
        except (httpx.HTTPError, RuntimeError):  # the connection was dropped
            continue
    break_it(desk)
    assert desk.get("/api/actions/lost").json()["status"] == "executed"
    assert executed(desk) == [kind]


@pytest.mark.parametrize("kind", KINDS)
def test_a_bank_that_fails_has_done_nothing(desk: Desk, kind: str) -> None:
    order, before = asked(desk, kind), changes(desk)
    break_it(desk, fail_rate=1.0, scope="actions")
    assert order.send(desk, approval=None).status_code == 503
    assert changes(desk) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_dumb_core_does_twice_only_what_nothing_forbids(desk: Desk, kind: str) -> None:
    order = asked(desk, kind)
    approval = order.approval(desk) if order.needs_approval else None
    break_it(desk, core_mode="dumb", answer_twice_rate=1.0, scope="actions")
    second = order.send(desk, idempotency_key="twice", approval=approval).json()
    again = {"travel_notice", "exchange", "savings_goal"}
    assert (second["status"] == "executed") == (kind in again)
    assert executed(desk) == [kind] * (2 if kind in again else 1)


@pytest.mark.parametrize("kind", APPROVED)
def test_nothing_is_done_without_the_right_approval(desk: Desk, kind: str) -> None:
    order = asked(desk, kind)
    other = (order.money[0] + 1, order.money[1]) if order.money else (100, "GBP")
    foreign = (order.money[0], "EUR") if order.money else (100, "EUR")
    assert order.send(desk, approval=None).json()["reason"] == "approval_missing"
    before = changes(desk)[1:]
    wrong: list[dict[str, Any]] = [
        {"money": other}, {"money": foreign}, {"payee": "GB82WEST12345698765432"}, {"payee": None},
        {"kind": "transfer"}, {"customer_id": "c-000041"}, {"intent_id": "i-2"},
    ]  # fmt: skip
    if order.money:
        wrong.append({"money": None})
    for change in wrong:
        approval = order.approval(desk, **change)
        assert order.send(desk, approval=approval, intent_id="i-1").json()["reason"] == "approval_invalid", change
    old = order.approval(desk)
    desk.clock.forward(minutes=6)
    assert order.send(desk, approval=old).json()["reason"] == "approval_invalid"
    assert changes(desk)[1:] == before
    assert order.send(desk, intent_id="i-1").json()["status"] == "executed"


@pytest.mark.parametrize("kind", ["create_standing_order", "raise_limit", "change_address", "open_account"])
def test_an_approval_is_good_once(desk: Desk, kind: str) -> None:
    order = asked(desk, kind)
    approval = order.approval(desk)
    assert order.send(desk, approval=approval).json()["status"] == "executed"
    assert order.send(desk, approval=approval).json()["reason"] == "approval_used"
    assert executed(desk) == [kind]


def test_an_approval_that_was_refused_is_not_used_up(desk: Desk) -> None:
    order = asked(desk, "change_standing_order")
    approval = order.approval(desk)
    assert order.send(desk, approval=approval, params={**order.params, "currency": "EUR"}).json()["reason"]
    assert order.send(desk, approval=approval).json()["status"] == "executed"
