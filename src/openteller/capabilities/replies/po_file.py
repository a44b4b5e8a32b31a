"""One PO file of the pack, read into templates; every fault with its line (Babel alone merges doubles in silence)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog as PoCatalog
from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, PoFileParser

from openteller.capabilities.replies.templates import Template, parse_text, plural_rule

_KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+\Z")
_PROMISES = re.compile(r"^promises: ([a-z][a-z0-9_]*)$")
_CREDITS = ("written_by:", "reviewed_by_native:")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something a content owner must change, and where."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class _Entries(PoCatalog):
    """Keeps every entry in the file's order; the parent keeps the header."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Message] = []

    def __setitem__(self, id: str, message: Message) -> None:  # type: ignore[override]  # noqa: A002 (Babel's name)
        super().__setitem__(id, message)
        if message.id:
            self.entries.append(message)


def read_po_file(path: Path, name: str, language: str) -> tuple[tuple[Template, ...], tuple[Fault, ...]]:
    """The templates of one file and its faults; ``name`` is how faults call the file."""
    entries = _Entries()
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        PoFileParser(entries, abort_invalid=True).parse(lines)
        plural = entries.plural_expr
        plural_rule(plural)
    except PoFileError as error:
        return (), (Fault(name, error.lineno + 1, f"not a PO file: {error}"),)
    except (ValueError, IndexError, AttributeError, TypeError) as error:  # what Babel raises on broken lines
        return (), (Fault(name, entries.entries[-1].lineno or 1 if entries.entries else 1, f"unreadable: {error}"),)
    faults = [Fault(name, 1, f"the head of the file does not say {wanted!r}") for wanted in _uncredited(entries)]
    templates: list[Template] = []
    for message in entries.entries:
        template = _template(message, name, language, plural)
        if isinstance(template, Template):
            templates.append(template)
        else:
            faults.append(template)
    return tuple(templates), tuple(faults)


def _uncredited(entries: _Entries) -> Iterator[str]:
    head = entries.header_comment.replace("-", "_").lower()
    return (credit for credit in _CREDITS if credit not in head)


def _template(message: Message, file: str, language: str, plural: str) -> Template | Fault:
    line = message.lineno or 1
    key = message.id if isinstance(message.id, str) else message.id[0]
    texts = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    if not _KEY.match(key):
        return Fault(file, line, f"{key!r} is not a key; a key is like transfer_money.confirm")
    if not isinstance(message.id, str) and message.id[1] != key:
        return Fault(file, line, f"{key}: msgid_plural must be the same key")
    if message.context:
        return Fault(file, line, f"{key}: msgctxt means nothing here; make it two keys")
    if message.fuzzy:
        return Fault(file, line, f"{key}: marked fuzzy; have it checked and remove the mark")
    if not all(text and text.strip() for text in texts):
        return Fault(file, line, f"{key}: no text (or a plural form without text)")
    try:
        forms = tuple(parse_text(text) for text in texts)
    except ValueError as error:
        return Fault(file, line, f"{key}: {error}")
    promises = [found[1] for comment in message.auto_comments if (found := _PROMISES.search(comment))]
    return Template(key, language, forms, texts, file, line, plural, promises[0] if promises else None)
