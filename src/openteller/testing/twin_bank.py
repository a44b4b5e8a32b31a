"""A core bank in memory, for tests of what uses one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date

from openteller.domain.actions import Action, ActionKind, ActionResult, ConfirmedAction, CoreGuarantees
from openteller.domain.assurance import CustomerRef, Grant, Level
from openteller.domain.banking import (
    Account,
    Card,
    Contact,
    Customer,
    DirectDebit,
    Payee,
    ScheduledPayment,
    SpendingLimit,
    StandingOrder,
    Statement,
    Transaction,
)
from openteller.domain.errors import AdapterError, NotAllowed
from openteller.domain.money import Money
from openteller.domain.understanding import Period

_STATUS = {ActionKind.FREEZE_CARD: "frozen", ActionKind.UNFREEZE_CARD: "active", ActionKind.BLOCK_CARD: "blocked"}


def _gbp(pounds: int) -> Money:
    return Money(pounds * 100, "GBP")


ACCOUNTS = (
    Account(
        *("a-1", "current", "Current account", "GB29NWBK60161331926819", _gbp(1200), _gbp(1100)),
        *("NWBKGB2X", "60-16-13", "31926819"),
    ),
    Account(
        *("a-2", "savings", "Savings account", "GB94BARC10201530093459", _gbp(5000), _gbp(5000)),
        *("BARCGB2X", "10-20-15", "30093459"),
    ),
)
CARDS = (Card("k-1", "debit", "Harbour Debit", "1234", "active", "a-1"),)
PAYEES = (
    Payee("p-1", "Anna Smith", "GB82WEST12345698765432"),
    Payee("p-2", "Ben Okafor", "DE89370400440532013000"),
)
STANDING_ORDERS = (
    StandingOrder("so-1", "Tidewater Homes", "5432", _gbp(850), "monthly", date(2026, 12, 1), "a-1", "FLAT 7"),
    StandingOrder("so-2", "Anna Smith", "5432", _gbp(40), "monthly", date(2026, 12, 5), "a-1", "POCKET MONEY"),
)
DIRECT_DEBIT = DirectDebit("dd-1", "City Gym", "MEMBER 7741", "a-1", _gbp(35), date(2026, 11, 3))
LIMIT = SpendingLimit("li-1", "transfer", _gbp(10_000), _gbp(25_000))
CONTACT = Contact("4 Harbour Street, Leeds, LS1 4DY", "•••• 456", "a•••@example.org")
SCHEDULED = (ScheduledPayment("sp-1", "Ben Okafor", "3000", _gbp(120), date(2026, 12, 3), "a-1", "SOFA"),)
_OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
STATEMENTS = tuple(
    Statement(f"st-{account.account_id}", account.account_id, _OCTOBER, f"https://bank.test/st/{account.account_id}")
    for account in ACCOUNTS
)


@dataclass
class TwinBank:
    """A core bank in memory, idempotent by key unless its ``guarantees`` say otherwise. All customers have the same.

    ``away`` fails every call; ``loses`` replies to that many orders after doing them, ``vanishes``
    that many on their way; ``refuses`` gives the reason for
    not doing one. ``paused`` holds an order back: ``reached`` is set when it has come, and it waits for ``go_on``
    ``before`` or ``after`` it is done. ``times`` counts what was really done.
    """

    guarantees: CoreGuarantees = field(default_factory=CoreGuarantees)
    cards_now: tuple[Card, ...] = CARDS
    standing_now: tuple[StandingOrder, ...] = STANDING_ORDERS
    scheduled_now: tuple[ScheduledPayment, ...] = SCHEDULED
    away: bool = False
    loses: int = 0
    vanishes: int = 0
    refuses: str | None = None
    paused: str | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    done: dict[str, tuple[Action, ActionResult]] = field(default_factory=dict)
    times: int = 0
    orders: list[str] = field(default_factory=list)
    lookups: list[str] = field(default_factory=list)

    @property
    def actions(self) -> list[Action]:
        """What was executed, in order, each once."""
        return [action for action, result in self.done.values() if result.executed]

    async def customer(self, grant: Grant) -> Customer:
        """Who this is."""
        return Customer(self._open(grant), "Ada Example", "Ada", "en-GB", "Europe/London", "GB")

    async def accounts(self, grant: Grant) -> tuple[Account, ...]:
        """Two accounts."""
        self._open(grant)
        return ACCOUNTS

    async def cards(self, grant: Grant) -> tuple[Card, ...]:
        """The cards, as the actions have left them."""
        self._open(grant, Level.LINKED)
        return self.cards_now

    async def payees(self, grant: Grant) -> tuple[Payee, ...]:
        """Two payees."""
        self._open(grant)
        return PAYEES

    async def transactions(self, grant: Grant, period: Period) -> tuple[Transaction, ...]:
        """One purchase on the first day of the period."""
        self._open(grant)
        return (_purchase(period.start),)

    async def standing_orders(self, grant: Grant) -> tuple[StandingOrder, ...]:
        """Two to begin with, without those that were cancelled."""
        self._open(grant)
        return self.standing_now

    async def scheduled_payments(self, grant: Grant) -> tuple[ScheduledPayment, ...]:
        """One to begin with, until it is cancelled."""
        self._open(grant)
        return self.scheduled_now

    async def statements(self, grant: Grant) -> tuple[Statement, ...]:
        """One of each account, of October."""
        self._open(grant)
        return STATEMENTS

    async def direct_debits(self, grant: Grant) -> tuple[DirectDebit, ...]:
        """One, of a gym."""
        self._open(grant)
        return (DIRECT_DEBIT,)

    async def limits(self, grant: Grant) -> tuple[SpendingLimit, ...]:
        """One for transfers."""
        self._open(grant)
        return (LIMIT,)

    async def contact(self, grant: Grant) -> Contact:
        """A street in Leeds."""
        self._open(grant)
        return CONTACT

    async def execute(self, action: ConfirmedAction) -> ActionResult:
        """Do it once for each key; the same key with another action is refused (RL-03)."""
        self.orders.append(action.idempotency_key)
        if self.away:
            raise AdapterError("the twin is away", retryable=True)
        if self.vanishes:
            self.vanishes -= 1
            raise AdapterError("the twin has not heard of it", retryable=True, outcome_known=False)
        await self._pause("before")
        known = self.done.get(action.idempotency_key) if self.guarantees.once else None
        if known is not None and known[0] != action.action:
            raise AdapterError("the key belongs to another action", retryable=False)
        result = known[1] if known is not None else self._do(action)
        await self._pause("after")
        if self.loses:
            self.loses -= 1
            raise AdapterError("the twin's answer was lost", retryable=True, outcome_known=False)
        return result

    async def outcome(self, action: ConfirmedAction) -> ActionResult | None:
        """What became of it."""
        assert self.guarantees.looks_up, "a core that cannot look up must not be asked"
        self.lookups.append(action.idempotency_key)
        if self.away:
            raise AdapterError("the twin is away", retryable=True)
        known = self.done.get(action.idempotency_key)
        return known[1] if known is not None else None

    def _do(self, action: ConfirmedAction) -> ActionResult:
        number = len(self.done) + 1
        self.times += 1
        reason = self.refuses or self._wrong(action.action)
        result = ActionResult(reason is None, f"HB{number:010d}", reason)
        self.done[action.idempotency_key] = (action.action, result)
        if result.executed:
            self._change(action.action)
        return result

    def _wrong(self, action: Action) -> str | None:
        match action.kind:
            case ActionKind.ACTIVATE_CARD:
                now = [card.status for card in self.cards_now if action.card and card.card_id == action.card.card_id]
                return None if now == ["inactive"] else "not_inactive"
            case ActionKind.CANCEL_STANDING_ORDER:
                return None if action.standing_order in self.standing_now else "unknown_order"
            case ActionKind.CANCEL_SCHEDULED_PAYMENT:
                return None if action.scheduled_payment in self.scheduled_now else "too_late"
        return None

    def _change(self, action: Action) -> None:
        """What the action leaves behind. A new card is inactive; activating it ends the one before."""
        self.standing_now = tuple(order for order in self.standing_now if order != action.standing_order)
        self.scheduled_now = tuple(one for one in self.scheduled_now if one != action.scheduled_payment)
        if action.card is None:
            return
        if action.kind is ActionKind.REPLACE_CARD:
            new = replace(action.card, card_id=f"{action.card.card_id}-new", last4="4321", status="inactive")
            self.cards_now = (*(card for card in self.cards_now if card.card_id != new.card_id), new)
        card_id, status = action.card.card_id, _STATUS.get(action.kind)
        if action.kind is ActionKind.ACTIVATE_CARD:
            kept = (card for card in self.cards_now if card.account_id != action.card.account_id)
            self.cards_now = (*kept, replace(action.card, status="active"))
        elif status is not None:
            self.cards_now = tuple(
                replace(card, status=status) if card.card_id == card_id else card for card in self.cards_now
            )

    async def _pause(self, when: str) -> None:
        if self.paused == when:
            self.paused = None
            self.reached.set()
            await self.go_on.wait()

    def _open(self, grant: Grant, level: Level = Level.LOGGED_IN) -> CustomerRef:
        if grant.customer is None or grant.level < level:
            raise NotAllowed("login_needed", "these books open at a higher level of assurance")
        if self.away:
            raise AdapterError("the twin is away", retryable=True)
        return grant.customer


def _purchase(day: date) -> Transaction:
    return Transaction(
        *("t-1", "a-1", day, Money(-3420, "GBP"), "Tesco", "groceries", "TESCO STORES", "booked", "card_purchase"),
        place="London",
        country="GB",
        card_last4="1234",
    )
