"""Twins of what is remote or random: a clock that is set, a bank and an identity that do as they are told.

They keep the promises of their ports (``ports.py``) and write down what was asked of them, so that a test can read it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from openteller.domain.actions import Action, ActionKind, ActionResult, ConfirmedAction
from openteller.domain.assurance import ApprovalClaims, Challenge, CustomerRef, Grant, Level, LoginClaims
from openteller.domain.banking import (
    Account,
    Card,
    Customer,
    Payee,
    ScheduledPayment,
    StandingOrder,
    Statement,
    Transaction,
)
from openteller.domain.conversations import Inbound, InboxKind
from openteller.domain.errors import AdapterError, CustomerError, NotAllowed
from openteller.domain.money import Money
from openteller.domain.replies import CheckedReply
from openteller.domain.texts import PersonalText
from openteller.domain.understanding import Period

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""A Tuesday morning."""
_STATUS = {ActionKind.FREEZE_CARD: "frozen", ActionKind.UNFREEZE_CARD: "active", ActionKind.BLOCK_CARD: "blocked"}


class SettableClock:
    """Stands still until it is moved."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._now

    def advance(self, **span: float) -> datetime:
        """Move it on by a timedelta's arguments (``minutes=4, seconds=59``) and give the new moment."""
        self._now += timedelta(**span)
        return self._now


class CountedIds:
    """Ids that count upwards and secrets that are no secrets: the same run gives the same ones."""

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        self._count = 0

    def new(self) -> UUID:
        """The next id; later ones sort after earlier ones."""
        self._count += 1
        return UUID(int=(self._seed << 80) | (0x7 << 76) | (0b10 << 62) | self._count)

    def secret(self) -> str:
        """The next secret, 43 characters long like a real one."""
        self._count += 1
        return f"twin-{self._seed:06d}-{self._count:031d}"


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
SCHEDULED = (ScheduledPayment("sp-1", "Ben Okafor", "3000", _gbp(120), date(2026, 12, 3), "a-1", "SOFA"),)
_OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
STATEMENTS = tuple(
    Statement(f"st-{account.account_id}", account.account_id, _OCTOBER, f"https://bank.test/st/{account.account_id}")
    for account in ACCOUNTS
)


@dataclass
class TwinBank:
    """A core bank in memory, idempotent by key. Every customer has the same accounts, cards, payees and orders.

    ``away`` fails every call; ``loses`` replies to that many orders after doing them; ``refuses`` gives the reason for
    not doing one. ``paused`` holds an order back: ``reached`` is set when it has come, and it waits for ``go_on``
    ``before`` or ``after`` it is done.
    """

    cards_now: tuple[Card, ...] = CARDS
    standing_now: tuple[StandingOrder, ...] = STANDING_ORDERS
    scheduled_now: tuple[ScheduledPayment, ...] = SCHEDULED
    away: bool = False
    loses: int = 0
    refuses: str | None = None
    paused: str | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    done: dict[str, tuple[Action, ActionResult]] = field(default_factory=dict)
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

    async def execute(self, action: ConfirmedAction) -> ActionResult:
        """Do it once for each key; the same key with another action is refused (RL-03)."""
        self.orders.append(action.idempotency_key)
        if self.away:
            raise AdapterError("the twin is away", retryable=True)
        await self._pause("before")
        known = self.done.get(action.idempotency_key)
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
        self.lookups.append(action.idempotency_key)
        if self.away:
            raise AdapterError("the twin is away", retryable=True)
        known = self.done.get(action.idempotency_key)
        return known[1] if known is not None else None

    def _do(self, action: ConfirmedAction) -> ActionResult:
        number = len(self.done) + 1
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


@dataclass
class TwinIdentity:
    """The bank's login and app in memory. A login token is ``login:<customer>:<its own id>``."""

    clock: SettableClock
    away: bool = False
    asked: dict[str, tuple[CustomerRef, Action, UUID, datetime]] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)

    async def verify_login(self, token: str) -> LoginClaims:
        """The claims of a token of the form above."""
        kind, customer, token_id = (*token.split(":"), "", "")[:3]
        if kind != "login" or not customer or not token_id:
            raise NotAllowed("bad_token", "this token is not a valid one of the bank's")
        return LoginClaims(CustomerRef(customer), token_id, self.clock.now() + timedelta(minutes=5))

    async def challenge(
        self, customer: CustomerRef, action: Action, intent_id: UUID, expires_at: datetime
    ) -> Challenge:
        """Ask for an approval; the same intent again is the same challenge."""
        self._reach()
        challenge_id = f"ch-{intent_id}"
        self.asked.setdefault(challenge_id, (customer, action, intent_id, expires_at))
        return Challenge(challenge_id, f"http://127.0.0.1:8801/approve/{challenge_id}", expires_at)

    async def approval(self, challenge_id: str) -> tuple[str, ApprovalClaims | None]:
        """How it stands."""
        self._reach()
        status = self.answered.get(challenge_id, "pending")
        return status, self.claims(challenge_id) if status == "approved" else None

    def verify_callback(self, body: bytes, signature: str, now: datetime) -> Mapping[str, Any]:  # noqa: ARG002
        """The content, if the signature is ``good``."""
        if signature != "good":
            raise NotAllowed("bad_signature", "the signature of the callback is wrong")
        content: Mapping[str, Any] = json.loads(body)
        return content

    def claims(self, challenge_id: str) -> ApprovalClaims:
        """What an approval of this challenge says: exactly what was asked."""
        customer, action, intent_id, expires_at = self.asked[challenge_id]
        amount = action.amount
        return ApprovalClaims(
            customer,
            str(action.kind),
            amount.amount_minor if amount else None,
            amount.currency if amount else None,
            action.payee,
            intent_id,
            challenge_id,
            f"ap-{challenge_id}",
            expires_at,
            f"approval:{challenge_id}",
        )

    def _reach(self) -> None:
        if self.away:
            raise AdapterError("the twin of the bank's app is away", retryable=True)


@dataclass
class TwinChannel:
    """A foreign channel that keeps what it is given; ``refuses`` makes it fail. Signed when ``x-signature`` is good."""

    name: str = "webhook"
    max_length: int = 4000
    buttons: int = 30
    way_back: str = "https://chat.example/back?code={code}"
    refuses: bool = False
    sent: list[tuple[str, CheckedReply, UUID]] = field(default_factory=list)

    def parse(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[Inbound]:  # noqa: ARG002
        """``{"messages": [{"id", "from", "text"} or {"id", "from", "choice"}]}``."""
        if headers.get("x-signature") != "good":
            raise NotAllowed("bad_signature", "the signature of the webhook is wrong")
        try:
            rows = json.loads(body)["messages"]
            return [_inbound(row) for row in rows]
        except (ValueError, KeyError, TypeError) as error:
            raise CustomerError("bad_webhook", "the body is not of this channel's form") from error

    def receipt(self, messages: Sequence[Inbound]) -> Mapping[str, object]:
        """How many there were."""
        return {"received": len(messages)}

    async def close(self) -> None:
        """Nothing is open."""

    async def send(self, handle: str, reply: CheckedReply, *, message_id: UUID) -> None:
        """Keep it; the same ``message_id`` again is kept once."""
        if self.refuses:
            raise AdapterError("the twin of the channel did not take the message", retryable=True)
        if all(message_id != known for _, _, known in self.sent):
            self.sent.append((handle, reply, message_id))


def _inbound(row: Mapping[str, str]) -> Inbound:
    kind = InboxKind.CHOICE if "choice" in row else InboxKind.TEXT
    return Inbound(row["id"], row["from"], kind, PersonalText(row["choice" if "choice" in row else "text"]))
