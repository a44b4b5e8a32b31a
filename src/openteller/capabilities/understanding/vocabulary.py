"""TF-IDF over words, word pairs and letter runs, in pure Python: what is stored is a list of strings and an array."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.understanding.wording import words

MAX_TERMS = 60_000
_RUN_LENGTHS = (2, 3, 4, 5)
_PAIR = "\x1f"


def word_terms(text: str) -> list[str]:
    """Single words and neighbouring pairs of a plain text."""
    single = words(text)
    return single + [f"{first}{_PAIR}{second}" for first, second in pairwise(single)]


def letter_terms(text: str) -> list[str]:
    """Runs of 2–5 letters inside each word, its edges marked by spaces: these carry typos and endings."""
    runs: list[str] = []
    for word in words(text):
        edged = f" {word} "
        for length in _RUN_LENGTHS:
            runs.extend(edged[start : start + length] for start in range(max(1, len(edged) - length + 1)))
    return [f"\x1e{run}" for run in runs]


@dataclass(frozen=True)
class SparseRow:
    """One text: term numbers and their values; the word part and the letter part each have length 1."""

    terms: NDArray[np.int32]
    values: NDArray[np.float32]
    known_share: float
    """Share (0–1) of the text's words that training has seen."""


@dataclass(frozen=True)
class Vocabulary:
    """The terms that training has seen, in a fixed order, and how rare each is (``idf``, natural logarithm)."""

    terms: tuple[str, ...]
    idf: NDArray[np.float32]
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", {term: place for place, term in enumerate(self.terms)})

    def row(self, text: str) -> SparseRow:
        """The features of one plain text."""
        single = words(text)
        known = sum(word in self._places for word in single)
        parts = [self._part(word_terms(text)), self._part(letter_terms(text))]
        return SparseRow(
            np.concatenate([part[0] for part in parts]),
            np.concatenate([part[1] for part in parts]),
            known / len(single) if single else 0.0,
        )

    def _part(self, found: Iterable[str]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        counts = Counter(place for term in found if (place := self._places.get(term)) is not None)
        places = np.fromiter(counts.keys(), dtype=np.int32, count=len(counts))
        times = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(times)) * self.idf[places]
        length = float(np.linalg.norm(values))
        return places, values / length if length else values


def build_vocabulary(texts: Sequence[str]) -> Vocabulary:
    """The vocabulary of plain ``texts``: every term in small data, terms of at least two texts in large data."""
    frequency: Counter[str] = Counter()
    for text in texts:
        frequency.update({*word_terms(text), *letter_terms(text)})
    least = 2 if len(texts) > 2_000 else 1
    kept = [term for term, count in frequency.items() if count >= least]
    kept.sort(key=lambda term: (-frequency[term], term))
    terms = tuple(sorted(kept[:MAX_TERMS]))
    idf = [math.log((1 + len(texts)) / (1 + frequency[term])) + 1 for term in terms]
    return Vocabulary(terms, np.array(idf, dtype=np.float32))
