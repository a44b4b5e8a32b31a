"""Moving money: who may be paid, from what, how much a day, and the booking itself."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from demo_bank.bank import Bank
from demo_bank.bank_numbers import is_iban, owner_of, tidy_iban
from demo_bank.countries import decimals
from demo_bank.holdings import Account, Holdings
from demo_bank.outcome import Outcome, rejected

DAILY_LIMIT_MAJOR = 10_000
_PAYS_FROM = ("current", "savings")
_SLOTS = {1: "current", 2: "savings", 3: "credit_card", 4: "loan", 5: "mortgage"}


@dataclass(frozen=True, slots=True)
class Plan:
    """A transfer that is possible to describe; ``refusal`` says why it may not be done.

    ``target`` is the account at this bank that receives it, with its owner's id;
    None when the money leaves the bank. ``payee_names`` are the ways an approval may
    name who is paid.
    """

    source: Account
    amount_minor: int
    currency: str
    own: bool
    name: str
    iban: str | None
    target: tuple[str, Account] | None
    payee_names: set[str]
    refusal: str | None


def plan_transfer(bank: Bank, ledger: sqlite3.Connection, number: int,
                  params: dict[str, Any]) -> Plan | Outcome:  # fmt: skip
    """Return the plan of a transfer, or the rejection if it cannot be one."""
    _, holdings = bank.shelf.person(number)
    source = _own_account(holdings, params["from_account_id"])
    if source is None or source.kind not in _PAYS_FROM:
        return rejected("unknown_account")
    if params["currency"] != source.currency:
        return rejected("currency_mismatch")
    found = _payee(bank, number, holdings, params["to"])
    if isinstance(found, Outcome):
        return found
    name, iban, names, target, currency = found
    own = target is not None and target[0] == bank.shelf.person(number)[0].customer_id
    if target and target[1].account_id == source.account_id:
        return rejected("same_account")
    if currency not in (None, source.currency):
        return rejected("currency_mismatch")
    amount = int(params["amount_minor"])
    return Plan(source, amount, source.currency, own, name, iban, target, names,
                _refusal(bank, ledger, number, source, amount))  # fmt: skip


def _own_account(holdings: Holdings, account_id: str) -> Account | None:
    """Return the customer's account of that id."""
    for account in holdings.accounts.values():
        if account.account_id == account_id:
            return account
    return None


_Found = tuple[str, str | None, set[str], tuple[str, Account] | None, str | None]


def _payee(bank: Bank, number: int, holdings: Holdings, to: dict[str, Any]) -> _Found | Outcome:
    """Return who is paid: name, IBAN, the names an approval may use, target and currency."""
    if to.get("account_id"):
        account, customer = _own_account(holdings, to["account_id"]), bank.shelf.person(number)[0]
        if account is None:
            return rejected("unknown_account")
        return (account.name, account.number.iban, {account.account_id},
                (customer.customer_id, account), account.currency)  # fmt: skip
    if to.get("payee_id"):
        for payee in holdings.payees:
            if payee.payee_id == to["payee_id"]:
                names = {payee.payee_id, payee.number.account_number, payee.number.iban or ""}
                return payee.name, payee.number.iban, names - {""}, None, payee.currency
        return rejected("unknown_account")
    iban = tidy_iban(str(to["iban"]))
    if not is_iban(iban):
        return rejected("invalid_iban")
    known = owner_of(iban)
    if known is None:
        return str(to["name"]), iban, {iban}, None, None
    target = bank.shelf.person(known[0])[1].accounts.get(
        _SLOTS.get(known[1], "")) if 1 <= known[0] <= bank.customers else None  # fmt: skip
    if target is None:
        return rejected("unknown_account")
    owner = bank.shelf.person(known[0])[0].customer_id
    return str(to["name"]), iban, {iban}, (owner, target), target.currency


def _refusal(bank: Bank, ledger: sqlite3.Connection, number: int, source: Account,
             amount: int) -> str | None:  # fmt: skip
    """Return why the account may not send this amount today, or None."""
    today = bank.clock().date().isoformat()
    customer = bank.shelf.person(number)[0].customer_id
    sent = ledger.execute(
        "SELECT COALESCE(-SUM(amount_minor), 0) FROM entries WHERE customer_id = ? AND currency = ?"
        " AND amount_minor < 0 AND kind IN ('transfer', 'own_transfer') AND substr(at, 1, 10) = ?",
        (customer, source.currency, today)).fetchone()[0]  # fmt: skip
    if sent + amount > DAILY_LIMIT_MAJOR * 10 ** decimals(source.currency):
        return "limit_exceeded"
    return "insufficient_funds" if amount > spendable(bank, ledger, number, source) else None


def spendable(bank: Bank, ledger: sqlite3.Connection, number: int, account: Account) -> int:
    """Return what an account can send now: balance, less pending, plus overdraft."""
    history = bank.shelf.history(number)
    moved = ledger.execute(
        "SELECT COALESCE(SUM(amount_minor), 0) FROM entries WHERE customer_id = ?"
        " AND account_id = ?", (history.customer.customer_id, account.account_id)).fetchone()[0]  # fmt: skip
    today = bank.clock().date()
    balance = history.balance(account.kind, today) + int(moved)
    return balance - history.hold(account.kind, today) + account.overdraft_limit_minor


def book_transfer(bank: Bank, ledger: sqlite3.Connection, plan: Plan, customer_id: str,
                  reference: str) -> Outcome:  # fmt: skip
    """Write a transfer's entries: out of one account and, at this bank, into another."""
    at = bank.clock().isoformat(timespec="seconds")
    out = f"Transfer to {plan.name}"
    entries = [(customer_id, plan.source.account_id, -plan.amount_minor, plan.name, out, plan.iban)]
    if plan.target:
        owner, account = plan.target
        sender = "your own account" if plan.own else _sender(bank, customer_id)
        entries.append((owner, account.account_id, plan.amount_minor, sender,
                        f"Transfer from {sender}", plan.source.number.iban))  # fmt: skip
    kind = "own_transfer" if plan.own else "transfer"
    for owner, account_id, amount, merchant, words, iban in entries:
        ledger.execute(
            "INSERT INTO entries (customer_id, account_id, at, amount_minor, currency, merchant,"
            " category, description, kind, counterparty_iban, reference)"
            " VALUES (?,?,?,?,?,?,'transfers',?,?,?,?)",
            (owner, account_id, at, amount, plan.currency, merchant, words, kind, iban,
             reference))  # fmt: skip
    return Outcome(None, {
        "from_account_id": plan.source.account_id, "amount_minor": plan.amount_minor,
        "currency": plan.currency, "to_name": plan.name, "to_iban": plan.iban, "booked_at": at,
    })  # fmt: skip


def _sender(bank: Bank, customer_id: str) -> str:
    """Return the name a receiver at this bank sees."""
    number = bank.number(customer_id)
    return bank.shelf.person(number)[0].name if number else customer_id
