"""What the bank says about payments to come, as JSON: standing orders and payments for a later day."""

from __future__ import annotations

from typing import Any

from demo_bank.arrangements import ONCE
from demo_bank.bank import Bank
from demo_bank.order_book import still_to_come
from demo_bank.own_accounts import own_accounts

Json = dict[str, Any]


def list_standing_orders(bank: Bank, number: int) -> list[Json]:
    """Return the standing orders that go on, the next to be paid first."""
    return [{"order_id": one.pop("id"), "next_on": one.pop("day"), **one} for one in _coming(bank, number, once=False)]


def list_scheduled_payments(bank: Bank, number: int) -> list[Json]:
    """Return the payments that have not left yet, the next to leave first."""
    return [{"payment_id": one.pop("id"), "due_on": one.pop("day"), **one} for one in _coming(bank, number, once=True)]


def _coming(bank: Bank, number: int, *, once: bool) -> list[Json]:
    """Return what will be paid after today, without what was cancelled, in order."""
    look = bank.ledger.rows
    currencies = {account.account_id: account.currency for account in own_accounts(bank, look, number)}
    found = [
        {"id": one.arrangement_id, "day": day.isoformat(), "account_id": one.account_id,
         "payee_name": one.payee_name, "payee_last4": one.last4, "amount_minor": one.amount_on(day),
         "currency": currencies[one.account_id], "reference": one.reference,
         **({} if once else {"frequency": one.frequency})}
        for day, one in still_to_come(bank, look, number)
        if (one.frequency == ONCE) == once and one.account_id in currencies
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one["day"], one["id"]))
