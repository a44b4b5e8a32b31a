"""Money is never made and never lost: whatever is asked for, the sum over all accounts changes by what it should."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from demo_bank.actions import act
from demo_bank.bank import Bank
from demo_bank.due_payments import bring_up_to_date
from demo_bank.exchange import exchanged
from demo_bank.requests import read_action
from demo_bank.statements import list_accounts, list_transactions
from demo_bank.tokens import sign_approval
from tests.demo_bank.conftest import MovableClock, Opener

SHOW, BUSY, FRIEND = 42, 49, 41
PEOPLE = (SHOW, BUSY, FRIEND)
KINDS = (
    *("transfer", "transfer", "close_account", "exchange", "exchange", "create_standing_order"),
    *("change_standing_order", "cancel_standing_order", "cancel_direct_debit", "lower_limit", "raise_limit"),
    *("refund_fee", "change_phone", "open_account", "close_account", "savings_goal", "wait"),
)
Sums = Counter[str]


@dataclass
class Books:
    """A bank, and what anybody can read off it."""

    bank: Bank
    clock: MovableClock
    done: list[str] = field(default_factory=list)

    def accounts(self, number: int) -> list[dict[str, Any]]:
        return list_accounts(self.bank, number)

    def sums(self) -> Sums:
        """What is on all the accounts of the three, by currency."""
        total: Sums = Counter()
        for number in PEOPLE:
            for account in self.accounts(number):
                total[account["currency"]] += account["balance_minor"]
        return total

    def act(self, number: int, kind: str, params: dict[str, Any], payee: str | None) -> dict[str, Any]:
        key, customer_id = f"key-{len(self.done)}", self.bank.shelf.person(number)[0].customer_id
        with_money = kind not in ("close_account", "open_account", "change_phone")
        challenge = {"customer_id": customer_id, "action": kind, "payee": payee, "intent_id": "i", "challenge_id": key,
                     "amount_minor": params.get("amount_minor") if with_money else None,
                     "currency": params.get("currency") if with_money else None}  # fmt: skip
        approval = sign_approval(self.bank.keys, challenge, self.clock.now) if payee else None
        body = {"idempotency_key": key, "customer_id": customer_id, "kind": kind, "params": params}
        answer = act(self.bank, read_action({**body, "approval": approval}))
        self.done.append(f"{kind}: {answer['reason']}")
        return answer

    def settle(self) -> None:
        """Let what is due be paid."""
        for number in PEOPLE:
            bring_up_to_date(self.bank, number)


def left_the_bank(books: Books, since: int) -> Sums:
    """What the entries of payments to outside took, by currency."""
    rows = books.bank.ledger.rows("SELECT * FROM entries WHERE number > ?", (since,))
    sides = Counter(row["reference"] for row in rows)
    gone: Sums = Counter()
    for row in rows:
        if sides[row["reference"]] == 1:
            gone[row["currency"]] += row["amount_minor"]
    return gone


def last_entry(books: Books) -> int:
    row = books.bank.ledger.row("SELECT COALESCE(MAX(number), 0) AS number FROM entries")
    assert row is not None
    return int(row["number"])


def play(books: Books, dice: Random, kind: str) -> Sums:
    """Ask for one thing and return by how much the sums should change."""
    if kind == "wait":
        before = last_entry(books)
        books.clock.forward(days=dice.randint(1, 20))
        books.settle()
        return left_the_bank(books, before)
    number = BUSY if kind == "exchange" else dice.choice(PEOPLE)
    held, before = books.accounts(number), last_entry(books)
    source, to, stays = destined(books, dice, number, held)
    amount = round(10 ** dice.uniform(0, 6.5))
    money = {"amount_minor": amount, "currency": source["currency"]}
    params, payee = asked(books, dice, number, kind, (source, to, money))
    answer = books.act(number, kind, params, payee)
    if answer["status"] == "rejected":
        return Counter()
    if kind == "create_standing_order":
        return left_the_bank(books, before)  # one for today leaves at once
    result, change = answer["result"], Counter[str]()
    if kind in ("transfer", "close_account") and not stays:
        change[source["currency"]] -= result["amount_minor"]
    elif kind == "refund_fee":
        change["GBP"] += params["amount_minor"]
    elif kind == "exchange":
        change[source["currency"]] -= amount
        change[result["bought_currency"]] += exchanged(amount, source["currency"], result["bought_currency"])
    return change


def destined(books: Books, dice: Random, number: int, held: list[dict[str, Any]]) -> tuple[dict[str, Any], Any, bool]:
    """From which account, where to, and whether it stays with the three."""
    source, other = dice.choice(held), dice.choice(held)
    friend, payee = dice.choice(books.accounts(dice.choice(PEOPLE))), books.bank.shelf.person(number)[1].payees[0]
    return source, *dice.choice((
        ({"account_id": other["account_id"]}, True), ({"account_id": other["account_id"]}, True),
        ({"payee_id": payee.payee_id}, False), ({"name": "A friend", "iban": friend["iban"]}, True)))  # fmt: skip


def asked(books: Books, dice: Random, number: int, kind: str, chosen: tuple[Any, ...]) -> tuple[dict[str, Any], Any]:
    """What is sent for a kind, and the payee of its approval."""
    (source, to, money), today = chosen, books.clock.now.date()
    saved = books.bank.shelf.person(number)[1].payees[0].number.iban
    own = {one["account_id"]: one["iban"] for one in books.accounts(number)}
    iban = to.get("iban") or own.get(to.get("account_id")) or saved
    leaving, limit = {"from_account_id": source["account_id"], "to": to}, f"l-{number:06d}-transfer"
    order = f"so-{number:06d}-{dice.randint(1, 4)}"
    fees = [line for line in list_transactions(books.bank, number, limit=5_000)[0] if line["kind"] == "fee"]
    none: dict[str, Any] = {"transaction_id": "t-none", "amount_minor": -1}
    fee = dice.choice(fees[:9]) if fees else none
    first = (today + timedelta(days=dice.randint(0, 9))).isoformat()
    ways: dict[str, tuple[dict[str, Any], Any]] = {
        "transfer": ({**leaving, **money}, iban),
        "create_standing_order": ({**leaving, **money, "frequency": "weekly", "day": first}, iban),
        "change_standing_order": ({"order_id": order, **money}, order),
        "cancel_standing_order": ({"order_id": order}, None),
        "cancel_direct_debit": ({"mandate_id": f"dd-{number:06d}-{dice.randint(1, 6)}"}, None),
        "lower_limit": ({"limit_id": limit, **money}, None),
        "raise_limit": ({"limit_id": limit, **money, "amount_minor": dice.randint(1, 2_500_000)}, limit),
        "refund_fee": ({"transaction_id": fee["transaction_id"], "amount_minor": -fee["amount_minor"],
                        "currency": "GBP"}, None),
        "change_phone": ({"value": "+447700900456"}, "+447700900456"),
        "open_account": ({"product": "current"}, "current"),
        "close_account": (leaving, iban),
        "exchange": ({**leaving, **money}, None),
        "savings_goal": ({"from_account_id": source["account_id"], **money, "day": first}, None),
    }  # fmt: skip
    return ways[kind]


@pytest.mark.parametrize("seed", range(10))
def test_the_sum_over_accounts_changes_by_what_it_should(seed: int, opener: Opener, clock: MovableClock,
                                                         tmp_path: Path) -> None:  # fmt: skip
    books, dice = Books(opener(tmp_path / "bank"), clock), Random(seed)  # noqa: S311
    clock.forward(days=3)  # what was pending on day 0 has been posted
    books.settle()
    for kind in dice.choices(KINDS, k=60):
        before = books.sums()
        change = play(books, dice, kind)
        after = books.sums()
        for name in {*after, *before}:
            assert after[name] - before[name] == change[name], (kind, books.done[-1:])
    assert_both_sides(books.bank)
    assert len([one for one in books.done if one.endswith(": None")]) > 15
    books.bank.close()


def assert_both_sides(bank: Bank) -> None:
    """What one account has got another has given: of the same currency to the last penny."""
    rows = bank.ledger.rows("SELECT reference, currency, COUNT(*) AS sides, SUM(amount_minor) AS total FROM entries"
                            " WHERE kind != 'refund' GROUP BY 1, 2")  # fmt: skip
    exchanges = {row["reference"] for row in bank.ledger.rows("SELECT reference FROM actions WHERE kind = 'exchange'")}
    for row in rows:
        if row["reference"] not in exchanges:
            assert row["total"] == 0 if row["sides"] == 2 else row["total"] < 0
