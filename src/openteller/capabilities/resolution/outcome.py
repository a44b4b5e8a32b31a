"""How an episode came out: pure rules, from the sternest down. Silence is not success (principle 9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from openteller.capabilities.resolution.episodes import Episode

ASKED_AGAIN = timedelta(days=7)
"""Whoever comes back with the same matter within this time was not helped, on whatever channel."""

LOOP = 3
"""So many turns that were not understood make an episode a doom loop."""

_BAD_ENDS = frozenset({"stuck", "fault", "action_failed", "parked", "card_not_safe"})


class Outcome(StrEnum):
    """What became of the customer's matter."""

    VERIFIED = "verified"
    """The bank changed what was asked for, or the customer said that it is solved; nothing since speaks against it."""
    LIKELY = "likely"
    """It was answered, and a week has passed in which they did not come back with it."""
    UNKNOWN = "unknown"
    """It was answered or given to a person, and nothing tells yet whether that settled it."""
    ABANDONED = "abandoned"
    """They left while we were asking, or after we had not understood."""
    FAILED = "failed"
    """They said no, complained, came back with it, were stuck, or what they wanted could not be done."""


def outcome_of(episode: Episode, later: Sequence[Episode], recurring: frozenset[str], now: datetime) -> Outcome | None:
    """The outcome, or None when nothing was wanted (a greeting). ``later`` are the person's episodes after this one;
    ``recurring`` the topics that people ask about again and again without anything being wrong (balances).
    """
    if not episode.topics and not any(turn.not_understood for turn in episode.turns):
        return None
    if _failed(episode) or asked_again(episode, later, recurring):
        return Outcome.FAILED
    if _changed(episode) or _said_solved(episode) is True:
        return Outcome.VERIFIED
    if _left(episode):
        return Outcome.ABANDONED
    return Outcome.LIKELY if now - episode.ended_at > ASKED_AGAIN and not episode.said("handover") else Outcome.UNKNOWN


def asked_again(episode: Episode, later: Sequence[Episode], recurring: frozenset[str]) -> bool:
    """The same matter once more within the week, or a complaint."""
    soon = [other for other in later if other.first.at - episode.ended_at <= ASKED_AGAIN]
    same = any((episode.topics - recurring - {"talk_to_person"}) & other.topics for other in soon)
    return same or any(turn.reason == "complaint" for other in soon for turn in other.turns)


def is_loop(episode: Episode) -> bool:
    """The customer went in circles."""
    return sum(turn.not_understood for turn in episode.turns) >= LOOP


def turns_to_person(episode: Episode) -> int | None:
    """How many messages the customer had written when a person was called; None when none was."""
    called = next((one for one in episode.said("handover")), None)
    if called is None:
        return None
    return max(1, sum(turn.by_customer and turn.at <= called.at for turn in episode.turns))


def _failed(episode: Episode) -> bool:
    if _said_solved(episode) is False or any(one.what in _BAD_ENDS for one in episode.said("handover")):
        return True
    if any(turn.reason == "complaint" for turn in episode.turns):
        return True
    actions = episode.said("action")
    return bool(actions) and actions[-1].what in ("rejected", "failed", "parked") and not _changed(episode)


def _changed(episode: Episode) -> bool:
    return any(one.what == "executed" for one in episode.said("action"))


def _said_solved(episode: Episode) -> bool | None:
    """The last that they said of the matter itself; a thumb down on the last answer is a no."""
    marks = [*episode.said("solved"), *episode.said("solved_later")]
    if marks:
        return max(marks, key=lambda mark: mark.at).what == "good"
    thumbs = episode.said("thumb")
    return False if thumbs and thumbs[-1].what == "bad" else None


def _left(episode: Episode) -> bool:
    """The last thing we said was a question of ours, or that we had not understood."""
    if episode.said("handover"):
        return False
    last = next(turn for turn in reversed(episode.turns) if turn.by_customer)
    return last.not_understood or (last.decision == "RunFlow" and last.finished is None)
