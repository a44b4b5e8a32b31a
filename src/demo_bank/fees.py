"""Giving a fee back: once, whole, into the account that it was taken from, and not after thirteen months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from demo_bank.bank import Bank
from demo_bank.bookings import Words, book
from demo_bank.case import Case
from demo_bank.ledger import Look
from demo_bank.outcome import Outcome, rejected
from demo_bank.own_accounts import find_account
from demo_bank.story import months_before

_MONTHS = 13
_ENTRY = "SELECT * FROM entries WHERE customer_id = ? AND 't-' || reference || '-' || number = ?"


@dataclass(frozen=True, slots=True)
class Taken:
    """A transaction, as far as it matters whether it is a fee that can be given back."""

    kind: str
    account_id: str
    day: date
    amount_minor: int
    description: str


def refund_fee(case: Case) -> Outcome:
    """Give a fee back; the amount asked for is that of the fee."""
    name = str(case.params["transaction_id"])
    taken = find_taken(case.bank, case.look, case.number, name)
    account = find_account(case.bank, case.look, case.number, taken.account_id) if taken else None
    if taken is None or account is None:
        return rejected("unknown_transaction")
    if taken.kind != "fee" or taken.amount_minor >= 0:
        return rejected("not_a_fee")
    if case.look("SELECT 1 FROM refunded WHERE transaction_id = ?", (name,)):
        return rejected("already_refunded")
    if taken.day < months_before(case.today, _MONTHS):
        return rejected("too_old")
    if case.money != (-taken.amount_minor, account.currency):
        return rejected("wrong_amount")
    case.ledger.execute("INSERT INTO refunded VALUES (?, ?, ?, ?)", (name, case.customer_id, case.reference, case.at))
    words = Words("Harbour Bank", f"Refund: {taken.description}", "refund", "fees")
    book(case.ledger, case.customer_id, account, case.money[0], words, at=case.at, reference=case.reference)
    return Outcome(None, {"transaction_id": name, "account_id": account.account_id, "amount_minor": case.money[0],
                          "currency": account.currency, "booked_at": case.at})  # fmt: skip


def find_taken(bank: Bank, look: Look, number: int, transaction_id: str) -> Taken | None:
    """Return one of a customer's transactions by its id, or None."""
    history = bank.shelf.history(number)
    for line in history.transactions:
        if line.transaction_id == transaction_id:
            account, day = history.holdings.accounts[line.slot], history.day0.toordinal() + line.day
            return Taken(line.kind, account.account_id, date.fromordinal(day), line.amount_minor, line.description)
    for row in look(_ENTRY, (history.customer.customer_id, transaction_id)):
        day_of = date.fromisoformat(row["at"][:10])
        return Taken(row["kind"], row["account_id"], day_of, row["amount_minor"], row["description"])
    return None
