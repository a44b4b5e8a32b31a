"""The same question in every language and on every channel must be answered with the same facts.

A fact is what must not depend on the language: every figure that is said (amounts, days, years, counts, last digits),
which journey or article answered, and what was offered. Words are not compared: they are another language's.
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

_FIGURE = re.compile(r"\d+(?:[.,'\u066b\u066c\u00a0\u202f ]\d+)*")


@dataclass(frozen=True, slots=True)
class Facts:
    """What one reply told. ``by`` names the journey, article or sentence (catalogue keys); ``offered`` the buttons."""

    figures: tuple[str, ...]
    by: tuple[str, ...]
    offered: tuple[str, ...]


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
    answers = 0
    for number, question in enumerate(questions):
        first: tuple[str, Facts] | None = None
        for way, ask in ways.items():
            for language, words in question.items():
                told, where = await ask(language, words), f"{way}/{language}"
                answers += 1
                if first is None:
                    first = (where, told)
                elif told != first[1]:
                    differences.append(Difference(next(iter(question.values())), where, told, *first))
        tell(number + 1)
    return Consistency(len(questions), answers, tuple(differences))


def facts_of(texts: Sequence[str], by: Sequence[str], offered: Sequence[str]) -> Facts:
    """The facts in what was said. Buttons that carry a number of the conversation are named without it."""
    figures = figures_of(texts)
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
