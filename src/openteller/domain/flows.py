"""A dialogue as data: where a conversation is in its flows, what goes into a flow and what comes out.

``capabilities/flows`` holds what a flow is, and advances it; it never does I/O. Where a step needs the outside world
it returns an Effect, and the loop comes back with the Outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from openteller.domain.assurance import Level
from openteller.domain.banking import Account, Action, ActionResult, Card, Customer, NewPayee, Payee, Transaction
from openteller.domain.money import Money
from openteller.domain.replies import Reply
from openteller.domain.texts import SealedValue
from openteller.domain.understanding import Entity, Period

# --- what a message holds -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mentions:
    """What the message holds for slots: its redacted words, its entities, its sealed values, its language."""

    text: str
    entities: tuple[Entity, ...] = ()
    sealed: tuple[SealedValue, ...] = ()
    language: str = ""


NOTHING = Mentions("")
"""A message that holds nothing for any slot."""

# --- where a conversation is in its flows ---------------------------------------------------------------------------

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


# --- what goes into a flow ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Start:
    """Begin these flows, the riskiest first; what is under way waits beneath (a digression)."""

    flows: tuple[str, ...]
    mentions: Mentions


@dataclass(frozen=True, slots=True)
class Provide:
    """The message answers the question, or changes what was said before ("no, 60"). ``then``: flows wished for too."""

    mentions: Mentions
    then: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choose:
    """A button was pressed."""

    option: str


@dataclass(frozen=True, slots=True)
class Affirm:
    """Yes; if ``mentions`` change something ("yes, but 60") it is a correction and not a yes."""

    mentions: Mentions = NOTHING
    then: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deny:
    """No; if ``mentions`` change something ("no, 60") it is a correction."""

    mentions: Mentions = NOTHING
    then: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop the flow on top."""

    mentions: Mentions = NOTHING
    then: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resume:
    """The reason for waiting may be gone: logged in, given back by a person, or a step-up answered.

    ``challenge_id`` says which step-up, if that is known.
    """

    challenge_id: str = ""


@dataclass(frozen=True, slots=True)
class Remind:
    """Something else was answered meanwhile: back to the open question of the flow on top."""


Command = Start | Provide | Choose | Affirm | Deny | Cancel | Resume | Remind


@dataclass(frozen=True, slots=True)
class ReadDone:
    """The bank answered a Read."""

    value: FlowValue


@dataclass(frozen=True, slots=True)
class ReadFailed:
    """The bank could not be read."""


@dataclass(frozen=True, slots=True)
class ActDone:
    """The bank executed or rejected the action."""

    result: ActionResult


@dataclass(frozen=True, slots=True)
class ActParked:
    """What the bank did cannot be known now; a person looks into it under ``reference``."""

    reference: str


Outcome = ReadDone | ReadFailed | ActDone | ActParked


# --- what comes out of a flow ---------------------------------------------------------------------------------------


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


Effect = Say | Ask | Read | Propose | Confirmed | CheckStepUp | Voided | AskLogin | HandOverNow | Finished


@dataclass(frozen=True, slots=True)
class Progress:
    """The next state and what to do about it, in order. At most one effect (the last) needs an Outcome back."""

    state: DialogueState
    effects: tuple[Effect, ...]
