"""A bank's own training data: CSV, JSON lines or Rasa NLU YAML, checked line by line."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from openteller.capabilities.understanding.folds import is_outside
from openteller.capabilities.understanding.material import Example, Material
from openteller.domain.errors import ConfigurationError
from openteller.yaml_loaders import safe_load

_RASA_SPAN = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    labels: tuple[str, ...]


def read_datasets(
    files: Sequence[Path],
    languages: tuple[str, ...] = ("en",),
) -> Material:
    """Training material from ``files``; ``languages`` are those that customers may write.

    Empty texts, duplicates, texts with two different labels and labels of one example are kept or dropped, counted and
    noted, never fatal. Raises ConfigurationError with file and line for a file that is not in its format.
    """
    rows: list[_Row] = []
    multi_label = False
    for path in files:
        found, several = _read(path)
        rows.extend(found)
        multi_label |= several
    kept, notes = _cleaned(rows, multi_label)
    if not kept:
        raise ConfigurationError("no training rows with a text and a label", file=str(files[0]) if files else None)
    labels = sorted({label for row in kept for label in row.labels})
    groups = {label: "unrelated" if is_outside(label, {}) else "journey" for label in labels}
    examples = tuple(Example(row.text, row.labels) for row in kept)
    return Material(examples, (), (), groups, languages, multi_label=multi_label, notes=tuple(notes))


def _read(path: Path) -> tuple[list[_Row], bool]:
    readers = {".csv": _csv, ".tsv": _csv, ".jsonl": _json_lines, ".json": _json_lines, ".yml": _rasa, ".yaml": _rasa}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ConfigurationError("expected a .csv, .jsonl or .yml file", file=str(path))
    return reader(read_text(path), path)


def read_text(path: Path) -> str:
    """The text of a data file. ConfigurationError with file, and the line that is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes().count(b"\n", 0, error.start) + 1
        raise ConfigurationError("expected UTF-8 text", file=str(path), line=line) from error
    except OSError as error:
        raise ConfigurationError(f"cannot be read ({error.strerror})", file=str(path)) from error


def _csv(text: str, path: Path) -> tuple[list[_Row], bool]:
    lines = text.splitlines(keepends=True)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    reader = csv.reader(lines, delimiter=delimiter)
    header = [name.strip().lower() for name in next(reader, [])]
    if "text" not in header or not {"label", "category", "intent"} & set(header):
        raise ConfigurationError("the first line must name the columns text and label", file=str(path), line=1)
    text_at = header.index("text")
    label_at = next(header.index(name) for name in ("label", "category", "intent") if name in header)
    rows = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                fault = f"expected {len(header)} columns, found {len(cells)}; put a text with commas in double quotes"
                raise ConfigurationError(fault, file=str(path), line=reader.line_num)
            rows.append(_Row(cells[text_at].strip(), (cells[label_at].strip(),)))
    except csv.Error as error:
        raise ConfigurationError(f"not valid CSV: {error}", file=str(path), line=reader.line_num) from error
    return rows, False


def _json_lines(text: str, path: Path) -> tuple[list[_Row], bool]:
    rows, several = [], False
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ConfigurationError("expected one JSON object on the line", file=str(path), line=number) from error
        labels = _labels(row)
        if labels is None:
            fault = 'expected {"text": "…", "label": "…"} or {"text": "…", "labels": ["…"]}'
            raise ConfigurationError(fault, file=str(path), line=number)
        several |= "labels" in row
        rows.append(_Row(row["text"].strip(), labels))
    return rows, several


def _labels(row: Any) -> tuple[str, ...] | None:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return None
    if isinstance(row.get("labels"), list) and all(isinstance(label, str) for label in row["labels"]):
        return tuple(dict.fromkeys(label.strip() for label in row["labels"] if label.strip()))
    return (row["label"].strip(),) if isinstance(row.get("label"), str) else None


def _rasa(text: str, path: Path) -> tuple[list[_Row], bool]:
    try:
        content = safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        fault = f"not valid YAML: {getattr(error, 'problem', error)}"
        raise ConfigurationError(fault, file=str(path), line=mark.line + 1 if mark else None) from error
    sections = content.get("nlu") if isinstance(content, dict) else None
    if not isinstance(sections, list):
        raise ConfigurationError("expected Rasa NLU data: a mapping with the list 'nlu'", file=str(path), line=1)
    return [row for section in sections for row in _rasa_section(section, path)], False


def _rasa_section(section: Any, path: Path) -> Iterator[_Row]:
    if not isinstance(section, dict) or "intent" not in section:
        return
    examples = section.get("examples")
    if isinstance(examples, str):
        texts = [line.strip()[1:].strip() for line in examples.splitlines() if line.strip().startswith("-")]
    elif isinstance(examples, list):
        texts = [str(row.get("text", "")).strip().removeprefix("- ") for row in examples if isinstance(row, dict)]
    else:
        raise ConfigurationError(f"the intent {section['intent']!r} has no list 'examples'", file=str(path))
    for text in texts:
        yield _Row(_RASA_SPAN.sub(r"\1", text), (str(section["intent"]),))


def _cleaned(rows: Sequence[_Row], multi_label: bool) -> tuple[list[_Row], list[str]]:
    notes: list[str] = []
    filled = [row for row in rows if row.text and (multi_label or (row.labels and row.labels[0]))]
    if len(filled) < len(rows):
        notes.append(f"{len(rows) - len(filled)} rows without a text or a label were left out")
    unique = list(dict.fromkeys(filled))
    if len(unique) < len(filled):
        notes.append(f"{len(filled) - len(unique)} rows stood there twice and count once")
    texts = Counter(row.text.casefold() for row in unique)
    twice = sum(count > 1 for count in texts.values())
    if twice and not multi_label:
        notes.append(f"{twice} texts have more than one label; all were kept")
    counts = Counter(label for row in unique for label in row.labels)
    lonely = sorted(label for label, count in counts.items() if count == 1)
    if lonely:
        notes.append(f"{len(lonely)} labels have one example only: {', '.join(lonely[:8])}")
    return unique, notes
