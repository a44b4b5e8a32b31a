"""A sentence of the catalogue, taken apart once: literal text and named fields, and nothing else (IN-07).

There is no expression language to attack: ``{amount}`` is a field; ``{a.b}``, ``{a[0]}``, ``{a!r}``, ``{a:>10}`` and a
lone brace are faults that the pack check reports. Values are joined in, never parsed.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

COUNT = "count"
"""The field that chooses among plural forms."""

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")

Piece = tuple[str, str | None]
"""Literal text and the field behind it, if there is one."""


def parse_text(text: str) -> tuple[Piece, ...]:
    """The pieces of one wording. ValueError says in words what is wrong with a brace or a field."""
    pieces: list[Piece] = []
    end = 0
    for found in _BRACES.finditer(text):
        name = found.group(1)
        if name is None:
            raise ValueError(f"a lone {found.group()!r}; a field is written {{name}}")
        if not _NAME.match(name):
            raise ValueError(f"{found.group()!r} is not a field: a name in lower case is all that may stand in braces")
        pieces.append((text[end : found.start()], name))
        end = found.end()
    if end < len(text) or not pieces:
        pieces.append((text[end:], None))
    return tuple(pieces)


@lru_cache(maxsize=64)
def plural_rule(expression: str) -> Callable[[int], int]:
    """The form that a count takes, from a PO file's ``plural=`` expression. ValueError when it is not one."""
    # gettext.c2py is CPython's own safe parser of this mini-language: a grammar, not an eval of the text.
    parse: Callable[[str], Callable[[int], int]] = gettext.c2py
    return parse(expression)


@dataclass(frozen=True, slots=True)
class Template:
    """One key in one language; more than one form where the PO entry has plurals; ``file`` and ``line`` say where.

    ``promises`` names the obligation that the sentence makes: it is never said without one.
    """

    key: str
    language: str
    forms: tuple[tuple[Piece, ...], ...]
    texts: tuple[str, ...]
    file: str
    line: int
    plural: str = field(default="0", repr=False)
    promises: str | None = None

    @property
    def fields(self) -> frozenset[str]:
        """The names of all fields, in any form."""
        return frozenset(name for form in self.forms for _, name in form if name is not None)

    @property
    def has_plurals(self) -> bool:
        """True if ``{count}`` chooses the form, so that a count is needed even where no form shows it."""
        return len(self.forms) > 1

    def fill(self, formatted: Mapping[str, str], count: int | None) -> str:
        """The sentence. KeyError names a field without a value; ``count`` is needed where there are plurals."""
        form = self.forms[0]
        if self.has_plurals:
            if count is None:
                raise KeyError(COUNT)
            form = self.forms[min(plural_rule(self.plural)(abs(count)), len(self.forms) - 1)]
        return "".join(text if name is None else text + formatted[name] for text, name in form)
