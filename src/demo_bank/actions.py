"""Does what was asked, once: the same key and body always get the same answer."""

from __future__ import annotations

import json
import secrets
import sqlite3
from typing import Any

from demo_bank.bank import EXECUTED, Bank
from demo_bank.card_actions import act_on_card
from demo_bank.due_payments import cancel, pay_due
from demo_bank.outcome import Outcome, rejected
from demo_bank.requests import ActionRequest
from demo_bank.tokens import NotOurs, read_approval
from demo_bank.transfers import Plan, book_transfer, plan_transfer

Json = dict[str, Any]
_APPROVED = frozenset({"unfreeze_card", "activate_card"})
_CANCELS = {"cancel_standing_order": "order_id", "cancel_scheduled_payment": "payment_id"}
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
        outcome = _decide(bank, ledger, request, number, reference)
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


def _decide(bank: Bank, ledger: sqlite3.Connection, request: ActionRequest, number: int,
            reference: str) -> Outcome:  # fmt: skip
    """Check an action and do it, inside the ledger's transaction."""
    if request.kind in _CANCELS:
        name = str(request.params[_CANCELS[request.kind]])
        return cancel(bank, ledger, number, name, once=request.kind == "cancel_scheduled_payment")
    if request.kind != "transfer":
        needs = request.kind in _APPROVED
        card = str(request.params["card_id"])
        refuse = _unapproved(bank, ledger, request, None, {card}) if needs else None
        outcome = act_on_card(bank, ledger, request, number, refuse)
        if outcome.reason is None and needs:
            _use_approval(bank, ledger, request)
        return outcome
    plan = plan_transfer(bank, ledger, number, request.params)
    if not isinstance(plan, Plan):
        return plan
    if not plan.own:
        money = (plan.amount_minor, plan.currency)
        reason = _unapproved(bank, ledger, request, money, plan.payee_names)
        if reason:
            return rejected(reason)
    if plan.refusal:
        return rejected(plan.refusal)
    if not plan.own:
        _use_approval(bank, ledger, request)
    return book_transfer(bank, ledger, plan, request.customer_id, reference)


def _unapproved(bank: Bank, ledger: sqlite3.Connection, request: ActionRequest,
                money: tuple[int, str] | None, payees: set[str]) -> str | None:  # fmt: skip
    """Return why the approval does not cover this action, or None if it does."""
    if request.approval is None:
        return "approval_missing"
    try:
        approval = read_approval(bank.keys, request.approval, bank.clock())
    except NotOurs:
        return "approval_invalid"
    said = (approval.amount_minor, approval.currency) if approval.amount_minor else None
    same = approval.customer_id == request.customer_id and approval.action == request.kind
    same = same and said == money and request.intent_id in (None, approval.intent_id)
    if not same or (approval.payee or "").replace(" ", "") not in payees:
        return "approval_invalid"
    used = ledger.execute("SELECT 1 FROM used_approvals WHERE jti = ?", (approval.jti,))
    return "approval_used" if used.fetchone() else None


def _use_approval(bank: Bank, ledger: sqlite3.Connection, request: ActionRequest) -> None:
    """Note that an approval has been spent."""
    now = bank.clock()
    approval = read_approval(bank.keys, request.approval or "", now)
    ledger.execute("INSERT INTO used_approvals VALUES (?, ?, ?)",
                   (approval.jti, request.idempotency_key, now.isoformat()))  # fmt: skip
