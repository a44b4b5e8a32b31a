"""Held-out scores: what the model says about rows it was not taught, for calibration, thresholds and figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.understanding.calibration import (
    apply_logistic,
    area_under_roc,
    expected_calibration_error,
    sigmoid,
    softmax,
)
from openteller.capabilities.understanding.kernel import Exact, Span
from openteller.capabilities.understanding.material import OUT_OF_SCOPE_GROUPS, OUT_OF_SCOPE_LABELS, public_name
from openteller.capabilities.understanding.scope import covered, scope_features
from openteller.capabilities.understanding.views import Matrix

_MANY_ROWS = 4_000
_TAUGHT_SCOPE = 10_000
"""Most rows that are taught for the out-of-scope score, drawn evenly: with a few of each label what is asked in them
seems strange.
"""
_FOLDS = 5


@dataclass(frozen=True)
class Table:
    """Labelled rows (n) at one depth: ``words`` known of each (a share, 0–1), targets n × labels;
    ``outside`` marks out-of-scope columns, ``landmarks`` are row numbers. ``alike`` gives the likeness of rows to
    others, without the words; ``lots`` is a number 0–1 of each row, by which rows are drawn.
    """

    solver: Exact | Span
    lots: NDArray[np.float64]
    words: NDArray[np.float64]
    targets: Matrix
    outside: NDArray[np.bool_]
    landmarks: NDArray[np.intp]
    alike: Callable[[NDArray[np.intp], NDArray[np.intp]], Matrix]
    known: Matrix | None
    """What a model that was taught more takes the rows for (n × its intents), if there is one."""

    def covered(self, places: NDArray[np.intp]) -> NDArray[np.float64]:
        """How far the rows at ``places`` cover each intent of that model; empty without one."""
        return np.zeros(0) if self.known is None else covered(self.known[places], self.targets[places])

    def familiar(self, places: NDArray[np.intp], covered: NDArray[np.float64]) -> NDArray[np.float64]:
        """How familiar rows are to who was taught what is ``covered``."""
        return np.ones(len(places)) if self.known is None else np.asarray(self.known[places] @ covered)

    def taught(self, places: NDArray[np.intp]) -> tuple[Matrix, Matrix]:
        """The solution on some of the rows alone, and their priors."""
        targets = self.targets[places]
        priors = targets.mean(axis=0)
        return self.solver.taught(places, targets - priors), priors

    def scores(self, places: NDArray[np.intp], solution: Matrix, priors: Matrix) -> Matrix:
        """Raw scores (places × labels) of rows."""
        return self.solver.scores(places, solution) + priors


@dataclass(frozen=True)
class HeldOut:
    """Raw scores and targets (rows × labels) of rows that were left out."""

    scores: Matrix
    truth: Matrix


def is_outside(label: str, groups: Mapping[str, str]) -> bool:
    """True for a label that means "not what we do"."""
    name = public_name(label)
    return groups.get(name) in OUT_OF_SCOPE_GROUPS or name.lower() in OUT_OF_SCOPE_LABELS


def row_folds(targets: Matrix, lots: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """(kept, left out) row numbers, spread evenly over the rows of each label by their lots, so that another row moves
    no row of other labels: five folds, of which large data use the first.
    """
    label = targets.argmax(axis=1)
    order = np.lexsort((lots, label))
    first = np.flatnonzero(np.diff(label[order], prepend=-1))
    start = np.repeat(first, np.diff(np.append(first, len(order))))
    fold = np.empty(len(order), dtype=int)
    fold[order] = (np.arange(len(order)) - start + (lots[order[start]] * 1_000).astype(int)) % _FOLDS
    for number in range(1 if len(targets) > _MANY_ROWS else _FOLDS):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def held_out(table: Table) -> HeldOut:
    """Scores of rows left out, fold by fold."""
    scores, rows = [], []
    for kept, left in row_folds(table.targets, table.lots):
        scores.append(table.scores(left, *table.taught(kept)))
        rows.append(left)
    numbers = np.concatenate(rows)
    return HeldOut(np.concatenate(scores), table.targets[numbers])


def scope_rows(table: Table, temperature: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Features (rows × 8) and truth (1 = out of scope) for the out-of-scope score.

    Whole labels are left out with their fold, so that the score is learnt on wishes of a kind never seen: the topics
    of the out-of-scope content where there is some, else the labels themselves take turns in being unknown.
    """
    labels = np.flatnonzero(table.outside) if table.outside.sum() >= 2 else np.flatnonzero(~table.outside)
    turns = np.random.default_rng(13).permutation(labels)
    owner = table.targets.argmax(axis=1)
    features, truth = [], []
    for number, (kept, left) in enumerate(row_folds(table.targets, table.lots)):
        hidden = np.isin(owner, turns[number::_FOLDS])
        taught = kept[~hidden[kept]]
        if len(taught) > _TAUGHT_SCOPE and isinstance(table.solver, Exact):
            taught = np.sort(taught[np.argsort(table.lots[taught], kind="stable")[:_TAUGHT_SCOPE]])
        tested = np.unique(np.concatenate([left[~table.outside[owner[left]]], np.flatnonzero(hidden)]))
        scores = table.scores(tested, *table.taught(taught))
        inside = np.intersect1d(taught[~table.outside[owner[taught]]], table.landmarks)
        alike = table.alike(tested, inside)
        familiar = table.familiar(tested, table.covered(taught))
        shares = softmax(scores, temperature)
        features.append(scope_features(scores, shares, alike, table.words[tested], table.outside, familiar))
        truth.append(hidden[tested] | table.outside[owner[tested]])
    return np.concatenate(features), np.concatenate(truth).astype(np.float64)


def plain_logistic(scores: NDArray[np.float64], truth: NDArray[np.floating]) -> tuple[float, float]:
    """Slope and offset of an unweighted logistic regression (Platt) of ``truth`` on ``scores`` (n × 1)."""
    values, slope, offset = scores[:, 0], 8.0, -4.0
    for _ in range(60):
        predicted = sigmoid(values * slope + offset)
        error, spread = predicted - truth, predicted * (1 - predicted) + 1e-9
        gradient = np.array([(error * values).mean() + 1e-5 * slope, error.mean()])
        mixed = (spread * values).mean()
        curve = np.array([[(spread * values * values).mean() + 1e-5, mixed], [mixed, spread.mean() + 1e-9]])
        step = np.clip(np.linalg.solve(curve, gradient), -3, 3)
        slope, offset = slope - float(step[0]), offset - float(step[1])
    return slope, offset


def single_label_figures(held: HeldOut, labels: tuple[str, ...], temperature: float) -> dict[str, float]:
    """Accuracy and ECE over the intents shown, on held-out rows."""
    names = [public_name(label) for label in labels]
    shown = sorted(set(names))
    fold_in = np.array([[name == target for target in shown] for name in names], dtype=np.float64)
    probabilities = softmax(held.scores, temperature) @ fold_in
    truth = (held.truth @ fold_in).argmax(axis=1)
    right = probabilities.argmax(axis=1) == truth
    return {
        "held_out_accuracy": float(right.mean()),
        "held_out_ece": expected_calibration_error(probabilities.max(axis=1), right),
        "held_out_rows": float(len(right)),
    }


def active_from(held: HeldOut, slope: float, offset: float) -> float:
    """The chance from which on a label of several is active: that of the best micro-F1 on held-out rows."""
    grid = [round(0.1 + step * 0.05, 2) for step in range(11)]
    return max(grid, key=lambda least: _micro_f1(held, slope, offset, least))


def multi_label_figures(held: HeldOut, slope: float, offset: float, least: float) -> dict[str, float]:
    """Micro-F1 of the labels that are active from the chance ``least`` on, on held-out rows."""
    return {
        "held_out_micro_f1": _micro_f1(held, slope, offset, least),
        "held_out_rows": float(len(held.truth)),
    }


def _micro_f1(held: HeldOut, slope: float, offset: float, least: float) -> float:
    active = sigmoid(held.scores * slope + offset) >= least
    truth = held.truth > 0.5
    return 2 * float((active & truth).sum()) / max(1.0, float(active.sum() + truth.sum()))


def scope_figures(
    features: NDArray[np.float64], outside: NDArray[np.float64], weights: NDArray[np.float64]
) -> dict[str, float]:
    """AUROC and ECE of the out-of-scope score on topics or labels it was not taught."""
    score = apply_logistic(features, weights)
    return {
        "held_out_scope_auroc": area_under_roc(score, outside > 0.5),
        "held_out_scope_error": float(((score > 0.5) != (outside > 0.5)).mean()),
    }
