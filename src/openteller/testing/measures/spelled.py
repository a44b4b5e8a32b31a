"""Counts that a language says in a word or by its form alone (Arabic: one, two), read back as figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from openteller.capabilities.replies.templates import COUNT, Piece, Template, plural_rule

_COUNTS = (1, 2)


@dataclass(frozen=True, slots=True)
class SpelledCounts:
    """By language, the sentences of the catalogue that say a count without a figure."""

    _sentences: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, templates: Iterable[Template]) -> SpelledCounts:
        """Those of a catalogue."""
        found: dict[str, dict[str, int]] = {}
        for template in templates:
            for count in _COUNTS if template.has_plurals else ():
                form = template.forms[min(plural_rule(template.plural)(count), len(template.forms) - 1)]
                if COUNT not in {name for _, name in form}:
                    found.setdefault(template.language, {})[_pattern(form)] = count
        return cls({language: dict(sorted(said.items(), key=_longest_first)) for language, said in found.items()})

    def in_figures(self, text: str, language: str) -> str:
        """The text with these counts as figures before their sentences."""
        for pattern, count in self._sentences.get(language, {}).items():
            text = re.sub(pattern, rf"{count} \g<0>", text)
        return text


def _pattern(form: tuple[Piece, ...]) -> str:
    return "".join(re.escape(text) + ("" if name is None else r"[^\n]+?") for text, name in form)


def _longest_first(said: tuple[str, int]) -> int:
    return -len(said[0])
