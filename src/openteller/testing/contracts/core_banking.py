"""What every ``CoreBanking`` must keep. Run each of ``CHECKS`` against a bank and one of its customers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from openteller.domain.actions import Action, ActionKind, ActionResult, ConfirmedAction
from openteller.domain.assurance import Grant
from openteller.domain.banking import Card, Statement
from openteller.domain.errors import NotAllowed
from openteller.domain.understanding import Period
from openteller.ports import CoreBanking

Confirm = Callable[[Action], Awaitable[ConfirmedAction]]
_STATES = {"active", "frozen", "blocked", "ordered", "inactive"}


@dataclass(frozen=True, slots=True)
class Counter:
    """A bank to be checked, with one customer who has an active card, a standing order and a payment to come.

    ``logged_in``, ``linked`` and ``nobody`` are grants at their levels for that customer; ``confirm`` leads an action
    through the gate, with the bank's own approval where the bank wants one. ``today`` is the bank's day.
    """

    bank: CoreBanking
    logged_in: Grant
    linked: Grant
    nobody: Grant
    confirm: Confirm
    today: date

    async def done(self, action: Action) -> ActionResult:
        """What the bank says to an action under a fresh key."""
        return await self.bank.execute(await self.confirm(action))


async def books_open_at_their_level_only(counter: Counter) -> None:
    """Cards at the level of a linked channel, everything else after a login."""
    bank, month = counter.bank, Period(counter.today - timedelta(days=30), counter.today)
    reads: Sequence[Callable[[Grant], Awaitable[object]]] = (
        bank.customer,
        bank.accounts,
        bank.payees,
        bank.standing_orders,
        bank.scheduled_payments,
        bank.statements,
        lambda grant: bank.transactions(grant, month),
    )
    assert await bank.cards(counter.linked) == await bank.cards(counter.logged_in)
    for read in reads:
        await read(counter.logged_in)
    for grant, closed in ((counter.linked, reads), (counter.nobody, (*reads, bank.cards))):
        for read in closed:
            try:
                await read(grant)
            except NotAllowed:
                continue
            raise AssertionError(f"{read} opens at level {grant.level}")


async def accounts_have_a_number_and_two_balances_of_one_currency(counter: Counter) -> None:
    """Of the numbers only what is used in the country; never none at all."""
    accounts = await counter.bank.accounts(counter.logged_in)
    assert accounts
    for account in accounts:
        assert len(account.last4) == 4
        assert account.balance.currency == account.available.currency
        assert account.account_number is not None or account.sort_code is None
        assert account.iban not in repr(account) or not account.iban


async def everything_belongs_to_a_known_account(counter: Counter) -> None:
    """Cards, orders, payments, statements and transactions name accounts of the same customer."""
    bank, grant = counter.bank, counter.logged_in
    year = Period(counter.today - timedelta(days=365), counter.today)
    known = {account.account_id for account in await bank.accounts(grant)}
    named = {
        *(card.account_id for card in await bank.cards(grant)),
        *(order.account_id for order in await bank.standing_orders(grant)),
        *(payment.account_id for payment in await bank.scheduled_payments(grant)),
        *(statement.account_id for statement in await bank.statements(grant)),
        *(line.account_id for line in await bank.transactions(grant, year)),
    }
    assert named
    assert named <= known
    assert {card.status for card in await bank.cards(grant)} <= _STATES


async def transactions_are_of_the_period_newest_first(counter: Counter) -> None:
    """What was declined says why by a code, and nothing else does."""
    period = Period(counter.today - timedelta(days=200), counter.today)
    lines = await counter.bank.transactions(counter.logged_in, period)
    days = [line.booked_on for line in lines]
    assert days
    assert days == sorted(days, reverse=True)
    assert period.start <= days[-1]
    assert days[0] <= period.end
    for line in lines:
        assert line.status in {"booked", "pending", "declined"}
        assert line.kind
        assert line.status == "declined" or line.decline_reason is None
        assert line.original is None or line.original.currency != line.amount.currency
        assert line.card_last4 is None or len(line.card_last4) == 4


async def what_is_to_come_is_in_the_future_and_in_order(counter: Counter) -> None:
    """Amounts are what will leave: positive, with the day it leaves next."""
    orders = await counter.bank.standing_orders(counter.logged_in)
    payments = await counter.bank.scheduled_payments(counter.logged_in)
    assert orders
    assert payments
    for days in ([order.next_on for order in orders], [payment.due_on for payment in payments]):
        assert days == sorted(days)
        assert days[0] > counter.today
    amounts = [*(order.amount for order in orders), *(payment.amount for payment in payments)]
    assert all(amount.amount_minor > 0 for amount in amounts)
    assert all(order.frequency in {"weekly", "monthly", "quarterly", "yearly"} for order in orders)


async def statements_are_of_past_months_newest_first(counter: Counter) -> None:
    """A link leads to the bank's own pages: it carries no token and no number of an account."""
    statements = await counter.bank.statements(counter.logged_in)
    ends = [statement.period.end for statement in statements]
    assert ends
    assert ends == sorted(ends, reverse=True)
    assert ends[0] < counter.today
    assert len({statement.statement_id for statement in statements}) == len(statements)
    for account in await counter.bank.accounts(counter.logged_in):
        assert not any(account.iban and account.iban in statement.link for statement in statements)
    assert all(_plain(statement) for statement in statements)


def _plain(statement: Statement) -> bool:
    return statement.link.startswith(("http://", "https://")) and "?" not in statement.link


async def a_standing_order_is_cancelled_once(counter: Counter) -> None:
    """The same key again gives the first answer; another key is refused with a reason."""
    order, *others = await counter.bank.standing_orders(counter.logged_in)
    action = Action(ActionKind.CANCEL_STANDING_ORDER, standing_order=order)
    await _cancelled_once(counter, action)
    assert list(await counter.bank.standing_orders(counter.logged_in)) == others


async def a_scheduled_payment_is_cancelled_once(counter: Counter) -> None:
    """As a standing order."""
    payment, *others = await counter.bank.scheduled_payments(counter.logged_in)
    action = Action(ActionKind.CANCEL_SCHEDULED_PAYMENT, scheduled_payment=payment)
    await _cancelled_once(counter, action)
    assert list(await counter.bank.scheduled_payments(counter.logged_in)) == others


async def _cancelled_once(counter: Counter, action: Action) -> None:
    confirmed = await counter.confirm(action)
    assert await counter.bank.outcome(confirmed) is None
    first = await counter.bank.execute(confirmed)
    assert first.executed, first.reason
    assert first.reference
    assert await counter.bank.execute(confirmed) == first
    assert await counter.bank.outcome(confirmed) == first
    again = await counter.done(action)
    assert not again.executed
    assert again.reason


async def a_new_card_is_inactive_until_it_is_activated_and_then_the_old_one_is_gone(counter: Counter) -> None:
    """A card that is in use cannot be activated; a damaged one need not be blocked to be replaced."""
    bank, grant = counter.bank, counter.logged_in
    before = await bank.cards(grant)
    old = next(card for card in before if card.status == "active")
    refused = await counter.done(Action(ActionKind.ACTIVATE_CARD, card=old))
    assert not refused.executed
    assert refused.reason
    assert (await counter.done(Action(ActionKind.REPLACE_CARD, card=old))).executed
    assert old in await bank.cards(grant)
    new = _new(before, await bank.cards(grant))
    assert new.status == "inactive"
    done = await counter.done(Action(ActionKind.ACTIVATE_CARD, card=new))
    assert done.executed, done.reason
    after = {card.card_id: card.status for card in await bank.cards(grant)}
    assert after[new.card_id] == "active"
    assert old.card_id not in after


def _new(before: Sequence[Card], after: Sequence[Card]) -> Card:
    known = {card.card_id for card in before}
    (new,) = [card for card in after if card.card_id not in known]
    return new


CHECKS: tuple[Callable[[Counter], Awaitable[None]], ...] = (
    books_open_at_their_level_only,
    accounts_have_a_number_and_two_balances_of_one_currency,
    everything_belongs_to_a_known_account,
    transactions_are_of_the_period_newest_first,
    what_is_to_come_is_in_the_future_and_in_order,
    statements_are_of_past_months_newest_first,
    a_standing_order_is_cancelled_once,
    a_scheduled_payment_is_cancelled_once,
    a_new_card_is_inactive_until_it_is_activated_and_then_the_old_one_is_gone,
)
"""Each takes a fresh bank: some of them change it."""
