"""The most that may go out in a day: by a debit card, in cash, by transfer; what lowers it and what raises it.

Less counts at once. More is approved and rests for four hours; a later change, up or down, takes its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from demo_bank.bank import Bank
from demo_bank.cards import cards_now
from demo_bank.case import Case
from demo_bank.countries import decimals
from demo_bank.fields import Json
from demo_bank.ledger import Look
from demo_bank.outcome import Outcome, rejected
from demo_bank.own_accounts import own_accounts

RESTS = timedelta(hours=4)
_MAJOR = {"card": (5_000, 10_000), "cash": (500, 1_000), "transfer": (10_000, 25_000)}
"""Of each kind, in whole units of its currency: what it is unless it is changed, and the most it can be."""
_CHANGES = "SELECT limit_id, amount_minor, at, counts_from FROM limit_changes WHERE customer_id = ? ORDER BY number"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit as it is now, in minor units; ``rising_to`` is a raise that still rests."""

    limit_id: str
    kind: str
    amount_minor: int
    most_minor: int
    currency: str
    card_last4: str | None
    rising_to_minor: int | None


def list_limits(bank: Bank, number: int) -> list[Json]:
    """Return what may go out in a day: of each active debit card, then by transfer."""
    return [
        {"limit_id": one.limit_id, "kind": one.kind, "amount_minor": one.amount_minor, "most_minor": one.most_minor,
         "currency": one.currency, "card_last4": one.card_last4, "rising_to_minor": one.rising_to_minor}
        for one in limits_now(bank, bank.ledger.rows, number)
    ]  # fmt: skip


def limits_now(bank: Bank, look: Look, number: int) -> Iterator[Limit]:
    """Yield a customer's limits; a card goes on with those of the card that it has replaced."""
    customer, cards = bank.shelf.person(number)[0], cards_now(bank, look, number)
    changes, now = look(_CHANGES, (customer.customer_id,)), bank.clock()
    accounts = {account.account_id: account for account in own_accounts(bank, look, number)}
    for card in cards:
        account = accounts.get(card["account_id"])
        if card["kind"] == "debit" and card["status"] == "active" and account is not None:
            line = list(_ancestry(card, cards))
            for kind in ("card", "cash"):
                names = [_name(card_id, kind) for card_id in line]
                yield _limit(names, kind, account.currency, card["last4"], changes, now)
    name = f"l-{number:06d}-transfer"
    yield _limit([name], "transfer", customer.country.currency, None, changes, now)


def transfer_limit(bank: Bank, look: Look, number: int) -> int:
    """Return the most that may leave by transfer in a day, in minor units of whatever is sent."""
    return next(one.amount_minor for one in limits_now(bank, look, number) if one.kind == "transfer")


def lower_limit(case: Case) -> Outcome:
    """Lower a limit at once; a raise that rests is given up."""
    limit, (amount, currency) = _find(case), case.money
    if limit is None:
        return rejected("unknown_limit")
    if currency != limit.currency:
        return rejected("currency_mismatch")
    if amount >= limit.amount_minor:
        return rejected("not_a_cut")
    return _change(case, limit, timedelta())


def raise_limit(case: Case) -> Outcome:
    """Raise a limit, with an approval; it counts after it has rested."""
    limit, (amount, currency) = _find(case), case.money
    if limit is None:
        return rejected("unknown_limit")
    if currency != limit.currency:
        return rejected("currency_mismatch")
    if amount <= limit.amount_minor:
        return rejected("not_a_raise")
    if amount > limit.most_minor:
        return rejected("over_the_most")
    reason = case.unapproved({limit.limit_id}, case.money)
    return rejected(reason) if reason else _change(case, limit, RESTS)


def _find(case: Case) -> Limit | None:
    """Return the limit that an action is about."""
    found = (one for one in limits_now(case.bank, case.look, case.number) if one.limit_id == case.params["limit_id"])
    return next(found, None)


def _change(case: Case, limit: Limit, rest: timedelta) -> Outcome:
    """Write down a limit's new amount and the moment from which it counts."""
    amount, now = case.money[0], case.bank.clock().replace(microsecond=0)
    case.ledger.execute(
        "INSERT INTO limit_changes (limit_id, customer_id, amount_minor, at, counts_from) VALUES (?,?,?,?,?)",
        (limit.limit_id, case.customer_id, amount, now.isoformat(), (now + rest).isoformat()))  # fmt: skip
    later = {"effective_at": (now + rest).isoformat()} if rest else {}
    return Outcome(None, {"limit_id": limit.limit_id, "kind": limit.kind, "amount_minor": amount,
                          "currency": limit.currency, "was_minor": limit.amount_minor, **later})  # fmt: skip


def _ancestry(card: Json, cards: list[Json]) -> Iterator[str]:
    """Yield the ids of a card, of the one that it has replaced, and so on back."""
    known, name = {one["card_id"]: one for one in cards}, card["card_id"]
    while name in known:
        yield name
        name = known[name].get("replaces")


def _name(card_id: str, kind: str) -> str:
    """Return the id of a card's limit."""
    return f"l-{card_id.removeprefix('k-')}-{kind}"


def _limit(names: list[str], kind: str, currency: str, last4: str | None, changes: list[Json],
           now: datetime) -> Limit:  # fmt: skip
    """Return a limit after its changes under any of its ``names``, of which the first is its id."""
    usual, most = (major * 10 ** decimals(currency) for major in _MAJOR[kind])
    amount, rising = _settled(usual, [one for one in changes if one["limit_id"] in names], now)
    return Limit(names[0], kind, amount, most, currency, last4, rising)


def _settled(amount: int, changes: list[Json], now: datetime) -> tuple[int, int | None]:
    """Return what a limit is now, and what it is rising to: a change takes the place of a raise that still rests."""
    for place, one in enumerate(changes):
        until = datetime.fromisoformat(changes[place + 1]["at"]) if place + 1 < len(changes) else now
        if datetime.fromisoformat(one["counts_from"]) <= until:
            amount = one["amount_minor"]
        elif place + 1 == len(changes):
            return amount, one["amount_minor"]
    return amount, None
