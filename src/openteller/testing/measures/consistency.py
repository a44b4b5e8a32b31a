"""The same question in every language and on every channel must be answered with the same facts.

A fact is what must not depend on the language: every figure that is said (amounts, days, years, counts, last digits),
which journey answered, and what was offered. An answer from an article is told by the article: how much of it was said
depends on the question, and no pack is loaded whose articles have other figures in another language. A question back
("which of these?") and "I don't know" tell nothing that could differ; they are counted by themselves. Words are not
compared: they are another language's.

A channel's rule may keep something back. Where the record of the reply says so, and only there, the answer counts as
withheld or capped; what it still says must be said on the other channel too, and of a capped table it is just the rows
that the rule leaves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from openteller.domain.errors import ConfigurationError
from openteller.yaml_loaders import safe_load

Question = Mapping[str, str]
"""Language → the question."""

Ask = Callable[[str, str], Awaitable["Facts"]]
"""(language, question) → what was told, in a fresh conversation."""

Place = tuple[str, str]
"""(channel, language)."""

_TELLS_NOTHING = re.compile(
    r"conversation\.(clarify|out_of_scope|unsupported)$|knowledge\.(which|not_known)$|\w+\.ask_"
)
WITHHELD = "channel.not_here"
"""The sentence that stands in the place of what the channel's rule keeps back."""
_CAPPED = "channel.more"
"""The sentence that says how many rows more there are than the channel may have."""
_FIGURE = re.compile(r"\d+(?:[.,'\u066b\u066c\u00a0\u202f ]\d+)*")


@dataclass(frozen=True, slots=True)
class Facts:
    """What one reply told. ``by`` names the sentences (catalogue keys) or the article; ``offered`` the buttons.

    The others are no facts by themselves: ``wishes`` are those that the record says were read; ``instead`` the
    sentences that stand for what the channel's rule keeps back; ``rows`` the figures of each row, where the reply is at
    hand as rows; ``most_rows`` is the channel's limit.
    """

    figures: tuple[str, ...]
    by: tuple[str, ...]
    offered: tuple[str, ...]
    wishes: tuple[str, ...] = field(default=(), compare=False, repr=False)
    instead: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    rows: tuple[tuple[str, ...], ...] = field(default=(), compare=False, repr=False)
    most_rows: int = field(default=0, compare=False, repr=False)

    @property
    def nothing(self) -> bool:
        """True for a question back and for "I don't know"."""
        return all(_TELLS_NOTHING.match(key) for key in self.by)

    @property
    def withheld(self) -> bool:
        """True if the reply says that its channel's rule has kept something back."""
        return bool(self.instead)

    @property
    def capped(self) -> bool:
        """True if the reply says that there are more rows than its channel may have."""
        return _CAPPED in self.by

    def is_part_of(self, whole: Facts) -> bool:
        """Nothing but what was withheld makes the difference: the same wish, and all that is said is said there."""
        return (
            self.withheld
            and self.wishes == whole.wishes
            and set(self.by) - self.instead < set(whole.by)
            and _counted(self.figures) <= _counted(whole.figures)
        )

    def cut_to(self, most_rows: int) -> Facts:
        """As a channel has to tell it that may have no more rows than these: the first, and how many there are more."""
        kept, left = self.rows[:most_rows], self.rows[most_rows:]
        if not left:
            return self
        figures = _counted(self.figures) - Counter(figure for row in left for figure in row)
        figures[str(len(self.rows) - len(kept))] += 1
        return replace(self, figures=_in_order(figures), by=(*self.by, _CAPPED), rows=kept)


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
    channels: tuple[str, ...] = ()
    withheld: tuple[Difference, ...] = ()
    """Answers that a channel's rule has kept something out of, by the record; the rest of them agrees."""
    capped: tuple[Difference, ...] = ()
    """Answers that had more rows than their channel may have; those that it has agree."""


def read_questions(file: Path | None = None) -> list[Question]:
    """The questions of a YAML file (default: ours), each in the same languages; else ConfigurationError."""
    text = file.read_text("utf-8") if file else files(__package__).joinpath("consistency.yaml").read_text("utf-8")
    try:
        found = safe_load(text)
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
    found: dict[str, list[Difference]] = {"differences": [], "asked_back": [], "withheld": [], "capped": []}
    answers = 0
    for number, question in enumerate(questions):
        told = {
            (way, language): await ask(language, words)
            for way, ask in ways.items()
            for language, words in question.items()
        }
        answers += len(told)
        yardstick = _yardstick(told)
        for place, facts in told.items() if yardstick is not None else ():
            kind, other = _judged(told, place, yardstick or place)
            if kind:
                asked = next(iter(question.values()))
                found[kind].append(Difference(asked, "/".join(place), facts, "/".join(other), told[other]))
        tell(number + 1)
    kinds = {kind: tuple(ones) for kind, ones in found.items()}
    return Consistency(len(questions), answers, channels=tuple(ways), **kinds)


def _yardstick(told: Mapping[Place, Facts]) -> Place | None:
    """The first answer that tells anything, if possible one that no channel's rule has touched."""
    telling = [place for place, facts in told.items() if not facts.nothing]
    whole = [place for place in telling if not told[place].withheld and not told[place].capped]
    return next(iter([*whole, *telling]), None)


def _judged(told: Mapping[Place, Facts], place: Place, yardstick: Place) -> tuple[str, Place]:
    """What kind of difference this answer makes (none: empty), and to which other one."""
    facts = told[place]
    for other, whole in told.items():
        same_words = other[1] == place[1] and not whole.withheld and not whole.capped
        if same_words and facts.is_part_of(whole):
            return "withheld", other
        if same_words and facts.capped and facts == whole.cut_to(facts.most_rows):
            return "capped", other
    if facts == told[yardstick]:
        return "", yardstick
    return "asked_back" if facts.nothing else "differences", yardstick


def facts_of(texts: Sequence[str], by: Sequence[str], offered: Sequence[str], articles: Sequence[str] = ()) -> Facts:
    """The facts in what was said. Buttons that carry a number of the conversation are named without it.

    A reference and the time until somebody answers are each conversation's own.
    """
    if articles:
        return Facts((), tuple(sorted(set(articles))), ())
    own = any(key.startswith("handover.") for key in by)
    figures = Counter[str]() if own else figures_of(texts)
    kinds = Counter(re.sub(r"[0-9a-f-]{36}|\d+", "#", option) for option in offered)
    options = tuple(sorted(f"{kind}×{count}" for kind, count in kinds.items()))
    return Facts(_in_order(figures), tuple(dict.fromkeys(by)), options)


def figures_of(texts: Sequence[str]) -> Counter[str]:
    """Every figure that is said, as its digits alone: £1,000.50 and 1.000,50 £ are both ``100050``."""
    return Counter(_plain(found) for text in texts for found in _FIGURE.findall(text))


def _in_order(figures: Counter[str]) -> tuple[str, ...]:
    """``10`` once and ``7`` twice: ("10", "7×2")."""
    return tuple(sorted(f"{figure}×{count}" if count > 1 else figure for figure, count in figures.items() if count > 0))


def _counted(figures: Sequence[str]) -> Counter[str]:
    """The same back again."""
    pairs = (figure.partition("×") for figure in figures)
    return Counter({figure: int(count or 1) for figure, _, count in pairs})


def _plain(figure: str) -> str:
    """A figure without separators and leading zeros, in Western digits: 1,000.50 and ١٬٠٠٠٫٥٠ are one."""
    return "".join(str(int(sign)) for sign in figure if sign.isdigit()).lstrip("0") or "0"


def texts_of(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Everything that is read in the parts of a reply, without buttons. What a picture shows, a table says too."""
    found: list[str] = []
    for part in parts:
        match part["type"]:
            case "text":
                found.append(part["text"])
            case "source":
                found.append(part["label"])
            case "facts":
                found += [part["title"], *row_texts(part["rows"])]
            case "chart":
                found.append(part["title"])
            case "link" if part["url"].startswith("tel:"):
                found += [part["label"], part["url"].removeprefix("tel:")]
    return found


def row_texts(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """What is read in rows."""
    return [text for row in rows for text in (row["label"], row["value"])]
