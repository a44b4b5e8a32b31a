"""Is it solved? Asked with two buttons, so that the answer is the same on every channel and needs no understanding."""

from __future__ import annotations

from openteller.capabilities.flows.values import PERSON
from openteller.capabilities.resolution.feedback import FeedbackKind
from openteller.domain.decisions import Answer
from openteller.domain.replies import OptionPhrase, Phrase, Reply

_YES, _NO = "yes", "no"


def solved_question(key: str, kind: str) -> Reply:
    """The question, with a yes and a no that say what they answer."""
    yes = OptionPhrase(f"{kind}_{_YES}", Phrase("solved.yes"))
    no = OptionPhrase(f"{kind}_{_NO}", Phrase("solved.no"))
    return Reply((Phrase(key),), options=(yes, no))


def solved_answer(option: str) -> Answer | None:
    """What is said to a press of one of these buttons; None for every other button."""
    mark = mark_of(option)
    if mark is None:
        return None
    if mark[1]:
        return Answer(Reply((Phrase("solved.good"),)), option)
    return Answer(Reply((Phrase("solved.bad"),), options=(PERSON,)), option)


def mark_of(reason: str) -> tuple[FeedbackKind, bool] | None:
    """The mark that a button, or a decision of this reason, leaves."""
    kind, _, said = reason.rpartition("_")
    asked = kind in (FeedbackKind.SOLVED, FeedbackKind.SOLVED_LATER) and said in (_YES, _NO)
    return (FeedbackKind(kind), said == _YES) if asked else None
