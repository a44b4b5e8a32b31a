"""Questions to measure with, out of files: our JSONL, and a folder of documents with tasks that need some of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from openteller.capabilities.knowledge.documents import Document
from openteller.capabilities.knowledge.evaluating import Question
from openteller.domain.errors import ConfigurationError

Request = tuple[str, frozenset[str]]
"""What is asked, and the documents that are needed for it."""


def read_questions(file: Path, language: str, known: Collection[str]) -> list[Question]:
    """The lines ``{"question", "article" or null}``; ``language`` is the file's. ConfigurationError names the line."""
    found: list[Question] = []
    for number, line in enumerate(_text(file).splitlines(), start=1):
        if not line.strip():
            continue
        row = _json(line, file, number)
        text, article = (row.get("question"), row.get("article")) if isinstance(row, dict) else (None, None)
        if not isinstance(text, str) or not (article is None or isinstance(article, str)):
            raise ConfigurationError('expected {"question": "…", "article": "…" or null}', file=str(file), line=number)
        if article is not None and article not in known:
            raise ConfigurationError(f"there is no article {article!r}", file=str(file), line=number)
        found.append(Question(language, text, article))
    return found


def read_documents(folder: Path) -> list[Document]:
    """The documents: one JSON file each with ``id``, ``title`` and ``content``."""
    found = []
    for file in sorted(folder.glob("*.json")):
        row = _json(_text(file), file, 1)
        if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in ("id", "title", "content")):
            raise ConfigurationError("expected a document with id, title and content", file=str(file), line=1)
        found.append(Document(row["id"], row["title"], row["content"]))
    if not found:
        raise ConfigurationError("there are no documents (*.json) in this folder", file=str(folder))
    return found


def read_requests(file: Path, documents: Sequence[Document]) -> list[Request]:
    """The requests of tasks in the form of tau2-bench that need documents: what the customer is told to want."""
    known = {document.document_id for document in documents}
    rows = _json(_text(file), file, 1)
    try:
        found = [
            (task["user_scenario"]["instructions"], frozenset(task["required_documents"]))
            for task in rows
            if task.get("required_documents")
        ]
    except (TypeError, KeyError, AttributeError) as error:
        wanted = "expected tasks with user_scenario.instructions and required_documents"
        raise ConfigurationError(wanted, file=str(file), line=1) from error
    missing = sorted({name for _, names in found for name in names} - known)
    if missing:
        raise ConfigurationError(f"a task needs {missing[0]!r}, which is not there", file=str(file), line=1)
    return found


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot be read: {error}", file=str(file)) from error


def _json(text: str, file: Path, line: int) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ConfigurationError("this is not JSON", file=str(file), line=line) from error
