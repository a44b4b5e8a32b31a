"""``openteller redact``: take personal data out of texts, or see what would be taken out."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.progress import track

from openteller.capabilities.privacy import redact as redact_text
from openteller.domain.errors import CustomerError
from openteller.domain.texts import PersonalText

_EXAMPLE = """
Example:

  echo '{"id": 1, "text": "My card is 4111 1111 1111 1111", "locale": "en"}' | openteller redact
"""


def redact(
    input_file: Annotated[
        Path | None, typer.Option("--input", "-i", help="JSON lines to read. Default: stdin.")
    ] = None,
    output_file: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write; appears only when complete. Default: stdout.")
    ] = None,
) -> None:
    """Redact texts: JSON lines {"id", "text", "locale"?} in; {"id", "text", "spans": [[start, end, type]]} out.

    Spans are code points of the text as given. The order stays. Nothing is sent anywhere.
    """
    try:
        rows = _rows(input_file)
        lines = [_redacted(row) for row in _with_progress(rows)]
        with _destination(output_file) as out:
            out.writelines(lines)
    except CustomerError as error:
        sys.stderr.write(f"{error.message}\n")
        raise typer.Exit(2) from None


redact.__doc__ = (redact.__doc__ or "") + _EXAMPLE


def _rows(path: Path | None) -> list[dict[str, object]]:
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


def _row(line: str, place: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise CustomerError("bad_input", f"{place}: expected a JSON object on the line; this is not JSON.") from error
    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
        raise CustomerError("bad_input", f'{place}: expected {{"id": …, "text": "…"}}, with an optional "locale".')
    if not isinstance(row.get("locale", "en"), str | None):
        raise CustomerError("bad_input", f'{place}: expected "locale" to be a string such as "en-GB".')
    return row


def _redacted(row: dict[str, object]) -> str:
    result = redact_text(PersonalText(str(row["text"])), locale=str(row.get("locale") or "en"))
    spans = [[span.start, span.end, str(span.type)] for span in result.spans]
    return json.dumps({"id": row["id"], "text": result.text, "spans": spans}, ensure_ascii=False) + "\n"


def _with_progress(rows: list[dict[str, object]]) -> Iterable[dict[str, object]]:
    console = Console(stderr=True)
    return track(rows, description="redact", console=console, transient=True) if console.is_terminal else rows


@contextmanager
def _destination(path: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that takes its name only once it is whole."""
    if path is None:
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        yield sys.stdout
        sys.stdout.flush()
        return
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
