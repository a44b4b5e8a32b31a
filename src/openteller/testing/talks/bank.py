"""The bank of the talks: what its one customer has, and how it misbehaves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from openteller.domain.banking import Account, Action, ActionResult, Card, Payee, Transaction
from openteller.domain.flows import ActDone, ActParked, FlowValue, Outcome, Read, ReadDone, ReadFailed
from openteller.domain.money import Money
from openteller.domain.understanding import Period


def gbp(pounds: float) -> Money:
    """So many pounds."""
    return Money(round(pounds * 100), "GBP")


CURRENT = Account("a-1", "current", "Current account", "GB29NWBK60161331926819", gbp(1200), gbp(1100))
SAVINGS = Account("a-2", "savings", "Savings account", "GB94BARC10201530093459", gbp(5000), gbp(5000))
CREDIT = Account("a-3", "credit_card", "Credit card", "GB33BUKB20201555555555", gbp(-200), gbp(1800))
DEBIT_CARD = Card("k-1", "debit", "Harbour Debit", "1234", "active", "a-1")
CREDIT_CARD = Card("k-2", "credit", "Harbour Gold", "9876", "active", "a-3")
ANNA = Payee("p-1", "Anna Smith", "GB82WEST12345698765432")
BEN = Payee("p-2", "Ben Okafor", "DE89370400440532013000")
WATER = Payee("p-3", "Thames Water", "GB11MIDL40051512345678")


def spend(number: int, day: date, merchant: str, category: str, pounds: float) -> Transaction:
    """A booking on the current account."""
    return Transaction(f"t-{number}", "a-1", day, gbp(pounds), merchant, category, merchant.upper(), "booked")


TRANSACTIONS = (
    spend(1, date(2026, 11, 20), "Tesco", "groceries", -34.20),
    spend(2, date(2026, 11, 12), "Tesco Express", "groceries", -8.10),
    spend(3, date(2026, 11, 10), "Costa", "coffee", -3.60),
    spend(4, date(2026, 10, 28), "Tesco", "groceries", -51.00),
    spend(5, date(2026, 10, 27), "Harbour Employer", "salary", 2300.00),
    spend(6, date(2026, 10, 3), "Argos", "shopping", -19.99),
)
_AFTERWARDS = {"freeze_card": "frozen", "block_card": "blocked", "unfreeze_card": "active"}


@dataclass
class Bank:
    """What the bank has, and how it misbehaves: ``rejects`` by kind of action, with the reason; ``parks`` those whose
    outcome it keeps to itself.
    """

    accounts: tuple[Account, ...] = (CURRENT, SAVINGS, CREDIT)
    cards: tuple[Card, ...] = (DEBIT_CARD, CREDIT_CARD)
    payees: tuple[Payee, ...] = (ANNA, BEN, WATER)
    transactions: tuple[Transaction, ...] = TRANSACTIONS
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
        return ActDone(ActionResult(executed=True, reference=f"HB{len(self.done)}"))
