"""What each kind of action must say: its parameters by name, and the shape of each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from demo_bank.fields import BadRequest, Json, read_amount, read_day, read_object, read_text, read_text_if_any

_MONEY = ("amount_minor", "currency")
_NEEDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("freeze_card", "unfreeze_card", "block_card", "replace_card", "activate_card"), ("card_id",)),
    "transfer": ("from_account_id", "to", *_MONEY),
    "create_standing_order": ("from_account_id", "to", *_MONEY, "frequency", "day"),
    "change_standing_order": ("order_id", *_MONEY),
    "cancel_standing_order": ("order_id",),
    "cancel_scheduled_payment": ("payment_id",),
    "cancel_direct_debit": ("mandate_id",),
    "lower_limit": ("limit_id", *_MONEY),
    "raise_limit": ("limit_id", *_MONEY),
    "refund_fee": ("transaction_id", *_MONEY),
    "change_address": ("value",),
    "change_phone": ("value",),
    "travel_notice": ("card_id", "first_day", "last_day"),
    "open_account": ("product",),
    "close_account": ("from_account_id", "to"),
    "exchange": ("from_account_id", "to", *_MONEY),
    "savings_goal": ("from_account_id", *_MONEY, "day"),
}
ACTION_KINDS = frozenset(_NEEDS)
FREQUENCIES = ("weekly", "monthly", "quarterly", "yearly")
LONGEST_VALUE = 200
"""Of an address: what is changed and what is approved have the same room."""


def check_parameters(kind: str, given: object) -> Json:
    """Return an action's parameters.

    Raises:
        BadRequest: if one that its kind needs is missing or has not the right shape.
    """
    params = read_object(given, "params")
    for name in _NEEDS[kind]:
        if name == "amount_minor" and kind == "lower_limit":
            read_amount(params, name, least=0)  # nothing at all may go out
        else:
            _CHECKS.get(name, _name)(params, name)
    if kind == "travel_notice" and read_day(params, "last_day") < read_day(params, "first_day"):
        raise BadRequest("last_day must not be before first_day.")
    read_text_if_any(params, "reason", 60)
    return params


def _name(params: Json, name: str) -> object:
    """Check an id, or another short name."""
    return read_text(params, name, 60)


def _destination(params: Json, name: str) -> object:
    """Check where money goes: one way to name it."""
    to = read_object(params.get(name), f"params.{name}")
    ways = [way for way in ("account_id", "payee_id", "iban") if to.get(way) is not None]
    if len(ways) != 1:
        raise BadRequest(f"params.{name} needs exactly one of account_id, payee_id or name with iban.")
    if ways == ["iban"]:
        read_text(to, "name", 140)
    return read_text(to, ways[0], 60)


def _frequency(params: Json, name: str) -> object:
    """Check how often something is paid."""
    if params.get(name) not in FREQUENCIES:
        raise BadRequest(f"{name} must be one of {', '.join(FREQUENCIES)}.")
    return params[name]


_CHECKS: dict[str, Callable[[Json, str], object]] = {
    "to": _destination,
    "frequency": _frequency,
    "amount_minor": read_amount,
    "currency": partial(read_text, longest=3),
    "value": partial(read_text, longest=LONGEST_VALUE),
    **dict.fromkeys(("day", "first_day", "last_day"), read_day),
}
