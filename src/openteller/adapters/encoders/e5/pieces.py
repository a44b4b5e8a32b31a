"""Text into word pieces: the likeliest cutting under a unigram model (Kudo 2018), as XLM-RoBERTa was trained with.

A trie of 250,000 pieces (1 MB) and thirty lines: the tables of the tokenizer libraries take 60 MB and more.
"""

from __future__ import annotations

import re
from array import array

import marisa_trie

from openteller.adapters.encoders.e5.weights import Pieces

_SPACES = re.compile("  +")
_SPACE = "\u2581"
_NEVER = -1e30
_UNKNOWN_COSTS = 10.0


class PieceCutter:
    """Cuts texts. Immutable; safe to share between threads."""

    def __init__(self, pieces: Pieces, longest: int) -> None:
        """``longest``: tokens of a text that are used, begin and end among them; the rest of the text is not read."""
        self._replaced, self._unknown = pieces.replaced, pieces.unknown
        self._begin, self._end = pieces.begin, pieces.end
        self._most = longest - 2
        numbers = {
            piece.decode(): number for number, piece in enumerate(pieces.pieces) if piece and number != pieces.unknown
        }
        self._longest = max(map(len, numbers))
        self._trie = marisa_trie.Trie(numbers)
        self._numbers = array("i", [0]) * len(self._trie)
        for piece, place in self._trie.items():
            self._numbers[place] = numbers[piece]
        self._scores = array("f", pieces.scores[self._numbers].tobytes())
        self._unknown_score = float(pieces.scores.min()) - _UNKNOWN_COSTS

    def cut(self, text: str) -> list[int]:
        """Numbers of the pieces, between begin and end. Time grows with the length of what is used, not of ``text``."""
        text = text[: self._most * self._longest]
        plain = _SPACES.sub(" ", text.translate(self._replaced))
        plain = (plain if plain.startswith(" ") else " " + plain).replace(" ", _SPACE)
        best = [_NEVER] * (len(plain) + 1)
        best[0] = 0.0
        ways: list[tuple[int, int]] = [(0, 0)] * (len(plain) + 1)
        for start in range(len(plain)):
            so_far = best[start]
            for piece, place in self._trie.iter_prefixes_with_ids(plain[start : start + self._longest]):
                end = start + len(piece)
                if so_far + self._scores[place] > best[end]:
                    best[end] = so_far + self._scores[place]
                    ways[end] = (self._numbers[place], start)
            if so_far + self._unknown_score > best[start + 1]:
                best[start + 1] = so_far + self._unknown_score
                ways[start + 1] = (self._unknown, start)
        found, end = [], len(plain)
        while end:
            number, end = ways[end]
            found.append(number)
        return [self._begin, *found[::-1][: self._most], self._end]
