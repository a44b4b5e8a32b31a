"""Accounts in another currency than the country's: one customer to show has had one since before day 0."""

from __future__ import annotations

from demo_bank.bank_numbers import own_number
from demo_bank.customers import BUSY, Customer
from demo_bank.dice import dice_for
from demo_bank.holdings import Account

_SLOT = 9
_NAMES = {"EUR": "Euro account", "GBP": "Sterling account"}
_HOLDERS = frozenset({BUSY})


def foreign_account(seed: int, customer: Customer) -> Account | None:
    """Return the customer's account in another currency, or None: a pure function of seed and customer.

    It stands beside the holdings that the history is told about: nothing has moved on it before day 0.
    """
    if customer.number not in _HOLDERS:
        return None
    currency = "GBP" if customer.country.currency == "EUR" else "EUR"
    saved = dice_for(seed, "foreign account", customer.number).randint(200, 1_500) * 1_000
    number = own_number(customer.country.code, customer.number, _SLOT)
    return Account(f"a-{customer.number:06d}-{_SLOT}", "current", _NAMES[currency], number, currency, saved)
