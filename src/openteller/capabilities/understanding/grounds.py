"""What a machine is solved on: its rows as seen and in words, and the landmarks that carry the solution. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from openteller.capabilities.understanding import kernel
from openteller.capabilities.understanding.kernel import Exact, Span
from openteller.capabilities.understanding.machine import Head, Machine, in_bytes
from openteller.capabilities.understanding.views import Matrix, View
from openteller.capabilities.understanding.vocabulary import Vocabulary


@dataclass(frozen=True)
class Grounds:
    """What a machine is solved on: its rows as seen and in words, and which of them carry the solution."""

    views: tuple[View, ...]
    seen: list[Matrix]
    sparse_rows: csr_array
    landmarks: NDArray[np.intp]
    few: int
    """Most landmarks where deeper views follow."""

    def kernels(self) -> Iterator[tuple[NDArray[np.intp], Matrix]]:
        """For the first view, two …: the places of the landmarks that carry the solution, and the kernel values of all
        rows against them. They are one growing array: it may be gigabytes, and is to be done with before the next.
        """
        values = kernel.words_alike(self.sparse_rows, self.landmarks)
        for depth, (view, seen) in enumerate(zip(self.views, self.seen, strict=True), start=1):
            kernel.add_view(values, view, seen, self.landmarks)
            places = np.arange(len(self.landmarks))
            if len(places) < len(values):
                places = self._few(depth, places)
            yield places, values if len(places) == values.shape[1] else values[:, places]

    def solvers(self) -> Iterator[tuple[NDArray[np.intp], Exact | Span]]:
        """The same places with what solves for them."""
        for places, values in self.kernels():
            if len(places) == len(values):
                yield places, Exact(values)
            else:
                yield places, kernel.span(np.array(values), self.landmarks[places])

    def head(self, depth: int, places: NDArray[np.intp], weights: Matrix, priors: Matrix) -> Head:
        """The weights of the landmarks at ``places`` (m × columns), with those of the words gathered from them. Where
        more of them than ``few`` carry the solution (an exact one) and deeper views follow, a few tell it.
        """
        words = self.sparse_rows[self.landmarks[places]].T.tocsr()
        told = np.asarray(words @ weights, dtype=np.float32) * np.float32(kernel.SPARSE_WEIGHT)
        few = self._few(depth, places)
        if len(few) < len(places):
            weights = kernel.told_by(few, self.views[:depth], self._near(depth), weights)
        numbers = few.astype(np.int32)
        return Head(numbers, weights.astype(np.float32), told.astype(np.float16), priors.astype(np.float32))

    def _few(self, depth: int, places: NDArray[np.intp]) -> NDArray[np.intp]:
        """The places themselves; where deeper views follow and they are too many, a few that cover them all."""
        if depth == len(self.views) or len(places) <= self.few:
            return places
        return kernel.covering(self.views[:depth], self._near(depth), self.few)

    def _near(self, depth: int) -> list[Matrix]:
        """What the first views see of the landmarks."""
        return [part[self.landmarks] for part in self.seen[:depth]]

    def machine(self, vocabulary: Vocabulary, heads: Sequence[Head]) -> Machine:
        """The heads with what they stand on."""
        return Machine(vocabulary, tuple(in_bytes(part[self.landmarks]) for part in self.seen), tuple(heads))
