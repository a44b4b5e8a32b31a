"""Makes the payments that have fallen due: each once, in order, before anybody reads or acts.

Due is what is due today by the bank's clock: it has left in the night, and is too late to cancel.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from demo_bank.arrangements import ONCE, Arrangement
from demo_bank.bank import Bank
from demo_bank.outcome import Outcome, rejected
from demo_bank.transfers import spendable

_HOUR = "T00:30:00+00:00"
_DONE = "SELECT arrangement_id, due_on FROM arranged WHERE customer_id = ?"
_CANCELLED = "SELECT arrangement_id FROM cancelled WHERE customer_id = ?"


def bring_up_to_date(bank: Bank, number: int) -> None:
    """Make a customer's history if need be, and the payments that are due, if any; usually nothing is written."""
    due = _due(bank, number)
    if not due:
        return
    customer_id = bank.shelf.person(number)[0].customer_id
    done = {(row["arrangement_id"], row["due_on"]) for row in bank.ledger.rows(_DONE, (customer_id,))}
    gone = cancelled(bank, customer_id)
    if any((one.arrangement_id, day.isoformat()) not in done and one.arrangement_id not in gone for day, one in due):
        with bank.ledger.writing() as ledger:
            pay_due(bank, ledger, number)


def pay_due(bank: Bank, ledger: sqlite3.Connection, number: int) -> None:
    """Make a customer's due payments inside the ledger's transaction."""
    customer_id, due = bank.shelf.person(number)[0].customer_id, _due(bank, number)
    done = {tuple(row) for row in ledger.execute(_DONE, (customer_id,))} if due else set()
    gone = {row[0] for row in ledger.execute(_CANCELLED, (customer_id,))} if due else set()
    for day, one in due:
        if (one.arrangement_id, day.isoformat()) not in done and one.arrangement_id not in gone:
            _pay(bank, ledger, number, one, day)


def cancelled(bank: Bank, customer_id: str) -> set[str]:
    """Return the ids of what a customer has cancelled since day 0."""
    return {row["arrangement_id"] for row in bank.ledger.rows(_CANCELLED, (customer_id,))}


def cancel(bank: Bank, ledger: sqlite3.Connection, number: int, arrangement_id: str, *,
           once: bool) -> Outcome:  # fmt: skip
    """Cancel a payment (``once``) or a standing order, inside the ledger's transaction and after ``pay_due``."""
    known = {one.arrangement_id: one for one in bank.shelf.history(number).arrangements}
    one = known.get(arrangement_id)
    if one is None or (one.frequency == ONCE) != once:
        return rejected("unknown_payment" if once else "unknown_order")
    customer_id, today = bank.shelf.person(number)[0].customer_id, bank.clock().date()
    if arrangement_id in {row[0] for row in ledger.execute(_CANCELLED, (customer_id,))}:
        return rejected("already_cancelled")
    following = one.next_after(today)
    if following is None:
        return rejected("too_late")
    ledger.execute("INSERT INTO cancelled VALUES (?, ?, ?)",
                   (arrangement_id, customer_id, bank.clock().isoformat()))  # fmt: skip
    return Outcome(None, {"cancelled": arrangement_id, "would_have_left_on": following.isoformat()})


def declined_lines(bank: Bank, number: int) -> list[dict[str, Any]]:
    """Return, as the API gives transactions, the due payments there was no money for; newest first."""
    history = bank.shelf.history(number)
    known = {one.arrangement_id: one for one in history.arrangements}
    account = history.holdings.accounts["current"]
    rows = bank.ledger.rows("SELECT * FROM arranged WHERE customer_id = ? AND status = 'declined'"
                            " ORDER BY due_on DESC", (history.customer.customer_id,))  # fmt: skip
    return [
        {"transaction_id": f"t-{row['reference']}", "account_id": account.account_id,
         "booked_on": row["due_on"], "at": row["due_on"] + _HOUR, "amount_minor": -one.amount_minor,
         "currency": account.currency, "merchant": one.payee_name, "category": one.category,
         "description": _words(one), "kind": one.kind, "status": "declined",
         "decline_reason": "insufficient_funds", "counterparty_iban": one.number.iban}
        for row in rows if (one := known.get(row["arrangement_id"])) is not None
    ]  # fmt: skip


def _due(bank: Bank, number: int) -> list[tuple[date, Arrangement]]:
    """Return everything that has been due since day 0, made or not, in order."""
    today = bank.clock().date()
    arranged = bank.shelf.history(number).arrangements
    due = ((day, one) for one in arranged for day in one.due(today))
    return sorted(due, key=lambda pair: (pair[0], pair[1].arrangement_id))


def _pay(bank: Bank, ledger: sqlite3.Connection, number: int, one: Arrangement, day: date) -> None:
    """Make one payment, or note that there was no money for it."""
    customer, holdings = bank.shelf.person(number)
    account = holdings.accounts["current"]
    paid = spendable(bank, ledger, number, account) >= one.amount_minor
    reference = f"{one.arrangement_id}-{day:%Y%m%d}"
    ledger.execute("INSERT INTO arranged VALUES (?, ?, ?, ?, ?)",
                   (one.arrangement_id, day.isoformat(), customer.customer_id,
                    "posted" if paid else "declined", reference))  # fmt: skip
    if paid:
        ledger.execute(
            "INSERT INTO entries (customer_id, account_id, at, amount_minor, currency, merchant,"
            " category, description, kind, counterparty_iban, reference)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (customer.customer_id, account.account_id, day.isoformat() + _HOUR, -one.amount_minor,
             account.currency, one.payee_name, one.category, _words(one), one.kind,
             one.number.iban, reference))  # fmt: skip


def _words(one: Arrangement) -> str:
    """Return how the payment reads on the account."""
    return f"{'Rent' if one.category == 'housing' else 'To'} {one.payee_name}"
