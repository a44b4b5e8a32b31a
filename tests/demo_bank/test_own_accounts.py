"""Opening and closing accounts: a new one has a number that works, a closed one is gone and leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest
from stdnum import iban as stdnum_iban

from demo_bank.mandates import mandates
from tests.demo_bank.asked import CURRENT, SAVINGS, Asked, asked
from tests.demo_bank.conftest import Desk


def opened(desk: Desk, product: str = "savings", customer: str = "c-000042") -> Any:
    return Asked("open_account", {"product": product}, product, customer=customer).send(desk).json()


def closed(desk: Desk, source: str, to: dict[str, str], payee: str, customer: str = "c-000042") -> Any:
    params = {"from_account_id": source, "to": to}
    return Asked("close_account", params, payee, customer=customer).send(desk).json()


def accounts(desk: Desk, customer: str = "c-000042") -> dict[str, Any]:
    return {one["account_id"]: one for one in desk.read("accounts", customer)}


def test_a_new_account_is_empty_and_can_be_paid(desk: Desk) -> None:
    before = accounts(desk)
    answer = opened(desk)
    name = answer["result"]["account_id"]
    new = accounts(desk)[name]
    assert name not in before
    assert (new["kind"], new["balance_minor"], new["currency"]) == ("savings", 0, "GBP")
    assert stdnum_iban.is_valid(new["iban"])
    assert new["iban"] == answer["result"]["iban"]
    own = {"from_account_id": CURRENT, "amount_minor": 1_000, "currency": "GBP", "to": {"account_id": name}}
    assert desk.act("transfer", own).json()["status"] == "executed"
    by_iban = {**own, "to": {"name": "Myself", "iban": new["iban"]}}
    assert desk.act("transfer", by_iban).json()["status"] == "executed"
    assert accounts(desk)[name]["balance_minor"] == 2_000
    back = {**own, "from_account_id": name, "amount_minor": 500, "to": {"account_id": CURRENT}}
    assert desk.act("transfer", back).json()["status"] == "executed"
    assert desk.act("transfer", {**back, "amount_minor": 1_501}).json()["reason"] == "insufficient_funds"
    assert len(desk.read(f"transactions?account_id={name}")) == 3


def test_another_customer_can_pay_a_new_account(desk: Desk) -> None:
    other = next(n for n in range(1, 61) if n != 42 and desk.bank.shelf.person(n)[0].country.code == "GB")
    iban = opened(desk, "current", f"c-{other:06d}")["result"]["iban"]
    approval = desk.approve("transfer", iban, (2_500, "GBP"))
    params = {"from_account_id": CURRENT, "amount_minor": 2_500, "currency": "GBP", "to": {"name": "X", "iban": iban}}
    assert desk.act("transfer", params, approval=approval).json()["status"] == "executed"
    assert {one["balance_minor"] for one in desk.read("accounts", f"c-{other:06d}") if one["iban"] == iban} == {2_500}


def test_accounts_of_every_country_have_numbers_that_differ(desk: Desk) -> None:
    seen: set[str] = set()
    for code in ("GB", "IE", "US", "DE", "FR", "ES", "PL", "AE"):
        number = next(n for n in range(1, 61) if desk.bank.shelf.person(n)[0].country.code == code
                      and len(desk.bank.shelf.person(n)[1].accounts) < 4)  # fmt: skip
        for product in ("current", "savings"):
            found = opened(desk, product, f"c-{number:06d}")["result"]
            assert (found["iban"] is None) == (code == "US")
            assert found["iban"] is None or stdnum_iban.is_valid(found["iban"])
            assert found["currency"] == desk.bank.shelf.person(number)[0].country.currency
            seen.add(found["iban"] or found["account_number"])
    assert len(seen) == 16


def test_five_accounts_are_the_most(desk: Desk) -> None:
    answers = [opened(desk, product) for product in ("savings", "current", "savings")]
    assert [one["reason"] for one in answers] == [None, None, "too_many"]
    assert [one["result"].get("name") for one in answers] == ["Savings account 2", "Current account 2", None]
    first = answers[0]["result"]["account_id"]
    assert closed(desk, first, {"account_id": CURRENT}, accounts(desk)[CURRENT]["iban"])["status"] == "executed"
    again = opened(desk)
    assert again["status"] == "executed"
    assert again["result"]["account_id"] != first
    assert opened(desk, "mortgage")["reason"] == "unknown_product"


def test_a_new_accounts_statements_begin_with_its_month(desk: Desk) -> None:
    name = opened(desk)["result"]["account_id"]
    assert name not in {one["account_id"] for one in desk.read("statements")}
    desk.clock.forward(days=10)
    mine = [one for one in desk.read("statements") if one["account_id"] == name]
    assert [(one["first_day"], one["last_day"]) for one in mine] == [("2026-11-01", "2026-11-30")]


def test_a_closed_account_leaves_its_money_and_nothing_else(desk: Desk) -> None:
    before = accounts(desk)
    answer = asked(desk, "close_account").send(desk).json()
    assert answer["status"] == "executed"
    after = accounts(desk)
    assert set(after) == set(before) - {SAVINGS}
    whole = before[CURRENT]["balance_minor"] + before[SAVINGS]["balance_minor"]
    assert after[CURRENT]["balance_minor"] == whole
    for what in ("transactions?limit=5000", "statements", "cards", "standing_orders", "direct_debits"):
        assert SAVINGS not in {one["account_id"] for one in desk.read(what)}
    own = {"from_account_id": CURRENT, "amount_minor": 1, "currency": "GBP", "to": {"account_id": SAVINGS}}
    iban = {"name": "Myself", "iban": before[SAVINGS]["iban"]}
    for params in (own, {**own, "from_account_id": SAVINGS}, {**own, "to": iban}):
        assert desk.act("transfer", params).json()["reason"] == "unknown_account"
    assert desk.web.get(f"/statements/{SAVINGS}/2026-10", follow_redirects=False).status_code == 303
    assert asked(desk, "close_account").send(desk).json()["reason"] == "unknown_account"


def test_the_rest_can_leave_the_bank(desk: Desk) -> None:
    payee = desk.read("payees")[0]
    before = accounts(desk)
    answer = closed(desk, SAVINGS, {"payee_id": payee["payee_id"]}, payee["iban"])
    assert answer["result"]["amount_minor"] == before[SAVINGS]["balance_minor"]
    row = desk.bank.ledger.row("SELECT SUM(amount_minor) AS total FROM entries")
    assert row == {"total": -before[SAVINGS]["balance_minor"]}
    own = {"from_account_id": CURRENT, "amount_minor": 1_000, "currency": "GBP", "to": {"account_id": "a-000042-3"}}
    assert desk.act("transfer", own).json()["status"] == "executed"  # a closing does not use up the day's limit


def test_a_used_approval_closes_no_second_account(desk: Desk) -> None:
    order = asked(desk, "close_account")
    approval = order.approval(desk)
    name = opened(desk)["result"]["account_id"]
    assert order.send(desk, approval=approval).json()["status"] == "executed"
    other = {**order.params, "from_account_id": name}
    assert order.send(desk, approval=approval, params=other).json()["reason"] == "approval_used"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"from_account_id": "a-000041-1"}, "unknown_account"),
        ({"from_account_id": "a-000042-3"}, "unknown_account"),
        ({"to": {"account_id": "a-000041-1"}}, "unknown_account"),
        ({"to": {"account_id": SAVINGS}}, "same_account"),
        ({"to": {"name": "Eve", "iban": "GB00WEST12345698765432"}}, "invalid_iban"),
        ({"from_account_id": CURRENT, "to": {"account_id": SAVINGS}}, "last_account"),
    ],
)
def test_what_cannot_be_closed_is_refused(desk: Desk, changes: dict[str, Any], reason: str) -> None:
    order, before = asked(desk, "close_account"), accounts(desk)
    answer = order.send(desk, params={**order.params, **changes}).json()
    assert (answer["status"], answer["reason"]) == ("rejected", reason)
    assert accounts(desk) == before


def test_an_account_of_another_currency_is_closed_only_into_one_of_the_same(desk: Desk) -> None:
    held = accounts(desk, "c-000049")
    answer = closed(desk, "a-000049-9", {"account_id": "a-000049-1"}, held["a-000049-1"]["iban"], "c-000049")
    assert answer["reason"] == "currency_mismatch"
    outside = {"name": "Myself", "iban": "DE89370400440532013000"}
    assert closed(desk, "a-000049-9", outside, outside["iban"], "c-000049")["status"] == "executed"
    assert "a-000049-9" not in accounts(desk, "c-000049")


def test_an_overdrawn_account_stays_open(desk: Desk) -> None:
    for number in range(1, 61):
        if desk.bank.shelf.history(number).balances["current"] < 0:
            name = f"c-{number:06d}"
            payee = desk.read("payees", name)[0]
            answer = closed(desk, f"a-{number:06d}-1", {"payee_id": payee["payee_id"]},
                            payee["iban"] or payee["account_number"], name)  # fmt: skip
            assert answer["reason"] == "overdrawn"
            return
    pytest.fail("nobody is overdrawn")


def test_the_first_current_account_closes_when_nothing_is_on_it_any_more(desk: Desk) -> None:
    name = opened(desk, "current")["result"]["account_id"]
    iban = accounts(desk)[name]["iban"]
    hold = desk.bank.shelf.history(42).holds["current"]
    left = accounts(desk)[CURRENT]["balance_minor"] - hold

    def why() -> Any:
        return closed(desk, CURRENT, {"account_id": name}, iban)["reason"]

    for one in desk.read("standing_orders"):
        assert why() == "not_empty_orders"
        desk.act("cancel_standing_order", {"order_id": one["order_id"]})
    for one in desk.read("scheduled_payments"):
        assert why() == "not_empty_orders"
        desk.act("cancel_scheduled_payment", {"payment_id": one["payment_id"]})
    for one in mandates(desk.bank, desk.bank.ledger.rows, 42):
        assert why() == "not_empty_orders"
        desk.act("cancel_direct_debit", {"mandate_id": one["mandate_id"]})
    into = Asked("create_standing_order", {"from_account_id": SAVINGS, "to": {"account_id": CURRENT},
                                           "amount_minor": 100, "currency": "GBP", "frequency": "monthly",
                                           "day": "2026-12-01"}, CURRENT, (100, "GBP"))  # fmt: skip
    order_id = into.send(desk).json()["result"]["order_id"]
    assert why() == "not_empty_orders"
    desk.act("cancel_standing_order", {"order_id": order_id})
    assert why() is None
    assert accounts(desk)[name]["balance_minor"] == left
    assert [card["kind"] for card in desk.read("cards")] == ["credit"]
    assert [one["kind"] for one in desk.read("limits")] == ["transfer"]
    assert desk.read("direct_debits") == []
    desk.clock.forward(days=40)
    assert {one["account_id"] for one in desk.read("accounts")} == {name, SAVINGS, "a-000042-3"}
    assert accounts(desk)[name]["balance_minor"] == left
