"""Asking the customer: challenges, their answers and the approvals signed for them."""

from __future__ import annotations

import json
import secrets
import sqlite3
from datetime import datetime
from typing import Any

from demo_bank.bank import Bank
from demo_bank.requests import StepUpRequest
from demo_bank.tokens import sign_approval

_SAME = """SELECT * FROM challenges WHERE intent_id = ? AND customer_id = ? AND action = ?
 AND amount_minor IS ? AND currency IS ? AND payee IS ? AND callback_url IS ?
 AND status = 'pending' AND expires_at > ?"""


class NotOpen(ValueError):
    """The challenge has been answered already, or has expired."""


def open_challenge(bank: Bank, asked: StepUpRequest) -> dict[str, Any]:
    """Put a question to a customer and return where it is answered.

    Asking the same thing again while it is still open returns the same challenge.
    """
    now = bank.clock().isoformat()
    with bank.ledger.writing() as ledger:
        row = ledger.execute(_SAME, (
            asked.intent_id, asked.customer_id, asked.action, asked.amount_minor, asked.currency,
            asked.payee, asked.callback_url, now)).fetchone()  # fmt: skip
        if row is not None:
            challenge_id, expires = row["challenge_id"], row["expires_at"]
        else:
            challenge_id, expires = secrets.token_urlsafe(18), asked.expires_at.isoformat()
            ledger.execute(
                "INSERT INTO challenges VALUES (?,?,?,?,?,?,?,?,?,?,?,'pending',NULL,NULL)",
                (challenge_id, asked.customer_id, asked.action, asked.amount_minor,
                 asked.currency, asked.payee, asked.intent_id, expires, asked.callback_url,
                 asked.return_url, asked.locale))  # fmt: skip
    return {"challenge_id": challenge_id, "expires_at": expires,
            "approve_url": f"{bank.public_url}/approve/{challenge_id}"}  # fmt: skip


def find_challenge(bank: Bank, challenge_id: str) -> dict[str, Any] | None:
    """Return a challenge with its status as of now (``expired`` included), or None."""
    row = bank.ledger.row("SELECT * FROM challenges WHERE challenge_id = ?", (challenge_id,))
    if row and row["status"] == "pending" and _is_past(row, bank.clock()):
        row["status"] = "expired"
    return row


def answer_challenge(bank: Bank, challenge_id: str, approve: bool) -> dict[str, Any]:
    """Write down the customer's answer, sign an approval and queue the callback.

    All three become durable together, and only one answer is ever taken.

    Raises:
        NotOpen: if there is no such open challenge.
    """
    now = bank.clock()
    twice = bank.faults.answers_twice()
    with bank.ledger.writing() as ledger:
        found = ledger.execute("SELECT * FROM challenges WHERE challenge_id = ?", (challenge_id,))
        row = found.fetchone()
        if row is None or row["status"] != "pending" or _is_past(dict(row), now):
            raise NotOpen(challenge_id)
        status = "approved" if approve else "declined"
        approval = sign_approval(bank.keys, dict(row), now) if approve else None
        ledger.execute("UPDATE challenges SET status = ?, approval = ?, decided_at = ?"
                       " WHERE challenge_id = ?",
                       (status, approval, now.isoformat(), challenge_id))  # fmt: skip
        if row["callback_url"]:
            body = {"challenge_id": challenge_id, "status": status, "approval": approval}
            for _ in range(2 if twice else 1):
                _queue(ledger, row["callback_url"], body, now)
    return {**dict(row), "status": status, "approval": approval}


def _queue(ledger: sqlite3.Connection, url: str, body: dict[str, Any], now: datetime) -> None:
    """Queue a callback, to be delivered at least once."""
    ledger.execute("INSERT INTO callbacks (url, body, next_at) VALUES (?, ?, ?)",
                   (url, json.dumps(body), now.timestamp()))  # fmt: skip


def _is_past(row: dict[str, Any], now: datetime) -> bool:
    """Say whether a challenge's time is over."""
    return datetime.fromisoformat(row["expires_at"]) <= now
