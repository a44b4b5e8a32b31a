"""What we ask of the bank: an action, its life, and the passport without which none is executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from openteller.domain.assurance import CustomerRef, SubjectId, TenantId
from openteller.domain.banking import (
    Account,
    Card,
    DirectDebit,
    NewPayee,
    Payee,
    ScheduledPayment,
    SpendingLimit,
    StandingOrder,
    Transaction,
)
from openteller.domain.money import Money
from openteller.domain.texts import SealedValue
from openteller.domain.understanding import Period


class ActionKind(StrEnum):
    """What the bank can be asked to do. The policy of the pack says at which level and how each is authorised."""

    FREEZE_CARD = "freeze_card"
    UNFREEZE_CARD = "unfreeze_card"
    BLOCK_CARD = "block_card"
    REPLACE_CARD = "replace_card"
    ACTIVATE_CARD = "activate_card"
    TRANSFER = "transfer"
    CREATE_STANDING_ORDER = "create_standing_order"
    CHANGE_STANDING_ORDER = "change_standing_order"
    CANCEL_STANDING_ORDER = "cancel_standing_order"
    CANCEL_SCHEDULED_PAYMENT = "cancel_scheduled_payment"
    CANCEL_DIRECT_DEBIT = "cancel_direct_debit"
    LOWER_LIMIT = "lower_limit"
    RAISE_LIMIT = "raise_limit"
    REFUND_FEE = "refund_fee"
    CHANGE_ADDRESS = "change_address"
    CHANGE_PHONE = "change_phone"
    TRAVEL_NOTICE = "travel_notice"
    OPEN_ACCOUNT = "open_account"
    CLOSE_ACCOUNT = "close_account"
    EXCHANGE = "exchange"
    SAVINGS_GOAL = "savings_goal"


MOVES_MONEY = frozenset(
    {
        ActionKind.TRANSFER,
        ActionKind.CREATE_STANDING_ORDER,
        ActionKind.CHANGE_STANDING_ORDER,
        ActionKind.RAISE_LIMIT,
        ActionKind.CHANGE_ADDRESS,
        ActionKind.CHANGE_PHONE,
        ActionKind.CLOSE_ACCOUNT,
        ActionKind.EXCHANGE,
    }
)
"""What moves money, or clears the way for it: whoever holds somebody's phone would ask for these (ID-06)."""

INPUTS: Mapping[ActionKind, frozenset[str]] = {
    **dict.fromkeys(
        (
            ActionKind.FREEZE_CARD,
            ActionKind.UNFREEZE_CARD,
            ActionKind.BLOCK_CARD,
            ActionKind.REPLACE_CARD,
            ActionKind.ACTIVATE_CARD,
        ),
        frozenset({"card"}),
    ),
    ActionKind.TRANSFER: frozenset({"source", "to", "amount"}),
    ActionKind.CREATE_STANDING_ORDER: frozenset({"source", "to", "amount", "frequency", "day"}),
    ActionKind.CHANGE_STANDING_ORDER: frozenset({"standing_order", "amount"}),
    ActionKind.CANCEL_STANDING_ORDER: frozenset({"standing_order"}),
    ActionKind.CANCEL_SCHEDULED_PAYMENT: frozenset({"scheduled_payment"}),
    ActionKind.CANCEL_DIRECT_DEBIT: frozenset({"direct_debit"}),
    ActionKind.LOWER_LIMIT: frozenset({"limit", "amount"}),
    ActionKind.RAISE_LIMIT: frozenset({"limit", "amount"}),
    ActionKind.REFUND_FEE: frozenset({"transaction", "amount"}),
    ActionKind.CHANGE_ADDRESS: frozenset({"contact"}),
    ActionKind.CHANGE_PHONE: frozenset({"contact"}),
    ActionKind.TRAVEL_NOTICE: frozenset({"card", "period"}),
    ActionKind.OPEN_ACCOUNT: frozenset({"product"}),
    ActionKind.CLOSE_ACCOUNT: frozenset({"source", "to"}),
    ActionKind.EXCHANGE: frozenset({"source", "to", "amount"}),
    ActionKind.SAVINGS_GOAL: frozenset({"source", "amount", "day"}),
}
"""The fields of an Action that each kind needs; it has no others."""


@dataclass(frozen=True, slots=True)
class Action:
    """What the customer wants done: the one object that is shown, confirmed, approved and executed.

    Which fields a kind has stands in ``INPUTS``. ``source`` is the account that money leaves, that is closed, or that a
    goal is saved in; ``amount`` what is moved, given back, saved for, or the new limit; ``frequency`` weekly, monthly,
    quarterly or yearly; ``day`` the first day of an order, or the day of a goal; ``contact`` the new address or
    telephone number; ``product`` the kind of account to open.
    """

    kind: ActionKind
    card: Card | None = None
    source: Account | None = None
    to: Account | Payee | NewPayee | None = None
    amount: Money | None = None
    standing_order: StandingOrder | None = None
    scheduled_payment: ScheduledPayment | None = None
    direct_debit: DirectDebit | None = None
    limit: SpendingLimit | None = None
    transaction: Transaction | None = None
    frequency: str | None = None
    day: date | None = None
    period: Period | None = None
    contact: SealedValue | None = None
    product: str | None = None

    @property
    def payee(self) -> str | None:
        """What the step-up binds as the payee (TX-01): the account that money goes to, or what is acted on."""
        if self.to is not None:
            return self.to.account_id if isinstance(self.to, Account) and not self.to.iban else self.to.iban
        if self.contact is not None:
            return self.contact.value
        return self._acted_on or (self.source.account_id if self.source is not None else self.product)

    @property
    def _acted_on(self) -> str | None:
        match self:
            case Action(standing_order=StandingOrder(order_id=number)):
                return number
            case Action(scheduled_payment=ScheduledPayment(payment_id=number)):
                return number
            case Action(direct_debit=DirectDebit(mandate_id=number)):
                return number
            case Action(limit=SpendingLimit(limit_id=number)):
                return number
            case Action(transaction=Transaction(transaction_id=number)):
                return number
            case Action(card=Card(card_id=number)):
                return number
        return None

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
class CoreGuarantees:
    """What a core bank gives to whoever asks twice.

    ``once``: the same key is executed once, however often it is sent. ``looks_up``: it tells what became of a key. One
    that does neither can lose an answer for good: such an action is parked for a person, and never guessed.
    """

    once: bool = True
    looks_up: bool = True


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What the bank says happened: executed, or rejected with a reason code; ``reference`` is the bank's own.

    ``effective_at`` is the moment from which it counts, where that is not at once.
    """

    executed: bool
    reference: str
    reason: str | None = None
    effective_at: datetime | None = None
