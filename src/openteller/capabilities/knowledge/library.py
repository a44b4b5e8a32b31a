"""The articles of a pack, ready to be asked: which of them may answer a question, and their words as they are said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import numpy as np

from openteller.capabilities.knowledge.agreeing import agreed
from openteller.capabilities.knowledge.approval import approved_words, may_be_said
from openteller.capabilities.knowledge.article import Article
from openteller.capabilities.knowledge.calibrating import Sureness, best_of, marks_of
from openteller.capabilities.knowledge.index import Index, Matrix
from openteller.capabilities.knowledge.units import Shelf
from openteller.capabilities.knowledge.words import words
from openteller.domain.knowledge import ApprovedWords, Passage, Quote
from openteller.domain.understanding import Intent

_CLOSER = 0.08
"""By how much a section must be closer to the question than the short answer is, to be shown besides it."""


class Library:
    """Immutable, so that any thread may ask it. Languages share one index; words come from the asked one's articles."""

    def __init__(
        self,
        shelf: Shelf,
        index: Index | None,
        sureness: Sureness,
        asked_as: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        """``asked_as``: the intents that ask what an article answers, by article."""
        self.shelf = shelf
        self._asked_as = asked_as
        self.sureness = sureness
        self._index = index
        self._owners = index.owners() if index is not None else np.zeros(0, dtype=np.intp)

    def look_up(
        self, text: str, vector: Matrix, *, language: str, today: date, intents: Sequence[Intent] = ()
    ) -> tuple[Passage, ...]:
        """The articles that most likely answer ``text``, best first, at most three; only such as may be said today in
        ``language``. ``vector`` is the text's, by the encoder that the index was made with; ``intents`` is what
        understanding has read, if it has.
        """
        index, articles = self._index, self.shelf.get(language, {})
        if index is None or not words(text):
            return ()
        allowed = np.array([name in articles and may_be_said(articles[name], today) for name in index.articles])
        if not allowed.any():
            return ()
        scores, cosines = index.score(text, vector)
        best = best_of(scores, allowed)
        marks = marks_of(scores, cosines, index.coverage(text), self._owners, best)
        threshold = self.sureness.threshold(language)
        passages = [
            self._passage(articles[name], cosines, self._agreed(name, float(chance), intents), language, threshold)
            for name, chance in zip((index.articles[n] for n in best), self.sureness.confidences(marks), strict=True)
        ]
        return tuple(sorted(passages, key=lambda passage: -passage.confidence))

    def has(self, language: str) -> bool:
        """True if there are articles in this language."""
        return bool(self.shelf.get(language))

    def named(self, article_id: str, language: str, today: date) -> Passage | None:
        """The article with this id, if it may be said today in this language."""
        article = self.shelf.get(language, {}).get(article_id)
        if article is None or article.approved_on is None or not may_be_said(article, today):
            return None
        return Passage(article_id, None, article.approved_on, 1.0, True)

    def quote(self, quote: Quote, language: str, today: date) -> ApprovedWords | None:
        """The words of a place in an article, if they may be said today in this language."""
        article = self.shelf.get(language, {}).get(quote.article_id)
        return None if article is None else approved_words(article, quote.part, today)

    def questions(self) -> Sequence[tuple[str, str, str]]:
        """(language, topic, example question) of all articles: what a question to the bank sounds like."""
        return [
            (language, article.topic, question)
            for language in sorted(self.shelf)
            for _, article in sorted(self.shelf[language].items())
            for question in article.questions
        ]

    def _agreed(self, name: str, confidence: float, intents: Sequence[Intent]) -> float:
        if not intents or name not in self._asked_as:
            return confidence
        return agreed(confidence, sum(one.confidence for one in intents if one.name in self._asked_as[name]))

    def _passage(self, article: Article, cosines: Matrix, chance: float, language: str, threshold: float) -> Passage:
        assert article.approved_on is not None, "who may be said has been approved"
        section = self._section(article.article_id, language, cosines)
        return Passage(article.article_id, section, article.approved_on, round(chance, 4), chance >= threshold)

    def _section(self, name: str, language: str, cosines: Matrix) -> int | None:
        """The section that is clearly closer to the question than the short answer."""
        assert self._index is not None
        number = self._index.articles.index(name)
        close: dict[str, float] = {}
        for place in np.flatnonzero(self._owners == number):
            unit = self._index.units[place]
            if unit.language == language:
                close[unit.kind] = float(cosines[place])
        sections = [kind for kind in close if kind.startswith("section:")]
        best = max(sections, key=lambda kind: close[kind], default=None)
        if best is None or close[best] <= close["answer"] + _CLOSER:
            return None
        return int(best.partition(":")[2])
