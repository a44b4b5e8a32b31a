"""How well a model understands labelled messages: everything that can be counted of what was heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.understanding.calibration import area_under_roc, expected_calibration_error
from openteller.capabilities.understanding.model import ModelFacts
from openteller.capabilities.understanding.understander import Understander
from openteller.domain.errors import ConfigurationError
from openteller.testing.measures.costs import COSTS, SAFETY_SIGNALS, Taken, costs_of, points
from openteller.testing.measures.hearing import OUTSIDE, TURNED_AWAY_FROM, Heard, Names, hear
from openteller.testing.measures.labelled import Labelled

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LanguageFigures:
    """``messages`` of one language; ``right`` of ``inside`` in scope."""

    language: str
    messages: int
    inside: int
    right: int

    @property
    def accuracy(self) -> float | None:
        """Of those in scope, the share that is right; None when there are none."""
        return self.right / self.inside if self.inside else None


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """One label: how many messages have it, how many were taken for it, how many both."""

    label: str
    support: int
    taken: int
    hits: int

    @property
    def precision(self) -> float | None:
        """Of what was taken for it, the share that is; None when nothing was."""
        return self.hits / self.taken if self.taken else None

    @property
    def recall(self) -> float | None:
        """Of what is it, the share that was taken for it."""
        return self.hits / self.support if self.support else None


@dataclass(frozen=True, slots=True)
class SignalFigures:
    """One signal: seen in ``hits`` of ``shown`` messages that show it, and in ``alarms`` of ``others`` that do not."""

    signal: str
    shown: int
    hits: int
    others: int
    alarms: int

    @property
    def recall(self) -> float | None:
        """Of the messages that show it, the share in which it was seen."""
        return self.hits / self.shown if self.shown else None

    @property
    def alarm_rate(self) -> float | None:
        """Of the messages that do not show it, the share in which it was seen."""
        return self.alarms / self.others if self.others else None


@dataclass(frozen=True, slots=True)
class Confusion:
    """``count`` messages that mean one thing and were taken for another; two of them, the surest mistakes."""

    meant: str
    taken_for: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    """All figures of one model on one set of messages; shares are 0–1 and None where there is nothing to count."""

    facts: ModelFacts
    names: Names
    heard: tuple[Heard, ...]
    taught: int = 0
    """Messages that are examples of the model, word for word: they flatter it."""

    @cached_property
    def inside(self) -> list[Heard]:
        """The messages in scope."""
        return [one for one in self.heard if one.inside]

    @cached_property
    def outside(self) -> list[Heard]:
        """The messages out of scope."""
        return [one for one in self.heard if one.outside]

    @property
    def right(self) -> int:
        """How many in scope are right."""
        return sum(one.right for one in self.inside)

    @property
    def accuracy(self) -> float | None:
        """Of the messages in scope, the share that is right."""
        return _share(one.right for one in self.inside)

    @property
    def answered_right(self) -> float | None:
        """The same, where turning away counts as wrong."""
        return _share(one.right and not one.refused for one in self.inside)

    @cached_property
    def micro_f1(self) -> float | None:
        """F1 over all labels of the messages that may have several; None when there are none."""
        rows = [one for one in self.heard if one.several and one.meant is not None]
        said = sum(len(one.active) + len((one.meant or frozenset()) - {OUTSIDE}) for one in rows)
        hits = sum(len(one.active & (one.meant or frozenset())) for one in rows)
        return 2 * hits / said if said else None

    @cached_property
    def guesses(self) -> tuple[NDArray[np.float64], Bools]:
        """Confidence and whether right, of messages in scope that have one label."""
        rows = [one for one in self.inside if not one.several]
        return np.array([one.confidence for one in rows]), np.array([one.right for one in rows], dtype=np.bool_)

    @property
    def ece(self) -> float | None:
        """Expected calibration error."""
        confidence, right = self.guesses
        return expected_calibration_error(confidence, right) if len(right) else None

    @cached_property
    def scope(self) -> tuple[NDArray[np.float64], Bools]:
        """The ``out_of_scope`` of every labelled message, and whether it is."""
        rows = [*self.inside, *self.outside]
        return np.array([one.out_of_scope for one in rows]), np.array([one.outside for one in rows], dtype=np.bool_)

    @property
    def auroc(self) -> float | None:
        """The chance that a message out of scope scores higher than one in scope."""
        return area_under_roc(*self.scope) if self.inside and self.outside else None

    @property
    def outside_recall(self) -> float | None:
        """Of the messages out of scope, the share with a score of at least 0.5."""
        return _share(one.out_of_scope >= TURNED_AWAY_FROM for one in self.outside)

    @property
    def false_rejection(self) -> float | None:
        """Of the messages in scope, the share with a score of at least 0.5."""
        return _share(one.out_of_scope >= TURNED_AWAY_FROM for one in self.inside)

    @property
    def safety_recall(self) -> float | None:
        """Of the safety signals that messages show, the share that was seen."""
        rows = [one for one in self.signals if one.signal in SAFETY_SIGNALS]
        return sum(one.hits for one in rows) / shown if (shown := sum(one.shown for one in rows)) else None

    @cached_property
    def costs(self) -> tuple[tuple[str, ...], ...]:
        """What went wrong with each message, names of ``COSTS``."""
        return tuple(costs_of(_taken(one), self.names.acting) for one in self.heard)

    @cached_property
    def errors(self) -> dict[str, int]:
        """How often each of ``COSTS`` was met."""
        counts = Counter(name for names in self.costs for name in names)
        return {name: counts[name] for name in COSTS}

    @property
    def cost_per_hundred(self) -> float:
        """Points for a hundred messages."""
        return 100 * sum(map(points, self.costs)) / len(self.heard)

    @cached_property
    def languages(self) -> tuple[LanguageFigures, ...]:
        """Figures by language, most messages first."""
        counts = Counter(one.language for one in self.heard)
        return tuple(
            LanguageFigures(
                language,
                count,
                sum(one.language == language for one in self.inside),
                sum(one.right for one in self.inside if one.language == language),
            )
            for language, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        )

    @cached_property
    def labels(self) -> tuple[LabelFigures, ...]:
        """Figures by label, those of most messages first."""
        support, taken, hits = Counter[str](), Counter[str](), Counter[str]()
        for one in self.heard:
            if one.meant is not None:
                support.update(one.meant)
                taken.update(one.taken_for)
                hits.update(one.meant & one.taken_for)
        names = sorted(support.keys() | taken.keys(), key=lambda name: (-support[name], name))
        return tuple(LabelFigures(name, support[name], taken[name], hits[name]) for name in names)

    @cached_property
    def confusions(self) -> tuple[Confusion, ...]:
        """What is taken for what, most often first."""
        found: dict[tuple[str, str], list[Heard]] = {}
        for one in self.heard:
            meant = one.meant or frozenset()
            for pair in ((a, b) for a in sorted(meant - one.taken_for) for b in sorted(one.taken_for - meant)):
                found.setdefault(pair, []).append(one)
        ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
        return tuple(
            Confusion(*pair, len(rows), tuple(one.text for one in sorted(rows, key=lambda one: -one.confidence)[:2]))
            for pair, rows in ranked
        )

    @cached_property
    def signals(self) -> tuple[SignalFigures, ...]:
        """Figures by signal, over the messages whose data say which they show; none if no data say it."""
        rows = [(one.shown, one.alarms) for one in self.heard if one.shown is not None]
        names = {name for shown, _ in rows for name in shown} | {one.name for one in self.facts.signals if rows}
        return tuple(
            SignalFigures(
                name,
                sum(name in shown for shown, _ in rows),
                sum(name in shown and name in alarms for shown, alarms in rows),
                sum(name not in shown for shown, _ in rows),
                sum(name not in shown and name in alarms for shown, alarms in rows),
            )
            for name in sorted(names)
        )


def measure(
    rows: Sequence[Labelled], reader: Understander, names: Names, today: date, tell: Callable[[int], None]
) -> Measured:
    """Measure a model. ConfigurationError when the data have labels and the model knows none of them."""
    labels = [label for row in rows for label in row.labels or ()]
    if labels and not any(map(names.knows, labels)):
        some = ", ".join(sorted(set(labels))[:5])
        raise ConfigurationError(f"the model knows none of the labels of the data ({some} …)")
    taught = {text.casefold() for text in reader.model.examples}
    known = sum(row.text.casefold() in taught for row in rows)
    return Measured(reader.model.facts, names, tuple(hear(rows, reader, names, today, tell)), known)


def oddities(rows: Sequence[Labelled], measured: Measured) -> list[str]:
    """What a reader of the figures must know about the data."""
    notes = []
    if measured.taught:
        notes.append(f"messages that are examples of the model, word for word: {measured.taught}; they flatter it")
    strange = Counter(label for row in rows for label in row.labels or () if not measured.names.knows(label))
    if strange:
        some = ", ".join(name for name, _ in strange.most_common(8))
        notes.append(f"labels that the model does not know: {strange.total()} ({some}); such messages count as wrong")
    known = {signal.name for signal in measured.facts.signals}
    unseen = sorted({name for row in rows for name in row.signals or () if name not in known})
    if unseen:
        notes.append(f"the model has no signal {', '.join(unseen)}; messages that show it count as missed")
    twice = len(rows) - len({row.text.casefold() for row in rows})
    if twice:
        notes.append(f"texts that stand there again: {twice}; each counts")
    return notes


def _taken(one: Heard) -> Taken:
    wanted = None if one.meant is None else one.meant - {OUTSIDE}
    return Taken(wanted, one.outside, one.active, one.refused, one.shown, one.alarms)


def _share(hits: Iterable[bool]) -> float | None:
    values = list(hits)
    return sum(values) / len(values) if values else None
