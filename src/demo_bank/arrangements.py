"""What will be paid without being asked again: standing orders and payments for a later day.

A standing order is a fixed amount at fixed times: the rent that the history tells goes on as one. What is moved to
savings each month is what was left over, another amount each time: an instruction of another kind, and none of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, takewhile
from random import Random

from demo_bank.bank_numbers import AccountNumber, outside_number
from demo_bank.customers import BUSY, SHOWCASE
from demo_bank.dice import chance, dice_for, pick, pick_weighted
from demo_bank.holdings import Payee
from demo_bank.story import Story, months_before

ONCE = "once"
_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A payment to come; ``first_on`` is the first day due on or after day 0.

    ``frequency`` is weekly, monthly, quarterly or yearly, or ``once`` for a payment that is
    not repeated. ``account_id`` is what it leaves from; ``target`` the account at this bank
    that receives it, with its owner's id, if any does. ``changes`` are later amounts, each
    with the day on which it was asked for: what was due that day had left in the night.
    """

    arrangement_id: str
    payee_name: str
    number: AccountNumber
    amount_minor: int
    frequency: str
    first_on: date
    reference: str
    category: str = "transfers"
    account_id: str = ""
    target: tuple[str, str] | None = None
    changes: tuple[tuple[date, int], ...] = ()

    @property
    def kind(self) -> str:
        """What a transaction of it is called."""
        return "scheduled_payment" if self.frequency == ONCE else "standing_order"

    def amount_on(self, day: date) -> int:
        """Return what leaves on a day that it is due."""
        return next((amount for asked_on, amount in reversed(self.changes) if asked_on < day), self.amount_minor)

    @property
    def last4(self) -> str:
        """The last four characters of the account that is paid."""
        return (self.number.iban or self.number.account_number)[-4:]

    def due(self, last: date) -> list[date]:
        """Return every day it is due until ``last``, the first one first."""
        return list(takewhile(lambda day: day <= last, self._days()))

    def next_after(self, today: date) -> date | None:
        """Return the first day it is due after ``today``, or None if there is none."""
        return next((day for day in self._days() if day > today), None)

    def _days(self) -> Iterator[date]:
        """Yield the days it is due; a day that a month does not have is its last one."""
        if self.frequency == ONCE:
            yield self.first_on
        elif self.frequency == "weekly":
            yield from (self.first_on + timedelta(weeks=step) for step in count())
        else:
            months = _MONTHS[self.frequency]
            yield from (months_before(self.first_on, -months * step) for step in count())


def make_arrangements(story: Story, seed: int) -> tuple[Arrangement, ...]:
    """Return what a customer has arranged on day 0: a pure function of the drafted history."""
    dice, show = dice_for(seed, "arrangements", story.customer.number), story.customer.number in (SHOWCASE, BUSY)
    orders, payments = [*_rent(story, dice)], []
    if chance(dice, 0.3) or show:
        often = pick_weighted(dice, (("monthly", 0.7), ("weekly", 0.2), ("quarterly", 0.1)))
        name = f"so-{story.customer.number:06d}-{len(orders) + 1}"
        orders.append(_payment(story, dice, name, often, dice.randint(5, 27)))
    if chance(dice, 0.35) or show:
        for place in range(1, (2 if show else dice.randint(1, 2)) + 1):
            name = f"sp-{story.customer.number:06d}-{place}"
            payments.append(_payment(story, dice, name, ONCE, dice.randint(3, 40)))
    return (*orders, *payments)


def _rent(story: Story, dice: Random) -> Iterator[Arrangement]:
    """Yield the order that paid the rent so far: same landlord, same day, the latest amount."""
    told = [draft for draft in story.drafts if draft.kind == "standing_order"]
    if not told:
        return
    last = max(told, key=lambda draft: draft.day)
    saved = [payee for payee in story.holdings.payees if payee.name == last.merchant]
    number = saved[0].number if saved else outside_number(story.customer.country.code, dice)
    first = months_before(story.date_of(last.day), -1)
    yield Arrangement(f"so-{story.customer.number:06d}-1", last.merchant, number, -last.amount_minor,
                      "monthly", first, _reference(story, dice), last.category, _pays_from(story))  # fmt: skip


def _payment(story: Story, dice: Random, name: str, frequency: str, days: int) -> Arrangement:
    """Return a payment to a saved payee that is first due some days after day 0."""
    payee: Payee = pick(dice, story.holdings.payees)
    amount = round(dice.uniform(15, 90) * story.customer.country.price_level) * 100
    return Arrangement(name, payee.name, payee.number, amount, frequency,
                       story.day0 + timedelta(days=days), _reference(story, dice),
                       account_id=_pays_from(story))  # fmt: skip


def _pays_from(story: Story) -> str:
    """Return the account that everything arranged on day 0 leaves from."""
    return story.holdings.accounts["current"].account_id


def _reference(story: Story, dice: Random) -> str:
    """Return what the customer wrote for the payee to know the payment by."""
    return f"{story.customer.family_name.upper()} {dice.randint(1000, 9999)}"
