"""How well questions find their article: asked of a library, counted by language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from openteller.capabilities.knowledge.library import Library
from openteller.capabilities.knowledge.words import plain
from openteller.domain.understanding import Intent
from openteller.ports import Encoder

_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the article that answers it; None when none does."""

    language: str
    text: str
    article: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a question: the articles found, best first, and whether the first is sure enough to be said."""

    question: Question
    articles: tuple[str, ...]
    sure: bool
    confidence: float

    @property
    def right(self) -> bool:
        """The best article is the one that answers."""
        return bool(self.articles) and self.articles[0] == self.question.article


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares 0–1. ``recall_at_1`` and ``recall_at_3`` are of the questions that an article answers; ``answered``,
    ``wrong`` and ``unknown`` of all questions; ``wrong``: answered, and not with the right article. ``refused`` is the
    share of the questions without an article that were not answered.
    """

    questions: int
    recall_at_1: float
    recall_at_3: float
    answered: float
    wrong: float
    unknown: float
    refused: float


def ask(
    library: Library,
    encoder: Encoder,
    questions: Sequence[Question],
    today: date,
    read: Callable[[Question], Sequence[Intent]],
) -> list[Found]:
    """Every question, asked in its own language. ``read`` is what understanding reads in one."""
    found: list[Found] = []
    for start in range(0, len(questions), _AT_ONCE):
        some = questions[start : start + _AT_ONCE]
        texts = [plain(question.text) for question in some]
        for question, text, vector in zip(some, texts, encoder.encode(texts), strict=True):
            intents = read(question)
            passages = library.look_up(text, vector, language=question.language, today=today, intents=intents)
            names = tuple(passage.article_id for passage in passages)
            best = passages[0] if passages else None
            sure, confidence = (best.sure, best.confidence) if best is not None else (False, 0.0)
            found.append(Found(question, names, sure, confidence))
    return found


def figures_of(found: Iterable[Found]) -> Figures:
    """The figures over all of these."""
    rows = list(found)
    within = [row for row in rows if row.question.article is not None]
    without = [row for row in rows if row.question.article is None]
    return Figures(
        len(rows),
        _share(row.right for row in within),
        _share(row.question.article in row.articles[:3] for row in within),
        _share(row.sure for row in rows),
        _share(row.sure and not row.right for row in rows),
        _share(not row.sure for row in rows),
        _share(not row.sure for row in without),
    )


def _share(hits: Iterable[bool]) -> float:
    counted = list(hits)
    return sum(counted) / len(counted) if counted else 0.0
