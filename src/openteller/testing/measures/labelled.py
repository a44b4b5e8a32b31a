"""Messages with what they mean, to measure by: CSV or JSON lines, each fault named with file and line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openteller.capabilities.understanding.datasets import read_text
from openteller.domain.errors import ConfigurationError

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_LABEL_COLUMNS = ("label", "category", "intent")
_COLUMNS = ("text", *_LABEL_COLUMNS, "language", "signals")
_ROW = 'expected {"text": "…"} with "label": "…", "labels": ["…"] or "signals": ["…"]'


@dataclass(frozen=True, slots=True)
class Labelled:
    """One message. ``labels`` and ``signals`` are None where the data do not say; ``several``: it may have any number
    of labels. ``language`` is "" where nobody has said it, ``place`` is file:line.
    """

    text: str
    labels: tuple[str, ...] | None
    several: bool
    language: str
    signals: frozenset[str] | None
    place: str


def read_labelled(files: Sequence[Path]) -> list[Labelled]:
    """The messages of all files, in order. ConfigurationError, with file and line, for what is not in its format."""
    rows = [row for path in files for row in _read(path)]
    if not rows:
        raise ConfigurationError("there is no message to measure by", file=", ".join(map(str, files)) or None)
    return rows


def _read(path: Path) -> Iterator[Labelled]:
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".tsv", ".jsonl"}:
        raise ConfigurationError("expected a .csv or .jsonl file", file=str(path))
    text = read_text(path)
    return _json_lines(text, path) if suffix == ".jsonl" else _table(text, path, "\t" if suffix == ".tsv" else ",")


def _table(text: str, path: Path, delimiter: str) -> Iterator[Labelled]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [name.strip().lower() for name in next(reader, [])]
    label = next((name for name in _LABEL_COLUMNS if name in header), None)
    if "text" not in header or label is None:
        raise ConfigurationError("the first line must name the columns text and label", file=str(path), line=1)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise ConfigurationError(f"not valid CSV: {error}", file=str(path), line=line) from error
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            fault = f"expected {len(header)} columns, found {len(cells)}; put a text with commas in double quotes"
            raise ConfigurationError(fault, file=str(path), line=line)
        given = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if name in _COLUMNS}
        row: dict[str, Any] = {"text": given["text"], "label": given[label], "language": given.get("language", "")}
        if "signals" in given:
            row["signals"] = given["signals"].replace(";", " ").split()
        yield _checked(row, path, line)


def _json_lines(text: str, path: Path) -> Iterator[Labelled]:
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            row = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise ConfigurationError("expected one JSON object on the line", file=str(path), line=line) from error
        yield _checked(row, path, line)


def _checked(row: Any, path: Path, line: int) -> Labelled:
    if (
        not isinstance(row, dict)
        or not isinstance(row.get("text"), str)
        or not {"label", "labels", "signals"} & set(row)
    ):
        raise ConfigurationError(_ROW, file=str(path), line=line)
    several = "labels" in row
    labels = _names(row, "labels", path, line)
    if "label" in row and not several:
        if not isinstance(row["label"], str) or not row["label"].strip():
            raise ConfigurationError("the message has no label", file=str(path), line=line)
        labels = (row["label"].strip(),)
    if not row["text"].strip():
        raise ConfigurationError("the text of the message is empty", file=str(path), line=line)
    language = row.get("language") or ""
    if not isinstance(language, str) or (language and not _LANGUAGE.fullmatch(language)):
        fault = f'expected "language" as en or pt-BR, found {language!r}'
        raise ConfigurationError(fault, file=str(path), line=line)
    signals = _names(row, "signals", path, line)
    shown = None if signals is None else frozenset(signals)
    return Labelled(row["text"], labels, several, language.replace("_", "-"), shown, f"{path}:{line}")


def _names(row: dict[str, Any], key: str, path: Path, line: int) -> tuple[str, ...] | None:
    if key not in row or (key == "signals" and row[key] is None):
        return None
    if not isinstance(row[key], list) or not all(isinstance(name, str) and name.strip() for name in row[key]):
        raise ConfigurationError(f'expected "{key}" to be a list of names', file=str(path), line=line)
    return tuple(dict.fromkeys(name.strip() for name in row[key]))
