"""Views: how the vectors of each encoder are compared. A message is seen through one encoder, or through all.

The first view is quick and knows some languages, the later ones are dear and know more. A view keeps the directions in
which bank messages differ (their principal components): 192 of 512 and 128 of 384 were as good as all in English and
one to two points better in a language that training had not seen, at a third of the work. The later views let go of
those in which one language differs from another, whatever is said: held out, 1.5 more signals of a hundred are found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openteller.ports import Encoder

Matrix = NDArray[np.float32]

_SHAPES = ((1.0, 2.0, 192), (2.0, 4.0, 128), (2.0, 2.0, 512))
"""Weight, sharpness and most directions of the first view, the second, and that of how another model understands it."""
_ENOUGH = 1_000
"""Texts from which principal components say something; with fewer, all directions are kept."""
_FLATTER = 0.5
_APART = 6
"""Most directions let go because they tell languages apart; four were too few, twelve no better."""


@dataclass(frozen=True)
class View:
    """``weight · exp(sharpness · (cosine − 1))`` of what is left of two vectors when ``mean`` (d) is taken away and
    only the directions of ``basis`` (d × k) are kept.
    """

    encoder: str
    weight: float
    sharpness: float
    mean: Matrix
    basis: Matrix

    def seen(self, vectors: Matrix) -> Matrix:
        """Rows of length 1 (texts × k)."""
        kept = (vectors - self.mean) @ self.basis
        return unit(kept.astype(np.float32, copy=False))

    def likeness(self, cosines: Matrix) -> Matrix:
        """The similarity of what has these cosines."""
        likeness: Matrix = np.float32(self.weight) * np.exp(np.float32(self.sharpness) * (cosines - 1))
        return likeness


def flatter(views: Sequence[View]) -> tuple[View, ...]:
    """The views with half their sharpness, for what very unlike messages show, as a signal: held out, two more of a
    hundred are found.
    """
    return tuple(replace(view, sharpness=_FLATTER * view.sharpness) for view in views)


def unit(rows: Matrix) -> Matrix:
    """Rows of length 1; a row of nothing stays nothing."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    result: Matrix = (rows / np.maximum(lengths, np.float32(1e-6))).astype(np.float32)
    return result


def view_of(place: int, encoder: Encoder, vectors: Matrix, languages: Sequence[str] = ()) -> View:
    """The view through ``encoder``, the ``place``-th (from 0), learnt from the vectors of many texts. ``languages``: of
    each text, if it says what others say in theirs; else "".
    """
    width = vectors.shape[1]
    most = _SHAPES[min(place, len(_SHAPES) - 1)][2]
    mean = np.zeros(width, dtype=np.float32)
    if place:
        mean = vectors.mean(axis=0).astype(np.float32)
    if len(vectors) < _ENOUGH:
        return view_with(place, encoder.name, mean, np.eye(width, dtype=np.float32))
    centred = (vectors - mean).astype(np.float64)
    if place:
        apart = _telling_apart(centred, languages)
        centred -= centred @ apart.T @ apart
    _, directions = np.linalg.eigh(centred.T @ centred)
    basis = directions[:, ::-1][:, :most]
    basis = basis * np.sign(basis[np.abs(basis).argmax(axis=0), np.arange(basis.shape[1])])
    return view_with(place, encoder.name, mean, np.ascontiguousarray(basis, dtype=np.float32))


def _telling_apart(centred: NDArray[np.float64], languages: Sequence[str]) -> NDArray[np.float64]:
    """The directions (few × d, each of length 1) in which the means of the languages differ most."""
    spoken = np.array(languages)
    means = [centred[spoken == language].mean(axis=0) for language in sorted(set(languages) - {""})]
    if len(means) < 2:
        return np.zeros((0, centred.shape[1]))
    directions = np.linalg.svd(np.stack(means) - np.mean(means, axis=0), full_matrices=False)[2]
    return directions[: min(_APART, len(means) - 1)]


def view_with(place: int, encoder: str, mean: Matrix, basis: Matrix) -> View:
    """The ``place``-th view, with what it has learnt."""
    weight, sharpness, _ = _SHAPES[min(place, len(_SHAPES) - 1)]
    return View(encoder, weight, sharpness, mean, basis)
