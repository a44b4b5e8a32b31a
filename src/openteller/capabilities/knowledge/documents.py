"""Search over any documents: cut into parts, compared by words and by meaning, and the lists of both joined.

Nothing is learned here, because documents come without example questions. A long request is many sentences about
different things: it searches as a whole and sentence by sentence, and a document counts by its places in all the lists.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import bm25s  # type: ignore[import-untyped]  # has no types
import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.knowledge.words import plain, words
from openteller.ports import Encoder

Vector = NDArray[np.float32]

_SENTENCE = re.compile(r"(?<=[.!?؟。])\s+|\n+")
_PART_WORDS = 60
_FEWEST_WORDS = 3
_RANKS, _LISTED = 10.0, 10
"""The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009), smaller than theirs because only the
first ten of a list count: most sentences of a story are about nothing that is written down.
"""


@dataclass(frozen=True, slots=True)
class Document:
    """A document: ``document_id``, title and text."""

    document_id: str
    title: str
    text: str


class WholeDocuments:
    """BM25 (Robertson and Zaragoza 2009) over whole documents: the yardstick."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._ids = [document.document_id for document in documents]
        self._index = _bm25([f"{document.title} {document.text}" for document in documents])

    def search(self, request: str, count: int) -> list[str]:
        """The ids of the best documents."""
        return [self._ids[place] for place in np.argsort(-_scores(self._index, request, len(self._ids)))[:count]]


class Parts:
    """Hybrid search over parts of documents."""

    def __init__(self, documents: Sequence[Document], encoder: Encoder) -> None:
        self._ids = [document.document_id for document in documents]
        cut = [(place, part) for place, document in enumerate(documents) for part in parts_of(document)]
        self._owners = np.array([place for place, _ in cut], dtype=np.intp)
        self._index = _bm25([part for _, part in cut])
        self._encoder = encoder
        self._vectors = encoder.encode([plain(part) for _, part in cut])

    def search(self, request: str, count: int) -> list[str]:
        """The ids of the best documents."""
        asked = sentences_of(request)
        vectors = self._encoder.encode([plain(one) for one in (request, *asked)])
        total = self._earned(request, vectors[0])
        for sentence, vector in zip(asked, vectors[1:], strict=True):
            total += self._earned(sentence, vector) / np.float32(len(asked) ** 0.5)
        return [self._ids[place] for place in np.argsort(-total)[:count]]

    def _earned(self, text: str, vector: Vector) -> Vector:
        found: Vector = self._places(_scores(self._index, text, len(self._owners)))
        return found + self._places(self._vectors @ vector)

    def _places(self, scores: Vector) -> Vector:
        """What each document earns with the place of its best part."""
        best = np.full(len(self._ids), -np.inf, dtype=np.float32)
        np.maximum.at(best, self._owners, scores)
        first = np.argsort(-best)[:_LISTED]
        earned = np.zeros(len(best), dtype=np.float32)
        earned[first] = 1 / (_RANKS + np.arange(1, len(first) + 1))
        return earned


def sentences_of(request: str) -> list[str]:
    """The sentences of a request that say something; the request itself if it has none."""
    found = [sentence.strip() for sentence in _SENTENCE.split(request)]
    return [sentence for sentence in found if len(words(sentence)) >= _FEWEST_WORDS] or [request]


def parts_of(document: Document) -> list[str]:
    """Parts of about sixty words, cut between lines, each under the document's title."""
    parts: list[list[str]] = [[]]
    size = 0
    for line in document.text.splitlines():
        length = len(words(line))
        if size and size + length > _PART_WORDS:
            parts.append([])
            size = 0
        parts[-1].append(line)
        size += length
    return [f"{document.title}. " + " ".join(" ".join(part).split()) for part in parts]


def _bm25(texts: Sequence[str]) -> bm25s.BM25:
    index = bm25s.BM25(k1=1.2, b=0.75)
    index.index([words(text) for text in texts], show_progress=False)
    return index


def _scores(index: bm25s.BM25, request: str, size: int) -> Vector:
    wanted = [word for word in words(request) if word in index.vocab_dict]
    if not wanted:
        return np.zeros(size, dtype=np.float32)
    return np.asarray(index.get_scores(wanted), dtype=np.float32)
