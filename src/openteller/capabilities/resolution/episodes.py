"""A contact as the customer lives it: what they said in one sitting, on one channel, about one or several matters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

SITTING = timedelta(minutes=60)
"""Silence after which the next words begin another episode."""

_NOT_UNDERSTOOD = frozenset({"Clarify", "OfferPerson", "Refuse"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One turn: ``decision`` and ``reason`` of the engine, ``topic`` the likeliest intent, ``finished`` how a flow that
    ended in this turn ended (done, cancelled …), None while it goes on.
    """

    turn_id: UUID
    subject_id: UUID
    conversation_id: UUID
    channel: str
    language: str
    decision: str
    reason: str
    topic: str
    at: datetime
    finished: str | None = None
    by_customer: bool = True

    @property
    def not_understood(self) -> bool:
        """The engine had to ask what was meant, or could not help."""
        stuck = self.decision == "HandOver" and self.reason == "stuck"
        return stuck or (self.decision in _NOT_UNDERSTOOD and self.reason not in ("contrary_wishes", "switched_off"))


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that was noted besides the turns: an action's last state, a hand-over, a mark of the customer's."""

    conversation_id: UUID
    kind: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Episode:
    """The turns of one sitting, in order, and what happened during it (``also``; marks may come later)."""

    turns: tuple[Seen, ...]
    also: tuple[Happened, ...]

    @property
    def first(self) -> Seen:
        """Its first turn: subject, channel and language are taken from it."""
        return self.turns[0]

    @property
    def ended_at(self) -> datetime:
        """When the last thing was said."""
        return self.turns[-1].at

    @property
    def topics(self) -> frozenset[str]:
        """What was wanted: the intents that flows or answers were given for."""
        return frozenset(turn.topic for turn in self.turns if turn.reason in _WISHES)

    def said(self, kind: str) -> list[Happened]:
        """What happened of one kind, in order."""
        return [one for one in self.also if one.kind == kind]


_WISHES = frozenset(
    {"intent", "flow_chosen", "clarified", "card_lost_stolen", "fraud_in_progress", "knowledge", "customer_asked"}
)


def episodes(turns: Iterable[Seen], also: Sequence[Happened]) -> list[Episode]:
    """Cut the turns into episodes, by time. What happened belongs to the latest episode that had begun by then."""
    ordered = sorted(turns, key=lambda turn: (str(turn.conversation_id), turn.at))
    noted: dict[UUID, list[Happened]] = defaultdict(list)
    for one in sorted(also, key=lambda one: one.at):
        noted[one.conversation_id].append(one)
    made = [
        episode
        for conversation_id, mine in groupby(ordered, key=lambda turn: turn.conversation_id)
        for episode in _of_one(_sittings(mine), noted[conversation_id])
        if any(turn.by_customer for turn in episode.turns)
    ]
    return sorted(made, key=lambda episode: episode.first.at)


def _sittings(turns: Iterable[Seen]) -> list[list[Seen]]:
    found: list[list[Seen]] = []
    before: Seen | None = None
    for turn in turns:
        if before is None or (turn.by_customer and turn.at - before.at > SITTING):
            found.append([])
        found[-1].append(turn)
        before = turn
    return found


def _of_one(sittings: list[list[Seen]], also: Sequence[Happened]) -> Iterator[Episode]:
    """The episodes of one conversation."""
    for place, mine in enumerate(sittings):
        begins = mine[0].at
        ends = sittings[place + 1][0].at if place + 1 < len(sittings) else None
        during = tuple(one for one in also if begins <= one.at and (ends is None or one.at < ends))
        yield Episode(tuple(mine), during)
