"""Exchanging money between a customer's own accounts of different currencies, at fixed rates and in whole numbers."""

from __future__ import annotations

from demo_bank.bookings import Words, book
from demo_bank.case import Case
from demo_bank.countries import decimals
from demo_bank.destinations import find_destination
from demo_bank.outcome import Outcome, rejected
from demo_bank.own_accounts import PAYS_FROM, find_account, spendable

RATES_MICRO = {"EUR": 1_000_000, "GBP": 860_000, "USD": 1_090_000, "PLN": 4_300_000, "AED": 4_000_000}
"""Millionths of each currency for one euro: the middle, without the spread."""
SPREAD_PER_MILLE = 5


def exchange(case: Case) -> Outcome:
    """Sell an amount of the account that it leaves; what is bought is booked on the other one."""
    source = find_account(case.bank, case.look, case.number, case.params["from_account_id"], kinds=PAYS_FROM)
    if source is None:
        return rejected("unknown_account")
    found = find_destination(case, source, case.params["to"], any_currency=True)
    if isinstance(found, Outcome):
        return found
    if not found.own or found.target is None:
        return rejected("unknown_account")
    target, (amount, currency) = found.target[1], case.money
    if target.currency == source.currency:
        return rejected("same_currency")
    if currency != source.currency:
        return rejected("currency_mismatch")
    bought = exchanged(amount, source.currency, target.currency)
    if bought == 0:
        return rejected("too_small")
    if amount > spendable(case.bank, case.look, case.number, source):
        return rejected("insufficient_funds")
    for account, moved, other in ((source, -amount, target), (target, bought, source)):
        words = Words(other.name, f"Exchange {source.currency} to {target.currency}", "own_transfer",
                      iban=other.number.iban)  # fmt: skip
        book(case.ledger, case.customer_id, account, moved, words, at=case.at, reference=case.reference)
    return Outcome(None, {
        "from_account_id": source.account_id, "to_account_id": target.account_id, "amount_minor": amount,
        "currency": source.currency, "bought_minor": bought, "bought_currency": target.currency, "booked_at": case.at,
    })  # fmt: skip


def exchanged(amount_minor: int, source: str, target: str) -> int:
    """Return what an amount buys, after the spread, rounded half to even.

    Raises:
        KeyError: if either currency has no rate here.
    """
    sold = amount_minor * RATES_MICRO[target] * (1_000 - SPREAD_PER_MILLE) * 10 ** decimals(target)
    return divided_half_even(sold, RATES_MICRO[source] * 1_000 * 10 ** decimals(source))


def divided_half_even(number: int, by: int) -> int:
    """Return a positive quotient, rounded; a half goes to the even neighbour."""
    whole, rest = divmod(number, by)
    return whole + (2 * rest > by or (2 * rest == by and whole % 2 == 1))
