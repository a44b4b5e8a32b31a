"""What the bank only keeps: notices of journeys and savings goals."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demo_bank.asked import asked
from tests.demo_bank.conftest import Desk


def test_a_notice_of_a_journey_is_kept(desk: Desk) -> None:
    order = asked(desk, "travel_notice")
    assert order.send(desk).json()["result"] == order.params
    under_way = {**order.params, "first_day": "2026-11-20", "last_day": "2026-11-24"}
    assert order.send(desk, params=under_way).json()["status"] == "executed"
    rows = desk.bank.ledger.rows("SELECT customer_id, card_id, first_day, last_day FROM travel_notices")
    assert rows == [{"customer_id": "c-000042", **one} for one in (order.params, under_way)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"card_id": "k-000041-1"}, "unknown_card"),
        ({"first_day": "2026-11-20", "last_day": "2026-11-23"}, "past_day"),
    ],
)
def test_what_is_no_journey_is_refused(desk: Desk, changes: dict[str, Any], reason: str) -> None:
    order = asked(desk, "travel_notice")
    answer = order.send(desk, params={**order.params, **changes}).json()
    assert (answer["status"], answer["reason"]) == ("rejected", reason)
    assert desk.bank.ledger.rows("SELECT * FROM travel_notices") == []


def test_a_journey_needs_a_card_that_works_and_an_end_after_its_beginning(desk: Desk) -> None:
    order = asked(desk, "travel_notice")
    assert order.send(desk, params={**order.params, "last_day": "2026-11-30"}).status_code == 422
    desk.act("freeze_card", {"card_id": "k-000042-1"})
    assert order.send(desk).json()["reason"] == "card_not_active"


def test_a_goal_is_kept_and_moves_nothing(desk: Desk) -> None:
    before, order = desk.read("accounts"), asked(desk, "savings_goal")
    assert order.send(desk).json()["status"] == "executed"
    rows = desk.bank.ledger.rows("SELECT customer_id, account_id, amount_minor, currency, day FROM savings_goals")
    assert rows == [{"customer_id": "c-000042", "account_id": "a-000042-2", "amount_minor": 100_000,
                     "currency": "GBP", "day": "2027-06-01"}]  # fmt: skip
    assert desk.read("accounts") == before


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"from_account_id": "a-000041-1"}, "unknown_account"),
        ({"from_account_id": "a-000042-3"}, "unknown_account"),
        ({"day": "2026-11-23"}, "past_day"),
        ({"amount_minor": 999}, "too_small"),
        ({"currency": "EUR"}, "currency_mismatch"),
    ],
)
def test_what_is_no_goal_is_refused(desk: Desk, changes: dict[str, Any], reason: str) -> None:
    order = asked(desk, "savings_goal")
    answer = order.send(desk, params={**order.params, **changes}).json()
    assert (answer["status"], answer["reason"]) == ("rejected", reason)
    assert order.send(desk, params={**order.params, "amount_minor": 1_000}).json()["status"] == "executed"
