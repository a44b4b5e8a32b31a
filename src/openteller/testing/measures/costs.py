"""What misunderstandings cost: one table of weights, with the reason of each, and which of them a message has met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SAFETY_SIGNALS = frozenset(
    {
        "self_harm",
        "fraud_in_progress",
        "card_lost_stolen",
        "unauthorised_transaction",
        "account_takeover",
        "scam_payment_reported",
    }
)
"""Signals of a life, or of money on its way out. The others are rights and duties, which have days and not minutes."""


@dataclass(frozen=True, slots=True)
class Cost:
    """``points``: how much worse than one question too many."""

    points: int
    what: str
    why: str


COSTS: Mapping[str, Cost] = {
    # Nobody comes, although every minute counts. What is lost in that time does not come back, so it is dearest by far.
    "missed_safety_signal": Cost(
        50, "Missed safety signal", "Life, or money on its way out: nobody comes while it can still be stopped."
    ),
    # A complaint, a request for a person or for one's data, a hardship: the law gives the bank a duty and a time limit,
    # and the customer can say it again.
    "missed_signal": Cost(10, "Missed other signal", "A right or a duty of care goes unheard until it is said again."),
    # Shown and confirmed before anything moves, but a hurried yes moves money or makes a card unusable.
    "acting_journey": Cost(
        10, "Wrong journey, acts", "It can move money or stop a card: one hurried yes away from a wrong action."
    ),
    # Something is shown or said that nobody asked for. Nothing has changed, but trust has, and time is lost.
    "other_journey": Cost(3, "Wrong journey, only tells", "An answer to another question; nothing has been changed."),
    # "I cannot help with that", said of what it can help with: the customer goes to another channel.
    "refused": Cost(3, "Turned away wrongly", "The customer is told that it cannot be done here, although it can."),
    # Something is taken for an alarm: a person's time, and a customer who is startled.
    "false_alarm": Cost(2, "False alarm", "A person's time, and a customer treated as if something had happened."),
    # The unit: one question too many, which the customer answers.
    "asked_back": Cost(1, "Asked back", "One more question before it is clear what is wanted."),
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A message as the assistant takes it. ``wanted``: intents that are meant, None where nobody has said; ``outside``:
    none of them is what we do. ``shown``: signals that are there, None where nobody has said.
    """

    wanted: frozenset[str] | None
    outside: bool
    active: frozenset[str]
    refused: bool
    shown: frozenset[str] | None
    alarms: frozenset[str]


def costs_of(taken: Taken, acting: frozenset[str]) -> tuple[str, ...]:
    """The names (of ``COSTS``) of what goes wrong with a message; ``acting``: intents and signals that start a journey
    which moves money or changes a card.
    """
    found = [] if taken.wanted is None else _of_wishes(taken, taken.wanted, acting)
    if taken.shown is not None:
        for name in sorted(taken.shown - taken.alarms):
            found.append("missed_safety_signal" if name in SAFETY_SIGNALS else "missed_signal")
        for name in sorted(taken.alarms - taken.shown):
            found.append("acting_journey" if name in acting else "false_alarm")
    return tuple(found)


def _of_wishes(taken: Taken, wanted: frozenset[str], acting: frozenset[str]) -> list[str]:
    wrong = taken.active - wanted
    if wrong:
        return ["acting_journey" if wrong & acting else "other_journey"]
    if taken.active:
        return [] if taken.active == wanted else ["asked_back"]  # half of it must be said again
    if not wanted:
        return [] if taken.refused or not taken.outside else ["asked_back"]
    return ["refused" if taken.refused else "asked_back"]


def points(names: tuple[str, ...]) -> int:
    """What they cost together."""
    return sum(COSTS[name].points for name in names)
