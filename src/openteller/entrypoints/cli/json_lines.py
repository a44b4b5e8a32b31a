"""JSON lines in, JSON lines out: what the commands that take texts share."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import track

from openteller.domain.errors import CustomerError

TextRow = dict[str, object]
"""A line's object: ``id`` (anything), ``text`` (a string), ``locale`` (a string) where it is given, and what else."""


def read_rows(path: Path | None) -> list[TextRow]:
    """All rows of the file, or of stdin. CustomerError names file, line and what was expected; nothing is half-read."""
    name = "<stdin>" if path is None else str(path)
    try:
        data = sys.stdin.buffer.read() if path is None else path.read_bytes()
    except OSError as error:
        raise CustomerError("unreadable_input", f"{name}: cannot be read ({error.strerror}).") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CustomerError("bad_input", f"{name}:{line}: expected UTF-8 text.") from error
    return [_row(line, f"{name}:{number}") for number, line in enumerate(text.split("\n"), start=1) if line.strip()]


def with_progress(rows: list[TextRow], what: str) -> Iterable[TextRow]:
    """The rows, with a bar on stderr where somebody is watching."""
    console = Console(stderr=True)
    return track(rows, description=what, console=console, transient=True) if console.is_terminal else rows


@contextmanager
def destination(path: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that takes its name only once it is whole. CustomerError when it cannot be written."""
    if path is None:
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        yield sys.stdout
        sys.stdout.flush()
        return
    if path.is_dir():
        raise CustomerError("unwritable_output", f"{path}: cannot be written (it is a folder).")
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise CustomerError("unwritable_output", f"{path}: cannot be written ({error.strerror}).") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as out:
            yield out
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _row(line: str, place: str) -> TextRow:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CustomerError("bad_input", f"{place}: expected a JSON object on the line; this is not JSON.") from error
    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
        raise CustomerError("bad_input", f'{place}: expected {{"id": …, "text": "…"}}, with an optional "locale".')
    if not isinstance(row.get("locale", "en"), str | None):
        raise CustomerError("bad_input", f'{place}: expected "locale" to be a string such as "en-GB".')
    return row
