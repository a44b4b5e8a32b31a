"""What a flow is: the typed form of a pack's ``flow.yaml``. ``docs/reference/flows.md`` explains it to authors.

Steps run in the order of the file unless they say otherwise. A *path* (``account.available``, ``action.to.name``) names
a value that the frame holds, or ``level``, ``today``, ``item``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from openteller.capabilities.flows.telling import Telling
from openteller.domain.actions import ActionKind
from openteller.domain.assurance import Level

Words = Mapping[str, tuple[str, ...]]
"""Words by language: content that the engine compares and never says."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of a slot's own options: the key of its button, and the words that mean it."""

    label: str
    words: Words


Where = Mapping[str, tuple[str, ...]]
"""Which records: each field must be one of the values named."""


@dataclass(frozen=True, slots=True)
class Source:
    """A list read before, and which of its records may be chosen."""

    values: str
    where: Where = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slot:
    """Something a flow needs from the customer.

    ``type`` is money, period, day, text (a name), words (whatever they say when asked), address, phone, email, iban,
    merchant, record, choice (of ``options``, by code), yes_no or language (one of the pack's). A record is chosen from
    ``sources``; ``prefer`` says which are meant when none is named. ``ask`` is the key of the question, ``again`` of
    the question after an answer that did not fit. ``cues`` are words that stand before what is meant for this slot
    ("from"), ``every`` words for all records, ``weak`` words that alone name none ("card" is not the credit card
    account). What cannot be undone is ``never_guess``: taken only when named, or when there is
    no other. The value must be ``unlike`` that of another slot, in the currency at the path ``currency_of``, and is
    forgotten when the slot it ``belongs_to`` changes. A period is ``ahead`` where only one still to come can be meant.
    """

    name: str
    type: str
    ask: str
    line: int
    again: str | None = None
    entities: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    prefer: Where = field(default_factory=dict)
    cues: Words = field(default_factory=dict)
    every: Words = field(default_factory=dict)
    weak: Words = field(default_factory=dict)
    every_label: str | None = None
    options: Mapping[str, Option] = field(default_factory=dict)
    unlike: str | None = None
    currency_of: str | None = None
    belongs_to: str | None = None
    optional: bool = False
    never_guess: bool = False
    last_days: int | None = None
    ahead: bool = False

    @property
    def asked_anyway(self) -> bool:
        """True for words that need not be said, but are asked for: "no, that is all" leaves them out."""
        return self.type == "words" and bool(self.ask)


@dataclass(frozen=True, slots=True)
class Collect:
    """Fill a slot.

    With nothing to choose from go to ``none``; with a name that is not on the list go to ``unknown``, and
    keep it in ``keep``.
    """

    id: str
    line: int
    slot: str
    none: str | None = None
    unknown: str | None = None
    keep: str | None = None


@dataclass(frozen=True, slots=True)
class ReadBank:
    """Read a list into the value of the same name, of it those that are as ``where`` says, of the ``account`` and
    ``period``.

    ``otherwise`` is where to go when the bank cannot be read.
    """

    id: str
    line: int
    query: str
    where: Where = field(default_factory=dict)
    period: str | None = None
    account: str | None = None
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """``test`` is is, empty, more_than or less_than."""

    test: str
    against: str | int | None
    to: str


@dataclass(frozen=True, slots=True)
class Branch:
    """Go where the first case that holds says, else on."""

    id: str
    line: int
    on: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Keep the transactions that fit; ``spent`` and ``received`` become their sums, one Money for each currency."""

    id: str
    line: int
    of: str
    into: str
    merchant: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Add up the transactions of ``of`` for each category or month (``by``), the largest or the latest first."""

    id: str
    line: int
    of: str
    by: str
    into: str


@dataclass(frozen=True, slots=True)
class MakePayee:
    """Make a new payee of a name and an IBAN, into ``value``."""

    id: str
    line: int
    value: str
    name: str
    iban: str


@dataclass(frozen=True, slots=True)
class Act:
    """Ask the bank to do something, once for each record of ``each``. ``item`` of ``inputs`` is that record.

    ``confirm`` is shown if the policy wants a confirmation. ``rejected`` gives the sentence for each reason code (with
    ``other``), ``parked`` the one for an outcome that cannot be known; then ``otherwise``, or the end. ``declined`` is
    said when the customer says no.
    """

    id: str
    line: int
    kind: ActionKind
    inputs: Mapping[str, str]
    confirm: Telling
    rejected: Mapping[str, str]
    parked: str
    declined: str
    each: str | None = None
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """Say something. With ``elsewhere`` it may show the customer's own account numbers, on a channel that the policy
    trusts with them; on any other the flow goes there instead.
    """

    id: str
    line: int
    telling: Telling
    elsewhere: str | None = None


@dataclass(frozen=True, slots=True)
class Speak:
    """Go on in the language at the path ``language``."""

    id: str
    line: int
    language: str


@dataclass(frozen=True, slots=True)
class RequireLogin:
    """From here on in the file the customer must be known at ``level``; they are asked to log in and it goes on."""

    id: str
    line: int
    level: Level


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Write the matter down as a case of this kind, with its clocks; it is held as ``case``. Whoever has one open
    already, where there is one at a time, goes to ``known``.
    """

    id: str
    line: int
    kind: str
    known: str | None = None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Keep what stands at these paths, sealed, with the case."""

    id: str
    line: int
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SetConsent:
    """The customer agrees to something, or withdraws."""

    id: str
    line: int
    purpose: str
    given: bool


@dataclass(frozen=True, slots=True)
class Note:
    """For the audit trail: which of our own answers were chosen. ``codes`` are paths to picks, never to words."""

    id: str
    line: int
    what: str
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PassOn:
    """A person takes it from here."""

    id: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class StartFlow:
    """Go on with another flow; this one is done."""

    id: str
    line: int
    flow: str


@dataclass(frozen=True, slots=True)
class Go:
    """Go to a step."""

    id: str
    line: int
    to: str


@dataclass(frozen=True, slots=True)
class End:
    """The flow is done."""

    id: str
    line: int


Step = (
    Collect
    | ReadBank
    | Branch
    | Filter
    | Group
    | MakePayee
    | Act
    | Tell
    | Speak
    | RequireLogin
    | OpenCase
    | FileFacts
    | SetConsent
    | Note
    | PassOn
    | StartFlow
    | Go
    | End
)


@dataclass(frozen=True, slots=True)
class Flow:
    """A journey.

    ``starts_on`` names intents, ``on_signals`` signals, that start it; of two wishes the one of higher ``risk`` (0–100)
    goes first. It stands as a button below the answer to a question of the intents ``offered_with``, and is started by
    one that names what it needs. A wish for a flow that it ``covers`` is granted by it.
    Below ``level`` the customer is asked to log in and the flow goes on afterwards. An ``urgent`` flow offers the
    emergency number and a person with the login. People come back to a ``recurring`` one (balances) without that
    anything was wrong the first time.
    """

    name: str
    version: int
    starts_on: tuple[str, ...]
    risk: int
    level: Level
    urgent: bool
    recurring: bool
    slots: Mapping[str, Slot]
    steps: tuple[Step, ...]
    file: str
    on_signals: tuple[str, ...] = ()
    offered_with: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()

    def index(self, step: str) -> int:
        """Where the step of this id stands in the file's order."""
        return next(number for number, found in enumerate(self.steps) if found.id == step)

    def collects(self, slot: str) -> int:
        """Where this slot is collected first."""
        return next(number for number, step in enumerate(self.steps) if isinstance(step, Collect) and step.slot == slot)

    @property
    def cause(self) -> str:
        """The intent or signal that it is about first: what "and last month?" goes on with."""
        return next(iter((*self.starts_on, *self.offered_with, *self.on_signals)), self.name)

    @property
    def opens_case(self) -> bool:
        """True when it writes something down before it asks anything: it must surely be meant."""
        return isinstance(self.steps[0], OpenCase)

    def level_at(self, step: str) -> Level:
        """The level that the flow needs where this step stands."""
        passed = self.steps[: self.index(step) + 1]
        return max([self.level, *(each.level for each in passed if isinstance(each, RequireLogin))])

    @property
    def first_action(self) -> ActionKind | None:
        """What the flow asks the bank to do first: what it is for."""
        return next((step.kind for step in self.steps if isinstance(step, Act)), None)

    @property
    def title(self) -> str:
        """Catalogue key: what the journey is called on a button."""
        return f"{self.name}.title"

    @property
    def back_to(self) -> str:
        """Catalogue key: the sentence that takes the customer back to it."""
        return f"{self.name}.back_to"
