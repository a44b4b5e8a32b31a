"""What a path means in a frame, and sentences filled from it. Paths are looked up, never evaluated (IN-07)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from openteller.capabilities.flows.flow import Fill, Row, Telling, Where
from openteller.capabilities.flows.matching import Record, plain
from openteller.domain.assurance import Level
from openteller.domain.banking import Account, Card, NewPayee, Payee, Transaction
from openteller.domain.errors import InvariantError
from openteller.domain.flows import FlowValue
from openteller.domain.money import Money
from openteller.domain.replies import Called, OptionPhrase, Phrase, Reply, RowPhrase, Value
from openteller.domain.texts import SealedValue
from openteller.domain.understanding import Period

PERSON = OptionPhrase("person", Phrase("person.button"))
"""The button that brings a person; it never goes stale."""

NEVER_SHOWN = {"iban", "value", "account_id", "card_id", "payee_id", "transaction_id"}
"""Fields that no sentence may show: of an account number the last four characters are enough."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where paths are looked up: what the frame holds, the level, the customer's day, the record at hand."""

    values: Mapping[str, FlowValue]
    level: Level
    today: date
    item: FlowValue | None = None

    def get(self, path: str) -> Any:
        """The value at ``path``, or None when the frame does not hold it."""
        root, *rest = path.split(".")
        value: Any = self._root(root)
        for name in rest:
            value = None if value is None else _field(value, name)
        return str(value) if isinstance(value, StrEnum) else value

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
    return Phrase(fill.key, {name: _shown(_called(scope, path), path) for name, path in fill.values.items()})


def tell(telling: Telling, scope: Scope, *first: Phrase) -> Reply:
    """The reply that a step says; ``first`` are sentences to stand before it."""
    rows = tuple(row for spec in telling.rows for row in _rows(spec, scope))
    options = tuple(
        PERSON if name == "person" else OptionPhrase(f"flow:{name}", Phrase(f"{name}.title"))
        for name in telling.buttons
    )
    return Reply((*first, phrase(telling.fill, scope)), rows, options)


def label(record: FlowValue) -> Phrase:
    """What the button of a record says."""
    match record:
        case Account() | Payee():
            kind = "account" if isinstance(record, Account) else "payee"
            return Phrase(f"choice.{kind}", {"name": called(record), "last4": record.last4})
        case Card():
            return Phrase("choice.card", {"label": called(record), "last4": record.last4})
    raise InvariantError(f"{type(record).__name__} cannot be a button")


def fits(record: Record, where: Where) -> bool:
    """True when each field that ``where`` names is one of its values."""
    return all(str(_field(record, name)) in allowed for name, allowed in where.items())


def _rows(row: Row, scope: Scope) -> list[RowPhrase]:
    items = [scope.item] if row.over is None else scope.records(row.over)[: row.first]
    scopes = [replace(scope, item=item) for item in items]
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
        case _, "category" if isinstance(value, str):
            return Called("category", plain(value).replace(" ", "_"), "")
    return value


def _shown(value: object, path: str) -> Value:
    if isinstance(value, Called | Money | date | Period | SealedValue | int | str):
        return value
    raise InvariantError(f"there is nothing to show at {path}")
