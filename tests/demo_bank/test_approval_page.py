"""The approval page says in words what is approved, in the customer's language, from the bank's own records."""

from __future__ import annotations

import re
from html import unescape

import pytest

from demo_bank.parameters import ACTION_KINDS
from demo_bank.wording import WORDS
from tests.demo_bank.asked import ADDRESS, CURRENT, KINDS, asked, fee_of
from tests.demo_bank.conftest import Desk
from tests.demo_bank.test_pages import log_in


def page_of(desk: Desk, kind: str, payee: str | None, money: tuple[int, str] | None = None, *, language: str = "en",
            customer: str = "c-000042") -> str:  # fmt: skip
    amount, currency = money or (None, None)
    asked_for = desk.ask(action=kind, payee=payee, amount_minor=amount, currency=currency, locale=f"{language}-XX",
                         customer_id=customer, intent_id=f"{kind} {payee} {language}")  # fmt: skip
    log_in(desk, customer)
    text = unescape(desk.web.get(f"/approve/{asked_for['challenge_id']}").text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text.partition("<dl>")[2].partition("</dl>")[0]))


def test_every_kind_has_its_own_words_in_every_language() -> None:
    for language, words in WORDS.items():
        said = [words[kind] for kind in sorted(ACTION_KINDS)]
        assert len(set(said)) == len(said), language
        assert all(said)


@pytest.mark.parametrize("language", ["en", "es", "ar"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_says_what_will_happen(desk: Desk, kind: str, language: str) -> None:
    order, words = asked(desk, kind), WORDS[language]
    page = page_of(desk, kind, order.payee, order.money, language=language, customer=order.customer)
    assert words[kind] in page
    assert kind not in page
    assert words["payee"] in page or order.payee is None or kind not in ("create_standing_order", "close_account")


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_a_limit_is_named_and_not_numbered(desk: Desk, language: str) -> None:
    words = WORDS[language]
    page = page_of(desk, "raise_limit", "l-000042-1-cash", (80_000, "GBP"), language=language)
    assert f"{words['limit']} {words['limit.cash']}" in page
    assert desk.read("cards")[0]["last4"] in page
    assert "l-000042" not in page
    assert words["limit.transfer"] in page_of(desk, "raise_limit", "l-000042-transfer", (1, "GBP"), language=language)
    assert "l-000041-transfer" in page_of(desk, "raise_limit", "l-000041-transfer", (1, "GBP"), language=language)


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_what_changes_is_shown_whole(desk: Desk, language: str) -> None:
    words = WORDS[language]
    assert f"{words['address']} {ADDRESS}" in page_of(desk, "change_address", ADDRESS, language=language)
    assert f"{words['phone']} +447700900456" in page_of(desk, "change_phone", "+447700900456", language=language)
    assert f"{words['product']} {words['product.savings']}" in page_of(desk, "open_account", "savings",
                                                                       language=language)  # fmt: skip


def test_accounts_orders_and_fees_are_named_by_the_banks_own_records(desk: Desk) -> None:
    current, payee, order = desk.read("accounts")[0], desk.read("payees")[0], desk.read("standing_orders")[0]
    closing = page_of(desk, "close_account", current["iban"])
    assert current["name"] in closing
    assert current["iban"] not in closing
    assert current["iban"][-4:] in closing
    assert payee["name"] in page_of(desk, "create_standing_order", payee["iban"], (2_500, "GBP"))
    changing = page_of(desk, "change_standing_order", order["order_id"], (91_000, "GBP"))
    assert f"Payment to {order['payee_name']}" in changing
    assert "£910.00" in changing
    assert order["order_id"] not in changing
    mandate, fee = desk.read("direct_debits")[0], fee_of(desk)
    assert mandate["payee_name"] in page_of(desk, "cancel_direct_debit", mandate["mandate_id"])
    assert fee["description"] in page_of(desk, "refund_fee", fee["transaction_id"])
    assert "Savings account" in page_of(desk, "savings_goal", "a-000042-2", (1_000, "GBP"))
    assert "Harbour Debit" in page_of(desk, "travel_notice", "k-000042-1")
    assert "Euro account" in page_of(desk, "exchange", "a-000049-9", (1_000, "GBP"), customer="c-000049")


def test_a_new_account_and_a_new_order_are_named_too(desk: Desk) -> None:
    name = asked(desk, "open_account").send(desk).json()["result"]["account_id"]
    assert "Savings account 2" in page_of(desk, "close_account", name)
    made = asked(desk, "create_standing_order").send(desk).json()["result"]
    page = page_of(desk, "change_standing_order", made["order_id"], (1, "GBP"))
    assert made["to_name"] in page


def test_scripts_cannot_come_in_by_a_new_address(desk: Desk) -> None:
    asked_for = desk.ask(
        action="change_address", payee="<script>1</script> Mill Lane", amount_minor=None, currency=None
    )
    log_in(desk)
    assert "<script>1" not in desk.web.get(f"/approve/{asked_for['challenge_id']}").text
    assert CURRENT not in page_of(desk, "close_account", CURRENT)
