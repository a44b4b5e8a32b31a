"""TF-IDF over words, word pairs and letter runs, in pure Python: what is stored is a list of strings and an array."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.understanding.wording import words

MAX_TERMS = 45_000
_RUN_LENGTHS = (2, 3, 4, 5)
_PAIR = "\x1f"


def word_terms(single: Sequence[str]) -> list[str]:
    """Single words and neighbouring pairs of a plain text."""
    return [*single, *(f"{first}{_PAIR}{second}" for first, second in pairwise(single))]


def letter_terms(single: Sequence[str]) -> list[str]:
    """Runs of 2–5 letters inside each word, its edges marked by spaces: these carry typos and endings."""
    runs: list[str] = []
    for word in single:
        edged = f" {word} "
        for length in _RUN_LENGTHS:
            runs.extend(edged[start : start + length] for start in range(max(1, len(edged) - length + 1)))
    return [f"\x1e{run}" for run in runs]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plain text is made of: its words, and how often each word or word pair, and each run of letters, stands
    in it. Any number of vocabularies may look it up.
    """

    words: tuple[str, ...]
    of_words: Mapping[str, int]
    of_letters: Mapping[str, int]


def terms_of(text: str) -> Terms:
    """Cut a plain text."""
    single = words(text)
    return Terms(tuple(single), Counter(word_terms(single)), Counter(letter_terms(single)))


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

    def row(self, found: Terms) -> SparseRow:
        """The features of one text."""
        known = sum(word in self._places for word in found.words)
        parts = [self._part(found.of_words), self._part(found.of_letters)]
        return SparseRow(
            np.concatenate([part[0] for part in parts]),
            np.concatenate([part[1] for part in parts]),
            known / len(found.words) if found.words else 0.0,
        )

    def _part(self, found: Mapping[str, int]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        places = self._places
        counts = [(places[term], times) for term, times in found.items() if term in places]
        if not counts:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        numbers = np.array(counts, dtype=np.int32)
        values = (1 + np.log(numbers[:, 1], dtype=np.float32)) * self.idf[numbers[:, 0]]
        return numbers[:, 0], values / np.float32(np.sqrt(values @ values))


def build_vocabulary(texts: Sequence[Terms]) -> Vocabulary:
    """The vocabulary of ``texts``: every term in small data, terms of at least two texts in large data."""
    frequency: Counter[str] = Counter()
    for text in texts:
        frequency.update([*text.of_words, *text.of_letters])
    least = 2 if len(texts) > 2_000 else 1
    kept = [term for term, count in frequency.items() if count >= least]
    kept.sort(key=lambda term: (-frequency[term], term))
    terms = tuple(sorted(kept[:MAX_TERMS]))
    idf = [math.log((1 + len(texts)) / (1 + frequency[term])) + 1 for term in terms]
    return Vocabulary(terms, np.array(idf, dtype=np.float32))
