"""The bank's facts as we use them, and the actions we ask of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from openteller.domain.assurance import CustomerRef, SubjectId, TenantId
from openteller.domain.money import Money
from openteller.domain.understanding import Period


@dataclass(frozen=True, slots=True)
class Customer:
    """Who the bank says this is; ``first_name`` is for greeting."""

    customer: CustomerRef
    name: str
    first_name: str
    locale: str
    time_zone: str
    country: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account; ``balance`` is posted, ``available`` what may be spent now (limit and pending included).

    Of its numbers it has those that are used in its country; ``iban`` is empty where there are none.
    """

    account_id: str
    kind: str
    name: str
    iban: str = field(repr=False)
    balance: Money
    available: Money
    bic: str | None = None
    sort_code: str | None = field(default=None, repr=False)
    account_number: str | None = field(default=None, repr=False)

    @property
    def last4(self) -> str:
        """The last four characters of its number: all of it that is shown without need."""
        return (self.iban or self.account_number or "")[-4:]


@dataclass(frozen=True, slots=True)
class Card:
    """A payment card; never more than its last four digits.

    ``status`` is active, frozen, blocked (for good), ordered (not made yet) or inactive (on its way, or come and not
    activated yet).
    """

    card_id: str
    kind: str
    label: str
    last4: str
    status: str
    account_id: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """One booking; negative amounts are money out. ``merchant``, ``description``, ``place`` are untrusted (LS-03).

    ``status`` is booked, pending or declined (with ``decline_reason``); ``original`` is the amount in the merchant's
    currency where it was another; ``card_last4`` belongs to what was paid by card; ``charge`` says what a fee or
    interest is for: foreign_payment, account_fee, late_payment, overdraft, credit_card.
    """

    transaction_id: str
    account_id: str
    booked_on: date
    amount: Money
    merchant: str
    category: str
    description: str
    status: str
    kind: str = ""
    decline_reason: str | None = None
    original: Money | None = None
    place: str | None = None
    country: str | None = None
    card_last4: str | None = None
    charge: str | None = None

    @property
    def direction(self) -> str:
        """``out`` or ``in``; ``own`` between own accounts, and ``none`` where no money moved."""
        if self.status == "declined":
            return "none"
        if self.kind in _OWN:
            return "own"
        return "out" if self.amount.amount_minor < 0 else "in"

    @property
    def why(self) -> str:
        """What a fee is for: the bank's code, or its words."""
        return self.charge or self.description

    @property
    def name(self) -> str:
        """Whom it was with, as far as the bank says."""
        return self.merchant or self.description


_OWN = frozenset({"own_transfer", "card_payment"})


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """A fixed amount that goes out again and again; ``frequency`` is weekly, monthly, quarterly or yearly."""

    order_id: str
    payee_name: str
    last4: str
    amount: Money
    frequency: str
    next_on: date
    account_id: str
    reference: str


@dataclass(frozen=True, slots=True)
class ScheduledPayment:
    """A payment that leaves on a later day."""

    payment_id: str
    payee_name: str
    last4: str
    amount: Money
    due_on: date
    account_id: str
    reference: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement; ``link`` opens it in the bank's own secure area, after its login."""

    statement_id: str
    account_id: str
    period: Period
    link: str


@dataclass(frozen=True, slots=True)
class Payee:
    """Somebody the customer has paid before; ``iban`` is the account number where there are no IBANs."""

    payee_id: str
    name: str
    iban: str = field(repr=False)

    @property
    def last4(self) -> str:
        """The last four characters of the IBAN."""
        return self.iban[-4:]


@dataclass(frozen=True, slots=True)
class NewPayee:
    """Somebody named in this conversation, with a checked IBAN."""

    name: str
    iban: str = field(repr=False)

    @property
    def last4(self) -> str:
        """The last four characters of the IBAN."""
        return self.iban[-4:]


class ActionKind(StrEnum):
    """What the bank can be asked to do. The policy of the pack says at which level and how each is authorised."""

    FREEZE_CARD = "freeze_card"
    UNFREEZE_CARD = "unfreeze_card"
    BLOCK_CARD = "block_card"
    REPLACE_CARD = "replace_card"
    TRANSFER = "transfer"
    ACTIVATE_CARD = "activate_card"
    CANCEL_STANDING_ORDER = "cancel_standing_order"
    CANCEL_SCHEDULED_PAYMENT = "cancel_scheduled_payment"


@dataclass(frozen=True, slots=True)
class Action:
    """What the customer wants done: the one object that is shown, confirmed, approved and executed.

    ``subject_of`` is the card for card actions, the source account for a transfer; ``to`` and ``amount`` belong to
    transfers only, an order or a payment to its cancelling.
    """

    kind: ActionKind
    card: Card | None = None
    source: Account | None = None
    to: Account | Payee | NewPayee | None = None
    amount: Money | None = None
    standing_order: StandingOrder | None = None
    scheduled_payment: ScheduledPayment | None = None

    @property
    def payee(self) -> str | None:
        """What the step-up binds as the payee: the IBAN money goes to, or the card or order acted on (TX-01)."""
        if self.to is not None:
            return self.to.account_id if isinstance(self.to, Account) and not self.to.iban else self.to.iban
        if self.standing_order is not None:
            return self.standing_order.order_id
        if self.scheduled_payment is not None:
            return self.scheduled_payment.payment_id
        return self.card.card_id if self.card is not None else None

    @property
    def between_own_accounts(self) -> bool:
        """True for a transfer that does not leave the customer's own accounts."""
        return isinstance(self.to, Account)


class IntentState(StrEnum):
    """The life of an action intent. One way only (TX-02); the last six are final."""

    SHOWN = "shown"
    CONFIRMED = "confirmed"
    AUTHORISED = "authorised"
    EXECUTING = "executing"
    UNKNOWN = "unknown"
    EXECUTED = "executed"
    REJECTED = "rejected"
    FAILED = "failed"
    VOID = "void"
    EXPIRED = "expired"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class ConfirmedAction:
    """PASSPORT. All that the bank executes: made by ``capabilities/actions/gate.py`` alone, after the last check.

    ``idempotency_key`` is the intent's id: the bank runs it once however often we ask.
    """

    tenant: TenantId
    subject: SubjectId
    customer: CustomerRef
    intent_id: UUID
    action: Action
    approval: str | None = field(repr=False)
    expires_at: datetime

    @property
    def idempotency_key(self) -> str:
        """The key under which the bank runs this at most once."""
        return str(self.intent_id)


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What the bank says happened: executed, or rejected with a reason code; ``reference`` is the bank's own."""

    executed: bool
    reference: str
    reason: str | None = None
