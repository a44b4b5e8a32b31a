"""Material into a model: encode, solve, calibrate, choose thresholds. Equal material gives an equal model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from openteller.capabilities.understanding import folds, kernel
from openteller.capabilities.understanding.calibration import fit_logistic, fit_temperature, softmax
from openteller.capabilities.understanding.folds import HeldOut, Table
from openteller.capabilities.understanding.grounds import Grounds
from openteller.capabilities.understanding.label_names import named_examples
from openteller.capabilities.understanding.language import LanguageReader, words_spoken
from openteller.capabilities.understanding.machine import Machine
from openteller.capabilities.understanding.margin import rows_of
from openteller.capabilities.understanding.material import Example, Material, lots_of, public_name
from openteller.capabilities.understanding.model import Depth, Model, ModelFacts, SignalFacts
from openteller.capabilities.understanding.signals import (
    QUICK_LANDMARKS,
    fit_signals,
    landmarks_of,
    signal_facts,
    signal_rows,
)
from openteller.capabilities.understanding.understood_as import UnderstoodAs, shares_of
from openteller.capabilities.understanding.vectors import cores, encoded
from openteller.capabilities.understanding.versions import model_version
from openteller.capabilities.understanding.views import Matrix, View, flatter, view_of
from openteller.capabilities.understanding.vocabulary import build_vocabulary, terms_of
from openteller.capabilities.understanding.wording import plain
from openteller.domain.errors import ConfigurationError
from openteller.ports import Encoder

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0–1."""

_QUICK_LANDMARKS = 8_000
_QUICK_MAY_LOSE = 0.005
"""Accuracy that may be lost on the messages which the quick view answers alone, where all views would know better. That
it answers some otherwise is no loss by itself: as many of them are right."""
_FEW, _HELPS = 6_000, 0.005
"""Rows up to which another model's understanding is tried as a view, and the share of right answers it must add."""
_LOOKED_AT = 1_000
"""Rows whose language is told, to know which ones a bank's own data are in."""
_LANGUAGE_SHARE = 0.1
"""Share of the examples from which a language is one that the quick view was taught."""


def quiet(_step: str, _share: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class _Seen:
    """Texts as all views see them: row numbers by text, and the views with what they see (texts × k)."""

    place: Mapping[str, int]
    views: tuple[View, ...]
    parts: tuple[Matrix, ...]

    def of(self, texts: Sequence[str]) -> list[Matrix]:
        """What the views see of these texts."""
        rows = [self.place[text] for text in texts]
        return [part[rows] for part in self.parts]


def train(
    material: Material,
    encoders: Sequence[Encoder],
    progress: Progress = quiet,
    base: Model | None = None,
    kept: Path | None = None,
    *,
    strange: bool = False,
) -> Model:
    """Train on ``material``. With ``base``, signals and views are those of that model, and only intents are learnt; if
    they are ``strange`` to it and few, messages are also seen as ``base`` understands them, where that helps. ``kept``:
    the folder where vectors of texts are kept for the next time.

    Raises ConfigurationError when fewer than two labels have an example, or ``base`` has other encoders.
    """
    labels = tuple(sorted({label for row in material.examples for label in row.labels}))
    if len(labels) < 2:
        raise ConfigurationError(f"training needs at least two labels with examples, found {len(labels)}")
    if base is not None and base.facts.encoders != tuple(encoder.name for encoder in encoders):
        raise ConfigurationError("the model that this builds on was trained with other encoders")
    rows = (*material.examples, *named_examples(material))
    with threadpool_limits(cores(), user_api="blas"):
        seen = _see(material, rows, encoders, base, progress, kept)
        model = _train(material, rows, labels, encoders, progress, base, seen, strange=strange)
        if base is None or not strange or len(rows) > _FEW:
            return model
        more = _understood(seen, base, encoders)
        other = _train(material, rows, labels, encoders, progress, base, more, strange=True)
        return other if _right(other) >= _right(model) + _HELPS else model


def _train(
    material: Material,
    rows: Sequence[Example],
    labels: tuple[str, ...],
    encoders: Sequence[Encoder],
    progress: Progress,
    base: Model | None,
    seen: _Seen,
    *,
    strange: bool,
) -> Model:
    known = base if strange else None
    facts, machine, landmarks = _intents(material, rows, labels, seen, progress, known)
    progress("signals", 0.85)
    figures: dict[str, float] = {}
    if base is not None:
        signals, found = base.signals, [depth.signals for depth in base.facts.depths]
        found += [found[-1]] * (len(seen.views) - len(found))
    else:
        signals, found, figures = _signals(material, seen)
    facts = replace(facts, quick_languages=_taught_in(material, encoders[0].languages, base))
    depth_facts = tuple(replace(depth, signals=signal) for depth, signal in zip(facts.depths, found, strict=True))
    facts = replace(facts, depths=depth_facts, figures={**facts.figures, **figures})
    owners = _targets(rows, labels)[landmarks].argmax(axis=1).astype(np.int32)
    examples = tuple(rows[place].text for place in landmarks)
    spoken = words_spoken(material) if base is None else base.spoken
    helps = bool(facts.depths[-1].covered) or len(seen.views) > len(encoders)
    kept = replace(known, signals=None) if known is not None and helps else None
    model = Model(facts, seen.views, machine, signals, owners, examples, spoken, kept)
    progress("done", 1.0)
    return replace(model, facts=replace(facts, version=model_version(model)))


def _see(
    material: Material,
    rows: Sequence[Example],
    encoders: Sequence[Encoder],
    base: Model | None,
    progress: Progress,
    kept: Path | None,
) -> _Seen:
    said = [plain(row.text) for row in rows]
    written: dict[str, str] = {}
    if base is None:
        written = {plain(row.text): row.language for signal in material.signals for row in signal.written}
        said += [*(plain(row.text) for row in material.ordinary), *written]
    texts = list(dict.fromkeys(said))
    shares = [0.0] * len(encoders)

    def vectors_of(number: int) -> Matrix:
        def done(share: float) -> None:
            shares[number] = share
            progress("encoding", 0.6 * sum(shares) / len(encoders))

        return encoded(texts, encoders[number], kept, done)

    with ThreadPoolExecutor(len(encoders)) as pool:
        vectors = list(pool.map(vectors_of, range(len(encoders))))
    if base is None:
        spoken = [written.get(text, "") for text in texts]
        views = tuple(view_of(number, encoder, vectors[number], spoken) for number, encoder in enumerate(encoders))
    else:
        views = base.views
    parts = [view.seen(rows) for view, rows in zip(views, vectors, strict=True)]
    return _Seen({text: row for row, text in enumerate(texts)}, views, tuple(parts))


def _understood(seen: _Seen, base: Model, encoders: Sequence[Encoder]) -> _Seen:
    """The same texts, seen also as ``base`` understands them."""
    encoder = UnderstoodAs(base, encoders)
    vectors = encoder.of(seen.parts, list(seen.place))
    view = view_of(len(seen.views), encoder, vectors)
    return _Seen(seen.place, (*seen.views, view), (*seen.parts, view.seen(vectors)))


def _right(model: Model) -> float:
    """The share that was right when left out; with several labels, the micro-F1."""
    figures = model.facts.figures
    return figures["held_out_micro_f1"] if model.facts.multi_label else figures["held_out_accuracy"]


def _taught_in(material: Material, readable: frozenset[str] | None, base: Model | None) -> tuple[str, ...]:
    """The readable languages that a good part of the examples is in; told from the texts where nobody has said it."""
    spoken = Counter(row.language for row in material.examples)
    if base is not None and not spoken.keys() - {""}:
        reader = LanguageReader(material.languages, base.spoken, None)
        drawn = np.random.default_rng(3).permutation(len(material.examples))[:_LOOKED_AT]
        spoken = Counter(reader.read(material.examples[place].text, "").language for place in drawn)
    least = _LANGUAGE_SHARE * spoken.total()
    known = [name for name in material.languages if readable is None or name in readable]
    return tuple(name for name in known if spoken[name] >= least)


def _intents(
    material: Material,
    rows: Sequence[Example],
    labels: tuple[str, ...],
    seen: _Seen,
    progress: Progress,
    known: Model | None,
) -> tuple[ModelFacts, Machine, NDArray[np.intp]]:
    texts = [plain(row.text) for row in rows]
    cut = [terms_of(text) for text in texts]
    vocabulary = build_vocabulary(cut)
    spelled = [vocabulary.row(terms) for terms in cut]
    parts, landmarks = seen.of(texts), np.arange(len(texts))
    if len(texts) > kernel.EXACT_ROWS:
        landmarks = kernel.covering(seen.views, parts, kernel.LANDMARKS)
    grounds = Grounds(seen.views, parts, kernel.stack(spelled, len(vocabulary.terms)), landmarks, _QUICK_LANDMARKS)
    targets = _targets(rows, labels)
    outside = np.array([folds.is_outside(label, material.groups) for label in labels])
    words = np.array([row.known_share for row in spelled])
    facts = _facts(material, labels, seen.views)
    lots = lots_of(texts)
    heads, held = [], []
    for depth, (places, solver) in enumerate(grounds.solvers(), start=1):
        progress("solving", 0.6 + 0.25 * (depth - 1) / len(seen.views))
        taken_for = None
        if known is not None and not material.multi_label:
            taken_for = shares_of(known, parts[: min(depth, len(known.views))], texts)
        table = Table(solver, lots, words, targets, outside, landmarks[places], _alike(grounds, depth), taken_for)
        left_out = folds.held_out(table)
        facts, one, figures = _depth(facts, table, left_out)
        solution, priors = table.taught(np.arange(len(texts)))
        heads.append(grounds.head(depth, places, solver.weights(solution), priors))
        held.append(left_out)
        facts = replace(facts, depths=(*facts.depths, one), figures={**facts.figures, **figures})
    if len(held) > 1 and not material.multi_label:
        facts = _with_quick(facts, held)
    return facts, grounds.machine(vocabulary, heads), landmarks


def _alike(grounds: Grounds, depth: int) -> Callable[[NDArray[np.intp], NDArray[np.intp]], Matrix]:
    views, seen = grounds.views[:depth], grounds.seen[:depth]
    most = np.float32(sum(view.weight for view in views))
    return lambda rows, others: (
        kernel.likeness(views, [part[rows] for part in seen], [part[others] for part in seen]) / most
    )


def _targets(rows: Sequence[Example], labels: Sequence[str]) -> Matrix:
    place = {label: number for number, label in enumerate(labels)}
    targets = np.zeros((len(rows), len(labels)), dtype=np.float32)
    for row, example in enumerate(rows):
        for label in example.labels:
            targets[row, place[label]] = 1
    return targets


def _facts(material: Material, labels: tuple[str, ...], views: Sequence[View]) -> ModelFacts:
    shown = {public_name(label) for label in labels}
    groups = {
        name: material.groups.get(name, "unrelated" if folds.is_outside(name, {}) else "journey")
        for name in sorted(shown)
    }
    return ModelFacts(
        version="",
        data_hash=material.data_hash,
        encoders=tuple(view.encoder for view in views),
        languages=material.languages,
        labels=labels,
        groups=groups,
        multi_label=material.multi_label,
        reads_clauses=material.reads_clauses,
        active_from=0.4,
        depths=(),
        rows=len(material.examples),
        notes=material.notes,
    )


def _depth(facts: ModelFacts, table: Table, held: HeldOut) -> tuple[ModelFacts, Depth, dict[str, float]]:
    """The facts with what this depth says for all, the depth and its figures; the deepest has the last word."""
    depth = Depth(0.1, 10.0, -5.0, (), ())
    if facts.multi_label:
        flat = held.scores.reshape(-1, 1).astype(np.float64)
        slope, offset = folds.plain_logistic(flat, held.truth.reshape(-1))
        depth = replace(depth, label_slope=slope, label_offset=offset)
        facts = replace(facts, active_from=folds.active_from(held, slope, offset))
        figures = folds.multi_label_figures(held, slope, offset, facts.active_from)
    else:
        depth = replace(depth, temperature=fit_temperature(held.scores, held.truth.argmax(axis=1)))
        figures = folds.single_label_figures(held, facts.labels, depth.temperature)
    features, outside = folds.scope_rows(table, depth.temperature)
    weights = fit_logistic(features, outside)
    figures |= folds.scope_figures(features, outside, weights)
    covered = table.covered(np.arange(len(table.targets)))
    depth = replace(depth, scope_weights=tuple(map(float, weights)), covered=tuple(map(float, covered)))
    return facts, depth, figures


def _with_quick(facts: ModelFacts, held: Sequence[HeldOut]) -> ModelFacts:
    """From which confidence on the first view answers alone, and for how many messages."""
    quick = softmax(held[0].scores, facts.depths[0].temperature)
    truth = held[0].truth.argmax(axis=1)
    loss = (held[-1].scores.argmax(axis=1) == truth).astype(float) - (quick.argmax(axis=1) == truth)
    sure = quick.max(axis=1)
    grid = [round(0.99 - step * 0.01, 2) for step in range(50)]
    fits = (least for least in grid if loss[sure >= least].sum() <= _QUICK_MAY_LOSE * (sure >= least).sum())
    least = min(fits, default=facts.quick_from)
    figures = {**facts.figures, "held_out_quick_share": float((sure >= least).mean())}
    return replace(facts, quick_from=least, figures=figures)


def _signals(material: Material, seen: _Seen) -> tuple[Machine | None, list[tuple[SignalFacts, ...]], dict[str, float]]:
    if not material.signals:
        return None, [() for _ in seen.views], {}
    rows = signal_rows(material)
    cut = [terms_of(text) for text in rows.texts]
    vocabulary = build_vocabulary(cut)
    spelled = kernel.stack([vocabulary.row(terms) for terms in cut], len(vocabulary.terms))
    parts = seen.of(rows.texts)
    grounds = Grounds(flatter(seen.views), parts, spelled, landmarks_of(rows), QUICK_LANDMARKS)
    heads, found = [], []
    figures: dict[str, float] = {}
    for depth, (places, values) in enumerate(grounds.kernels(), start=1):
        placed = rows_of(values, grounds.landmarks[places])
        fit = fit_signals(rows, placed)
        facts, figures = signal_facts(rows, fit)
        heads.append(grounds.head(depth, places, placed.weights(fit.solution), fit.priors))
        found.append(facts)
    return grounds.machine(vocabulary, heads), found, figures
