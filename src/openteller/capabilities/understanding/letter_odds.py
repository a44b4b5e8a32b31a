"""How likely a word is in a language: a count of words and, for words never seen, a chain of letters."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

_EDGE = "\x02"
_SEEN = 0.7
"""Share of the probability that goes to words that were seen, the rest to what letters make likely."""
_LETTERS = 40
"""Size of an alphabet, roughly: what a letter gets that was never seen after two others."""


class WordOdds:
    """The words of one language: ``counts`` of each, in comparable letters."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._total = max(1, sum(counts.values()))
        self._after: dict[str, Counter[str]] = {}
        for word, count in counts.items():
            weight = 1 + int(math.log2(count))
            for before, letter in _steps(word):
                for length in range(len(before) + 1):
                    self._after.setdefault(before[length:], Counter())[letter] += weight
        self._sums = {before: sum(letters.values()) for before, letters in self._after.items()}

    def knows(self, word: str) -> bool:
        """True if the word was seen."""
        return word in self._counts

    def log_chance(self, word: str) -> float:
        """Natural logarithm of the word's probability."""
        seen = _SEEN * self._counts.get(word, 0) / self._total
        unseen = (1 - _SEEN) * math.exp(sum(math.log(self._letter(*step)) for step in _steps(word)))
        return math.log(seen + unseen + 1e-30)

    def _letter(self, before: str, letter: str) -> float:
        """The probability of a letter after two others, backed off to one and to none (Witten and Bell 1991)."""
        chance = 1 / _LETTERS
        for length in range(len(before), -1, -1):
            letters = self._after.get(before[length:])
            if letters is None:
                break
            kinds, total = len(letters), self._sums[before[length:]]
            chance = (letters[letter] + kinds * chance) / (total + kinds)
        return chance


def count_words(texts: Iterable[Iterable[str]]) -> dict[str, int]:
    """How often each word stands in the texts, by word."""
    return dict(sorted(Counter(word for text in texts for word in text).items()))


def _steps(word: str) -> list[tuple[str, str]]:
    edged = f"{_EDGE}{_EDGE}{word}{_EDGE}"
    return [(edged[place - 2 : place], edged[place]) for place in range(2, len(edged))]
