"""Which sentences the pack has and which fields they fill: what a flow's keys are checked against."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from babel.messages.pofile import read_po

_FIELD = re.compile(r"\{([a-z][a-z0-9_]*)\}")

Sentences = Mapping[str, frozenset[str]]
"""Catalogue key → the names of its fields, in any language."""


def read_languages(pack_dirs: Sequence[Path]) -> tuple[str, ...]:
    """The languages that have wording, sorted. That they are those of pack.yaml is the catalogue's own check."""
    return tuple(sorted({path.parent.name for folder in pack_dirs for path in (folder / "replies").glob("*/*.po")}))


def read_sentences(pack_dirs: Sequence[Path]) -> Sentences:
    """The keys of every language's catalogues. What is wrong with a PO file itself, the catalogue's own check says."""
    found: dict[str, frozenset[str]] = {}
    for folder in pack_dirs:
        for path in sorted((folder / "replies").glob("*/*.po")):
            with path.open("rb") as file:
                for message in read_po(file):
                    key = message.id if isinstance(message.id, str) else message.id[0] if message.id else ""
                    forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
                    fields = {name for form in forms for name in _FIELD.findall(form)}
                    if len(forms) > 1:
                        fields.add("count")
                    if key:
                        found[key] = found.get(key, frozenset()) | fields
    return found
