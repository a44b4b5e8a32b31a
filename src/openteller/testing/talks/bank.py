"""The bank of the talks: what its one customer has, and how it misbehaves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from openteller.domain.actions import Action, ActionResult
from openteller.domain.banking import (
    Account,
    Card,
    Contact,
    DirectDebit,
    Payee,
    ScheduledPayment,
    SpendingLimit,
    StandingOrder,
    Statement,
    Transaction,
)
from openteller.domain.flows import ActDone, ActParked, FlowValue, Outcome, Read, ReadDone, ReadFailed
from openteller.domain.money import Money
from openteller.domain.understanding import Period


def gbp(pounds: float) -> Money:
    """So many pounds."""
    return Money(round(pounds * 100), "GBP")


CURRENT = Account(
    "a-1",
    "current",
    "Current account",
    "GB29NWBK60161331926819",
    gbp(1200),
    gbp(1100),
    "HARBGB2X",
    "601613",
    "31926819",
)
SAVINGS = Account("a-2", "savings", "Savings account", "GB94BARC10201530093459", gbp(5000), gbp(5000))
CREDIT = Account("a-3", "credit_card", "Credit card", "GB33BUKB20201555555555", gbp(-200), gbp(1800))
DEBIT_CARD = Card("k-1", "debit", "Harbour Debit", "1234", "active", "a-1")
CREDIT_CARD = Card("k-2", "credit", "Harbour Gold", "9876", "active", "a-3")
ANNA = Payee("p-1", "Anna Smith", "GB82WEST12345698765432")
BEN = Payee("p-2", "Ben Okafor", "DE89370400440532013000")
WATER = Payee("p-3", "Thames Water", "GB11MIDL40051512345678")


def spend(number: int, day: date, merchant: str, category: str, pounds: float, **more: Any) -> Transaction:
    """A booking on the current account: a card payment unless ``more`` says otherwise."""
    given = {"description": merchant.upper(), "status": "booked", "kind": "card_purchase", "card_last4": "1234", **more}
    return Transaction(f"t-{number}", "a-1", day, gbp(pounds), merchant, category, **given)


TRANSACTIONS = (
    spend(1, date(2026, 11, 20), "Tesco", "groceries", -34.20),
    spend(2, date(2026, 11, 12), "Tesco Express", "groceries", -8.10),
    spend(3, date(2026, 11, 10), "Costa", "coffee", -3.60),
    spend(4, date(2026, 10, 28), "Tesco", "groceries", -51.00),
    spend(5, date(2026, 10, 27), "Harbour Employer", "salary", 2300.00, kind="salary", card_last4=None),
    spend(6, date(2026, 10, 3), "Argos", "shopping", -19.99),
    spend(7, date(2026, 11, 2), "Hotel Lisboa", "travel", -112.40, original=Money(-13000, "EUR"), place="Lisboa",
          country="PT", card_last4="9876"),
    spend(8, date(2026, 11, 2), "", "fees", -3.09, description="Foreign payment fee", kind="fee", card_last4=None,
          charge="foreign_payment"),
    spend(9, date(2026, 10, 31), "", "fees", -4.00, description="Harbour Plus monthly", kind="fee", card_last4=None),
    spend(10, date(2026, 11, 18), "Currys", "shopping", -89.99, status="declined", decline_reason="insufficient_funds"),
    spend(11, date(2026, 11, 21), "Shell", "fuel", -45.00, status="declined", decline_reason="card_frozen"),
    spend(12, date(2026, 11, 22), "Uber", "transport", -11.80, status="pending"),
    spend(13, date(2026, 11, 23), "Halfords", "shopping", -64.00, status="declined", decline_reason="wrong_pin"),
)  # fmt: skip
STANDING_ORDERS = (
    StandingOrder("so-1", "Harbour Lettings", "4455", gbp(850), "monthly", date(2026, 12, 1), "a-1", "FLAT 4 RENT"),
    StandingOrder("so-2", "Anna Smith", "5432", gbp(20), "weekly", date(2026, 11, 27), "a-1", "POCKET MONEY"),
)
SCHEDULED_PAYMENTS = (
    ScheduledPayment("sp-1", "Thames Water", "5678", gbp(41.50), date(2026, 12, 4), "a-1", "WATER"),
    ScheduledPayment("sp-2", "Ben Okafor", "3000", gbp(60), date(2026, 11, 30), "a-1", "TICKETS"),
)


def _statement(number: int, account: str, first: date, last: date) -> Statement:
    return Statement(f"st-{number}", account, Period(first, last), f"https://bank.example/statements/st-{number}")


STATEMENTS = (
    _statement(1, "a-1", date(2026, 10, 1), date(2026, 10, 31)),
    _statement(2, "a-1", date(2026, 9, 1), date(2026, 9, 30)),
    _statement(3, "a-2", date(2026, 10, 1), date(2026, 10, 31)),
    _statement(4, "a-1", date(2026, 8, 1), date(2026, 8, 31)),
)
DIRECT_DEBITS = (
    DirectDebit("dd-1", "City Gym", "MEMBER 7741", "a-1", gbp(34.99), date(2026, 11, 3)),
    DirectDebit("dd-2", "Harbour Broadband", "HB-20913", "a-1", gbp(28), date(2026, 11, 15)),
    DirectDebit("dd-3", "Animal Rescue", "DONATION", "a-1"),
)
LIMITS = (
    SpendingLimit("li-1", "card", gbp(5000), gbp(10000), "1234"),
    SpendingLimit("li-2", "cash", gbp(500), gbp(1000), "1234"),
    SpendingLimit("li-3", "transfer", gbp(10000), gbp(25000)),
)
CONTACT = Contact("4 Harbour Street, Leeds, LS1 4DY", "•••• 456", "a•••@example.org")
LATER = frozenset({"raise_limit"})
"""What comes into force only four hours later."""
_AFTERWARDS = {"freeze_card": "frozen", "block_card": "blocked", "unfreeze_card": "active", "activate_card": "active"}


@dataclass
class Bank:
    """What the bank has, and how it misbehaves: ``rejects`` by kind of action, with the reason; ``parks`` those whose
    outcome it keeps to itself.
    """

    accounts: tuple[Account, ...] = (CURRENT, SAVINGS, CREDIT)
    cards: tuple[Card, ...] = (DEBIT_CARD, CREDIT_CARD)
    payees: tuple[Payee, ...] = (ANNA, BEN, WATER)
    transactions: tuple[Transaction, ...] = TRANSACTIONS
    standing_orders: tuple[StandingOrder, ...] = STANDING_ORDERS
    scheduled_payments: tuple[ScheduledPayment, ...] = SCHEDULED_PAYMENTS
    statements: tuple[Statement, ...] = STATEMENTS
    direct_debits: tuple[DirectDebit, ...] = DIRECT_DEBITS
    limits: tuple[SpendingLimit, ...] = LIMITS
    contact: Contact = CONTACT
    unreadable: frozenset[str] = frozenset()
    rejects: dict[str, str] = field(default_factory=dict)
    parks: frozenset[str] = frozenset()
    done: list[Action] = field(default_factory=list)

    def read(self, read: Read) -> Outcome:
        """The list that was asked for."""
        if read.query in self.unreadable:
            return ReadFailed()
        value: FlowValue = getattr(self, read.query)
        period = read.parameters.get("period")
        if isinstance(period, Period) and read.query == "transactions":
            return ReadDone(tuple(each for each in self.transactions if period.start <= each.booked_on <= period.end))
        return ReadDone(value)

    def execute(self, action: Action) -> Outcome:
        """Do it, unless it is to be rejected or parked."""
        if action.kind in self.parks:
            return ActParked("R-PARKED")
        if action.kind in self.rejects:
            return ActDone(ActionResult(executed=False, reference="", reason=self.rejects[action.kind]))
        self.done.append(action)
        status = _AFTERWARDS.get(action.kind)
        if action.card is not None and status is not None:
            self.cards = tuple(
                replace(card, status=status) if card.card_id == action.card.card_id else card for card in self.cards
            )
        later = datetime(2026, 11, 24, 14, tzinfo=UTC) if action.kind in LATER else None
        return ActDone(ActionResult(executed=True, reference=f"HB{len(self.done)}", effective_at=later))
