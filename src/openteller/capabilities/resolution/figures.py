"""The figures of the console: outcomes by day, channel, language and topic; loops; the way to a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import TypeVar
from uuid import UUID

from openteller.capabilities.resolution.episodes import Episode
from openteller.capabilities.resolution.outcome import Outcome, is_loop, outcome_of, turns_to_person

Counts = Mapping[Outcome, int]
Key = TypeVar("Key", date, str)


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of the episodes that had a wish. ``loops`` and ``to_person`` are numbers of episodes,
    ``turns_to_person`` the median of messages written before a person was called, None when none was.
    """

    episodes: int
    outcomes: Counts
    by_day: Mapping[date, Counts]
    by_channel: Mapping[str, Counts]
    by_language: Mapping[str, Counts]
    by_topic: Mapping[str, Counts]
    loops: int
    to_person: int
    turns_to_person: float | None

    @property
    def loop_rate(self) -> float:
        """Share of episodes that went in circles, 0–1."""
        return self.loops / self.episodes if self.episodes else 0.0


def figures(found: Sequence[Episode], recurring: frozenset[str], now: datetime) -> Figures:
    """Judge every episode, each with the same person's later ones in mind."""
    of_person: dict[UUID, list[Episode]] = defaultdict(list)
    for episode in found:
        of_person[episode.first.subject_id].append(episode)
    judged = [
        (episode, outcome)
        for mine in of_person.values()
        for place, episode in enumerate(mine)
        if (outcome := outcome_of(episode, mine[place + 1 :], recurring, now)) is not None
    ]
    ways = [turns for episode, _ in judged if (turns := turns_to_person(episode)) is not None]
    return Figures(
        episodes=len(judged),
        outcomes=_counts(outcome for _, outcome in judged),
        by_day=_by(((episode.first.at.date(), outcome) for episode, outcome in judged)),
        by_channel=_by(((episode.first.channel, outcome) for episode, outcome in judged)),
        by_language=_by(((episode.first.language, outcome) for episode, outcome in judged)),
        by_topic=_by(((topic, outcome) for episode, outcome in judged for topic in sorted(episode.topics))),
        loops=sum(is_loop(episode) for episode, _ in judged),
        to_person=len(ways),
        turns_to_person=float(median(ways)) if ways else None,
    )


def _counts(outcomes: Iterable[Outcome]) -> Counts:
    counted = Counter(outcomes)
    return {outcome: counted[outcome] for outcome in Outcome}


def _by(pairs: Iterable[tuple[Key, Outcome]]) -> dict[Key, Counts]:
    grouped: dict[Key, list[Outcome]] = defaultdict(list)
    for key, outcome in pairs:
        grouped[key].append(outcome)
    return {key: _counts(grouped[key]) for key in sorted(grouped)}
