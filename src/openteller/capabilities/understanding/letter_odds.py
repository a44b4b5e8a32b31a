"""How likely a word is in each of several languages: how common it is and, if it was never seen, a chain of letters."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.understanding.letters import plain_text

Vector = NDArray[np.float64]
"""One number for each language."""

_BEGIN, _END = "\x02", "\x03"
LETTERS = 4
"""So many letters in a row are counted: one with up to three before it."""
_SEEN = 0.7
"""Share of the probability that goes to words that were seen, the rest to what letters make likely."""
_ALPHABET = 60
"""Size of an alphabet, roughly: what a letter gets that was never seen."""
_BARE = 0.3
"""What a word without its accents counts beside the word as it should be written."""
_COMMON = 2e4
"""A word that is one of so many teaches its letters twice."""


class WordOdds:
    """The words of some languages. ``shares``: for each language how much of what is written each word makes up.

    The shares of a language may add up to less than 1, if most of it is written in another script. ``letters``: how
    many in a row are counted; with 0 words that were not seen are equally likely in all.
    """

    def __init__(self, shares: Sequence[Mapping[str, float]], letters: int = LETTERS) -> None:
        self._letters = letters
        forms = [_forms(words) for words in shares]
        listed = sorted(set().union(*forms))
        self._words = {word: row for row, word in enumerate(listed)}
        self._seen = np.zeros((len(listed), len(shares)), dtype=np.float32)
        for column, words in enumerate(forms):
            rows = [self._words[word] for word in words]
            self._seen[rows, column] = list(words.values())
        self._nobody = np.zeros(len(shares), dtype=np.bool_)
        self._unseen = np.log([max(1e-9, (1 - _SEEN) * sum(words.values())) for words in shares])
        self._pieces, self._table = _chain([_pieces(words, letters) for words in forms], letters)

    def known(self, word: str) -> NDArray[np.bool_]:
        """For each language whether the word was seen."""
        row = self._words.get(word)
        return self._nobody if row is None else self._seen[row] > 0

    def log_chances(self, word: str) -> Vector:
        """For each language the natural logarithm of the word's probability, up to a constant."""
        chances: Vector = self._unseen + self._table[self._steps(word)].sum(axis=0)
        row = self._words.get(word)
        if row is not None:
            np.logaddexp(chances, np.log(_SEEN * self._seen[row] + 1e-30), out=chances)
        return chances

    def _steps(self, word: str) -> list[int]:
        """The rows of the table that the letters of the word take: each the longest piece that ends with it, after what
        every longer beginning leaves to shorter ones.
        """
        edged = f"{_BEGIN}{word}{_END}"
        rows: list[int] = []
        for place in range(1, len(edged)):
            for start in range(max(0, place - self._letters + 1), place + 1):
                row = self._pieces.get(edged[start : place + 1])
                if row is not None:
                    rows.append(row)
                    break
                left = self._pieces.get(edged[start:place] + "\0")
                if left is not None:
                    rows.append(left)
        return rows


def count_words(texts: Iterable[Iterable[str]]) -> dict[str, int]:
    """How often each word stands in the texts, by word."""
    return dict(sorted(Counter(word for text in texts for word in text).items()))


def _forms(words: Mapping[str, float]) -> dict[str, float]:
    """The words with those that they are when accents are left out."""
    forms = dict(words)
    for word, share in words.items():
        if not word.isascii() and (bare := plain_text(word)) != word:
            forms[bare] = forms.get(bare, 0.0) + _BARE * share
    return forms


def _pieces(words: Mapping[str, float], longest: int) -> dict[str, float]:
    """How often up to so many letters stand in a row; a common word counts little more than a rare one."""
    pieces: dict[str, float] = {}
    for word, share in words.items():
        weight = math.log2(1 + _COMMON * share)
        edged = f"{_BEGIN}{word}{_END}"
        for place in range(1, len(edged)):
            for start in range(max(0, place - longest + 1), place + 1):
                piece = edged[start : place + 1]
                pieces[piece] = pieces.get(piece, 0.0) + weight
    return pieces


def _chain(counted: Sequence[Mapping[str, float]], longest: int) -> tuple[dict[str, int], Vector]:
    """Rows by piece and a table of logarithms (rows × languages).

    A piece's row is the probability of its last letter after the others, backed off to fewer before it (Witten and Bell
    1991); the row of a beginning with NUL is what it leaves to shorter beginnings.
    """
    rows: dict[str, int] = {}
    tables: list[Vector] = []
    before = np.full((1, len(counted)), 1 / _ALPHABET)
    shorter: dict[str, int] = {}
    for length in range(1, longest + 1):
        pieces = sorted({piece for each in counted for piece in each if len(piece) == length})
        starts = {start: row for row, start in enumerate(sorted({piece[:-1] for piece in pieces}))}
        counts = np.array([[each.get(piece, 0.0) for each in counted] for piece in pieces]).reshape(-1, len(counted))
        start_of = np.array([starts[piece[:-1]] for piece in pieces], dtype=np.intp)
        sums, kinds = np.zeros((len(starts), len(counted))), np.zeros((len(starts), len(counted)))
        np.add.at(sums, start_of, counts)
        np.add.at(kinds, start_of, counts > 0)
        left = np.where(kinds > 0, kinds / np.maximum(sums + kinds, 1e-9), 1.0)
        back = before[[shorter[piece[1:]] if length > 1 else 0 for piece in pieces]]
        chances = counts / np.maximum(sums + kinds, 1e-9)[start_of] + left[start_of] * back
        for names, table in ((pieces, chances), ([f"{start}\0" for start in starts], left)):
            first = len(rows)
            rows |= {name: first + row for row, name in enumerate(names)}
            tables.append(np.log(table).astype(np.float32))
        before, shorter = chances, {piece: row for row, piece in enumerate(pieces)}
    return rows, np.concatenate([np.zeros((0, len(counted)), dtype=np.float32), *tables])
