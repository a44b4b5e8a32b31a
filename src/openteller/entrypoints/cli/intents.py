"""``openteller intents``: what the bot understands, as its pack describes it."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from openteller.bootstrap import pack_folders
from openteller.capabilities.understanding.content import Taxon, read_taxonomy
from openteller.config import load_settings


def intents(
    pack: Annotated[
        str | None, typer.Option("--pack", help="Folder of a pack or name of a shipped one. Default: the pack in use.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON, the last on stdout.")] = False,
) -> None:
    """List what is understood: each intent with its description, its examples and what other data sets call it.

    Example: openteller intents --json
    """
    taxa = read_taxonomy(pack_folders(pack or load_settings().pack))
    if as_json:
        print(json.dumps({"intents": [_as_json(taxon) for taxon in taxa]}, ensure_ascii=False))
        return
    table = Table("intent", "group", "examples", "what it is")
    for taxon in taxa:
        counts = " ".join(f"{language} {len(texts)}" for language, texts in taxon.examples.items())
        table.add_row(taxon.name, taxon.group, counts, taxon.description)
    Console().print(table)


def _as_json(taxon: Taxon) -> dict[str, object]:
    return {
        "name": taxon.name,
        "group": taxon.group,
        "description": taxon.description,
        "examples": {language: list(texts) for language, texts in taxon.examples.items()},
        "aliases": {data_set: list(labels) for data_set, labels in taxon.aliases.items()},
        "articles": list(taxon.articles),
    }
