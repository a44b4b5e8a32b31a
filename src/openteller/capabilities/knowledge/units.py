"""Articles cut into the pieces a question is compared with: titles, example questions, short answers, sections.

A question is close to another question, and a whole article is close to nothing in particular.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openteller.capabilities.knowledge.article import Article

Shelf = Mapping[str, Mapping[str, Article]]
"""Language → article id → article."""

QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of the article with this number. ``kind`` is ``title``, ``question``, ``answer`` or ``section:<n>``."""

    article: int
    language: str
    kind: str
    text: str


def article_ids(shelf: Shelf) -> tuple[str, ...]:
    """All articles' ids, in the order of their numbers."""
    return tuple(sorted({name for articles in shelf.values() for name in articles}))


def units_of(shelf: Shelf) -> tuple[Unit, ...]:
    """All pieces, in a fixed order."""
    numbers = {name: number for number, name in enumerate(article_ids(shelf))}
    return tuple(
        Unit(numbers[name], language, kind, text)
        for language in sorted(shelf)
        for name, article in sorted(shelf[language].items())
        for kind, text in _pieces(article)
    )


def _pieces(article: Article) -> list[tuple[str, str]]:
    return [
        ("title", article.title),
        *((QUESTION, question) for question in article.questions),
        ("answer", f"{article.title}. {article.answer}"),
        *(
            (f"section:{number}", f"{section.heading}. {section.text}")
            for number, section in enumerate(article.sections)
        ),
    ]
