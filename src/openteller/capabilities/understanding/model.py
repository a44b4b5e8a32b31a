"""A trained model in memory: arrays and facts, and the reading of prepared texts. No I/O, no training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.understanding.calibration import apply_logistic, sigmoid, softmax
from openteller.capabilities.understanding.kernel import Matrix, dense_part
from openteller.capabilities.understanding.material import OUT_OF_SCOPE_GROUPS, public_name
from openteller.capabilities.understanding.scope import scope_features
from openteller.capabilities.understanding.vocabulary import SparseRow, Vocabulary


@dataclass(frozen=True, slots=True)
class SignalFacts:
    """How a signal's score becomes a probability (logistic ``slope`` and ``offset``) and from where it is active."""

    name: str
    slope: float
    offset: float
    threshold: float


@dataclass(frozen=True)
class ModelFacts:
    """Everything about a model that is not an array; ``model.json`` holds exactly this.

    ``version`` is the hash of arrays and facts. ``labels`` may be finer than the intents shown (``public_name``).
    ``temperature`` turns scores into probabilities; with ``multi_label`` each label has its own logistic instead,
    with ``label_slope`` and ``label_offset``. ``figures`` are cross-validated, shares 0–1.
    """

    version: str
    data_hash: str
    encoder: str
    languages: tuple[str, ...]
    labels: tuple[str, ...]
    groups: Mapping[str, str]
    multi_label: bool
    reads_clauses: bool
    temperature: float
    label_slope: float
    label_offset: float
    active_from: float
    scope_weights: tuple[float, ...]
    signals: tuple[SignalFacts, ...]
    figures: Mapping[str, float] = field(default_factory=dict)
    rows: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One text, read: probability of each public intent, out of scope 0–1, probability of each signal."""

    intents: Mapping[str, float]
    out_of_scope: float
    signals: Mapping[str, float]

    def best(self) -> tuple[str, float]:
        """The likeliest intent."""
        return max(self.intents.items(), key=lambda pair: pair[1])


@dataclass(frozen=True)
class Model:
    """``landmarks`` m × d, ``landmark_labels`` m (label number, −1 for rows of signals only), ``dense_weights`` m × c,
    ``sparse_weights`` terms × c, ``priors`` c; the c columns are the labels, then the signals. ``spoken``: for each
    language the words of its examples and how often each stands there.
    """

    facts: ModelFacts
    vocabulary: Vocabulary
    landmarks: Matrix
    landmark_labels: NDArray[np.int32]
    dense_weights: Matrix
    sparse_weights: Matrix
    priors: Matrix
    spoken: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    _scope_rows: NDArray[np.intp] = field(init=False, repr=False, compare=False)
    _out_columns: NDArray[np.bool_] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        groups = self.facts.groups
        outside = [groups.get(public_name(label)) in OUT_OF_SCOPE_GROUPS for label in self.facts.labels]
        columns = np.array(outside, dtype=bool)
        labelled = self.landmark_labels >= 0
        inside = labelled & ~columns[np.where(labelled, self.landmark_labels, 0)]
        object.__setattr__(self, "_out_columns", columns)
        object.__setattr__(self, "_scope_rows", np.flatnonzero(inside))

    def scores(self, dense: Matrix, rows: Sequence[SparseRow]) -> tuple[Matrix, Matrix]:
        """Raw scores (texts × columns) and cosines to the landmarks (texts × m)."""
        cosines: Matrix = dense @ self.landmarks.T
        scores: Matrix = dense_part(cosines) @ self.dense_weights + self.priors
        for place, row in enumerate(rows):
            if len(row.terms):
                scores[place] += row.values @ self.sparse_weights[row.terms]
        return scores, cosines

    def read(self, dense: Matrix, rows: Sequence[SparseRow]) -> list[Reading]:
        """The reading of each text, from its unit vector (texts × d) and its TF-IDF row."""
        scores, cosines = self.scores(dense, rows)
        width = len(self.facts.labels)
        labels = self._probabilities(scores[:, :width])
        known = np.array([row.known_share for row in rows])
        shares = softmax(scores[:, :width], self.facts.temperature)
        features = scope_features(scores[:, :width], shares, cosines[:, self._scope_rows], known, self._out_columns)
        outside = apply_logistic(features, np.array(self.facts.scope_weights))
        return [
            Reading(self._by_intent(labels[place]), float(outside[place]), self._signals(scores[place, width:]))
            for place in range(len(rows))
        ]

    def _probabilities(self, scores: Matrix) -> NDArray[np.float64]:
        if self.facts.multi_label:
            return sigmoid(scores * self.facts.label_slope + self.facts.label_offset)
        return softmax(scores, self.facts.temperature)

    def _by_intent(self, probabilities: NDArray[np.float64]) -> dict[str, float]:
        intents: dict[str, float] = {}
        for label, probability in zip(self.facts.labels, probabilities.tolist(), strict=True):
            name = public_name(label)
            intents[name] = intents.get(name, 0.0) + probability
        return intents

    def _signals(self, scores: Matrix) -> dict[str, float]:
        slopes = np.array([signal.slope for signal in self.facts.signals])
        offsets = np.array([signal.offset for signal in self.facts.signals])
        names = [signal.name for signal in self.facts.signals]
        return dict(zip(names, sigmoid(scores * slopes + offsets).tolist(), strict=True))
