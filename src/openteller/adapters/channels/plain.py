"""Rich replies as plain words, for channels that have less than our own widget: nothing of the content is lost."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from openteller.domain.conversations import Option, Row

_NARROW = 34
"""Signs of a fixed-width line that a small phone shows without breaking it."""
_BREAKS = ("\n\n", "\n", " ")


def lines(rows: Sequence[Row]) -> str:
    """Each row on a line of its own."""
    return "\n".join(f"{row.label}: {row.value}" for row in rows)


def aligned(rows: Sequence[Row]) -> str | None:
    """The rows in two columns for fixed-width letters; None where they would not stand straight or not fit."""
    labels = max(len(row.label) for row in rows)
    values = max(len(row.value) for row in rows)
    if labels + 2 + values > _NARROW or not all(map(_straight, (f"{row.label}{row.value}" for row in rows))):
        return None
    return "\n".join(f"{row.label.ljust(labels)}  {row.value.rjust(values)}" for row in rows)


def numbered(options: Sequence[Option]) -> str:
    """The options as a numbered list: whoever answers with the number has chosen."""
    return "\n".join(f"{number}. {option.label}" for number, option in enumerate(options, start=1))


def units(text: str) -> int:
    """The length in UTF-16 code units, which is what most channels count."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def pieces(text: str, longest: int) -> Iterator[str]:
    """The text in pieces of at most ``longest`` UTF-16 units: between paragraphs, else lines, else words; a single
    word that is longer still is cut, but never within a letter with its marks.
    """
    rest = text.strip()
    while units(rest) > longest:
        window = _window(rest, longest)
        at = next((at for mark in _BREAKS if (at := rest.rfind(mark, 1, window + len(mark))) > 0), 0)
        at = at or _between_letters(rest, window)
        yield rest[:at].rstrip()
        rest = rest[at:].lstrip()
    if rest:
        yield rest


def _window(text: str, longest: int) -> int:
    """How many signs fit into ``longest`` units."""
    used = 0
    for index, sign in enumerate(text):
        used += 2 if sign > "\uffff" else 1
        if used > longest:
            return index
    return len(text)


def _between_letters(text: str, window: int) -> int:
    """The last place up to ``window`` that parts no letter from its marks, no joined signs and no pair of a flag."""
    for at in range(window, max(window - 40, 0), -1):
        if not _belongs(text[at]) and text[at - 1] != "\u200d":
            return at
    return window


def _belongs(sign: str) -> bool:
    return unicodedata.combining(sign) > 0 or sign in "\u200d\ufe0f" or "\U0001f3fb" <= sign <= "\U0001f3ff"


def _straight(text: str) -> bool:
    return all(
        unicodedata.east_asian_width(sign) not in "WF"
        and unicodedata.bidirectional(sign) not in ("R", "AL", "AN")
        and unicodedata.category(sign) not in ("Mn", "Cf")
        for sign in text
    )
