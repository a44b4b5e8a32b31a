"""The solution of the kernel machine: exact, spanned by landmarks, and told by a part of its rows."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from openteller.capabilities.understanding import kernel
from openteller.capabilities.understanding.kernel import Exact
from openteller.capabilities.understanding.views import Matrix, View, unit

ROWS, LABELS = 300, 3
EVERY = np.arange(ROWS)


@pytest.fixture(scope="module")
def view() -> View:
    return View("any", 1.0, 2.0, np.zeros(16, np.float32), np.eye(16, dtype=np.float32))


@pytest.fixture(scope="module")
def seen() -> Matrix:
    dice = np.random.default_rng(1)
    middles = dice.normal(size=(LABELS, 16))
    return unit((middles[EVERY % LABELS] + dice.normal(size=(ROWS, 16))).astype(np.float32))


@pytest.fixture(scope="module")
def words() -> sparse.csr_array:
    dice = np.random.default_rng(2)
    rows = sparse.random_array((ROWS, 40), density=0.1, random_state=dice, dtype=np.float32)
    return sparse.csr_array(rows)


@pytest.fixture(scope="module")
def targets() -> Matrix:
    shown = np.eye(LABELS, dtype=np.float32)[EVERY % LABELS]
    return np.asarray(shown - shown.mean(axis=0), dtype=np.float32)


def values(view: View, seen: Matrix, words: sparse.csr_array, landmarks: NDArray[np.intp]) -> Matrix:
    found = kernel.words_alike(words, landmarks)
    kernel.add_view(found, view, seen, landmarks)
    return found


def test_words_are_compared_alike_whether_common_or_rare(words: sparse.csr_array) -> None:
    plain = (words @ words.T).toarray() * np.float32(kernel.SPARSE_WEIGHT)
    assert np.allclose(kernel.words_alike(words, EVERY), plain, atol=1e-5)


def test_landmarks_that_are_all_rows_give_the_exact_solution(
    view: View, seen: Matrix, words: sparse.csr_array, targets: Matrix
) -> None:
    table = values(view, seen, words, EVERY)
    exact, spanned = Exact(table), kernel.span(table.copy(), EVERY)
    for taught in (EVERY, EVERY[EVERY % 5 > 0]):
        left = np.setdiff1d(EVERY, taught) if len(taught) < ROWS else EVERY
        ours = exact.scores(left, exact.taught(taught, targets[taught]))
        theirs = spanned.scores(left, spanned.taught(taught, targets[taught]))
        assert np.abs(ours - theirs).max() < 0.02


def test_a_solution_can_be_told_by_rows_that_cover_the_others(view: View, seen: Matrix, targets: Matrix) -> None:
    alone = kernel.likeness([view], [seen], [seen])
    weights = Exact(alone).taught(EVERY, targets)
    said = alone @ weights
    covering = kernel.covering([view], [seen], 280)
    told = kernel.told_by(covering, [view], [seen], weights)
    ours = kernel.likeness([view], [seen], [seen[covering]]) @ told
    assert np.abs(ours - said).mean() < 0.1 * np.abs(said).mean()


def test_rows_that_cover_leave_none_as_far_as_drawn_ones_do(view: View) -> None:
    dice = np.random.default_rng(4)
    crowd = unit(dice.normal(size=(1_000, 16)).astype(np.float32) * 0.2 + 1)
    few = unit(dice.normal(size=(100, 16)).astype(np.float32))
    rows = np.concatenate([crowd, few])
    covering = kernel.covering([view], [rows], 400)
    drawn = dice.permutation(len(rows))[:400]

    def farthest(chosen: NDArray[np.intp]) -> float:
        return float((rows @ rows[chosen].T).max(axis=1).min())

    assert len(set(covering.tolist())) == 400
    assert farthest(covering) > farthest(drawn) + 0.1


def test_a_few_rows_cover_themselves(view: View, seen: Matrix) -> None:
    assert kernel.covering([view], [seen], ROWS).tolist() == EVERY.tolist()
