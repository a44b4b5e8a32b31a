"""Kernel ridge regression over sentence vectors and TF-IDF rows, solved in closed form.

Similarity of two texts: the sum of their views (``views.py``) plus ``0.2·(words + letters)``, the linear TF-IDF kernel.
No iterations: equal data give equal weights. Up to ``EXACT_ROWS`` rows the solution is exact; beyond, it is spanned by
landmarks that cover the rows (Nyström).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse
from scipy.linalg.blas import ssyrk

from openteller.capabilities.understanding.views import Matrix, View
from openteller.capabilities.understanding.vocabulary import SparseRow

SPARSE_WEIGHT = 0.2
RIDGE = 0.2
EXACT_ROWS = 20_000
LANDMARKS = 5_000
_BAND = 1_000
_OFTEN = 0.05
_AT_ONCE = 250
_SMOOTH = 1e-2
_FIRM = 1e-3
"""Added to the landmarks' own similarity: two of them may be the same text."""


def stack(rows: Sequence[SparseRow], terms: int) -> sparse.csr_array:
    """The TF-IDF rows as one matrix (rows × terms)."""
    ends = np.cumsum([0, *(len(row.terms) for row in rows)])
    places = np.concatenate([row.terms for row in rows]) if rows else np.zeros(0, dtype=np.int32)
    values = np.concatenate([row.values for row in rows]) if rows else np.zeros(0, dtype=np.float32)
    return sparse.csr_array((values, places, ends), shape=(len(rows), terms))


def likeness(views: Sequence[View], seen: Sequence[Matrix], others: Sequence[Matrix]) -> Matrix:
    """Similarity (n × m) of what is ``seen`` (n × k each) to ``others`` (m × k each) in all these views together."""
    total: Matrix = views[0].likeness(seen[0] @ others[0].T)
    for view, mine, theirs in zip(views[1:], seen[1:], others[1:], strict=True):
        total += view.likeness(mine @ theirs.T)
    return total


def covering(views: Sequence[View], seen: Sequence[Matrix], count: int) -> NDArray[np.intp]:
    """Row numbers (ascending) of ``count`` rows that leave none far from all of them: the farthest join, again and
    again. All rows when there are no more.
    """
    rows = np.concatenate([part * np.sqrt(view.weight) for view, part in zip(views, seen, strict=True)], axis=1)
    if len(rows) <= count:
        return np.arange(len(rows))
    chosen = np.random.default_rng(7).permutation(len(rows))[:_AT_ONCE]
    near = (rows @ rows[chosen].T).max(axis=1)
    while len(chosen) < count:
        near[chosen] = np.inf
        joining = np.argsort(near, kind="stable")[: min(_AT_ONCE, count - len(chosen))]
        chosen = np.concatenate([chosen, joining])
        near = np.maximum(near, (rows @ rows[joining].T).max(axis=1))
    return np.sort(chosen)


def words_alike(rows: sparse.csr_array, others: NDArray[np.intp]) -> Matrix:
    """What words and letters add to the similarity of all rows (n) to the rows ``others`` (m): n × m."""
    often = np.bincount(rows.indices, minlength=rows.shape[1]) > _OFTEN * rows.shape[0]
    # Terms that stand in many rows make most of the work, which dense products do five times as fast.
    dense, rare = rows[:, often].toarray(), rows[:, ~often].tocsr()
    columns, rare_columns = dense[others].T, rare[others].T.tocsc()
    result = np.empty((rows.shape[0], len(others)), dtype=np.float32)
    for start in range(0, len(result), _BAND):
        band = slice(start, start + _BAND)
        result[band] = dense[band] @ columns
        result[band] += (rare[band] @ rare_columns).toarray()
    result *= np.float32(SPARSE_WEIGHT)
    return result


def add_view(values: Matrix, view: View, seen: Matrix, others: NDArray[np.intp]) -> None:
    """Add what a view says to the similarity of all rows (n) to the rows ``others`` (m)."""
    columns = seen[others].T
    for start in range(0, len(values), _BAND):
        band = slice(start, start + _BAND)
        values[band] += view.likeness(seen[band] @ columns)


@dataclass(frozen=True)
class Exact:
    """Rows (n) with their kernel values among each other (n × n)."""

    values: Matrix

    def taught(self, places: NDArray[np.intp], targets: Matrix, ridge: float = RIDGE) -> Matrix:
        """Weights (n × columns) of the ridge solution on the rows at ``places``, whose centred targets are given."""
        kernel = self.values[np.ix_(places, places)]
        kernel[np.diag_indices_from(kernel)] += np.float32(ridge)
        # The transpose of a symmetric matrix is itself, in the memory order that LAPACK takes without a copy.
        factor = linalg.cho_factor(kernel.T, lower=True, overwrite_a=True, check_finite=False)
        weights = np.zeros((len(self.values), targets.shape[1]), dtype=np.float32)
        weights[places] = linalg.cho_solve(factor, targets, check_finite=False)
        return weights

    def scores(self, places: NDArray[np.intp], solution: Matrix) -> Matrix:
        """Raw scores (places × columns) of rows."""
        scores: Matrix = self.values[places] @ solution
        return scores

    def weights(self, solution: Matrix) -> Matrix:
        """The weights of the rows: the solution itself."""
        return solution


@dataclass(frozen=True)
class Span:
    """Rows (n) in coordinates in which the kernel is a plain product: ``rows`` n × m, with ``factor`` (m × m, lower)
    such that ``rows @ factor.T`` are the kernel values against the landmarks.

    A ridge in these coordinates stays far from what single precision cannot tell from nothing; in the kernel values
    themselves it does not.
    """

    rows: Matrix
    factor: Matrix

    def taught(self, places: NDArray[np.intp], targets: Matrix, ridge: float = RIDGE) -> Matrix:
        """Coordinates (m × columns) of the ridge solution on the rows at ``places``, whose centred targets are given.
        Landmarks elsewhere stay as places to look from; what they show is not told.
        """
        rows = self.rows if len(places) == len(self.rows) else self.rows[places]
        normal: Matrix = ssyrk(1.0, rows.T) if len(rows) else np.zeros((rows.shape[1],) * 2, np.float32)
        normal[np.diag_indices_from(normal)] += np.float32(ridge)
        factor = linalg.cho_factor(normal, lower=False, overwrite_a=True, check_finite=False)
        return np.asarray(linalg.cho_solve(factor, rows.T @ targets, check_finite=False), dtype=np.float32)

    def scores(self, places: NDArray[np.intp], solution: Matrix) -> Matrix:
        """Raw scores (places × columns) of rows."""
        scores: Matrix = self.rows[places] @ solution
        return scores

    def weights(self, solution: Matrix) -> Matrix:
        """The weights of the landmarks (m × columns) that stand for a solution."""
        return weights_of(self.factor, solution)


def span(values: Matrix, landmarks: NDArray[np.intp]) -> Span:
    """The rows with these kernel values (n × m) against the landmarks among them; they are overwritten."""
    factor = factor_of(values, landmarks)
    for start in range(0, len(values), _BAND):
        band = values[start : start + _BAND]
        band[:] = linalg.solve_triangular(factor, band.T, lower=True, check_finite=False).T
    return Span(values, factor)


def factor_of(values: Matrix, landmarks: NDArray[np.intp]) -> Matrix:
    """The factor (m × m, lower) of how alike the landmarks are to each other, from the kernel values of all rows."""
    square = values[landmarks]
    square[np.diag_indices_from(square)] += np.float32(_FIRM)
    factor: Matrix = linalg.cholesky(square, lower=True, overwrite_a=True, check_finite=False)
    return factor


def weights_of(factor: Matrix, solution: Matrix) -> Matrix:
    """The weights of landmarks (m × columns) with this factor that stand for a solution in their coordinates."""
    found = linalg.solve_triangular(factor, solution, lower=True, trans="T", check_finite=False)
    return np.asarray(found, dtype=np.float32)


def told_by(landmarks: NDArray[np.intp], views: Sequence[View], seen: Sequence[Matrix], weights: Matrix) -> Matrix:
    """Weights of landmarks (m × columns) that say of all rows what their own (n × columns) say, but for words. What is
    unlike the rows is told less well: in words never seen, the shipped pack loses two points by a third of its rows.
    """
    near = [part[landmarks] for part in seen]
    said = np.empty((len(seen[0]), weights.shape[1]), dtype=np.float32)
    values = np.empty((len(said), len(landmarks)), dtype=np.float32)
    for start in range(0, len(said), _BAND):
        band = slice(start, start + _BAND)
        some = [part[band] for part in seen]
        said[band] = likeness(views, some, seen) @ weights
        values[band] = likeness(views, some, near)
    spanned = span(values, landmarks)
    return spanned.weights(spanned.taught(np.arange(len(said)), said, _SMOOTH))
