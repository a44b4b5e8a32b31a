"""Does what was asked, once: the same key and body always get the same answer."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from demo_bank.account_actions import close_account, open_account
from demo_bank.bank import EXECUTED, Bank
from demo_bank.card_actions import act_on_card
from demo_bank.case import Case
from demo_bank.contact_details import change_address, change_phone
from demo_bank.due_payments import cancel_scheduled_payment, cancel_standing_order, pay_due
from demo_bank.exchange import exchange
from demo_bank.fees import refund_fee
from demo_bank.limits import lower_limit, raise_limit
from demo_bank.mandates import cancel_direct_debit
from demo_bank.outcome import Outcome
from demo_bank.requests import ActionRequest
from demo_bank.savings_goals import savings_goal
from demo_bank.standing_orders import change_standing_order, create_standing_order
from demo_bank.transfers import send_money
from demo_bank.travel import travel_notice

Json = dict[str, Any]
DOES: Mapping[str, Callable[[Case], Outcome]] = {
    **dict.fromkeys(("freeze_card", "unfreeze_card", "block_card", "replace_card", "activate_card"), act_on_card),
    "transfer": send_money,
    "create_standing_order": create_standing_order,
    "change_standing_order": change_standing_order,
    "cancel_standing_order": cancel_standing_order,
    "cancel_scheduled_payment": cancel_scheduled_payment,
    "cancel_direct_debit": cancel_direct_debit,
    "lower_limit": lower_limit,
    "raise_limit": raise_limit,
    "refund_fee": refund_fee,
    "change_address": change_address,
    "change_phone": change_phone,
    "travel_notice": travel_notice,
    "open_account": open_account,
    "close_account": close_account,
    "exchange": exchange,
    "savings_goal": savings_goal,
}
"""What checks an action of each kind and does it, inside the ledger's transaction."""
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class UnknownCustomer(LookupError):
    """The bank has no such customer."""


class KeyReused(ValueError):
    """The idempotency key was used before with another body."""


def act(bank: Bank, request: ActionRequest) -> Json:
    """Do an action, durably, and return the answer; safe to call again and at once.

    Raises:
        UnknownCustomer: if the customer is not one of this bank's.
        KeyReused: if the key came before with a different body.
    """
    number = bank.number(request.customer_id)
    if number is None:
        raise UnknownCustomer(request.customer_id)
    bank.shelf.history(number)  # made before the ledger is locked
    mode = bank.faults.settings.core_mode
    with bank.ledger.writing() as ledger:
        run, earlier = 0, _earlier(ledger, request.idempotency_key)
        if earlier and mode == "idempotent":
            if earlier[0]["body_hash"] != request.body_hash:
                raise KeyReused(request.idempotency_key)
            return _answer(earlier[0])
        run = len(earlier)
        reference = "HB" + "".join(secrets.choice(_ALPHABET) for _ in range(10))
        pay_due(bank, ledger, number)  # what left in the night cannot be acted on any more
        outcome = _decide(Case(bank, ledger, number, request, reference))
        ledger.execute(
            "INSERT INTO actions (idempotency_key, run, body_hash, customer_id, kind, params,"
            " status, reason, reference, result, at) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (request.idempotency_key, run, request.body_hash, request.customer_id, request.kind,
             json.dumps(request.params, ensure_ascii=False), outcome.status, outcome.reason,
             reference if outcome.reason is None else None, json.dumps(outcome.result),
             bank.clock().isoformat()))  # fmt: skip
        done = _earlier(ledger, request.idempotency_key)[-1]
    if done["status"] == "executed":
        _tell_auditor(bank, done["number"])
    return _answer(done)


def look_up(bank: Bank, key: str) -> Json | None:
    """Return what happened under an idempotency key, or None if nothing did."""
    row = bank.ledger.row("SELECT * FROM actions WHERE idempotency_key = ? ORDER BY run", (key,))
    return _answer(row) if row else None


def _decide(case: Case) -> Outcome:
    """Check an action and do it; the approval that covered it is spent with it."""
    outcome = DOES[case.request.kind](case)
    if outcome.reason is None:
        case.spend_approval()
    return outcome


def _tell_auditor(bank: Bank, number: int) -> None:
    """Write the action's line in the auditor's file."""
    for row in bank.ledger.rows(EXECUTED.replace("ORDER", "AND number = ? ORDER"), (number,)):
        bank.audit.append({**row, "params": json.loads(row["params"])})


def _earlier(ledger: sqlite3.Connection, key: str) -> list[Json]:
    """Return what was done under a key, first run first."""
    rows = ledger.execute("SELECT * FROM actions WHERE idempotency_key = ? ORDER BY run", (key,))
    return [dict(row) for row in rows]


def _answer(row: Json) -> Json:
    """Return an action's row as the API answers it."""
    return {"idempotency_key": row["idempotency_key"], "status": row["status"],
            "reason": row["reason"], "reference": row["reference"],
            "result": json.loads(row["result"])}  # fmt: skip
