"""How far a message is from anything the model was taught: the features behind ``out_of_scope``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SCOPE_FEATURES = 8


def scope_features(
    scores: NDArray[np.floating],
    probabilities: NDArray[np.float64],
    alike: NDArray[np.floating],
    known_share: NDArray[np.float64],
    outside: NDArray[np.bool_],
    familiar: NDArray[np.floating],
) -> NDArray[np.float64]:
    """Eight features a text (texts × 8), each roughly 0–1.

    Best probability and best raw score of an in-scope label, the lead over the second, the nearest in-scope example
    and the mean of the five nearest (likeness), the share of known words, the probability of the out-of-scope labels,
    and how ``familiar`` it is. ``alike`` is the likeness to in-scope examples only; ``outside`` marks the out-of-scope
    columns.
    """
    within = scores[:, ~outside]
    if within.shape[1] == 0:
        return np.zeros((len(scores), SCOPE_FEATURES))
    best_two = -np.partition(-within, min(1, within.shape[1] - 1), axis=1)[:, :2]
    lead = best_two[:, 0] - best_two[:, -1]
    if alike.shape[1] == 0:
        alike = np.zeros((len(scores), 1))
    count = min(5, alike.shape[1])
    nearest = -np.partition(-alike, count - 1, axis=1)[:, :count]
    features: NDArray[np.float64] = np.column_stack(
        [
            probabilities[:, ~outside].max(axis=1),
            best_two[:, 0],
            lead,
            nearest.max(axis=1),
            nearest.mean(axis=1),
            known_share,
            probabilities[:, outside].sum(axis=1),
            familiar,
        ]
    ).astype(np.float64)
    return features


def covered(shares: NDArray[np.floating], targets: NDArray[np.floating]) -> NDArray[np.float64]:
    """How far the labels cover each intent of another model (0–1): the share that it has in the label which has most of
    it. ``shares`` are that model's (texts × intents), ``targets`` tell the label of each text (texts × labels).

    What the other knows, and no label is about, is out of scope here, however like it is to something that is not.
    """
    sizes = np.maximum(targets.sum(axis=0), 1)
    found: NDArray[np.float64] = ((targets.T @ shares) / sizes[:, None]).max(axis=0, initial=0)
    return found
