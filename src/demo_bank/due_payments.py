"""Makes the payments that have fallen due: each once, in order, before anybody reads or acts.

Due is what is due today by the bank's clock: it has left in the night, and is too late to cancel.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from demo_bank.arrangements import ONCE, Arrangement
from demo_bank.bank import Bank
from demo_bank.bookings import Words, book
from demo_bank.case import Case
from demo_bank.holdings import Account
from demo_bank.ledger import Look, looking
from demo_bank.order_book import cancelled, order_book
from demo_bank.outcome import Outcome, rejected
from demo_bank.own_accounts import find_account, own_accounts, spendable

_HOUR = "T00:30:00+00:00"
_DONE = "SELECT arrangement_id, due_on FROM arranged WHERE customer_id = ?"
_DECLINED = "SELECT * FROM arranged WHERE customer_id = ? AND status = 'declined' ORDER BY due_on DESC"
_CLOSED = "SELECT 1 FROM closed_accounts WHERE account_id = ? AND substr(at, 1, 10) <= ?"


def bring_up_to_date(bank: Bank, number: int) -> None:
    """Make a customer's history if need be, and the payments that are due, if any; usually nothing is written."""
    bank.shelf.history(number)  # made before the ledger is locked
    if _unpaid(bank, bank.ledger.rows, number):
        with bank.ledger.writing() as ledger:
            pay_due(bank, ledger, number)


def pay_due(bank: Bank, ledger: sqlite3.Connection, number: int, *, at: str | None = None) -> None:
    """Make a customer's due payments inside the ledger's transaction: in the night they were due, or ``at`` a time."""
    for day, one in _unpaid(bank, looking(ledger), number):
        _pay(bank, ledger, number, (day, one), at or day.isoformat() + _HOUR)


def cancel_standing_order(case: Case) -> Outcome:
    """Cancel what would go out again and again."""
    return _cancel(case, str(case.params["order_id"]), once=False)


def cancel_scheduled_payment(case: Case) -> Outcome:
    """Cancel a payment that has not left yet."""
    return _cancel(case, str(case.params["payment_id"]), once=True)


def _cancel(case: Case, arrangement_id: str, *, once: bool) -> Outcome:
    """Cancel a payment (``once``) or a standing order, inside the ledger's transaction and after ``pay_due``."""
    known = {one.arrangement_id: one for one in order_book(case.bank, case.look, case.number)}
    one = known.get(arrangement_id)
    if one is None or (one.frequency == ONCE) != once:
        return rejected("unknown_payment" if once else "unknown_order")
    if arrangement_id in cancelled(case.look, case.customer_id):
        return rejected("already_cancelled")
    following = one.next_after(case.today)
    if following is None:
        return rejected("too_late")
    case.ledger.execute("INSERT INTO cancelled VALUES (?, ?, ?)",
                        (arrangement_id, case.customer_id, case.bank.clock().isoformat()))  # fmt: skip
    return Outcome(None, {"cancelled": arrangement_id, "would_have_left_on": following.isoformat()})


def declined_lines(bank: Bank, number: int) -> list[dict[str, Any]]:
    """Return, as the API gives transactions, the due payments that could not be made; newest first."""
    look, customer_id = bank.ledger.rows, bank.shelf.person(number)[0].customer_id
    rows = look(_DECLINED, (customer_id,))
    known = {one.arrangement_id: one for one in order_book(bank, look, number)} if rows else {}
    accounts = {account.account_id: account for account in own_accounts(bank, look, number)} if rows else {}
    return [
        {"transaction_id": f"t-{row['reference']}", "account_id": account.account_id,
         "booked_on": row["due_on"], "at": row["due_on"] + _HOUR,
         "amount_minor": -one.amount_on(date.fromisoformat(row["due_on"])),
         "currency": account.currency, "merchant": one.payee_name, "category": one.category,
         "description": _words(one), "kind": one.kind, "status": "declined",
         "decline_reason": _why(look, one, row["due_on"]), "counterparty_iban": one.number.iban}
        for row in rows
        if (one := known.get(row["arrangement_id"])) is not None
        and (account := accounts.get(one.account_id)) is not None
    ]  # fmt: skip


def _why(look: Look, one: Arrangement, due_on: str) -> str:
    """Return why a payment was not made: there was no money for it, or nothing to receive it."""
    gone = one.target is not None and look(_CLOSED, (one.target[1], due_on))
    return "account_closed" if gone else "insufficient_funds"


def _unpaid(bank: Bank, look: Look, number: int) -> list[tuple[date, Arrangement]]:
    """Return everything that has been due since day 0 and is neither made, declined nor cancelled, in order."""
    today = bank.clock().date()
    due = [(day, one) for one in order_book(bank, look, number) for day in one.due(today)]
    if not due:
        return []
    customer_id = bank.shelf.person(number)[0].customer_id
    done = {(row["arrangement_id"], row["due_on"]) for row in look(_DONE, (customer_id,))}
    gone = cancelled(look, customer_id)
    left = [(day, one) for day, one in due if one.arrangement_id not in gone
            and (one.arrangement_id, day.isoformat()) not in done]  # fmt: skip
    return sorted(left, key=lambda pair: (pair[0], pair[1].arrangement_id))


def _pay(bank: Bank, ledger: sqlite3.Connection, number: int, due: tuple[date, Arrangement], at: str) -> None:
    """Make one payment, or note that it could not be made."""
    (day, one), look, customer = due, looking(ledger), bank.shelf.person(number)[0]
    account, target = find_account(bank, look, number, one.account_id), _target(bank, look, one)
    amount, reference = one.amount_on(day), f"{one.arrangement_id}-{day:%Y%m%d}"
    reached = one.target is None or target is not None
    paid = account is not None and reached and spendable(bank, look, number, account) >= amount
    ledger.execute("INSERT INTO arranged VALUES (?, ?, ?, ?, ?)",
                   (one.arrangement_id, day.isoformat(), customer.customer_id,
                    "posted" if paid else "declined", reference))  # fmt: skip
    if account is None or not paid:
        return
    own = target is not None and target[0] == customer.customer_id
    out = Words(one.payee_name, _words(one), "own_transfer" if own else one.kind, one.category, one.number.iban)
    book(ledger, customer.customer_id, account, -amount, out, at=at, reference=reference)
    if target is not None:
        sender = "your own account" if own else customer.name
        kind = "own_transfer" if own else "transfer"
        back = Words(sender, f"Transfer from {sender}", kind, iban=account.number.iban)
        book(ledger, target[0], target[1], amount, back, at=at, reference=reference)


def _target(bank: Bank, look: Look, one: Arrangement) -> tuple[str, Account] | None:
    """Return the account at this bank that receives a payment, with its owner's id; None if none does (any more)."""
    if one.target is None:
        return None
    owner = bank.number(one.target[0])
    account = find_account(bank, look, owner, one.target[1]) if owner else None
    return (one.target[0], account) if account is not None else None


def _words(one: Arrangement) -> str:
    """Return how the payment reads on the account."""
    return f"{'Rent' if one.category == 'housing' else 'To'} {one.payee_name}"
