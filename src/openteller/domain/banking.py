"""The bank's facts as we use them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from openteller.domain.assurance import CustomerRef
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
    def sum(self) -> Money:
        """How much it was, whichever way it went."""
        return abs(self.amount)

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
class DirectDebit:
    """A company's permission to collect from an account; ``last_amount`` is what it took last, if it ever has."""

    mandate_id: str
    payee_name: str
    reference: str
    account_id: str
    last_amount: Money | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class SpendingLimit:
    """The most that may go out in a day: ``kind`` is card (purchases), cash or transfer. ``card_last4`` says of which
    card. ``most`` is the highest that the bank lets customers choose; ``rising_to`` a raise that has not come into
    force yet.
    """

    limit_id: str
    kind: str
    amount: Money
    most: Money
    card_last4: str | None = None
    rising_to: Money | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """How the bank reaches the customer: the address in one line, the telephone and e-mail masked by the bank."""

    address: str
    phone: str
    email: str


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
