"""Looking at a text with a trained machine: in bytes, a band at a time, and still what the formula says."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from openteller.capabilities.understanding.machine import Head, Landmarks, Machine, in_bytes
from openteller.capabilities.understanding.views import Matrix, View, unit
from openteller.capabilities.understanding.vocabulary import SparseRow, Vocabulary

LANDMARKS, LABELS, TERMS = 4_100, 5, 8
WIDTHS = (48, 32)
VIEWS = tuple(
    View(f"view {place}", 1.0 + place, 2.0, np.zeros(width, np.float32), np.eye(width, dtype=np.float32))
    for place, width in enumerate(WIDTHS)
)


def rows(count: int, width: int, seed: int) -> Matrix:
    return unit(np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32))


def spelled(seed: int) -> SparseRow:
    dice = np.random.default_rng(seed)
    terms = np.sort(dice.permutation(TERMS)[:3]).astype(np.int32)
    return SparseRow(terms, dice.random(3).astype(np.float32), 1.0)


@pytest.fixture(scope="module")
def exact() -> tuple[Matrix, ...]:
    """The landmarks as they were before they became bytes."""
    return tuple(rows(LANDMARKS, width, 5) for width in WIDTHS)


@pytest.fixture(scope="module")
def machine(exact: tuple[Matrix, ...]) -> Machine:
    dice = np.random.default_rng(9)
    heads = tuple(
        Head(
            places,
            (dice.normal(size=(len(places), LABELS)) / LANDMARKS).astype(np.float32),
            dice.normal(size=(TERMS, LABELS)).astype(np.float16),
            dice.random(LABELS).astype(np.float32),
        )
        for places in (np.arange(0, LANDMARKS, 2, dtype=np.int32), np.arange(LANDMARKS, dtype=np.int32))
    )
    vocabulary = Vocabulary(tuple("abcdefgh"), np.ones(TERMS, np.float32))
    return Machine(vocabulary, tuple(in_bytes(part) for part in exact), heads)


def test_bytes_tell_nearly_the_same_cosines(exact: tuple[Matrix, ...]) -> None:
    asked = rows(40, WIDTHS[0], 6)
    assert np.abs(in_bytes(exact[0]).cosines(asked) - asked @ exact[0].T).max() < 0.01


def test_nothing_is_like_nothing() -> None:
    nothing = np.zeros((2, WIDTHS[0]), np.float32)
    assert not in_bytes(rows(7, WIDTHS[0], 5)).cosines(nothing).any()


def test_some_landmarks_are_the_same_landmarks(exact: tuple[Matrix, ...]) -> None:
    every, places = in_bytes(exact[0]), np.array([3, 1], dtype=np.int32)
    asked = rows(1, WIDTHS[0], 6)
    assert np.array_equal(every.some(places).cosines(asked), every.cosines(asked)[:, places])


@pytest.mark.parametrize("texts", [1, 3])
@pytest.mark.parametrize("depth", [1, 2])
def test_scores_are_what_the_formula_says(machine: Machine, exact: tuple[Matrix, ...], texts: int, depth: int) -> None:
    seen = [rows(texts, width, 6) for width in WIDTHS[:depth]]
    words = [spelled(seed) for seed in range(texts)]
    scores, alike = machine.scores(VIEWS, seen, words)
    head = machine.heads[depth - 1]
    near: list[Landmarks] = [in_bytes(part[head.places]) for part in exact[:depth]]
    expected: NDArray[np.float32] = sum(
        (view.likeness(part.cosines(one)) for view, part, one in zip(VIEWS, near, seen, strict=False)),
        start=np.zeros((texts, len(head.places)), np.float32),
    )
    by_words = np.stack([row.values @ head.sparse_weights[row.terms].astype(np.float32) for row in words])
    assert np.allclose(alike, expected / sum(view.weight for view in VIEWS[:depth]), atol=1e-5)
    assert np.allclose(scores, expected @ head.weights + by_words + head.priors, atol=1e-4)
