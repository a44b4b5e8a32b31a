"""What the turn decided to do, purely, with its reason and the versions that made it."""

from __future__ import annotations

from dataclasses import dataclass

from openteller.domain.flows import Command
from openteller.domain.knowledge import Passage
from openteller.domain.replies import Reply


@dataclass(frozen=True, slots=True)
class Versions:
    """What a decision depended on; a replay with the same versions gives the same decision (AU-08)."""

    engine: str
    pack: str
    model: str


@dataclass(frozen=True, slots=True)
class RunFlow:
    """Go on with, start, correct or cancel flows."""

    command: Command
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Say something that needs no flow (a greeting, thanks, a repeat), or what an article says (``passage``)."""

    reply: Reply
    reason: str
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class Clarify:
    """Ask once which of these flows, or else of these articles, was meant (names, best first; with neither: "say it
    differently").
    """

    flows: tuple[str, ...]
    reason: str
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferPerson:
    """The second failed turn: offer a person, go on if they prefer."""

    reason: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """A person takes it. ``reason`` names a rule of the hand-over policy (customer_asked, fraud, stuck …)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Not possible, said honestly, with a way on (``reply`` names it)."""

    reply: Reply
    reason: str


@dataclass(frozen=True, slots=True)
class LeaveToAgent:
    """A person has the conversation: the bot is silent, the message is kept and shown to them."""

    reason: str = "with_agent"


@dataclass(frozen=True, slots=True)
class Unlink:
    """The customer wants this chat cut off from their accounts."""

    reason: str = "unlink"


PARKED = HandOver("fault")
"""For a message that keeps failing: not decided but given up, so a replay cannot come to it."""

Decision = RunFlow | Answer | Clarify | OfferPerson | HandOver | Refuse | LeaveToAgent | Unlink
