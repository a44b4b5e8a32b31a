from __future__ import annotations

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.demo_bank.conftest import Desk


def test_nothing_without_the_service_key(desk: Desk) -> None:
    for shown in (b"", b"Bearer wrong", "Bearer é".encode(), b"Basic x"):
        answer = desk.web.get("/api/customers/c-000042", headers={b"Authorization": shown})
        assert answer.status_code == 401


def test_who_a_customer_is(desk: Desk) -> None:
    who = desk.get("/api/customers/c-000042").json()
    assert set(who) == {"customer_id", "name", "first_name", "locale", "language", "time_zone", "country"}
    assert who["locale"] == "en-GB"


def test_unknown_customers(desk: Desk) -> None:
    for name in ("c-000000", "c-000061", "c-42", "c-0000042", "42", "c-00004２"):
        for what in (
            "",
            "/accounts",
            "/cards",
            "/payees",
            "/transactions",
            "/standing_orders",
            "/scheduled_payments",
            "/statements",
            "/direct_debits",
            "/limits",
            "/contact",
        ):
            assert desk.get(f"/api/customers/{name}{what}").status_code == 404


@pytest.mark.parametrize("days", [0, 3])
def test_accounts_reconcile_with_transactions(desk: Desk, days: int) -> None:
    desk.clock.forward(days=days)
    statuses = {line["status"] for line in desk.read("transactions?limit=5000")}
    assert ("pending" in statuses) == (days == 0)
    for account in desk.read("accounts"):
        lines = desk.read(f"transactions?limit=5000&account_id={account['account_id']}")
        history = desk.bank.shelf.history(42)
        opening = history.holdings.accounts[account["kind"]].opening_minor
        assert opening + sum(x["amount_minor"] for x in lines if x["status"] == "posted") == account["balance_minor"]


def test_transactions_newest_first_and_within_dates(desk: Desk) -> None:
    lines = desk.read("transactions?from=2026-10-01&to=2026-10-31&limit=5000")
    days = [line["booked_on"] for line in lines]
    assert days == sorted(days, reverse=True)
    assert days[-1] >= "2026-10-01"
    assert days[0] <= "2026-10-31"
    few = desk.get("/api/customers/c-000042/transactions?limit=3").json()
    assert len(few["transactions"]) == 3
    assert few["has_more"]
    assert desk.read("transactions?account_id=a-000041-1") == []


def test_bad_questions_get_a_sentence(desk: Desk) -> None:
    for query in ("limit=0", "limit=x", "from=yesterday", "to=2026-13-01", "limit=99999999", "limit=" + "9" * 5000):
        answer = desk.get(f"/api/customers/c-000042/transactions?{query}")
        assert answer.status_code == 422
        assert answer.json()["detail"].endswith(".")


def test_cards_show_four_digits_only(desk: Desk) -> None:
    cards = desk.read("cards")
    assert {card["kind"] for card in cards} == {"debit", "credit"}
    assert all(len(card["last4"]) == 4 for card in cards)


def test_a_customer_token_proves_itself(desk: Desk) -> None:
    keys = KeySet.import_key_set(desk.web.get("/.well-known/jwks.json").json())
    assert "d" not in desk.web.get("/.well-known/jwks.json").json()["keys"][0]
    body = {"customer_id": "c-000042"}
    token = desk.web.post("/control/login-token", json=body, headers=desk.control).json()["token"]
    told = jwt.decode(token, keys, algorithms=["ES256"])
    assert told.header["typ"] == "customer+jwt"
    assert told.claims["sub"] == "c-000042"
    assert told.claims["aud"] == "openteller"
    assert told.claims["exp"] - told.claims["iat"] <= 300
    assert desk.web.post("/control/login-token", json=body).status_code == 401
