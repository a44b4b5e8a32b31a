"""What callers may ask: the shapes of action and step-up requests, checked by hand."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

_NAMES = {
    "freeze_card": "card_id", "unfreeze_card": "card_id", "block_card": "card_id",
    "replace_card": "card_id", "activate_card": "card_id",
    "cancel_standing_order": "order_id", "cancel_scheduled_payment": "payment_id",
}  # fmt: skip
ACTION_KINDS = frozenset({*_NAMES, "transfer"})
_LARGEST = 10**15


class BadRequest(ValueError):
    """The request has not the right shape; its message is one clear sentence."""


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """An action somebody wants done once; ``body_hash`` covers the whole request."""

    idempotency_key: str
    customer_id: str
    kind: str
    params: dict[str, Any]
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
    fields = _fields(body)
    kind, params = _text(fields, "kind", 40), fields.get("params")
    if kind not in ACTION_KINDS:
        raise BadRequest(f"kind must be one of {', '.join(sorted(ACTION_KINDS))}.")
    if not isinstance(params, dict):
        raise BadRequest("params must be an object.")
    if kind == "transfer":
        _check_transfer(params)
    else:
        _text(params, _NAMES[kind], 60)
        _maybe(params, "reason", 60)
    try:
        whole = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise BadRequest("The body must be plain JSON text.") from error
    return ActionRequest(
        _text(fields, "idempotency_key", 200), _text(fields, "customer_id", 40), kind, params,
        _maybe(fields, "approval", 4_000), _maybe(fields, "intent_id", 200),
        hashlib.sha256(whole).hexdigest(),
    )  # fmt: skip


def _check_transfer(params: dict[str, Any]) -> None:
    """Check a transfer's params: accounts, a positive amount and one way to name the payee."""
    _text(params, "from_account_id", 60)
    _text(params, "currency", 3)
    _amount(params.get("amount_minor"))
    to = params.get("to")
    if not isinstance(to, dict):
        raise BadRequest("params.to must be an object.")
    ways = [name for name in ("account_id", "payee_id", "iban") if to.get(name) is not None]
    if len(ways) != 1:
        raise BadRequest("params.to needs exactly one of account_id, payee_id or name with iban.")
    _text(to, ways[0], 60)
    if ways == ["iban"]:
        _text(to, "name", 140)


def read_step_up(body: object, now: datetime) -> StepUpRequest:
    """Return a step-up request.

    Raises:
        BadRequest: if a field is missing, of the wrong type or already past.
    """
    fields = _fields(body)
    amount = fields.get("amount_minor")
    if amount is not None:
        _amount(amount)
    currency = _maybe(fields, "currency", 3)
    if (amount is None) != (currency is None):
        raise BadRequest("amount_minor and currency go together.")
    action = _text(fields, "action", 40)
    if action not in ACTION_KINDS:
        raise BadRequest(f"action must be one of {', '.join(sorted(ACTION_KINDS))}.")
    expires = _moment(_text(fields, "expires_at", 40))
    if expires <= now:
        raise BadRequest("expires_at must be in the future.")
    return StepUpRequest(
        _text(fields, "customer_id", 40), action, amount, currency,
        _maybe(fields, "payee", 140), _text(fields, "intent_id", 200), expires,
        _url(fields, "callback_url"), _url(fields, "return_url"),
        _maybe(fields, "locale", 20) or "en-GB",
    )  # fmt: skip


def _fields(body: object) -> dict[str, Any]:
    """Return the body if it is a JSON object."""
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object.")
    return body


def _text(fields: dict[str, Any], name: str, longest: int) -> str:
    """Return a required piece of text."""
    value = fields.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise BadRequest(f"{name} must be text of 1 to {longest} characters.")
    return value


def _maybe(fields: dict[str, Any], name: str, longest: int) -> str | None:
    """Return an optional piece of text."""
    return None if fields.get(name) is None else _text(fields, name, longest)


def _amount(value: object) -> None:
    """Refuse anything but a positive whole number of minor units."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _LARGEST:
        raise BadRequest("amount_minor must be a positive whole number of minor units.")


def _moment(text: str) -> datetime:
    """Return an ISO 8601 time with its zone, in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest("expires_at must be an ISO 8601 time.") from error
    if moment.tzinfo is None:
        raise BadRequest("expires_at must name its time zone.")
    return moment.astimezone(UTC)


def _url(fields: dict[str, Any], name: str) -> str | None:
    """Return an optional http(s) address."""
    value = _maybe(fields, name, 2_000)
    if value is not None:
        try:
            parts = urlsplit(value)
            right = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            right = False
        if not right:
            raise BadRequest(f"{name} must be an http or https address.")
    return value
