"""Everything that a customer has arranged: what was there on day 0, with what was added and changed since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from demo_bank.arrangements import Arrangement
from demo_bank.bank import Bank
from demo_bank.bank_numbers import AccountNumber
from demo_bank.ledger import Look

_ADDED = "SELECT * FROM new_orders WHERE customer_id = ? ORDER BY rowid"
_CHANGED = "SELECT order_id, changed_on, amount_minor FROM changed_orders WHERE customer_id = ? ORDER BY number"
_CANCELLED = "SELECT arrangement_id FROM cancelled WHERE customer_id = ?"


def order_book(bank: Bank, look: Look, number: int) -> list[Arrangement]:
    """Return what a customer has arranged, with what is over or cancelled."""
    history = bank.shelf.history(number)
    customer_id = history.customer.customer_id
    found = [*history.arrangements, *(_added(row) for row in look(_ADDED, (customer_id,)))]
    changes: dict[str, tuple[tuple[date, int], ...]] = {}
    for row in look(_CHANGED, (customer_id,)):
        change = date.fromisoformat(row["changed_on"]), int(row["amount_minor"])
        changes[row["order_id"]] = (*changes.get(row["order_id"], ()), change)
    return [replace(one, changes=changes.get(one.arrangement_id, ())) for one in found] if changes else found


def cancelled(look: Look, customer_id: str) -> set[str]:
    """Return the ids of what a customer has cancelled since day 0: orders, payments and mandates."""
    return {row["arrangement_id"] for row in look(_CANCELLED, (customer_id,))}


def still_to_come(bank: Bank, look: Look, number: int) -> Iterator[tuple[date, Arrangement]]:
    """Yield what will be paid after today and is not cancelled, each with the next day that it is due."""
    gone, today = cancelled(look, bank.shelf.person(number)[0].customer_id), bank.clock().date()
    for one in order_book(bank, look, number):
        following = one.next_after(today)
        if following is not None and one.arrangement_id not in gone:
            yield following, one


def _added(row: dict[str, Any]) -> Arrangement:
    """Return a standing order that was made since day 0."""
    target = (row["owner_id"], row["target_id"]) if row["target_id"] else None
    return Arrangement(row["order_id"], row["payee_name"], AccountNumber(row["iban"], row["account_number"]),
                       row["amount_minor"], row["frequency"], date.fromisoformat(row["first_on"]), row["reference"],
                       account_id=row["account_id"], target=target)  # fmt: skip
