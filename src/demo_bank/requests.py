"""What callers may ask: action and step-up requests, read from JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from demo_bank.fields import (
    BadRequest,
    Json,
    read_amount,
    read_moment,
    read_object,
    read_text,
    read_text_if_any,
    read_url,
)
from demo_bank.parameters import ACTION_KINDS, LONGEST_VALUE, check_parameters


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """An action somebody wants done once; ``body_hash`` covers the whole request."""

    idempotency_key: str
    customer_id: str
    kind: str
    params: Json
    approval: str | None
    intent_id: str | None
    body_hash: str


@dataclass(frozen=True, slots=True)
class StepUpRequest:
    """A question to put to the customer; amounts in minor units."""

    customer_id: str
    action: str
    amount_minor: int | None
    currency: str | None
    payee: str | None
    intent_id: str
    expires_at: datetime
    callback_url: str | None
    return_url: str | None
    locale: str


def read_action(body: object) -> ActionRequest:
    """Return an action request.

    Raises:
        BadRequest: if a field is missing or of the wrong type.
    """
    fields = read_object(body)
    kind = read_text(fields, "kind", 40)
    if kind not in ACTION_KINDS:
        raise BadRequest(f"kind must be one of {', '.join(sorted(ACTION_KINDS))}.")
    params = check_parameters(kind, fields.get("params"))
    try:
        whole = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise BadRequest("The body must be plain JSON text.") from error
    return ActionRequest(
        read_text(fields, "idempotency_key", 200), read_text(fields, "customer_id", 40), kind, params,
        read_text_if_any(fields, "approval", 4_000), read_text_if_any(fields, "intent_id", 200),
        hashlib.sha256(whole).hexdigest(),
    )  # fmt: skip


def read_step_up(body: object, now: datetime) -> StepUpRequest:
    """Return a step-up request.

    Raises:
        BadRequest: if a field is missing, of the wrong type or already past.
    """
    fields = read_object(body)
    amount = None if fields.get("amount_minor") is None else read_amount(fields, "amount_minor")
    currency = read_text_if_any(fields, "currency", 3)
    if (amount is None) != (currency is None):
        raise BadRequest("amount_minor and currency go together.")
    action = read_text(fields, "action", 40)
    if action not in ACTION_KINDS:
        raise BadRequest(f"action must be one of {', '.join(sorted(ACTION_KINDS))}.")
    expires = read_moment(fields, "expires_at")
    if expires <= now:
        raise BadRequest("expires_at must be in the future.")
    return StepUpRequest(
        read_text(fields, "customer_id", 40), action, amount, currency,
        read_text_if_any(fields, "payee", LONGEST_VALUE), read_text(fields, "intent_id", 200), expires,
        read_url(fields, "callback_url"), read_url(fields, "return_url"),
        read_text_if_any(fields, "locale", 20) or "en-GB",
    )  # fmt: skip
