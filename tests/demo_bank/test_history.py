from __future__ import annotations

import json
import time
from collections import Counter
from datetime import date

import pytest

from demo_bank.countries import COUNTRIES
from demo_bank.history import History, make_history

DAY0 = date(2026, 11, 24)


@pytest.fixture(scope="module")
def histories() -> list[History]:
    return [make_history(7, number, DAY0) for number in range(1, 201)]


def test_same_seed_same_history() -> None:
    assert make_history(7, 42, DAY0) == make_history(7, 42, DAY0)
    assert make_history(8, 42, DAY0).transactions != make_history(7, 42, DAY0).transactions


def test_history_does_not_depend_on_order_or_company(histories: list[History]) -> None:
    assert make_history(7, 117, DAY0) == histories[116]


def test_balances_reconcile_exactly(histories: list[History]) -> None:
    for history in histories:
        for kind, account in history.holdings.accounts.items():
            own = [line for line in history.transactions if line.slot == kind]
            posted = sum(line.amount_minor for line in own if line.status == "posted")
            pending = sum(line.amount_minor for line in own if line.status == "pending")
            assert account.opening_minor + posted == history.balances[kind]
            assert -pending == history.holds[kind]


def test_truths_point_at_real_transactions(histories: list[History]) -> None:
    kinds: Counter[str] = Counter()
    for history in histories:
        lines = {line.transaction_id: line for line in history.transactions}
        assert len(lines) == len(history.transactions)
        for truth in history.truths:
            kinds[truth.kind] += 1
            found = [lines[name] for name in truth.transaction_ids]
            details = json.loads(truth.details)
            if truth.kind == "duplicate_charge":
                first, second = found
                assert (first.merchant, first.amount_minor, first.day) == (
                    second.merchant, second.amount_minor, second.day)  # fmt: skip
            elif truth.kind == "refund":
                assert found[0].merchant == found[1].merchant
                assert 0 < found[1].amount_minor <= -found[0].amount_minor
                assert found[0].day < found[1].day
            elif truth.kind == "price_rise":
                assert -found[0].amount_minor > details["previous_minor"] > 0
                assert found[0].kind == "subscription"
            elif truth.kind == "declined":
                assert found[0].status == "declined"
            elif truth.kind in ("fee", "interest"):
                assert found[0].amount_minor == truth.amount_minor < 0
            elif truth.kind == "salary_missed":
                assert found == []
                assert details["employer"]
                assert not [line for line in history.transactions if line.kind == "salary"
                            and DAY0.toordinal() + line.day == truth.when.toordinal()]  # fmt: skip
            elif truth.kind == "travel":
                assert truth.amount_minor == sum(line.amount_minor for line in found)
    for kind in ("salary_missed", "salary_changed", "duplicate_charge", "price_rise", "trial_ended", "refund",
                 "declined", "fee", "overdraft", "travel", "interest", "reversal"):  # fmt: skip
        assert kinds[kind], kind


def test_every_decline_and_charge_is_told(histories: list[History]) -> None:
    for history in histories:
        told = {name for truth in history.truths for name in truth.transaction_ids}
        for line in history.transactions:
            if line.status == "declined" or line.kind == "fee":
                assert line.transaction_id in told


def test_customers_hold_what_they_should(histories: list[History]) -> None:
    shares: Counter[str] = Counter()
    for history in histories:
        held = history.holdings
        assert "current" in held.accounts
        assert any(card.kind == "debit" for card in held.cards)
        assert 2 <= len(held.payees) <= 6
        shares.update(held.accounts.keys())
        days = [line.day for line in history.transactions]
        assert -735 < min(days) < -690
        assert max(days) < 0
        assert all(line.day >= -2 for line in history.transactions if line.status == "pending")
    assert 100 < shares["savings"] < 140
    assert 80 < shares["credit_card"] < 120


def test_the_first_fifty_suit_an_english_demo(histories: list[History]) -> None:
    first = [history.customer for history in histories[:50]]
    assert {customer.country.code for customer in first} <= {"GB", "IE", "US"}
    assert sum(customer.language == "en" for customer in first) >= 45
    assert {history.customer.country.code for history in histories} == set(COUNTRIES)


@pytest.mark.parametrize("seed", [0, 1, 7, 42, 99, 2026])
def test_the_showcase_customer_can_pay(seed: int) -> None:
    history = make_history(seed, 42, DAY0)
    assert history.balances["current"] - history.holds["current"] > 20_000
    assert {"current", "savings", "credit_card"} == set(history.holdings.accounts)
    assert {card.status for card in history.holdings.cards} == {"active"}
    assert len(history.holdings.payees) >= 3
    assert not {truth.kind for truth in history.truths} & {"salary_missed", "duplicate_charge", "overdraft"}


def test_yen_have_no_minor_unit(histories: list[History]) -> None:
    spent = [line.foreign for history in histories for line in history.transactions
             if line.foreign and line.foreign[1] == "JPY"]  # fmt: skip
    assert spent
    assert all(amount % 10 == 0 for amount, _ in spent)


def test_a_history_is_made_quickly() -> None:
    make_history(11, 1, DAY0)
    spans = []
    for number in range(2, 32):
        begin = time.perf_counter()
        make_history(11, number, DAY0)
        spans.append(time.perf_counter() - begin)
    assert sorted(spans)[len(spans) // 2] < 0.040


def test_a_leap_day_is_a_day_like_any_other() -> None:
    history = make_history(7, 3, date(2028, 2, 29))
    assert history.transactions[0].day >= -731
