"""``openteller understand``: what messages mean, as JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from openteller.bootstrap import SystemClock, open_understander, pack_folders
from openteller.capabilities.privacy.redaction import redact
from openteller.capabilities.understanding.understander import Understander
from openteller.config import load_settings
from openteller.domain.errors import CustomerError
from openteller.domain.texts import PersonalText, RedactedText, SealedValue
from openteller.domain.understanding import Amount, Entity, Period, Understanding
from openteller.entrypoints.cli.json_lines import destination, read_rows, with_progress

_EXAMPLE = """
Example:

  echo '{"id": 1, "text": "send £25 to Anna on Friday", "today": "2026-11-24"}' | openteller understand
"""
Json = Mapping[str, object]
_ANYWHERE = "en"
"""The locale where none is given and the text does not tell its language."""
_LIKELY = 0.5


def understand(
    model: Annotated[
        Path | None, typer.Option("--model", help="Folder of a trained model; default: the pack's.")
    ] = None,
    input_file: Annotated[
        Path | None, typer.Option("--input", "-i", help="JSON lines to read; default: stdin.")
    ] = None,
    output_file: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write; appears only when complete. Default: stdout.")
    ] = None,
) -> None:
    """Understand texts: JSON lines {"id", "text", "locale"?, "today"?} in, one line each out, in the same order.
    Without a locale the text is read in the language that it is found to be in.

    Out: language, intents (best first), out_of_scope (0–1), entities (places are code points of the text as given),
    signals. Personal data are taken out before anything else reads the text.
    """
    try:
        rows = read_rows(input_file)
        days = [_day(row, place) for place, row in enumerate(rows, start=1)]
        reader = opened(model)
        with destination(output_file) as out:
            for row, today in zip(with_progress(rows, "understand"), days, strict=True):
                out.write(json.dumps(_read(reader, row, today), ensure_ascii=False) + "\n")
    except CustomerError as error:
        sys.stderr.write(f"{error.message}\n")
        raise typer.Exit(2) from None


understand.__doc__ = (understand.__doc__ or "") + _EXAMPLE


def opened(model: Path | None) -> Understander:
    """The understander of a model's folder, else of the pack in use."""
    settings = load_settings()
    return open_understander(pack_folders(settings.pack), settings.models_dir, model)


def reading(model: Path | None) -> Callable[[str, str], str]:
    """What reads a text (text, locale) whole, from redaction on, and says its language: for measuring."""
    reader, today = opened(model), SystemClock().now().date()
    return lambda text, locale: (
        reader.understand(redact(PersonalText(text), locale=locale), locale=locale, today=today).language
    )


def _day(row: Json, place: int) -> date:
    given = row.get("today")
    if given is None:
        return SystemClock().now().date()
    try:
        return date.fromisoformat(str(given))
    except ValueError as error:
        fault = f'row {place} (id {row["id"]!r}): expected "today" as 2026-11-24, found {given!r}.'
        raise CustomerError("bad_input", fault, field="today") from error


def _read(reader: Understander, row: Json, today: date) -> Json:
    given = str(row.get("locale") or "")
    text = redact(PersonalText(str(row["text"])), locale=given or _ANYWHERE)
    spoken = reader.language_of(text, given)
    locale = given or (spoken.language if spoken.confidence >= _LIKELY else _ANYWHERE)
    return {"id": row["id"], **shown(reader.understand(text, locale=locale, today=today), text)}


def shown(meaning: Understanding, text: RedactedText) -> Json:
    """A reading in the public format; places are those of the text before redaction."""
    return {
        "language": meaning.language,
        "language_confidence": round(meaning.language_confidence, 4),
        "intents": [{"name": i.name, "confidence": i.confidence, "active": i.active} for i in meaning.intents],
        "out_of_scope": meaning.out_of_scope,
        "entities": [_entity(entity, text) for entity in meaning.entities],
        "signals": [{"name": s.name, "confidence": s.confidence, "active": s.active} for s in meaning.signals],
    }


def _entity(entity: Entity, text: RedactedText) -> Json:
    place = {"start": text.original_index(entity.start), "end": text.original_index(entity.end)}
    corrected = {"corrected": True} if entity.corrected else {}
    return {"type": entity.type, "value": _value(entity), **place, **corrected}


def _value(entity: Entity) -> object:
    match entity.value:
        case Amount(amount_minor, currency):
            return {"amount_minor": amount_minor, "currency": currency}
        case Period(start, end):
            return {"start": start.isoformat(), "end": end.isoformat()}
        case date() as day:
            return day.isoformat()
        case SealedValue(value=value):
            return value
        case other:
            return str(other)
