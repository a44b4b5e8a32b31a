"""Text into the pieces that are compared: whole words and the letter sequences in them, one rule for every script.

Sequences stand in for a stemmer: they meet "transfers" in "transfer", "comisiones" in "comisión" and "الرسوم" in
"رسوم", and need no list of endings for a language that is added tomorrow.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

_WORD = re.compile(r"[^\W_]+")
_LENGTHS = (3, 4, 5)
_EMPHASIS = re.compile(r"[\u0600-\u06ff]"), 2**0.5
"""In Arabic script letters weigh twice (once for each side of a comparison): its dialects and its prefixes are strange
to the encoder. Chosen on the articles' own questions.
"""
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None})


def plain(text: str) -> str:
    """A text as the encoder reads it: as messages are read (one case, one space), so that the two are alike."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").casefold().split())


def normalised(text: str) -> str:
    """Lower case, without accents and vowel signs, Arabic letters of one sound as one."""
    lowered = unicodedata.normalize("NFKC", text.casefold()).translate(_ARABIC)
    return "".join(sign for sign in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(sign))


def words(text: str) -> list[str]:
    """The words, normalised."""
    return _WORD.findall(normalised(text))


def pieces(text: str) -> list[str]:
    """The words (as ``=word``) and the letter sequences within them, ends marked."""
    found: list[str] = []
    for word in words(text):
        found.append(f"={word}")
        marked = f"<{word}>"
        found += [marked[at : at + size] for size in _LENGTHS for at in range(len(marked) - size + 1)]
    return found


@dataclass(frozen=True)
class Terms:
    """The pieces that some texts hold, and how telling each is (inverse document frequency)."""

    places: dict[str, int]
    idf: NDArray[np.float32]

    @staticmethod
    def of(texts: Sequence[str]) -> Terms:
        """The terms of these texts."""
        seen = Counter(piece for text in texts for piece in set(pieces(text)))
        places = {piece: place for place, piece in enumerate(sorted(seen))}
        idf = [log((1 + len(texts)) / (1 + seen[piece])) + 1 for piece in places]
        return Terms(places, np.array(idf, dtype=np.float32))

    def row(self, text: str) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """The known pieces of a text (their places) and their weights, of one length all together."""
        counts = Counter(place for piece in pieces(text) if (place := self.places.get(piece)) is not None)
        places = np.fromiter(counts, dtype=np.intp, count=len(counts))
        times = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        weights: NDArray[np.float32] = (1 + np.log(times)) * self.idf[places]
        script, emphasis = _EMPHASIS
        length = float(np.linalg.norm(weights)) / (emphasis if script.search(text) else 1.0)
        return places, weights / length if length else weights

    def known(self, text: str) -> tuple[NDArray[np.intp], float]:
        """The places of the text's different known pieces, and what the unknown ones weigh, each as the rarest."""
        different = set(pieces(text))
        places = np.array([self.places[piece] for piece in different if piece in self.places], dtype=np.intp)
        rarest = float(self.idf.max(initial=1.0)) ** 2
        return places, (len(different) - len(places)) * rarest

    def matrix(self, texts: Sequence[str]) -> csr_array:
        """One row a text (texts × terms)."""
        rows = [self.row(text) for text in texts]
        ends = np.cumsum([0, *(len(places) for places, _ in rows)])
        places = np.concatenate([row[0] for row in rows])
        weights = np.concatenate([row[1] for row in rows])
        return csr_array((weights, places, ends), shape=(len(texts), len(self.places)), dtype=np.float32)
