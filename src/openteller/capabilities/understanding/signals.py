"""Signals: independent yes-or-no heads over the same features, so that no intent can hide one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.understanding import kernel
from openteller.capabilities.understanding.calibration import sigmoid
from openteller.capabilities.understanding.folds import plain_logistic, row_folds
from openteller.capabilities.understanding.kernel import Matrix
from openteller.capabilities.understanding.material import Material, public_name
from openteller.capabilities.understanding.model import SignalFacts

_TWIN_COST, _ORDINARY_COST = 0.35, 6.0
"""What a false alarm weighs against a missed signal, as shares: one in three of the benign twins, or one in a hundred
and fifty of ordinary messages, is a price worth a percent or two of recall."""


@dataclass(frozen=True)
class SignalRows:
    """The texts that come on top of the labelled rows, and for each signal (s) and row (labelled first, then these):
    ``shown`` s × rows 1 or 0, ``counted`` s × rows False where it is undecided, ``twin`` s × rows.
    """

    names: tuple[str, ...]
    texts: tuple[str, ...]
    shown: Matrix
    counted: NDArray[np.bool_]
    twin: NDArray[np.bool_]

    def solved(
        self, number: int, values: Matrix, landmarks: NDArray[np.intp], rows: NDArray[np.intp]
    ) -> tuple[Matrix, np.float32]:
        """Weights over all landmarks (m; zero where not taught) and prior of signal ``number``, taught on ``rows``."""
        taught = rows[self.counted[number][rows]]
        targets = self.shown[number][taught][:, None]
        prior = np.float32(targets.mean()) if len(targets) else np.float32(0)
        weights = np.zeros(len(landmarks), dtype=np.float32)
        columns = np.flatnonzero(np.isin(landmarks, taught))
        if values.shape[0] == values.shape[1]:
            weights[taught] = kernel.solve(values[np.ix_(taught, taught)], targets - prior)[:, 0]
        else:
            square = values[np.ix_(landmarks[columns], columns)]
            weights[columns] = kernel.solve_landmarks(values[np.ix_(taught, columns)], square, targets - prior)[:, 0]
        return weights, prior


def signal_rows(material: Material) -> SignalRows:
    """Lay out the rows of all signals. Messages of a bank's own data teach no signal: only the pack's content does."""
    labelled = {row.text: place for place, row in reversed(list(enumerate(material.examples)))}
    own = {row.text for row in material.ordinary}
    extra: dict[str, int] = {}
    for text in [row.text for row in material.ordinary] + [
        text for signal in material.signals for text in (*signal.examples, *signal.benign_twins)
    ]:
        if text not in labelled:
            extra.setdefault(text, len(material.examples) + len(extra))
    place = {**labelled, **extra}
    total, count = len(material.examples) + len(extra), len(material.signals)
    shown, twin = np.zeros((count, total), dtype=np.float32), np.zeros((count, total), dtype=bool)
    counted = np.zeros((count, total), dtype=bool)
    counted[:, [place[text] for text in own | extra.keys()]] = True
    for number, signal in enumerate(material.signals):
        for row in material.ordinary:
            names = {public_name(label) for label in row.labels} | set(row.labels)
            if names & set(signal.undecided):
                counted[number, place[row.text]] = False
            if names & set(signal.shown_by):
                shown[number, place[row.text]] = 1
        twins, examples = [place[text] for text in signal.benign_twins], [place[text] for text in signal.examples]
        twin[number, twins] = True
        shown[number, twins], shown[number, examples] = 0, 1
        counted[number, twins + examples] = True
    return SignalRows(tuple(s.name for s in material.signals), tuple(extra), shown, counted, twin)


def signal_facts(
    rows: SignalRows, values: Matrix, landmarks: NDArray[np.intp]
) -> tuple[tuple[SignalFacts, ...], dict[str, float]]:
    """Calibration and threshold of each signal from held-out rows, and its figures (shares 0–1)."""
    facts, figures = [], {}
    for number, name in enumerate(rows.names):
        chances, shown, twin, slope, offset = _held_out(number, rows, values, landmarks)
        threshold = _threshold(chances, shown, twin)
        facts.append(SignalFacts(name, slope, offset, threshold))
        for kind, mask in (("recall", shown), ("twin_alarms", twin), ("ordinary_alarms", ~shown & ~twin)):
            if mask.any():
                figures[f"signal_{name}_{kind}"] = float((chances[mask] >= threshold).mean())
    return tuple(facts), figures


def _held_out(
    number: int, rows: SignalRows, values: Matrix, landmarks: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], float, float]:
    """Held-out probabilities, which rows show the signal, which are benign twins, the logistic's slope and offset."""
    counted = np.flatnonzero(rows.counted[number])
    shown, twin = rows.shown[number][counted], rows.twin[number][counted]
    scores = np.zeros(len(counted), dtype=np.float32)
    kinds = np.column_stack([shown, twin, 1 - np.maximum(shown, twin)]).astype(np.float32)
    tested = np.zeros(len(counted), dtype=bool)
    for kept, left in row_folds(kinds):
        weights, prior = rows.solved(number, values, landmarks, counted[kept])
        scores[left] = values[counted[left]] @ weights + prior
        tested[left] = True
    scores, shown, twin = scores[tested], shown[tested] > 0.5, twin[tested]
    slope, offset = plain_logistic(scores[:, None].astype(np.float64), shown.astype(np.float64))
    chances = sigmoid(scores * slope + offset)
    return chances, shown, twin, slope, offset


def _threshold(chances: NDArray[np.float64], shown: NDArray[np.bool_], twin: NDArray[np.bool_]) -> float:
    """The threshold (0.02–0.6) of most recall, less what false alarms cost."""
    ordinary = ~shown & ~twin

    def worth(threshold: float) -> float:
        active = chances >= threshold
        alarms = _TWIN_COST * active[twin].mean() if twin.any() else 0.0
        loud = _ORDINARY_COST * active[ordinary].mean() if ordinary.any() else 0.0
        return float(active[shown].mean() - alarms - loud)

    grid = [round(step * 0.02, 2) for step in range(1, 31)]
    return max(grid, key=worth)
