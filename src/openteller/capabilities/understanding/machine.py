"""A trained machine: landmarks, and for each depth of looking the weights of its columns. No I/O, no training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import simsimd
from numpy.typing import NDArray

from openteller.capabilities.understanding.views import Matrix, View
from openteller.capabilities.understanding.vocabulary import SparseRow, Vocabulary

_BAND = 2_000
"""Landmarks whose weights fit the processor's own memory while all texts go over them."""


@dataclass(frozen=True)
class Landmarks:
    """Rows of length 1 (n × k) in a byte a number: ``codes`` times the ``steps`` (n) of their rows. Most of the time of
    a look goes into reading them, and bytes are read four times as fast; a cosine is off by 0.002.
    """

    codes: NDArray[np.int8]
    steps: Matrix

    def cosines(self, rows: Matrix) -> Matrix:
        """Cosines (texts × n) of ``rows`` (texts × k) to each."""
        asked = in_bytes(rows)
        products = np.asarray(simsimd.cdist(asked.codes, self.codes, "dot", out_dtype="float32"))
        cosines: Matrix = products * self.steps * asked.steps[:, None]
        return cosines

    def some(self, places: NDArray[np.int32]) -> Landmarks:
        """Those at ``places``."""
        return self if len(places) == len(self.steps) else Landmarks(self.codes[places], self.steps[places])


def in_bytes(rows: Matrix) -> Landmarks:
    """Rows (n × k) in a byte a number."""
    steps = np.maximum(np.abs(rows).max(axis=1, initial=0), np.float32(1e-6)) / np.float32(127)
    return Landmarks(np.rint(rows / steps[:, None]).astype(np.int8), steps)


@dataclass(frozen=True)
class Head:
    """The weights at one depth: ``places`` (m) of the landmarks it stands on, ``weights`` m × c, ``sparse_weights``
    terms × c (in half precision: they are most of a model), ``priors`` c.
    """

    places: NDArray[np.int32]
    weights: Matrix
    sparse_weights: NDArray[np.float16]
    priors: Matrix


@dataclass(frozen=True)
class Machine:
    """``landmarks``: n rows for each view. ``heads[0]`` goes with the first view alone, ``heads[1]`` with two."""

    vocabulary: Vocabulary
    landmarks: tuple[Landmarks, ...]
    heads: tuple[Head, ...]
    _near: tuple[tuple[Landmarks, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        near = tuple(
            tuple(part.some(head.places) for part in self.landmarks[:depth])
            for depth, head in enumerate(self.heads, start=1)
        )
        object.__setattr__(self, "_near", near)

    def scores(self, views: Sequence[View], seen: Sequence[Matrix], rows: Sequence[SparseRow]) -> tuple[Matrix, Matrix]:
        """Raw scores (texts × c) and likeness to the head's landmarks (texts × m, at most 1), as deep as ``seen``."""
        head = self.heads[len(seen) - 1]
        alike = self._similarity(views, seen)
        scores: Matrix = _weighed(alike, head.weights) + head.priors
        for place, row in enumerate(rows):
            if len(row.terms):
                scores[place] += row.values @ head.sparse_weights[row.terms].astype(np.float32)
        return scores, alike / _most(views, seen)

    def likeness(self, views: Sequence[View], seen: Sequence[Matrix]) -> Matrix:
        """Likeness (at most 1) of what is seen to the head's landmarks (texts × m)."""
        return self._similarity(views, seen) / _most(views, seen)

    def _similarity(self, views: Sequence[View], seen: Sequence[Matrix]) -> Matrix:
        near = self._near[len(seen) - 1]
        total = views[0].likeness(near[0].cosines(seen[0]))
        for view, rows, others in zip(views[1:], seen[1:], near[1:], strict=False):
            total += view.likeness(others.cosines(rows))
        return total


def _weighed(alike: Matrix, weights: Matrix) -> Matrix:
    """``alike @ weights``, a band at a time: a few rows go one by one, because the product of two matrices copies the
    large one first.
    """
    result = np.zeros((len(alike), weights.shape[1]), dtype=np.float32)
    for start in range(0, len(weights), _BAND):
        band = weights[start : start + _BAND]
        for place, row in enumerate(alike):
            result[place] += row[start : start + _BAND] @ band
    return result


def _most(views: Sequence[View], seen: Sequence[Matrix]) -> np.float32:
    return np.float32(sum(view.weight for view in views[: len(seen)]))
