"""The same question in every language and on every channel must be answered with the same facts.

A fact is what must not depend on the language: every figure that is said (amounts, days, years, counts, last digits),
which journey answered, and what was offered. An answer from an article is told by the article: how much of it was said
depends on the question, and no pack is loaded whose articles have other figures in another language. A question back
("which of these?") and "I don't know" tell nothing that could differ; they are counted by themselves. Words are not
compared: they are another language's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from openteller.domain.errors import ConfigurationError

Question = Mapping[str, str]
"""Language → the question."""

Ask = Callable[[str, str], Awaitable["Facts"]]
"""(language, question) → what was told, in a fresh conversation."""

_TELLS_NOTHING = re.compile(
    r"conversation\.(clarify|out_of_scope|unsupported)$|knowledge\.(which|not_known)$|\w+\.ask_"
)
_FIGURE = re.compile(r"\d+(?:[.,'\u066b\u066c\u00a0\u202f ]\d+)*")


@dataclass(frozen=True, slots=True)
class Facts:
    """What one reply told. ``by`` names the sentences (catalogue keys) or the article; ``offered`` the buttons."""

    figures: tuple[str, ...]
    by: tuple[str, ...]
    offered: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """True for a question back and for "I don't know"."""
        return all(_TELLS_NOTHING.match(key) for key in self.by)


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that told other facts than the first one of its question."""

    question: str
    where: str
    told: Facts
    elsewhere: str
    there: Facts

    def __str__(self) -> str:
        return f"{self.question!r}: {self.where} told {self.told}, {self.elsewhere} {self.there}"


@dataclass(frozen=True, slots=True)
class Consistency:
    """The answer of the command."""

    questions: int
    answers: int
    differences: tuple[Difference, ...]
    asked_back: tuple[Difference, ...]
    """Answers that told nothing to a question that was answered in another language or on another channel."""


def read_questions(file: Path | None = None) -> list[Question]:
    """The questions of a YAML file (default: ours), each in the same languages; else ConfigurationError."""
    text = file.read_text("utf-8") if file else files(__package__).joinpath("consistency.yaml").read_text("utf-8")
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"not valid YAML: {error}", file=str(file)) from error
    rows = found if isinstance(found, list) else []
    languages = set(rows[0]) if rows and isinstance(rows[0], dict) else set()
    if not languages or not all(isinstance(row, dict) and set(row) == languages for row in rows):
        raise ConfigurationError("expected a list of questions, each in the same languages", file=str(file))
    return rows


async def compare(
    questions: Sequence[Question], ways: Mapping[str, Ask], tell: Callable[[int], None] = lambda _: None
) -> Consistency:
    """Ask every question in every language, every way; all answers to one question must agree."""
    differences: list[Difference] = []
    asked_back: list[Difference] = []
    answers = 0
    for number, question in enumerate(questions):
        told = {
            f"{way}/{language}": await ask(language, words)
            for way, ask in ways.items()
            for language, words in question.items()
        }
        answers += len(told)
        yardstick = next(((where, facts) for where, facts in told.items() if not facts.nothing), None)
        if yardstick is not None:
            for where, facts in told.items():
                if facts != yardstick[1]:
                    kind = asked_back if facts.nothing else differences
                    kind.append(Difference(next(iter(question.values())), where, facts, *yardstick))
        tell(number + 1)
    return Consistency(len(questions), answers, tuple(differences), tuple(asked_back))


def facts_of(texts: Sequence[str], by: Sequence[str], offered: Sequence[str], articles: Sequence[str] = ()) -> Facts:
    """The facts in what was said. Buttons that carry a number of the conversation are named without it.

    A reference and the time until somebody answers are each conversation's own.
    """
    if articles:
        return Facts((), tuple(sorted(set(articles))), ())
    own = any(key.startswith("handover.") for key in by)
    figures = Counter[str]() if own else figures_of(texts)
    said = tuple(sorted(f"{figure}×{count}" if count > 1 else figure for figure, count in figures.items()))
    kinds = Counter(re.sub(r"[0-9a-f-]{36}|\d+", "#", option) for option in offered)
    return Facts(said, tuple(dict.fromkeys(by)), tuple(sorted(f"{kind}×{count}" for kind, count in kinds.items())))


def figures_of(texts: Sequence[str]) -> Counter[str]:
    """Every figure that is said, as its digits alone: £1,000.50 and 1.000,50 £ are both ``100050``."""
    return Counter(_plain(found) for text in texts for found in _FIGURE.findall(text))


def _plain(figure: str) -> str:
    """A figure without separators and leading zeros, in Western digits: 1,000.50 and ١٬٠٠٠٫٥٠ are one."""
    return "".join(str(int(sign)) for sign in figure if sign.isdigit()).lstrip("0") or "0"


def texts_of(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Everything that is read in the parts of a reply, without buttons."""
    found: list[str] = []
    for part in parts:
        match part["type"]:
            case "text":
                found.append(part["text"])
            case "source":
                found.append(part["label"])
            case "facts":
                found += [text for row in part["rows"] for text in (row["label"], row["value"])]
    return found
