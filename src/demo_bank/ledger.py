"""What happened after day 0, kept in SQLite: durable before anybody is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, RLock
from typing import Any, Protocol

_SCHEMA = """
CREATE TABLE IF NOT EXISTS actions (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  idempotency_key TEXT NOT NULL, run INTEGER NOT NULL DEFAULT 0,
  body_hash TEXT NOT NULL, customer_id TEXT NOT NULL, kind TEXT NOT NULL, params TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('executed', 'rejected')),
  reason TEXT, reference TEXT UNIQUE, result TEXT NOT NULL, at TEXT NOT NULL,
  UNIQUE (idempotency_key, run));
CREATE TABLE IF NOT EXISTS entries (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id TEXT NOT NULL, account_id TEXT NOT NULL, at TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, merchant TEXT NOT NULL,
  category TEXT NOT NULL, description TEXT NOT NULL, kind TEXT NOT NULL,
  counterparty_iban TEXT, reference TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS entries_by_customer ON entries (customer_id, number);
CREATE TABLE IF NOT EXISTS card_states (
  card_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, status TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS card_states_by_customer ON card_states (customer_id);
CREATE TABLE IF NOT EXISTS new_cards (
  card_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, account_id TEXT NOT NULL,
  kind TEXT NOT NULL, label TEXT NOT NULL, last4 TEXT NOT NULL, expires TEXT NOT NULL,
  status TEXT NOT NULL, replaces TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS new_cards_by_customer ON new_cards (customer_id);
CREATE TABLE IF NOT EXISTS arranged (
  arrangement_id TEXT NOT NULL, due_on TEXT NOT NULL, customer_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('posted', 'declined')), reference TEXT NOT NULL,
  PRIMARY KEY (arrangement_id, due_on));
CREATE INDEX IF NOT EXISTS arranged_by_customer ON arranged (customer_id);
CREATE TABLE IF NOT EXISTS cancelled (
  arrangement_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS cancelled_by_customer ON cancelled (customer_id);
CREATE TABLE IF NOT EXISTS new_orders (
  order_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, account_id TEXT NOT NULL,
  payee_name TEXT NOT NULL, iban TEXT, account_number TEXT NOT NULL, owner_id TEXT, target_id TEXT,
  amount_minor INTEGER NOT NULL, frequency TEXT NOT NULL, first_on TEXT NOT NULL,
  reference TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS new_orders_by_customer ON new_orders (customer_id);
CREATE TABLE IF NOT EXISTS changed_orders (
  number INTEGER PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL, customer_id TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, changed_on TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS changed_orders_by_customer ON changed_orders (customer_id);
CREATE TABLE IF NOT EXISTS limit_changes (
  number INTEGER PRIMARY KEY AUTOINCREMENT, limit_id TEXT NOT NULL, customer_id TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, at TEXT NOT NULL, counts_from TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS limit_changes_by_customer ON limit_changes (customer_id);
CREATE TABLE IF NOT EXISTS refunded (
  transaction_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, reference TEXT NOT NULL,
  at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS contact_changes (
  number INTEGER PRIMARY KEY AUTOINCREMENT, customer_id TEXT NOT NULL,
  way TEXT NOT NULL CHECK (way IN ('address', 'phone')), value TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS contact_changes_by_customer ON contact_changes (customer_id);
CREATE TABLE IF NOT EXISTS letters (
  number INTEGER PRIMARY KEY AUTOINCREMENT, customer_id TEXT NOT NULL,
  way TEXT NOT NULL CHECK (way IN ('address', 'phone')), sent_to TEXT NOT NULL,
  about TEXT NOT NULL, reference TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS travel_notices (
  number INTEGER PRIMARY KEY AUTOINCREMENT, customer_id TEXT NOT NULL, card_id TEXT NOT NULL,
  first_day TEXT NOT NULL, last_day TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS savings_goals (
  number INTEGER PRIMARY KEY AUTOINCREMENT, customer_id TEXT NOT NULL, account_id TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, day TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS opened_accounts (
  place INTEGER PRIMARY KEY AUTOINCREMENT, account_id TEXT NOT NULL UNIQUE,
  customer_id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS opened_accounts_by_customer ON opened_accounts (customer_id);
CREATE TABLE IF NOT EXISTS closed_accounts (
  account_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS closed_accounts_by_customer ON closed_accounts (customer_id);
CREATE TABLE IF NOT EXISTS used_approvals (
  jti TEXT PRIMARY KEY, idempotency_key TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS challenges (
  challenge_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, action TEXT NOT NULL,
  amount_minor INTEGER, currency TEXT, payee TEXT, intent_id TEXT NOT NULL,
  expires_at TEXT NOT NULL, callback_url TEXT, return_url TEXT, locale TEXT NOT NULL,
  status TEXT NOT NULL, approval TEXT, decided_at TEXT);
CREATE TABLE IF NOT EXISTS callbacks (
  number INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, body TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL, done_at REAL, last_error TEXT);
CREATE INDEX IF NOT EXISTS callbacks_due ON callbacks (next_at) WHERE done_at IS NULL;
"""


class Look(Protocol):
    """Reads rows as dictionaries: those of the ledger, or what a transaction under way sees of it."""

    def __call__(self, query: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Return the rows of a read."""


class Ledger:
    """One SQLite file: one writer at a time, readers beside it.

    Args:
        path: The file; made with its tables if it is not there.

    Raises:
        sqlite3.DatabaseError: if the file is not a ledger.
    """

    def __init__(self, path: Path) -> None:
        self._writer, self._reader = _connect(path), _connect(path)
        self._writing, self._reading = RLock(), Lock()
        self._writer.executescript(_SCHEMA)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the one writing connection; commit at the end, roll back on any error."""
        with self._writing:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")

    def rows(self, query: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Return the rows of a read as dictionaries."""
        with self._reading:
            return [dict(row) for row in self._reader.execute(query, values)]

    def row(self, query: str, values: Sequence[object] = ()) -> dict[str, Any] | None:
        """Return the first row of a read, or None."""
        found = self.rows(query, values)
        return found[0] if found else None

    def close(self) -> None:
        """Close both connections; the file stays whole whenever this is skipped."""
        with self._writing, self._reading:
            self._reader.close()
            self._writer.close()


def looking(connection: sqlite3.Connection) -> Look:
    """Return how to read through a connection, such as the one of a transaction under way."""

    def look(query: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        return [dict(row) for row in connection.execute(query, values)]

    return look


def _connect(path: Path) -> sqlite3.Connection:
    """Return a connection that waits for locks and makes commits survive power loss."""
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
