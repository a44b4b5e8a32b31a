"""The accounts that a customer has now, of day 0 or opened since and not closed, and what is on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from demo_bank.bank import Bank
from demo_bank.bank_numbers import own_number, owner_of
from demo_bank.customers import Customer
from demo_bank.foreign_accounts import foreign_account
from demo_bank.history import History
from demo_bank.holdings import Account
from demo_bank.ledger import Look

PAYS_FROM = ("current", "savings")
"""The kinds of account that money is sent from, that can be opened and that can be closed."""
_OPENED = "SELECT * FROM opened_accounts WHERE customer_id = ? ORDER BY place"
_HOLDER = "SELECT customer_id FROM opened_accounts WHERE place = ?"
_CLOSED = "SELECT account_id FROM closed_accounts WHERE customer_id = ?"
_MOVED = "SELECT COALESCE(SUM(amount_minor), 0) AS total FROM entries WHERE customer_id = ? AND account_id = ?"
_OPENED_SLOT = 0  # no account of day 0 has it


def own_accounts(bank: Bank, look: Look, number: int) -> list[Account]:
    """Return the accounts that a customer has now, the oldest first."""
    gone = closed_accounts(look, bank.shelf.person(number)[0].customer_id)
    return [account for account in _ever_held(bank, look, number) if account.account_id not in gone]


def closed_accounts(look: Look, customer_id: str) -> set[str]:
    """Return the ids of the accounts that a customer has closed."""
    return {row["account_id"] for row in look(_CLOSED, (customer_id,))}


def find_account(bank: Bank, look: Look, number: int, account_id: str, *,
                 kinds: tuple[str, ...] = ()) -> Account | None:  # fmt: skip
    """Return one of a customer's accounts (of one of these ``kinds``, if any are given), or None."""
    found = (account for account in own_accounts(bank, look, number) if account.account_id == account_id)
    return next((account for account in found if not kinds or account.kind in kinds), None)


def holder_of(bank: Bank, look: Look, iban: str) -> tuple[int, Account] | None:
    """Return whose account of this bank has an IBAN, and the account; None if nobody's has (any more)."""
    number, slot = owner_of(iban) or (0, 0)
    if slot == _OPENED_SLOT:
        rows = look(_HOLDER, (number,))
        number = (bank.number(rows[0]["customer_id"]) or 0) if rows else 0
    if not 1 <= number <= bank.customers:
        return None
    found = (account for account in own_accounts(bank, look, number) if account.number.iban == iban)
    return next(((number, account) for account in found), None)


def before_bookings(history: History, account: Account, today: date) -> tuple[int, int]:
    """Return an account's balance without anything booked since day 0, and what pending payments will still take."""
    of_day0 = history.holdings.accounts.get(account.kind)
    if of_day0 is None or of_day0.account_id != account.account_id:
        return account.opening_minor, 0
    return history.balance(account.kind, today), history.hold(account.kind, today)


def left_on(bank: Bank, look: Look, number: int, account: Account) -> int:
    """Return an account's balance less what pending payments will still take, in minor units."""
    history = bank.shelf.history(number)
    balance, hold = before_bookings(history, account, bank.clock().date())
    moved = look(_MOVED, (history.customer.customer_id, account.account_id))[0]["total"]
    return balance + int(moved) - hold


def spendable(bank: Bank, look: Look, number: int, account: Account) -> int:
    """Return what an account can send now: balance, less pending, plus overdraft."""
    return left_on(bank, look, number, account) + account.overdraft_limit_minor


def _ever_held(bank: Bank, look: Look, number: int) -> Iterator[Account]:
    """Yield every account that a customer has had since day 0."""
    customer, holdings = bank.shelf.person(number)
    yield from holdings.accounts.values()
    foreign = foreign_account(bank.shelf.seed, customer)
    if foreign is not None:
        yield foreign
    yield from (_opened(customer, row) for row in look(_OPENED, (customer.customer_id,)))


def _opened(customer: Customer, row: dict[str, Any]) -> Account:
    """Return an account that was opened since day 0; its number is one that no account of day 0 can have."""
    number = own_number(customer.country.code, row["place"], _OPENED_SLOT)
    return Account(row["account_id"], row["kind"], row["name"], number, customer.country.currency, 0,
                   opened_on=date.fromisoformat(row["at"][:10]))  # fmt: skip
