"""How well the language of short messages is told: for each language, by number of words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import yaml

from openteller.domain.errors import ConfigurationError

LONGEST = 4


@dataclass(frozen=True, slots=True)
class Told:
    """Of ``count`` messages in ``language`` of so many ``words`` (``LONGEST``: or more) ``right`` were told."""

    language: str
    words: int
    count: int
    right: int


@dataclass(frozen=True, slots=True)
class Measured:
    """``told`` by language and length; ``missed``: (message, its language, the one that was told)."""

    told: tuple[Told, ...]
    missed: tuple[tuple[str, str, str], ...]

    def share(self, least_words: int = 1, language: str | None = None) -> float:
        """The share (0–1) told right of messages that have so many words; 1 if there are none."""
        rows = [row for row in self.told if row.words >= least_words and language in (None, row.language)]
        count = sum(row.count for row in rows)
        return sum(row.right for row in rows) / count if count else 1.0


def read_texts(file: Path | None = None) -> dict[str, list[str]]:
    """Messages by language, of a YAML file (default: ours). ConfigurationError when it is none."""
    text = file.read_text("utf-8") if file else files(__package__).joinpath("short_texts.yaml").read_text("utf-8")
    try:
        content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 (it makes strings only: "no" is a message)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"not valid YAML: {error}", file=str(file)) from error
    found = (
        {key: value for key, value in content.items() if isinstance(value, list)} if isinstance(content, dict) else {}
    )
    if not found:
        raise ConfigurationError("expected a language, such as en, with a list of messages", file=str(file))
    return found


def measure(texts: Mapping[str, Sequence[str]], tell: Callable[[str, str], str]) -> Measured:
    """``tell`` gives the language of a message in a conversation held in another; each is asked about in each.

    A message counts as told only if it is told whatever language the conversation was in before.
    """
    told: list[Told] = []
    missed: list[tuple[str, str, str]] = []
    for language, messages in texts.items():
        by_words: dict[int, list[bool]] = {}
        for message in messages:
            wrong = next((found for home in texts if (found := tell(message, home)) != language), None)
            by_words.setdefault(min(LONGEST, len(message.split())), []).append(wrong is None)
            if wrong is not None:
                missed.append((message, language, wrong))
        told += [Told(language, words, len(right), sum(right)) for words, right in sorted(by_words.items())]
    return Measured(tuple(told), tuple(missed))
