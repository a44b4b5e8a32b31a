"""``openteller redact``: take personal data out of texts, or see what would be taken out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from openteller.capabilities.privacy import redact as redact_text
from openteller.domain.errors import CustomerError
from openteller.domain.texts import PersonalText
from openteller.entrypoints.cli.json_lines import TextRow, destination, read_rows, with_progress

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
        rows = read_rows(input_file)
        lines = [_redacted(row) for row in with_progress(rows, "redact")]
        with destination(output_file) as out:
            out.writelines(lines)
    except CustomerError as error:
        sys.stderr.write(f"{error.message}\n")
        raise typer.Exit(2) from None


redact.__doc__ = (redact.__doc__ or "") + _EXAMPLE


def _redacted(row: TextRow) -> str:
    result = redact_text(PersonalText(str(row["text"])), locale=str(row.get("locale") or "en"))
    spans = [[span.start, span.end, str(span.type)] for span in result.spans]
    return json.dumps({"id": row["id"], "text": result.text, "spans": spans}, ensure_ascii=False) + "\n"
