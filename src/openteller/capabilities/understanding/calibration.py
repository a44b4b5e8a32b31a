"""Scores into probabilities that mean what they say, and how well they do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def softmax(scores: NDArray[np.floating], temperature: float) -> Vector:
    """Row-wise probabilities of ``scores`` (n × labels) at ``temperature``."""
    scaled = np.asarray(scores, dtype=np.float64) / temperature
    scaled -= scaled.max(axis=-1, keepdims=True)
    raised = np.exp(scaled)
    probabilities: Vector = raised / raised.sum(axis=-1, keepdims=True)
    return probabilities


def sigmoid(values: NDArray[np.floating]) -> Vector:
    """The logistic function, safe for large values."""
    result: Vector = 1 / (1 + np.exp(-np.clip(np.asarray(values, dtype=np.float64), -35, 35)))
    return result


def fit_temperature(scores: NDArray[np.floating], truth: NDArray[np.intp]) -> float:
    """The temperature that makes the true labels of held-out ``scores`` likeliest (Guo et al. 2017)."""
    if not len(truth):
        return 0.1
    rows = np.arange(len(truth))

    def loss(temperature: float) -> float:
        return float(-np.log(softmax(scores, temperature)[rows, truth] + 1e-12).mean())

    grid = np.geomspace(0.02, 2.0, 60)
    return float(min(grid, key=loss))


def fit_logistic(features: Vector, truth: NDArray[np.floating], ridge: float = 1e-2) -> Vector:
    """Weights (features + 1, the last is the constant) of a logistic regression, by Newton steps.

    Both classes weigh the same whatever their sizes, so that 0.5 is the middle between them.
    """
    design = np.column_stack([features, np.ones(len(features))])
    positive = max(1.0, float(truth.sum()))
    negative = max(1.0, float(len(truth) - truth.sum()))
    weight = np.where(truth > 0.5, 0.5 / positive, 0.5 / negative) * len(truth)
    penalty = ridge * len(truth) * np.diag([1.0] * features.shape[1] + [1e-6])
    solution: Vector = np.zeros(design.shape[1])
    for _ in range(30):
        predicted = sigmoid(design @ solution)
        slope = design.T @ (weight * (predicted - truth)) + penalty @ solution
        curve = (design * (weight * predicted * (1 - predicted))[:, None]).T @ design + penalty
        step = np.linalg.solve(curve + 1e-9 * np.eye(len(curve)), slope)
        solution = solution - np.clip(step, -5, 5)
        if float(np.abs(step).max()) < 1e-7:
            break
    return solution


def apply_logistic(features: NDArray[np.floating], weights: NDArray[np.floating]) -> Vector:
    """Probabilities (n) for ``features`` (n × f) under ``fit_logistic`` weights (f + 1)."""
    return sigmoid(np.asarray(features, dtype=np.float64) @ weights[:-1] + weights[-1])


def expected_calibration_error(confidence: NDArray[np.floating], correct: NDArray[np.bool_], bins: int = 15) -> float:
    """ECE over equally wide bins, 0–1: how far confidence and accuracy lie apart, weighted by how many fall there."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        inside = place == number
        if inside.any():
            error += float(inside.mean()) * abs(float(confidence[inside].mean()) - float(correct[inside].mean()))
    return error


def area_under_roc(scores: NDArray[np.floating], truth: NDArray[np.bool_]) -> float:
    """The chance that a true row outscores a false one, ties counting half; NaN when a class is missing."""
    if truth.all() or not truth.any():
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positives = int(truth.sum())
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * (len(truth) - positives)))
