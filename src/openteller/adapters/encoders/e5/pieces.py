"""Text into word pieces: the likeliest cutting under a unigram model (Kudo 2018), as XLM-RoBERTa was trained with.

A dictionary of 250,000 pieces and thirty lines: the tokenizer library's own table takes four times the memory.
"""

from __future__ import annotations

import re
from array import array

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
        self._numbers = {
            piece.decode(): number for number, piece in enumerate(pieces.pieces) if piece and number != pieces.unknown
        }
        self._scores = array("f", pieces.scores.tobytes())
        self._reach: dict[str, int] = {}
        """The length of the longest piece that begins with a character."""
        for piece in self._numbers:
            self._reach[piece[0]] = max(len(piece), self._reach.get(piece[0], 1))
        self._longest = max(self._reach.values())
        self._unknown_score = min(self._scores) - _UNKNOWN_COSTS

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
            reach = self._reach.get(plain[start], 0)
            for end in range(start + 1, min(len(plain), start + reach) + 1):
                number = self._numbers.get(plain[start:end])
                if number is not None and so_far + self._scores[number] > best[end]:
                    best[end] = so_far + self._scores[number]
                    ways[end] = (number, start)
            if so_far + self._unknown_score > best[start + 1]:
                best[start + 1] = so_far + self._unknown_score
                ways[start + 1] = (self._unknown, start)
        found, end = [], len(plain)
        while end:
            number, end = ways[end]
            found.append(number)
        return [self._begin, *found[::-1][: self._most], self._end]
