"""Yes-or-no columns solved with a margin: the least of the squared hinge loss, each row also without its fold."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from openteller.capabilities.understanding.margin import Rows, separate
from openteller.capabilities.understanding.views import Matrix

ROWS, WIDTH, COLUMNS, RIDGE = 400, 30, 3, 1.0
FOLD = np.arange(ROWS) % 4
CLOSE = 0.05
"""Of scores that go from 0 to 1: a few steps are taken, not all."""


@pytest.fixture(scope="module")
def rows() -> Matrix:
    return np.random.default_rng(5).normal(size=(ROWS, WIDTH)).astype(np.float32) / np.float32(WIDTH**0.5)


@pytest.fixture(scope="module")
def shown(rows: Matrix) -> Matrix:
    """Few show it, as with signals; some of them against what their rows say."""
    dice = np.random.default_rng(6)
    said = rows[:, :COLUMNS] + dice.normal(size=(ROWS, COLUMNS)) * 0.1
    return np.asarray(said > np.quantile(said, 0.9, axis=0), dtype=np.float32)


def by_landmarks(rows: Matrix) -> Rows:
    """The same rows, told by their kernel values against landmarks that lie a little askew."""
    askew = np.tril(np.random.default_rng(7).normal(size=(WIDTH, WIDTH)) * 0.05, -1) + np.eye(WIDTH)
    factor = askew.astype(np.float32)
    return Rows(rows @ factor.T, factor)


def least(rows: Matrix, yes: NDArray[np.bool_], prior: float) -> NDArray[np.float64]:
    """The solution by another method, for one column."""

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ weights + prior
        over = np.where(yes, np.minimum(scores - 1, 0), np.maximum(scores, 0))
        return float(over @ over + RIDGE * weights @ weights), 2 * (rows.T @ over + RIDGE * weights)

    return np.asarray(minimize(loss, np.zeros(WIDTH), jac=True, method="L-BFGS-B").x)


def test_it_finds_the_least_loss_with_all_rows_and_without_each_fold(rows: Matrix, shown: Matrix) -> None:
    priors = shown.mean(axis=0)
    solution, held_out = separate(by_landmarks(rows), shown, np.ones_like(shown, bool), priors, FOLD, RIDGE)
    for column in range(COLUMNS):
        yes = shown[:, column] > 0.5
        best = least(rows, yes, priors[column])
        assert np.abs(rows @ (solution[:, column] - best)).max() < CLOSE
        by_ridge = np.linalg.solve(rows.T @ rows + RIDGE * np.eye(WIDTH), rows.T @ (yes - priors[column]))
        assert np.abs(rows @ (by_ridge - best)).max() > 2 * CLOSE
        for number in range(4):
            kept, left = number != FOLD, number == FOLD
            alone = rows[left] @ least(rows[kept], yes[kept], priors[column]) + priors[column]
            assert np.abs(held_out[left, column] - alone).max() < CLOSE


def test_a_row_that_does_not_count_teaches_nothing(rows: Matrix, shown: Matrix) -> None:
    counted = np.ones_like(shown, bool)
    counted[::5, 0] = False
    lies = shown.copy()
    lies[::5, 0] = 1 - lies[::5, 0]
    priors = shown.mean(axis=0)
    told, lied = (separate(by_landmarks(rows), said, counted, priors, FOLD, RIDGE)[0] for said in (shown, lies))
    assert np.allclose(told, lied, atol=1e-5)
