"""Material into a model: encode, solve, calibrate, choose thresholds. Equal material gives an equal model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from openteller.capabilities.understanding import folds, kernel
from openteller.capabilities.understanding.calibration import fit_logistic, fit_temperature
from openteller.capabilities.understanding.folds import Table
from openteller.capabilities.understanding.kernel import Matrix
from openteller.capabilities.understanding.language import words_spoken
from openteller.capabilities.understanding.material import Material, public_name
from openteller.capabilities.understanding.model import Model, ModelFacts
from openteller.capabilities.understanding.signals import SignalRows, signal_facts, signal_rows
from openteller.capabilities.understanding.versions import model_version
from openteller.capabilities.understanding.vocabulary import Vocabulary, build_vocabulary
from openteller.capabilities.understanding.wording import plain
from openteller.domain.errors import ConfigurationError
from openteller.ports import Encoder

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0–1."""

_ENCODE_AT_ONCE = 512


def quiet(_step: str, _share: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class _Features:
    """All training texts, prepared: vectors, kernel against the landmarks, where the landmarks are among the rows."""

    vocabulary: Vocabulary
    dense: Matrix
    known: NDArray[np.float64]
    kernel: Matrix
    sparse_rows: csr_array
    landmarks: NDArray[np.intp]


def train(material: Material, encoder: Encoder, progress: Progress = quiet) -> Model:
    """Train on ``material``. Raises ConfigurationError when fewer than two labels have an example."""
    labels = tuple(sorted({label for row in material.examples for label in row.labels}))
    if len(labels) < 2:
        raise ConfigurationError(f"training needs at least two labels with examples, found {len(labels)}")
    signals = signal_rows(material)
    texts = [plain(row.text) for row in material.examples]
    texts += [plain(text) for text in signals.texts]
    features = _prepare(texts, len(material.examples), encoder, progress)
    table = _table(material, labels, features)
    progress("solving", 0.6)
    weights, priors = _weights(table, signals, features, len(texts))
    progress("calibrating", 0.7)
    facts = _facts(material, labels, encoder, len(texts))
    facts = _calibrated(facts, table)
    progress("signals", 0.9)
    found, figures = signal_facts(signals, features.kernel, features.landmarks)
    facts = replace(facts, signals=found, figures={**facts.figures, **figures})
    progress("done", 1.0)
    return _assembled(facts, features, table, weights, priors, words_spoken(material))


def _prepare(texts: list[str], labelled: int, encoder: Encoder, progress: Progress) -> _Features:
    vocabulary = build_vocabulary(texts)
    parts = []
    for start in range(0, len(texts), _ENCODE_AT_ONCE):
        parts.append(encoder.encode(texts[start : start + _ENCODE_AT_ONCE]))
        progress("encoding", 0.5 * min(1.0, (start + _ENCODE_AT_ONCE) / len(texts)))
    dense = np.concatenate(parts)
    rows = [vocabulary.row(text) for text in texts]
    sparse_rows = kernel.stack(rows, len(vocabulary.terms))
    landmarks = np.arange(len(texts))
    if len(texts) > kernel.EXACT_ROWS:
        chance = np.random.default_rng(7)
        drawn = chance.choice(labelled, size=min(labelled, kernel.LANDMARKS), replace=False)
        landmarks = np.sort(np.concatenate([drawn, np.arange(labelled, len(texts))]))
    values = kernel.gram(dense, sparse_rows, None if len(landmarks) == len(texts) else landmarks)
    return _Features(vocabulary, dense, np.array([row.known_share for row in rows]), values, sparse_rows, landmarks)


def _table(material: Material, labels: tuple[str, ...], features: _Features) -> Table:
    place = {label: number for number, label in enumerate(labels)}
    targets = np.zeros((len(material.examples), len(labels)), dtype=np.float32)
    for row, example in enumerate(material.examples):
        for label in example.labels:
            targets[row, place[label]] = 1
    count = len(material.examples)
    outside = np.array([folds.is_outside(label, material.groups) for label in labels])
    inside_landmarks = features.landmarks < count
    # Landmarks are in order and the labelled rows come first, so that this is a view and not a second gigabyte.
    values = features.kernel[:count, : int(inside_landmarks.sum())]
    return Table(
        values,
        features.dense[:count],
        features.known[:count],
        targets,
        outside,
        features.landmarks[inside_landmarks],
    )


def _weights(table: Table, signals: SignalRows, features: _Features, total: int) -> tuple[Matrix, Matrix]:
    """The columns of labels and signals over all landmarks (m × c), and their priors (c)."""
    weights = np.zeros((len(features.landmarks), table.targets.shape[1] + len(signals.names)), dtype=np.float32)
    count = len(table.targets)
    inside = features.landmarks < count
    priors = np.zeros(weights.shape[1], dtype=np.float32)
    solved, label_priors = folds.solved(table, np.arange(count))
    weights[inside, : table.targets.shape[1]] = solved
    priors[: table.targets.shape[1]] = label_priors
    for number in range(len(signals.names)):
        column = table.targets.shape[1] + number
        weights[:, column], priors[column] = signals.solved(
            number, features.kernel, features.landmarks, np.arange(total)
        )
    return weights, priors


def _facts(material: Material, labels: tuple[str, ...], encoder: Encoder, rows: int) -> ModelFacts:
    shown = {public_name(label) for label in labels}
    groups = {
        name: material.groups.get(name, "unrelated" if folds.is_outside(name, {}) else "journey")
        for name in sorted(shown)
    }
    return ModelFacts(
        version="",
        data_hash=material.data_hash,
        encoder=encoder.name,
        languages=material.languages,
        labels=labels,
        groups=groups,
        multi_label=material.multi_label,
        reads_clauses=material.reads_clauses,
        temperature=0.1,
        label_slope=10.0,
        label_offset=-5.0,
        active_from=0.4,
        scope_weights=(),
        signals=(),
        rows=rows,
        notes=material.notes,
    )


def _calibrated(facts: ModelFacts, table: Table) -> ModelFacts:
    held = folds.held_out(table)
    figures: dict[str, float] = {}
    if facts.multi_label:
        flat = held.scores.reshape(-1, 1).astype(np.float64)
        slope, offset = folds.plain_logistic(flat, held.truth.reshape(-1))
        facts = replace(facts, label_slope=slope, label_offset=offset, active_from=0.5)
        figures.update(folds.multi_label_figures(held, slope, offset))
    else:
        temperature = fit_temperature(held.scores, held.truth.argmax(axis=1))
        facts = replace(facts, temperature=temperature)
        figures.update(folds.single_label_figures(held, facts.labels, temperature))
    features, outside = folds.scope_rows(table, facts.temperature)
    weights = fit_logistic(features, outside)
    figures.update(folds.scope_figures(features, outside, weights))
    return replace(facts, scope_weights=tuple(float(weight) for weight in weights), figures=figures)


def _assembled(
    facts: ModelFacts,
    features: _Features,
    table: Table,
    weights: Matrix,
    priors: Matrix,
    spoken: Mapping[str, Mapping[str, int]],
) -> Model:
    transposed = features.sparse_rows[features.landmarks].T.tocsr()
    sparse_weights = np.asarray(transposed @ weights, dtype=np.float32) * np.float32(kernel.SPARSE_WEIGHT)
    owners = np.full(len(features.landmarks), -1, dtype=np.int32)
    inside = features.landmarks < len(table.targets)
    owners[inside] = table.targets[features.landmarks[inside]].argmax(axis=1)
    model = Model(
        facts, features.vocabulary, features.dense[features.landmarks], owners, weights, sparse_weights, priors, spoken
    )
    return replace(model, facts=replace(facts, version=model_version(model)))
