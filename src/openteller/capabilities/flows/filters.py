"""Pure operations on lists of transactions: the closed set that flows may use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from openteller.capabilities.flows.matching import plain, same_merchant
from openteller.domain.banking import Transaction
from openteller.domain.flows import Total
from openteller.domain.money import Money
from openteller.domain.understanding import Period


def keep(records: Iterable[object], merchant: object, category: object) -> tuple[Transaction, ...]:
    """The transactions at ``merchant`` (words of its name) and of ``category``; None filters nothing."""
    return tuple(
        record
        for record in records
        if isinstance(record, Transaction)
        and (not isinstance(merchant, str) or same_merchant(merchant, record.merchant))
        and (not isinstance(category, str) or _key(category) == _key(record.category))
    )


def totals(transactions: Iterable[Transaction]) -> tuple[tuple[Money, ...], tuple[Money, ...]]:
    """Money out and money in, both positive, one sum for each currency."""
    spent: dict[str, Money] = {}
    received: dict[str, Money] = {}
    for transaction in transactions:
        amount = transaction.amount
        side, share = (spent, -amount) if amount.amount_minor < 0 else (received, amount)
        side[amount.currency] = side.get(amount.currency, Money(0, amount.currency)) + share
    return tuple(spent.values()), tuple(received.values())


def group(records: Iterable[object], by: str) -> tuple[Total, ...]:
    """What was spent for each category, the most first, or each month, the latest first; one sum for each currency.

    Refunds count against it; what comes to nothing or less is left out.
    """
    sums: dict[tuple[str, str], list[Money]] = {}
    for transaction in (each for each in records if isinstance(each, Transaction)):
        day = transaction.booked_on
        name = _key(transaction.category) if by == "category" else f"{day:%Y-%m}"
        sums.setdefault((name, transaction.amount.currency), []).append(transaction.amount)
    found = [
        Total(total, len(amounts), name if by == "category" else "", None if by == "category" else _month(name))
        for (name, currency), amounts in sums.items()
        if (total := Money(-sum(amount.amount_minor for amount in amounts), currency)).amount_minor > 0
    ]
    if by == "category":
        return tuple(sorted(found, key=lambda total: (total.amount.currency, -total.amount.amount_minor)))
    return tuple(sorted(found, key=lambda total: total.period.start if total.period else date.min, reverse=True))


def _month(name: str) -> Period:
    start = date.fromisoformat(f"{name}-01")
    following = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Period(start, following - timedelta(days=1))


def _key(category: str) -> str:
    return plain(category).replace(" ", "_").replace("-", "_")
