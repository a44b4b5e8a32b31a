"""Pure operations on lists of transactions: the closed set that flows may use."""

from __future__ import annotations

from collections.abc import Iterable

from openteller.capabilities.flows.matching import plain, same_merchant
from openteller.domain.banking import Transaction
from openteller.domain.money import Money


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


def _key(category: str) -> str:
    return plain(category).replace(" ", "_").replace("-", "_")
