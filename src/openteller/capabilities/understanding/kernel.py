"""Kernel ridge regression over sentence vectors and TF-IDF rows, solved in closed form.

Similarity of two texts: ``exp(2·(cosine − 1)) + 0.2·(words + letters)``, a Gaussian on the sphere of sentence vectors
plus the linear TF-IDF kernel. On BANKING77 this beat a linear SVM on the same features (93.1 against 92.9 on the
validation part, 82 against 81 with ten examples a label) and needs no iterations, so that equal data give equal
weights. Beyond ``EXACT_ROWS`` rows the landmarks are an evenly drawn part (Nyström).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from openteller.capabilities.understanding.vocabulary import SparseRow

Matrix = NDArray[np.float32]

SHARPNESS = 2.0
SPARSE_WEIGHT = 0.2
RIDGE = 0.2
EXACT_ROWS = 16_000
LANDMARKS = 6_000


def stack(rows: Sequence[SparseRow], terms: int) -> sparse.csr_array:
    """The TF-IDF rows as one matrix (rows × terms)."""
    ends = np.cumsum([0, *(len(row.terms) for row in rows)])
    places = np.concatenate([row.terms for row in rows]) if rows else np.zeros(0, dtype=np.int32)
    values = np.concatenate([row.values for row in rows]) if rows else np.zeros(0, dtype=np.float32)
    return sparse.csr_array((values, places, ends), shape=(len(rows), terms))


def dense_part(cosines: Matrix) -> Matrix:
    """The Gaussian part of the kernel, from cosines."""
    similarity: Matrix = np.exp(np.float32(SHARPNESS) * (cosines - 1))
    return similarity


def gram(dense: Matrix, sparse_rows: sparse.csr_array, other: NDArray[np.intp] | None = None) -> Matrix:
    """Kernel values of all rows (n) against the rows ``other`` (m; default all): n × m, in bands to spare memory."""
    against = slice(None) if other is None else other
    columns, sparse_columns = dense[against], sparse_rows[against].T.tocsc()
    result = np.empty((len(dense), len(columns)), dtype=np.float32)
    for start in range(0, len(dense), 1_000):
        band = slice(start, start + 1_000)
        result[band] = dense_part(dense[band] @ columns.T)
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


def solve_landmarks(rectangle: Matrix, square: Matrix, targets: Matrix) -> Matrix:
    """Nyström: weights (m × columns) for kernel values n × m against landmarks and m × m among them."""
    normal = rectangle.T @ rectangle
    normal += np.float32(RIDGE) * square
    normal[np.diag_indices_from(normal)] += np.float32(1e-2)
    factor = linalg.cho_factor(normal, lower=True, overwrite_a=True, check_finite=False)
    weights: Matrix = linalg.cho_solve(factor, rectangle.T @ targets, check_finite=False).astype(np.float32)
    return weights
