"""What a path means in a frame, and sentences filled from it. Paths are looked up, never evaluated (IN-07)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from openteller.capabilities.flows.flow import Where
from openteller.capabilities.flows.matching import Record, plain
from openteller.capabilities.flows.telling import Chart, Fill, Link, Row, Telling
from openteller.domain.assurance import Level
from openteller.domain.banking import (
    Account,
    Card,
    DirectDebit,
    NewPayee,
    Payee,
    ScheduledPayment,
    SpendingLimit,
    StandingOrder,
    Statement,
    Transaction,
)
from openteller.domain.errors import InvariantError
from openteller.domain.flows import FlowValue, Language, Pick
from openteller.domain.money import Money
from openteller.domain.obligations import Case
from openteller.domain.replies import (
    BarPhrase,
    Called,
    ChartPhrase,
    LinkPhrase,
    OptionPhrase,
    OwnNumber,
    Phrase,
    Reply,
    RowPhrase,
    Value,
)
from openteller.domain.texts import SealedValue
from openteller.domain.understanding import Period

PERSON = OptionPhrase("person", Phrase("person.button"))
"""The button that brings a person; it never goes stale."""

OWN_NUMBERS = {"iban", "sort_code", "account_number"}
"""The customer's own numbers: in full only where a step says what to do elsewhere, on a channel trusted with them."""
NEVER_SHOWN = OWN_NUMBERS | {
    "account_id", "card_id", "payee_id", "transaction_id", "order_id", "payment_id", "statement_id", "mandate_id",
    "limit_id", "value",
}  # fmt: skip
"""Fields that no sentence may show: of an account number the last four characters are enough."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where paths are looked up: what the frame holds, the level, the customer's day, the record at hand.

    ``languages`` are the pack's; ``numbers`` opens the customer's own account numbers.
    """

    values: Mapping[str, FlowValue]
    level: Level
    today: date
    item: FlowValue | None = None
    languages: tuple[str, ...] = ()
    numbers: bool = False

    def get(self, path: str) -> Any:
        """The value at ``path``, or None when the frame does not hold it."""
        root, *rest = path.split(".")
        value: Any = self._root(root)
        for name in rest:
            value = None if value is None else self._field(value, name)
        return str(value) if isinstance(value, StrEnum) else value

    def _field(self, value: object, name: str) -> object:
        if self.numbers and isinstance(value, Account) and name in OWN_NUMBERS:
            number: str | None = getattr(value, name)
            return OwnNumber(number) if number else None
        return _field(value, name)

    def records(self, path: str) -> tuple[FlowValue, ...]:
        """What is at ``path`` as a list: nothing, one, or several."""
        value = self.get(path)
        if value is None:
            return ()
        return value if isinstance(value, tuple) else (value,)

    def _root(self, name: str) -> FlowValue | date | None:
        match name:
            case "level":
                return int(self.level)
            case "today":
                return self.today
            case "item":
                return self.item
        return self.values.get(name)


def phrase(fill: Fill, scope: Scope) -> Phrase:
    """The sentence, filled. InvariantError when something is missing that the validator could not see."""
    case = scope.values.get("case")
    values = {name: _shown(_called(scope, path), path) for name, path in fill.values.items()}
    return Phrase(fill.key, values, reference=case.reference if isinstance(case, Case) else "")


def flow_button(name: str) -> OptionPhrase:
    """The button that starts a flow."""
    return OptionPhrase(f"flow:{name}", Phrase(f"{name}.title"))


def tell(telling: Telling, scope: Scope, *first: Phrase) -> Reply:
    """The reply that a step says; ``first`` are sentences to stand before it."""
    rows = tuple(row for spec in telling.rows for row in _rows(spec, scope))
    options = tuple(PERSON if name == "person" else flow_button(name) for name in telling.buttons)
    links = tuple(link for spec in telling.links for link in _links(spec, scope))
    chart = _chart(telling.chart, scope) if telling.chart is not None else None
    return Reply((*first, phrase(telling.fill, scope)), rows, options, links, chart)


def label(record: FlowValue) -> Phrase:
    """What the button of a record says."""
    match record:
        case Account() | Payee():
            kind = "account" if isinstance(record, Account) else "payee"
            return Phrase(f"choice.{kind}", {"name": called(record), "last4": record.last4})
        case Card():
            return Phrase("choice.card", {"label": called(record), "last4": record.last4})
        case Transaction():
            values: dict[str, Value] = {"name": record.name, "amount": abs(record.amount), "date": record.booked_on}
            return Phrase("choice.payment", values)
        case StandingOrder() | ScheduledPayment():
            day = record.next_on if isinstance(record, StandingOrder) else record.due_on
            return Phrase("choice.order", {"name": record.payee_name, "amount": record.amount, "date": day})
        case DirectDebit():
            return Phrase("choice.direct_debit", {"name": record.payee_name})
        case SpendingLimit():
            values = {"name": Called("limit_kind", record.kind, ""), "amount": record.amount}
            return Phrase("choice.limit", values)
        case Statement():
            return Phrase("choice.statement", {"name": record.period})
        case Pick():
            return Phrase(record.label)
        case Language():
            return Phrase("choice.language", {"name": record.name})
    raise InvariantError(f"{type(record).__name__} cannot be a button")


def fits(record: Record, where: Where) -> bool:
    """True when each field that ``where`` names is one of its values."""
    return all(str(_field(record, name)) in allowed for name, allowed in where.items())


def _links(link: Link, scope: Scope) -> list[LinkPhrase]:
    scopes = _each(link.over, link.first, scope)
    return [LinkPhrase(phrase(link.label, each), str(each.get(link.url)), link.purpose) for each in scopes]


def _chart(chart: Chart, scope: Scope) -> ChartPhrase | None:
    """The chart, where there is something to compare: two bars or more, of one currency."""
    scopes = _each(chart.over, chart.first, scope)
    amounts = [each.get(chart.amount) for each in scopes]
    sound = all(isinstance(amount, Money) and amount.amount_minor >= 0 for amount in amounts)
    if len(amounts) < 2 or not sound or len({amount.currency for amount in amounts}) > 1:
        return None
    bars = (BarPhrase(phrase(chart.label, each), amount) for each, amount in zip(scopes, amounts, strict=True))
    return ChartPhrase(phrase(chart.title, scope), phrase(chart.alt, scope), tuple(bars))


def _each(over: str | None, first: int | None, scope: Scope) -> list[Scope]:
    items = [scope.item] if over is None else scope.records(over)[:first]
    return [replace(scope, item=item) for item in items]


def _rows(row: Row, scope: Scope) -> list[RowPhrase]:
    scopes = _each(row.over, row.first, scope)
    paths = [*row.label.values.values(), *row.value.values.values()]
    return [
        RowPhrase(phrase(row.label, each), phrase(row.value, each))
        for each in scopes
        if all(each.get(path) is not None for path in paths)
    ]


def _field(value: object, name: str) -> object:
    known = {each.name for each in fields(value)} - NEVER_SHOWN if is_dataclass(value) else set()
    if name in known or isinstance(getattr(type(value), name, None), property):
        return getattr(value, name)  # a field or property of a domain type, by a name that the validator has checked
    return None


def called(record: Account | Card | Payee | NewPayee) -> Called | str:
    """What a record is called: accounts and cards in the customer's language, people by their name."""
    match record:
        case Account():
            return Called("account_kind", record.kind, record.name)
        case Card():
            return Called("card_kind", record.kind, record.label)
    return record.name


def _called(scope: Scope, path: str) -> object:
    """The value at ``path``; names of kinds of things become what the customer's language calls them."""
    parent, _, last = path.rpartition(".")
    value, owner = scope.get(path), scope.get(parent) if parent else None
    match owner, last:
        case (Account() as record, "name") | (Card() as record, "label"):
            return called(record)
        case (Account() | Card() | Transaction(), "kind") if isinstance(value, str):
            return Called(f"{type(owner).__name__.lower()}_kind", value)
        case SpendingLimit(), "kind":
            return Called("limit_kind", str(value), "")
        case Transaction(charge=str(charge)), "why":
            return Called("charge", charge, "")
        case _, "category" if isinstance(value, str):
            return Called("category", plain(value).replace(" ", "_"), "")
        case _, ("decline_reason" | "frequency" | "status") if isinstance(value, str):
            return Called(last, value)
    return value


def _shown(value: object, path: str) -> Value:
    if isinstance(value, Called | OwnNumber | Money | date | Period | SealedValue | int | str):
        return value
    raise InvariantError(f"there is nothing to show at {path}")
