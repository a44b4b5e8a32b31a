"""A customer's 24 months before day 0, made when first read: pure in (seed, customer)."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import NamedTuple

from demo_bank.arrangements import Arrangement, make_arrangements
from demo_bank.bills import tell_bills
from demo_bank.bookkeeper import Bookkeeper, Transaction
from demo_bank.borrowing import Borrowing
from demo_bank.customers import Customer, make_customer
from demo_bank.daily_life import tell_daily_life
from demo_bank.dice import dice_for
from demo_bank.holdings import Holdings, make_holdings
from demo_bank.income import tell_income
from demo_bank.mishaps import tell_mishaps
from demo_bank.story import Fact, Story

SETTLING_DAYS = 3
_MUST_STAND = frozenset({"duplicate_charge", "refund", "reversal", "fee"})


class Truth(NamedTuple):
    """One thing known to be in a history; ``details`` is JSON."""

    customer_id: str
    kind: str
    transaction_ids: tuple[str, ...]
    when: date
    amount_minor: int
    currency: str
    details: str


@dataclass(frozen=True, slots=True)
class History:
    """A customer's life at the bank before day 0.

    ``transactions`` are oldest first. ``balances`` and ``holds`` are minor units by
    account kind; a balance is the opening balance plus posted transactions, and
    ``holds`` is what pending ones will take. ``arrangements`` is what is to be paid later.
    """

    customer: Customer
    holdings: Holdings
    day0: date
    transactions: tuple[Transaction, ...]
    balances: dict[str, int]
    holds: dict[str, int]
    truths: tuple[Truth, ...]
    arrangements: tuple[Arrangement, ...]

    def settled(self, today: date) -> bool:
        """Say whether what was pending on day 0 has been posted by now."""
        return (today - self.day0).days >= SETTLING_DAYS

    def balance(self, kind: str, today: date) -> int:
        """Return an account's balance before anything done after day 0, in minor units."""
        return self.balances[kind] - (self.holds[kind] if self.settled(today) else 0)

    def hold(self, kind: str, today: date) -> int:
        """Return what pending payments will still take from an account, in minor units."""
        return 0 if self.settled(today) else self.holds[kind]


def make_history(seed: int, number: int, day0: date) -> History:
    """Return customer ``number``'s history up to the day before ``day0``."""
    customer = make_customer(seed, number)
    holdings = make_holdings(seed, customer, day0.year)
    story = Story(dice_for(seed, "story", number), customer, holdings, day0)
    tell_income(story)
    tell_bills(story, seed)
    tell_daily_life(story)
    tell_mishaps(story)
    story.drafts.sort(key=lambda draft: (draft.day, draft.minute))
    books = Bookkeeper(story, dice_for(seed, "books", number))
    borrowing = Borrowing(books)
    for draft in story.drafts:
        if draft.kind[0] == "@":
            borrowing.follow(draft)
        else:
            books.book(draft)
    books.close()
    truths = tuple(truth for fact in books.facts if (truth := _truth(books, fact)) is not None)
    return History(customer, holdings, day0, tuple(books.lines), books.balances, books.holds,
                   tuple(sorted(truths, key=lambda t: (t.when, t.kind, t.transaction_ids))),
                   make_arrangements(story, seed))  # fmt: skip


def _truth(books: Bookkeeper, fact: Fact) -> Truth | None:
    """Return a fact with its transaction ids, or None if it did not come to pass."""
    found = [books.found[mark] for mark in fact.marks if mark in books.found]
    amount, customer = fact.amount_minor, books.story.customer
    if fact.kind == "travel":
        found = [line for line in found if line[1] != "declined"]
        amount = sum(line[2] for line in found)
        if not found:
            return None
    elif not _stands(fact, found):
        return None
    return Truth(customer.customer_id, fact.kind, tuple(line[0] for line in found),
                 books.story.date_of(fact.day), amount, customer.country.currency,
                 json.dumps(fact.details, ensure_ascii=False, sort_keys=True))  # fmt: skip


def _stands(fact: Fact, found: list[tuple[str, str, int]]) -> bool:
    """Say whether all of a fact's transactions came to pass (and were paid, if they must be)."""
    if len(found) != len(fact.marks):
        return False
    return fact.kind not in _MUST_STAND or all(line[1] != "declined" for line in found)


class HistoryShelf:
    """Keeps the most recently read histories, so that each is made once in a while.

    Args:
        seed: The bank's seed.
        day0: The day the bank's data directory was made.
        size: How many histories to keep; one takes about 0.4 MB.
    """

    def __init__(self, seed: int, day0: date, size: int = 256) -> None:
        self.seed, self.day0, self._size = seed, day0, size
        self._kept: OrderedDict[int, History] = OrderedDict()
        self._people: OrderedDict[int, tuple[Customer, Holdings]] = OrderedDict()
        self._lock = Lock()

    def ready(self, number: int) -> bool:
        """Say whether a history can be read without making it."""
        return number in self._kept

    def history(self, number: int) -> History:
        """Return a customer's history, making it if it is not on the shelf."""
        with self._lock:
            if number in self._kept:
                self._kept.move_to_end(number)
                return self._kept[number]
        made = make_history(self.seed, number, self.day0)
        with self._lock:
            self._kept[number] = made
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made

    def person(self, number: int) -> tuple[Customer, Holdings]:
        """Return who a customer is and what they hold, without making a history."""
        with self._lock:
            known = self._people.get(number)
            if known is None:
                customer = make_customer(self.seed, number)
                known = customer, make_holdings(self.seed, customer, self.day0.year)
                self._people[number] = known
                while len(self._people) > self._size * 16:
                    self._people.popitem(last=False)
            return known
