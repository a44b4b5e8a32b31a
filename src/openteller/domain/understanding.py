"""What a message was understood to mean: closed types, the only thing a model may propose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from openteller.domain.money import Money, minor_digits
from openteller.domain.texts import SealedValue


@dataclass(frozen=True, slots=True)
class Intent:
    """One reading of the message. ``confidence`` is calibrated, 0–1; ``active`` says the customer means it, ``wish``
    that they want it done rather than ask about it (of an intent whose examples tell the two apart).
    """

    name: str
    confidence: float
    active: bool = False
    wish: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    """A sign that stands above every flow (fraud_in_progress, self_harm, human_request …)."""

    name: str
    confidence: float
    active: bool


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` to ``end``, both included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Amount:
    """Money as said by the customer: ``currency`` is None when they named none; minor digits are then two."""

    amount_minor: int
    currency: str | None

    def in_currency(self, default: str) -> Money:
        """The Money meant when an unnamed currency is ``default``, re-scaled to its minor digits."""
        if self.currency is not None:
            return Money(self.amount_minor, self.currency)
        digits = minor_digits(default)
        scaled = self.amount_minor * 10**digits
        return Money(scaled // 100, default)


EntityValue = Amount | Period | date | SealedValue | int | str


@dataclass(frozen=True, slots=True)
class Entity:
    """A typed value cut from the customer's own words: ``redacted.text[start:end]``.

    Types and values: money → Amount · period → Period · date → date · iban, phone, email, account_number,
    sort_code → SealedValue · card_last4, account_name, merchant, category, payee → str · count → int.
    ``corrected`` is True for the survivor of a correction ("not 50 but 60").
    """

    type: str
    value: EntityValue
    start: int
    end: int
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """An example that a message is like: its words, its intent and how much alike they are (at most 1)."""

    text: str
    intent: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """The whole reading of one message. ``intents`` is never empty and ordered best first.

    ``language`` is always one of the bank's, with how sure that is (0–1); ``other_language`` is the one that the
    message is really in where that is none of them. ``asks``: the customer asks about rules, prices or how something
    works, whichever question it is.
    """

    language: str
    language_confidence: float
    intents: tuple[Intent, ...]
    entities: tuple[Entity, ...]
    signals: tuple[Signal, ...]
    out_of_scope: float
    model_version: str
    other_language: str | None = None
    asks: bool = False

    def active_intents(self) -> tuple[Intent, ...]:
        """The intents the customer means, best first."""
        return tuple(intent for intent in self.intents if intent.active)

    def has_signal(self, name: str) -> bool:
        """True if the signal ``name`` is active."""
        return any(signal.name == name and signal.active for signal in self.signals)

    def entity(self, type_: str) -> Entity | None:
        """The entity of this type that counts: the survivor of a correction, else the first."""
        found = [entity for entity in self.entities if entity.type == type_]
        return next((entity for entity in found if entity.corrected), found[0] if found else None)
