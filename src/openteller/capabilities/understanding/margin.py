"""Squared hinge loss (a support vector machine, Cortes and Vapnik 1995) for many yes-or-no columns at once.

Ridge regression pulls every row to its target, also those that are far on the right side of it; with thousands of
ordinary messages to some hundred that show a signal, that costs signals. Here a row counts only until its side is
plain: a few Newton steps (Keerthi and DeCoste 2005), each a weighted ridge regression by conjugate gradients. All
columns, with and without each fold, share the products with the rows, and one factor that makes the steps few.

The coordinates are those of ``kernel.Span``, but they are never laid out: the kernel values and the landmarks' factor
stand for them (Rudi, Carratino and Rosasco 2017), which costs less than to make the rows and to solve with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from scipy.linalg.blas import ssyrk

from openteller.capabilities.understanding.kernel import factor_of, weights_of
from openteller.capabilities.understanding.views import Matrix

_STEPS = (3, 5, 5)
"""Steps of conjugate gradients: for the ridge regression that begins, and in each Newton step after it."""


@dataclass(frozen=True)
class Rows:
    """Rows (n) in the coordinates of landmarks (m): ``values`` n × m, the landmarks' ``factor`` m × m, lower."""

    values: Matrix
    factor: Matrix

    def scores(self, solution: Matrix) -> Matrix:
        """What a solution (m × columns) says of each row (n × columns)."""
        scores: Matrix = self.values @ self.weights(solution)
        return scores

    def gathered(self, columns: Matrix) -> Matrix:
        """The rows, each as often as the columns (n × c) say, together (m × c)."""
        found = linalg.solve_triangular(self.factor, self.values.T @ columns, lower=True, check_finite=False)
        return np.asarray(found, dtype=np.float32)

    def weights(self, solution: Matrix) -> Matrix:
        """The weights of the landmarks (m × columns) that stand for a solution."""
        return weights_of(self.factor, solution)


def rows_of(values: Matrix, landmarks: NDArray[np.intp]) -> Rows:
    """The rows with these kernel values (n × m) against the landmarks among them."""
    return Rows(values, factor_of(values, landmarks))


def separate(
    rows: Rows, shown: Matrix, counted: NDArray[np.bool_], priors: Matrix, fold: NDArray[np.intp], ridge: float
) -> tuple[Matrix, Matrix]:
    """The solution (m × columns) on all rows (n), and the scores (n × columns) of each by that without its fold.

    ``shown`` 1 or 0, ``counted`` False where a row teaches nothing (both n × columns). A score above 1 is plainly yes,
    below 0 plainly no; what a solution says is added to the ``priors`` (columns).
    """
    numbers = np.unique(fold)
    columns = shown.shape[1]
    taught = np.tile(counted.astype(np.float32), (1, len(numbers) + 1))
    for place, number in enumerate(numbers, start=1):
        taught[fold == number, place * columns : (place + 1) * columns] = 0
    truth = np.tile(shown, (1, len(numbers) + 1))
    base = np.tile(priors, len(numbers) + 1).astype(np.float32)
    problem = _Problem(rows, truth - base, np.float32(ridge))
    solution = problem.solved(taught, np.zeros((len(rows.factor), truth.shape[1]), np.float32), _STEPS[0])
    scores = rows.scores(solution) + base
    for steps in _STEPS[1:]:
        unsure = np.where(truth > 0.5, scores < 1, scores > 0)
        solution = problem.solved(taught * unsure, solution, steps)
        scores = rows.scores(solution) + base
    held_out = np.empty_like(shown)
    for place, number in enumerate(numbers, start=1):
        held_out[fold == number] = scores[fold == number, place * columns : (place + 1) * columns]
    return np.ascontiguousarray(solution[:, :columns]), held_out


class _Problem:
    """Least squares with a ridge over the same rows, each column with rows of its own that count."""

    def __init__(self, rows: Rows, targets: Matrix, ridge: np.float32) -> None:
        self._rows, self._targets, self._ridge = rows, targets, ridge
        # The landmarks' own coordinates are their factor; each stands for as many rows.
        count, landmarks = rows.values.shape
        normal: Matrix = ssyrk(count / landmarks, rows.factor.T)
        normal[np.diag_indices_from(normal)] += ridge
        self._factor = linalg.cho_factor(normal, lower=False, overwrite_a=True, check_finite=False)

    def solved(self, weights: Matrix, start: Matrix, steps: int) -> Matrix:
        """The solution (m × columns) with these ``weights`` of the rows (n × columns), sought from ``start``."""
        found = start.copy()
        rest = self._rows.gathered(weights * (self._targets - self._rows.scores(found))) - self._ridge * found
        step = near = self._near(rest)
        size = _dot(rest, near)
        for _ in range(steps):
            curved = self._rows.gathered(weights * self._rows.scores(step)) + self._ridge * step
            far = size / np.maximum(_dot(step, curved), np.float32(1e-30))
            found += far * step
            rest -= far * curved
            near = self._near(rest)
            before, size = size, _dot(rest, near)
            step = np.asarray(near + step * (size / np.maximum(before, np.float32(1e-30))), dtype=np.float32)
        return found

    def _near(self, rest: Matrix) -> Matrix:
        return np.asarray(linalg.cho_solve(self._factor, rest, check_finite=False), dtype=np.float32)


def _dot(some: Matrix, others: Matrix) -> Matrix:
    found: Matrix = np.einsum("ij,ij->j", some, others)
    return found
