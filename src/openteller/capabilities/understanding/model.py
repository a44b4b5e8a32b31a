"""A trained model in memory: arrays and facts, and the reading of prepared texts. No I/O, no training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.understanding.calibration import apply_logistic, sigmoid, softmax
from openteller.capabilities.understanding.machine import Machine
from openteller.capabilities.understanding.material import OUT_OF_SCOPE_GROUPS, WISH, public_name
from openteller.capabilities.understanding.scope import scope_features
from openteller.capabilities.understanding.views import Matrix, View, flatter
from openteller.capabilities.understanding.vocabulary import SparseRow, terms_of
from openteller.domain.understanding import Evidence


@dataclass(frozen=True, slots=True)
class SignalFacts:
    """How a signal's score becomes a probability (logistic ``slope`` and ``offset``) and from where it is active."""

    name: str
    slope: float
    offset: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Depth:
    """How scores are read when a text was seen through so many views.

    ``temperature`` turns scores into probabilities; with ``multi_label`` each label has its own logistic instead, with
    ``label_slope`` and ``label_offset``. ``covered``: how far the labels cover each intent of the ``known`` model, 0–1.
    """

    temperature: float
    label_slope: float
    label_offset: float
    scope_weights: tuple[float, ...]
    signals: tuple[SignalFacts, ...]
    covered: tuple[float, ...] = ()


@dataclass(frozen=True)
class ModelFacts:
    """Everything about a model that is not an array; ``model.json`` holds exactly this.

    ``version`` is the hash of arrays and facts. ``labels`` may be finer than the intents shown (``public_name``).
    ``depths``: the first view alone, then all. What the first is sure of from ``quick_from`` on, in one of
    ``quick_languages``, is not looked at more deeply. ``figures`` are held out, shares 0–1.
    """

    version: str
    data_hash: str
    encoders: tuple[str, ...]
    languages: tuple[str, ...]
    labels: tuple[str, ...]
    groups: Mapping[str, str]
    multi_label: bool
    reads_clauses: bool
    active_from: float
    depths: tuple[Depth, ...]
    quick_from: float = 2.0
    quick_languages: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    rows: int = 0
    notes: tuple[str, ...] = ()

    @property
    def signals(self) -> tuple[SignalFacts, ...]:
        """The signals as they are read when looked at with everything."""
        return self.depths[-1].signals


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text in words, as each machine's vocabulary knows them: the same at every depth."""

    intents: SparseRow
    signals: SparseRow | None
    known: SparseRow | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One text, read: probability of each public intent, out of scope 0–1, probability of each signal, and whether it
    is active; ``depth`` counts the views it was seen through.
    """

    intents: Mapping[str, float]
    out_of_scope: float
    signals: Mapping[str, float]
    alarms: frozenset[str]
    depth: int
    wishes: Mapping[str, float] = field(default_factory=dict)
    """How much of an intent's probability is a wish to have it done, where its examples tell that from asking."""

    def best(self) -> tuple[str, float]:
        """The likeliest intent."""
        return max(self.intents.items(), key=lambda pair: pair[1])


@dataclass(frozen=True)
class Model:
    """``intents`` has a column for each label, ``signals`` (None without any) one for each signal. ``owners``: the
    label number of each landmark of ``intents``; ``examples`` its text. ``spoken``: for each language the words of its
    examples and how often each stands there. ``known``: a model that has been taught more, whose understanding helps
    this one's: as a view, if there is one more than it has itself, and to tell what no label here is about.
    """

    facts: ModelFacts
    views: tuple[View, ...]
    intents: Machine
    signals: Machine | None
    owners: NDArray[np.int32]
    examples: tuple[str, ...]
    spoken: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    known: Model | None = None
    _inside: tuple[NDArray[np.intp], ...] = field(init=False, repr=False, compare=False)
    _outside: NDArray[np.bool_] = field(init=False, repr=False, compare=False)
    _flatter: tuple[View, ...] = field(init=False, repr=False, compare=False)
    _names: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _shown_as: NDArray[np.intp] = field(init=False, repr=False, compare=False)
    _wishes: tuple[tuple[str, int], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        groups = self.facts.groups
        shown = [public_name(label) for label in self.facts.labels]
        names = tuple(dict.fromkeys(shown))
        outside = np.array([groups.get(name) in OUT_OF_SCOPE_GROUPS for name in shown])
        object.__setattr__(self, "_outside", outside)
        object.__setattr__(self, "_flatter", flatter(self.views))
        inside = tuple(np.flatnonzero(~outside[self.owners[head.places]]) for head in self.intents.heads)
        object.__setattr__(self, "_inside", inside)
        wishes = [(public_name(one), place) for place, one in enumerate(self.facts.labels) if one.endswith(WISH)]
        object.__setattr__(self, "_wishes", tuple(wishes))
        object.__setattr__(self, "_names", names)
        object.__setattr__(self, "_shown_as", np.array([names.index(name) for name in shown]))

    def spelled(self, texts: Sequence[str]) -> list[Spelled]:
        """Each plain text in words."""
        cut = [terms_of(text) for text in texts]
        others = (self.signals, None if self.known is None else self.known.intents)
        return [
            Spelled(
                self.intents.vocabulary.row(terms),
                *(None if other is None else other.vocabulary.row(terms) for other in others),
            )
            for terms in cut
        ]

    def shares(self, seen: Sequence[Matrix], rows: Sequence[SparseRow]) -> NDArray[np.float64]:
        """The probability of each public intent (texts × intents), as deep as ``seen`` goes."""
        scores, _ = self.intents.scores(self.views, seen, rows)
        shares = softmax(scores, self.facts.depths[len(seen) - 1].temperature)
        return np.stack([self._together(row) for row in shares])

    def read(self, seen: Sequence[Matrix], spelled: Sequence[Spelled]) -> list[Reading]:
        """The reading of each text, as deep as ``seen`` goes (texts × k for each view)."""
        depth = self.facts.depths[len(seen) - 1]
        rows = [text.intents for text in spelled]
        scores, alike = self.intents.scores(self.views, seen, rows)
        shares = softmax(scores, depth.temperature)
        known = np.array([row.known_share for row in rows])
        familiar = self._familiar(seen, spelled, depth)
        inside = alike[:, self._inside[len(seen) - 1]]
        features = scope_features(scores, shares, inside, known, self._outside, familiar)
        outside = apply_logistic(features, np.array(depth.scope_weights))
        labels = shares
        if self.facts.multi_label:
            labels = sigmoid(scores * depth.label_slope + depth.label_offset)
        signals = self._signals(seen, spelled, depth)
        return [
            Reading(
                self._by_intent(labels[place]),
                float(outside[place]),
                signals[place],
                frozenset(facts.name for facts in depth.signals if signals[place][facts.name] >= facts.threshold),
                len(seen),
                {name: float(labels[place][column]) for name, column in self._wishes},
            )
            for place in range(len(spelled))
        ]

    def nearest(self, seen: Sequence[Matrix], count: int) -> tuple[Evidence, ...]:
        """The examples most like one text (1 × k for every view), best first."""
        alike = self.intents.likeness(self.views, seen)[0]
        best = np.argsort(-alike, kind="stable")[:count]
        labels = [public_name(self.facts.labels[self.owners[place]]) for place in best]
        return tuple(
            Evidence(self.examples[place], label, round(float(alike[place]), 3))
            for place, label in zip(best, labels, strict=True)
        )

    def _by_intent(self, probabilities: NDArray[np.float64]) -> dict[str, float]:
        return dict(zip(self._names, self._together(probabilities).tolist(), strict=True))

    def _together(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probabilities of the labels, added up by public intent."""
        return np.asarray(np.bincount(self._shown_as, probabilities, len(self._names)), dtype=np.float64)

    def _familiar(self, seen: Sequence[Matrix], spelled: Sequence[Spelled], depth: Depth) -> NDArray[np.float64]:
        """How much of what the known model takes each text for is covered by a label here; 1 without such a model."""
        rows = [text.known for text in spelled if text.known is not None]
        if self.known is None or not depth.covered:
            return np.ones(len(spelled))
        shares = self.known.shares(seen[: len(self.known.views)], rows)
        return np.asarray(shares @ np.array(depth.covered))

    def _signals(self, seen: Sequence[Matrix], spelled: Sequence[Spelled], depth: Depth) -> list[dict[str, float]]:
        if self.signals is None:
            return [{} for _ in spelled]
        rows = [text.signals for text in spelled if text.signals is not None]
        scores, _ = self.signals.scores(self._flatter, seen[: len(self.signals.heads)], rows)
        slopes = np.array([signal.slope for signal in depth.signals])
        offsets = np.array([signal.offset for signal in depth.signals])
        names = [signal.name for signal in depth.signals]
        return [dict(zip(names, row, strict=True)) for row in sigmoid(scores * slopes + offsets).tolist()]
