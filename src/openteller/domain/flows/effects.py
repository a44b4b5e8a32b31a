"""What comes out of a flow: what is to be said, read, done, and the next state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from openteller.domain.actions import Action
from openteller.domain.assurance import Level
from openteller.domain.flows.state import DialogueState, FlowValue
from openteller.domain.replies import Reply


@dataclass(frozen=True, slots=True)
class Say:
    """Tell the customer."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Ask:
    """Tell the customer and wait for the answer; the reply's options are the buttons of the question."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Read:
    """Read from the bank: ``query`` is customer, accounts, cards, payees or transactions; the loop answers with
    ReadDone or ReadFailed. ``parameters`` are typed (a Period, an account id).
    """

    query: str
    parameters: Mapping[str, FlowValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Propose:
    """Authorise, show and confirm this action; the loop shows ``confirm`` and waits, or, where the policy asks for no
    confirmation, executes and answers with ActDone or ActParked.
    """

    action: Action
    confirm: Reply


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The customer said yes to the intent that was shown."""

    intent_id: UUID


@dataclass(frozen=True, slots=True)
class CheckStepUp:
    """The bank's app may have answered the step-up that the state awaits: look, and come back with ActDone or ActParked
    if it has.
    """

    intent_id: UUID
    challenge_id: str


@dataclass(frozen=True, slots=True)
class Voided:
    """The customer took it back or changed it: the intent that was shown is dead."""

    intent_id: UUID


@dataclass(frozen=True, slots=True)
class AskLogin:
    """The flow needs ``level``."""

    level: Level


@dataclass(frozen=True, slots=True)
class HandOverNow:
    """A person takes it from here; ``reason`` names a rule of the hand-over policy."""

    reason: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A flow came to its end; ``outcome`` is done, cancelled or failed."""

    flow: str
    outcome: str


@dataclass(frozen=True, slots=True)
class SwitchLanguage:
    """The conversation goes on in this language (``es``), if the pack has it."""

    language: str


@dataclass(frozen=True, slots=True)
class CaseWanted:
    """Write the matter down as a case of this kind; the loop answers with CaseOpened."""

    kind: str


@dataclass(frozen=True, slots=True)
class FactsFiled:
    """Keep these facts (sealed) with the case of this reference."""

    reference: str
    facts: Mapping[str, FlowValue]


@dataclass(frozen=True, slots=True)
class ConsentSet:
    """The customer agrees to a purpose (``marketing``), or withdraws."""

    purpose: str
    given: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """For the audit trail: what was asked and which of our own answers was chosen. Codes only, never words."""

    what: str
    codes: Mapping[str, str]


Effect = (
    Say
    | Ask
    | Read
    | Propose
    | Confirmed
    | CheckStepUp
    | Voided
    | AskLogin
    | HandOverNow
    | Finished
    | SwitchLanguage
    | CaseWanted
    | FactsFiled
    | ConsentSet
    | Noted
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A step that was done, or (with ``arm``) the way that it went: ``unknown`` of a collect, a case of a branch."""

    flow: str
    step: str
    arm: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """The next state and what to do about it, in order. At most one effect (the last) needs an Outcome back.

    ``trail`` is the way it went, for whoever measures what talks reach.
    """

    state: DialogueState
    effects: tuple[Effect, ...]
    trail: tuple[Mark, ...] = ()
