"""Kernel ridge regression over sentence vectors and TF-IDF rows, solved in closed form.

Similarity of two texts: the sum of their views (``views.py``) plus ``0.2·(words + letters)``, the linear TF-IDF kernel.
On the validation part of BANKING77 (rows that training holds in another spelling taken out of it) the two views and
the words reach 94.7 %, the quick view and the words 93.3 %. No iterations: equal data give equal weights. Beyond
``EXACT_ROWS`` rows the landmarks are an evenly drawn part (Nyström).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from openteller.capabilities.understanding.views import Matrix, View
from openteller.capabilities.understanding.vocabulary import SparseRow

SPARSE_WEIGHT = 0.2
RIDGE = 0.2
EXACT_ROWS = 15_000
LANDMARKS = 7_000
_BAND = 1_000


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


def gram(
    views: Sequence[View],
    seen: Sequence[Matrix],
    sparse_rows: sparse.csr_array,
    other: NDArray[np.intp] | None = None,
) -> Matrix:
    """Kernel values of all rows (n) against the rows ``other`` (m; default all): n × m, in bands to spare memory."""
    against = slice(None) if other is None else other
    columns, sparse_columns = [part[against] for part in seen], sparse_rows[against].T.tocsc()
    result = np.empty((len(seen[0]), len(columns[0])), dtype=np.float32)
    for start in range(0, len(result), _BAND):
        band = slice(start, start + _BAND)
        result[band] = likeness(views, [part[band] for part in seen], columns)
        result[band] += np.float32(SPARSE_WEIGHT) * (sparse_rows[band] @ sparse_columns).toarray()
    return result


def solve(kernel: Matrix, targets: Matrix) -> Matrix:
    """Weights (n × columns) of the ridge solution for a square kernel (n × n) and centred targets (n × columns).

    ``kernel`` is overwritten: at 15,000 rows a copy would cost a gigabyte.
    """
    kernel[np.diag_indices_from(kernel)] += np.float32(RIDGE)
    # The transpose of a symmetric matrix is itself, in the memory order that LAPACK takes without a copy.
    factor = linalg.cho_factor(kernel.T, lower=True, overwrite_a=True, check_finite=False)
    weights: Matrix = linalg.cho_solve(factor, targets, check_finite=False).astype(np.float32)
    return weights


def solve_landmarks(normal: Matrix, square: Matrix, right: Matrix, ridge: float = RIDGE) -> Matrix:
    """Nyström: weights (m × columns) from the products RᵀR (m × m) and RᵀY (m × columns) of kernel values R (n × m)
    and centred targets Y, and the kernel among the landmarks (m × m).
    """
    normal = normal + np.float32(ridge) * square
    normal[np.diag_indices_from(normal)] += np.float32(1e-2)
    factor = linalg.cho_factor(normal, lower=True, overwrite_a=True, check_finite=False)
    weights: Matrix = linalg.cho_solve(factor, right, check_finite=False).astype(np.float32)
    return weights
