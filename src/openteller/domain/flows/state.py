"""Where a conversation is in its flows: what it remembers between turns, and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from openteller.domain.actions import Action
from openteller.domain.assurance import Level
from openteller.domain.banking import (
    Account,
    Card,
    Contact,
    Customer,
    DirectDebit,
    NewPayee,
    Payee,
    ScheduledPayment,
    SpendingLimit,
    StandingOrder,
    Statement,
    Transaction,
)
from openteller.domain.money import Money
from openteller.domain.obligations import Case
from openteller.domain.replies import Reply
from openteller.domain.texts import SealedValue
from openteller.domain.understanding import Entity, Period


@dataclass(frozen=True, slots=True)
class Mentions:
    """What the message holds for slots: its redacted words, its entities, its sealed values, its language."""

    text: str
    entities: tuple[Entity, ...] = ()
    sealed: tuple[SealedValue, ...] = ()
    language: str = ""


NOTHING = Mentions("")
"""A message that holds nothing for any slot."""


@dataclass(frozen=True, slots=True)
class Total:
    """What payments of one kind come to: of a ``category`` or of a month (``period``). ``amount`` is positive."""

    amount: Money
    count: int
    category: str = ""
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """One of a slot's own options; ``label`` is the key of its button."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the pack, by its ISO 639 code and its own name."""

    code: str
    name: str


FlowValue = (
    Money
    | Period
    | SealedValue
    | int
    | str
    | bool
    | Account
    | Action
    | Card
    | Customer
    | Payee
    | NewPayee
    | Transaction
    | StandingOrder
    | ScheduledPayment
    | Statement
    | Total
    | Pick
    | Language
    | DirectDebit
    | SpendingLimit
    | Contact
    | Case
    | date
    | tuple[Any, ...]
)


@dataclass(frozen=True, slots=True)
class AwaitSlot:
    """The bot has asked for ``slot`` of the top frame; ``options`` are the ids of the buttons it offered."""

    slot: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AwaitConfirmation:
    """The bot has shown an action and asked "shall I?". Its buttons belong to exactly this intent (TX-08)."""

    intent_id: UUID

    @property
    def yes(self) -> str:
        """The id of the button that confirms this intent and no other."""
        return f"yes:{self.intent_id}"

    @property
    def no(self) -> str:
        """The id of the button that takes this intent back."""
        return f"no:{self.intent_id}"


@dataclass(frozen=True, slots=True)
class AwaitStepUp:
    """The customer is to approve in the bank's app."""

    intent_id: UUID
    challenge_id: str


@dataclass(frozen=True, slots=True)
class AwaitLogin:
    """The flow on top needs a higher level; it goes on when the customer has logged in."""

    level: Level


@dataclass(frozen=True, slots=True)
class AwaitClarification:
    """The bot has asked which of these was meant (flow names)."""

    flows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AwaitPersonOffer:
    """The bot has offered a person after a second failed turn."""


Await = AwaitSlot | AwaitConfirmation | AwaitStepUp | AwaitLogin | AwaitClarification | AwaitPersonOffer


@dataclass(frozen=True, slots=True)
class Frame:
    """One flow under way.

    ``step`` is where it stands, ``values`` what it holds (slots, facts read), ``heard`` all that was said to it, oldest
    first: a slot that becomes free again is filled from there. What was collected before step number ``settled`` has
    been acted on and can no longer be changed. ``step_up`` waits in the bank's app while another flow is on top.
    """

    flow: str
    version: int
    step: str
    values: Mapping[str, FlowValue] = field(default_factory=dict)
    heard: tuple[Mentions, ...] = ()
    settled: int = 0
    step_up: AwaitStepUp | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A flow that was asked for together with a riskier one, and the words it was asked in."""

    flow: str
    mentions: Mentions


@dataclass(frozen=True, slots=True)
class Tongue:
    """Which language a conversation is held in, beyond its locale.

    ``pinned``: the customer has asked for it, so that it stays whatever they write. ``leaning``: their last message was
    probably, but not surely, in this other one. ``home``: the locale before the first change, to come back to.
    """

    pinned: bool = False
    leaning: str | None = None
    home: str = ""


@dataclass(frozen=True, slots=True)
class DialogueState:
    """Everything a conversation remembers between turns (stored sealed).

    ``frames``: the last one is on top. ``failed_turns`` is counted over all flows (complaint 19). ``asked`` numbers the
    questions: it is part of every button's id, so that a button of an older question answers nothing.
    ``last_intent`` lets "and last month?" go on where the last question stood. ``asked_solved`` says that they
    were asked whether the matter is settled: once for each wish.
    """

    frames: tuple[Frame, ...] = ()
    queued: tuple[Wish, ...] = ()
    awaiting: Await | None = None
    failed_turns: int = 0
    asked: int = 0
    last_reply: Reply | None = None
    last_intent: str | None = None
    asked_solved: bool = False
    tongue: Tongue = Tongue()
