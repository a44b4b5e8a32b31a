"""A trained machine: landmarks, and for each depth of looking the weights of its columns. No I/O, no training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.understanding.kernel import likeness
from openteller.capabilities.understanding.views import Matrix, View, times
from openteller.capabilities.understanding.vocabulary import SparseRow, Vocabulary


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
    """``landmarks``: n × k for each view. ``heads[0]`` goes with the first view alone, ``heads[1]`` with two."""

    vocabulary: Vocabulary
    landmarks: tuple[Matrix, ...]
    heads: tuple[Head, ...]
    _near: tuple[tuple[Matrix, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        near = tuple(
            tuple(part if len(head.places) == len(part) else part[head.places] for part in self.landmarks[:depth])
            for depth, head in enumerate(self.heads, start=1)
        )
        object.__setattr__(self, "_near", near)

    def scores(self, views: Sequence[View], seen: Sequence[Matrix], rows: Sequence[SparseRow]) -> tuple[Matrix, Matrix]:
        """Raw scores (texts × c) and likeness to the head's landmarks (texts × m, at most 1), as deep as ``seen``."""
        head = self.heads[len(seen) - 1]
        alike = self._similarity(views, seen)
        scores: Matrix = times(alike, head.weights) + head.priors
        for place, row in enumerate(rows):
            if len(row.terms):
                scores[place] += row.values @ head.sparse_weights[row.terms].astype(np.float32)
        return scores, alike / _most(views, seen)

    def likeness(self, views: Sequence[View], seen: Sequence[Matrix]) -> Matrix:
        """Likeness (at most 1) of what is seen to the head's landmarks (texts × m)."""
        return self._similarity(views, seen) / _most(views, seen)

    def _similarity(self, views: Sequence[View], seen: Sequence[Matrix]) -> Matrix:
        return likeness(views[: len(seen)], seen, self._near[len(seen) - 1])


def _most(views: Sequence[View], seen: Sequence[Matrix]) -> np.float32:
    return np.float32(sum(view.weight for view in views[: len(seen)]))
