"""Hybrid retrieval: which article answers a question, by meaning (vectors) and by words (letter sequences) at once.

One ridge regression over both kernels learns from every piece of every article, in all languages together, to tell the
articles apart: what is close to many articles ("how much", "card") counts for none. Measured against the nearest piece
by BM25, by vectors or by both in ``docs/explanation/retrieval.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.knowledge.units import QUESTION, Unit
from openteller.capabilities.knowledge.words import Terms

Matrix = NDArray[np.float32]

_WORDS = 0.4
"""How much shared letter sequences weigh beside the square of the cosine of meanings."""
_RIDGE, _RIDGE_PROSE = 1.0, 0.5
"""Example questions may be odd ones; what the article itself says is about it for certain."""


@dataclass(frozen=True)
class Index:
    """``vectors`` units × d; ``meaning`` units × articles and ``sequences`` terms × articles are the learned weights;
    ``holding`` articles × terms says how many units of an article hold a term.
    """

    articles: tuple[str, ...]
    units: tuple[Unit, ...]
    terms: Terms
    vectors: Matrix
    meaning: Matrix
    sequences: Matrix
    holding: NDArray[np.uint8]

    def owners(self) -> NDArray[np.intp]:
        """The article of each unit."""
        return np.array([unit.article for unit in self.units], dtype=np.intp)

    def score(self, text: str, vector: Matrix) -> tuple[Matrix, Matrix]:
        """A score an article, about 1 for the right one and 0 for others; and the cosine to each unit."""
        cosines: Matrix = self.vectors @ vector
        places, weights = self.terms.row(text)
        scores: Matrix = curved(cosines) @ self.meaning + weights @ self.sequences[places]
        return scores, cosines

    def coverage(self, text: str, own: int | None = None) -> Matrix:
        """How much of the question (0–1, its telling pieces more) each article mentions at all. ``own`` is the article
        that has this question as one of its units, which then does not count.
        """
        places, unknown = self.terms.known(text)
        held = self.holding[:, places].astype(np.int16)
        if own is not None:
            held[own] -= 1
        telling = self.terms.idf[places] ** 2
        covered: Matrix = (held > 0) @ telling / max(float(telling.sum()) + unknown, 1e-6)
        return covered


@dataclass(frozen=True)
class Learned:
    """An index and what is needed to ask its own questions as if they had not been there.

    ``alpha`` units × articles are the dual weights, ``inverse`` units × units the inverted regularised kernel.
    """

    index: Index
    alpha: Matrix
    inverse: Matrix
    targets: Matrix

    def without(self, units: NDArray[np.intp]) -> Matrix:
        """The scores that ``units`` (their places) would get had none of them been learned from (units × articles)."""
        block = self.inverse[np.ix_(units, units)]
        scores: Matrix = self.targets[units] - np.linalg.solve(block, self.alpha[units])
        return scores


def learn(articles: Sequence[str], units: Sequence[Unit], vectors: Matrix) -> Learned:
    """Build the index. ``vectors`` has a unit vector for each unit."""
    terms = Terms.of([unit.text for unit in units])
    rows = terms.matrix([unit.text for unit in units])
    kernel = curved(vectors @ vectors.T) + _WORDS * (rows @ rows.T).toarray()
    kernel[np.diag_indices(len(units))] += [_RIDGE if unit.kind == QUESTION else _RIDGE_PROSE for unit in units]
    targets = np.zeros((len(units), len(articles)), dtype=np.float32)
    targets[np.arange(len(units)), [unit.article for unit in units]] = 1
    inverse: Matrix = np.linalg.inv(kernel.astype(np.float32))
    alpha: Matrix = inverse @ targets
    sequences = np.asarray(rows.T.tocsr() @ alpha, dtype=np.float32) * np.float32(_WORDS)
    holding = np.minimum(targets.T @ (rows > 0).astype(np.float32).toarray(), 255).astype(np.uint8)
    index = Index(tuple(articles), tuple(units), terms, vectors, alpha, sequences, holding)
    return Learned(index, alpha, inverse, targets)


def curved(cosines: Matrix) -> Matrix:
    """The square with the sign kept: near meanings count, far ones hardly."""
    curve: Matrix = np.sign(cosines) * cosines**2
    return curve
