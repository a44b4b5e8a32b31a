"""How another model understands a text, as a vector: so a bank's few examples stand on all that the pack was taught.

Five examples of an intent say little; that the pack takes a message for "a card payment that is not known" says much
about it, also to somebody who calls it something else or asks for something in between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.understanding.model import Model
from openteller.capabilities.understanding.vectors import cores
from openteller.capabilities.understanding.views import Matrix, unit
from openteller.capabilities.understanding.vocabulary import SparseRow, terms_of
from openteller.ports import Encoder

_AT_ONCE = 250


class UnderstoodAs:
    """Fulfils ``ports.Encoder``: the scores of each of the model's labels, seen through all of its views. It is named
    by the version of the model.
    """

    languages: frozenset[str] | None = None

    def __init__(self, model: Model, encoders: Sequence[Encoder]) -> None:
        """``encoders``: those that ``model`` was trained with."""
        self.name = f"understood-as-{model.facts.version}"
        self.dimensions = len(model.facts.labels)
        self._model, self._encoders = model, tuple(encoders)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row of length 1 for each plain text (texts × labels)."""
        pairs = zip(self._encoders, self._model.views, strict=True)
        return self.of([view.seen(encoder.encode(texts)) for encoder, view in pairs], texts)

    def of(self, seen: Sequence[Matrix], texts: Sequence[str]) -> Matrix:
        """The same for texts that the model's views have seen (texts × k each)."""
        scores = partial(self._model.intents.scores, self._model.views)
        return unit(_in_bands(self._model, seen, texts, lambda part, rows: scores(part, rows)[0]))


def encoders_of(known: Model | None, views: int, encoders: Sequence[Encoder]) -> tuple[Encoder, ...]:
    """The encoders of a model with so many ``views``; one more is how its ``known`` model understands."""
    more = () if known is None or views <= len(encoders) else (UnderstoodAs(known, encoders),)
    return (*encoders, *more)


def shares_of(model: Model, seen: Sequence[Matrix], texts: Sequence[str]) -> Matrix:
    """What ``model`` takes plain texts for: the probability of each of its intents (texts × intents)."""
    return _in_bands(model, seen, texts, model.shares)


def _in_bands(
    model: Model,
    seen: Sequence[Matrix],
    texts: Sequence[str],
    read: Callable[[Sequence[Matrix], Sequence[SparseRow]], NDArray[np.floating]],
) -> Matrix:
    """What ``read`` says of all texts, some at a time on all cores."""

    def some(start: int) -> NDArray[np.floating]:
        band = slice(start, start + _AT_ONCE)
        rows = [model.intents.vocabulary.row(terms_of(text)) for text in texts[band]]
        return read([part[band] for part in seen], rows)

    with ThreadPoolExecutor(cores()) as pool:
        return np.concatenate(list(pool.map(some, range(0, len(texts), _AT_ONCE)))).astype(np.float32)
