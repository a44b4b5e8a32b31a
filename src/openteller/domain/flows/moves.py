"""What goes into a flow: what the customer did, and what the world answered."""

from __future__ import annotations

from dataclasses import dataclass

from openteller.domain.actions import ActionResult
from openteller.domain.flows.state import NOTHING, FlowValue, Mentions
from openteller.domain.obligations import Case


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


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """The matter is written down; ``known``: it was already, and this is the case that is open."""

    case: Case
    known: bool = False


Outcome = ReadDone | ReadFailed | ActDone | ActParked | CaseOpened
