"""What the bank says about a customer: accounts, cards, payees and transactions as JSON."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from demo_bank.bank import Bank
from demo_bank.bookkeeper import Transaction
from demo_bank.cards import cards_now
from demo_bank.due_payments import declined_lines
from demo_bank.history import History
from demo_bank.holdings import Account, Payee
from demo_bank.own_accounts import before_bookings, closed_accounts, own_accounts
from demo_bank.places import town_of

_SUMS = "SELECT account_id, SUM(amount_minor) AS total FROM entries WHERE customer_id = ? GROUP BY 1"
_DOMESTIC = frozenset({"GB", "IE", "US"})  # where people give a number other than the IBAN
_EXPLAINED = frozenset({"declined", "fee", "interest", "travel"})
_IN_TOWN = frozenset({"card_purchase", "cash_withdrawal"})
_CARD_KINDS = frozenset({"card_purchase", "cash_withdrawal", "subscription", "refund", "reversal"})
Json = dict[str, Any]


def describe_customer(bank: Bank, number: int) -> Json:
    """Return who a customer is."""
    customer, _ = bank.shelf.person(number)
    return {
        "customer_id": customer.customer_id, "name": customer.name,
        "first_name": customer.first_name, "locale": customer.locale,
        "language": customer.language, "time_zone": customer.time_zone,
        "country": customer.country.code,
    }  # fmt: skip


def list_accounts(bank: Bank, number: int) -> list[Json]:
    """Return accounts with their balances, in minor units of each account's currency.

    ``available_minor`` is what can be spent: balance, less pending payments, plus
    overdraft or credit limit; a loan or mortgage has none.
    """
    history = bank.shelf.history(number)
    moved = {row["account_id"]: row["total"] for row in
             bank.ledger.rows(_SUMS, (history.customer.customer_id,))}  # fmt: skip
    today = bank.clock().date()
    return [_account(history, account, moved.get(account.account_id, 0), today)
            for account in own_accounts(bank, bank.ledger.rows, number)]  # fmt: skip


def _account(history: History, account: Account, moved: int, today: date) -> Json:
    """Return one account; ``moved`` is what happened to it after day 0."""
    before, hold = before_bookings(history, account, today)
    balance = before + moved
    limit, country = account.overdraft_limit_minor + account.credit_limit_minor, history.customer.country.code
    available = balance - hold + limit
    said: Json = {
        "account_id": account.account_id, "kind": account.kind, "name": account.name,
        "iban": account.number.iban, "bic": f"HARB{country}2X",
        "account_number": account.number.account_number if country in _DOMESTIC else None,
        "currency": account.currency, "balance_minor": balance,
        "available_minor": 0 if account.kind in ("loan", "mortgage") else available,
        "overdraft_limit_minor": account.overdraft_limit_minor,
    }  # fmt: skip
    if account.number.sort_code:
        said["sort_code"] = account.number.sort_code
    if account.number.routing_number:
        said["routing_number"] = account.number.routing_number
    if account.credit_limit_minor:
        said["credit_limit_minor"] = account.credit_limit_minor
    return said


def list_cards(bank: Bank, number: int) -> list[Json]:
    """Return cards as they are now: those of day 0, then the ones ordered since; none that has ended."""
    return [card for card in cards_now(bank, bank.ledger.rows, number) if card["status"] != "ended"]


def list_payees(bank: Bank, number: int) -> list[Json]:
    """Return the people and firms a customer has saved."""
    return [describe_payee(payee) for payee in bank.shelf.person(number)[1].payees]


def describe_payee(payee: Payee) -> Json:
    """Return one payee; United States payees have an account number and no IBAN."""
    said: Json = {"payee_id": payee.payee_id, "name": payee.name, "iban": payee.number.iban,
                  "currency": payee.currency}  # fmt: skip
    if payee.number.routing_number:
        said["account_number"] = payee.number.account_number
        said["routing_number"] = payee.number.routing_number
    return said


def list_transactions(bank: Bank, number: int, *, account_id: str | None = None,
                      first: date | None = None, last: date | None = None,
                      limit: int = 500) -> tuple[list[Json], bool]:  # fmt: skip
    """Return transactions, newest first, and whether older ones were left out; none of a closed account.

    Args:
        number: The customer.
        account_id: Only this account's; all accounts if None.
        first: Only those booked on this day or later.
        last: Only those booked on this day or earlier.
        limit: At most this many.
    """
    history = bank.shelf.history(number)
    found = _since_day0(bank, history, account_id, first, last)
    lines, days = history.transactions, history.day0.toordinal()
    start = bisect_left(lines, first.toordinal() - days, key=_day) if first else 0
    stop = bisect_right(lines, last.toordinal() - days, key=_day) if last else len(lines)
    slots = {account.account_id: kind for kind, account in history.holdings.accounts.items()}
    slot = slots.get(account_id, "none") if account_id else None
    closed = closed_accounts(bank.ledger.rows, history.customer.customer_id)
    gone = {kind for name, kind in slots.items() if name in closed}
    place, show = stop, Renderer(history, settled=history.settled(bank.clock().date()))
    while place > start and len(found) <= limit:
        place -= 1
        if slot in (None, lines[place].slot) and lines[place].slot not in gone:
            found.append(show(lines[place]))
    return found[:limit], len(found) > limit


def _day(line: Transaction) -> int:
    """Return a line's day, for searching."""
    return line.day


def _since_day0(bank: Bank, history: History, account_id: str | None, first: date | None,
                last: date | None) -> list[Json]:  # fmt: skip
    """Return the ledger's entries since day 0 and what was declined, newest first; none of a closed account."""
    rows = bank.ledger.rows("SELECT * FROM entries WHERE customer_id = ? ORDER BY number DESC",
                            (history.customer.customer_id,))  # fmt: skip
    closed = closed_accounts(bank.ledger.rows, history.customer.customer_id)
    posted = [
        {"transaction_id": f"t-{row['reference']}-{row['number']}", "status": "posted",
         "booked_on": row["at"][:10],
         **{name: row[name] for name in (
             "account_id", "at", "amount_minor", "currency", "merchant", "category",
             "description", "kind", "counterparty_iban", "reference")}}
        for row in rows if row["account_id"] not in closed
    ]  # fmt: skip
    declined = declined_lines(bank, history.customer.number)
    lines = sorted([*posted, *declined], key=lambda line: line["booked_on"], reverse=True)
    since, until = first.isoformat() if first else "", last.isoformat() if last else "9"
    return [line for line in lines if account_id in (None, line["account_id"]) and since <= line["booked_on"] <= until]


class Renderer:
    """Turns a history's lines into JSON, looking up what they share once.

    ``settled`` says that what was pending on day 0 has been posted since.
    """

    def __init__(self, history: History, *, settled: bool = False) -> None:
        held = history.holdings
        self._pending = "posted" if settled else "pending"
        self._day0 = history.day0.toordinal()
        self._zone = ZoneInfo(history.customer.time_zone)
        self._accounts = {kind: account.account_id for kind, account in held.accounts.items()}
        kinds = {"debit": "current", "credit": "credit_card"}
        self._cards = {kinds[card.kind]: card for card in held.cards if card.replaces is None}
        self._customer = history.customer
        told = [(truth, json.loads(truth.details)) for truth in history.truths if truth.kind in _EXPLAINED]
        self._why = {name: str(details.get("reason")) for truth, details in told
                     for name in truth.transaction_ids}  # fmt: skip
        self._abroad = {truth.when.toordinal() - self._day0 + day: str(details["country"])
                        for truth, details in told if truth.kind == "travel"
                        for day in range(int(details["days"]))}  # fmt: skip

    def __call__(self, line: Transaction) -> Json:
        """Return one line as the API gives it."""
        booked = date.fromordinal(self._day0 + line.day)
        clock = time(line.minute // 60, line.minute % 60)
        said: Json = {
            "transaction_id": line.transaction_id, "account_id": self._accounts[line.slot],
            "booked_on": booked.isoformat(),
            "at": datetime.combine(booked, clock, self._zone).isoformat(),
            "amount_minor": line.amount_minor, "currency": self._customer.country.currency,
            "merchant": line.merchant, "category": line.category,
            "description": line.description, "kind": line.kind,
            "status": self._pending if line.status == "pending" else line.status,
        }  # fmt: skip
        if line.kind in _CARD_KINDS and line.slot in self._cards:
            said["card_id"], said["card_last4"] = self._cards[line.slot].card_id, self._cards[line.slot].last4
        if line.kind in _IN_TOWN:  # nobody shops at home while they are away
            said["country"] = self._abroad.get(line.day, self._customer.country.code)
            said["place"] = town_of(self._customer.customer_id, said["country"])
        if line.status == "declined":
            said["decline_reason"] = self._why.get(line.transaction_id)
        elif line.kind in ("fee", "interest") and line.transaction_id in self._why:
            said["charge"] = self._why[line.transaction_id]
        if line.iban:
            said["counterparty_iban"] = line.iban
        if line.foreign:
            said["original_amount_minor"], said["original_currency"] = line.foreign
        return said
