"""Writes what moves on an account: one line of the ledger for each side that this bank has."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from demo_bank.holdings import Account

_INSERT = """INSERT INTO entries (customer_id, account_id, at, amount_minor, currency, merchant, category, description,
 kind, counterparty_iban, reference) VALUES (?,?,?,?,?,?,?,?,?,?,?)"""


@dataclass(frozen=True, slots=True)
class Words:
    """How a booking reads on an account: whom it was with, what it was, and of which kind it is."""

    merchant: str
    description: str
    kind: str
    category: str = "transfers"
    iban: str | None = None


def book(ledger: sqlite3.Connection, owner_id: str, account: Account, amount_minor: int, words: Words, *, at: str,
         reference: str) -> None:  # fmt: skip
    """Book an amount (negative for money out) on an account, in its currency."""
    ledger.execute(
        _INSERT,
        (owner_id, account.account_id, at, amount_minor, account.currency, words.merchant, words.category,
         words.description, words.kind, words.iban, reference))  # fmt: skip
