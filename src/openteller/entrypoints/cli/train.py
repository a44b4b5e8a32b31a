"""``openteller train``: an understanding model from a bank's own data, or from a pack."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from openteller.bootstrap import open_encoders, pack_folders
from openteller.capabilities.understanding.content import understood_languages
from openteller.capabilities.understanding.datasets import read_datasets
from openteller.capabilities.understanding.model import Model
from openteller.capabilities.understanding.store import check_target, load_or_train, save_model
from openteller.capabilities.understanding.training import train as train_model
from openteller.config import load_settings

_EXAMPLE = """
Example:

  openteller train --data questions.csv --out models/mine
"""


def train(
    out: Annotated[Path, typer.Option("--out", help="Folder of the model; it appears only when complete.")],
    data: Annotated[
        list[Path] | None,
        typer.Option(
            "--data", help="CSV (text,label), JSONL (text, label or labels) or Rasa NLU YAML; may be repeated."
        ),
    ] = None,
    pack: Annotated[str | None, typer.Option("--pack", help="Pack for signals, and for intents when no data.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line for machines, the last on stdout.")] = False,
) -> None:
    """Train an understanding model. The same data give the same model.

    A bank's own data teach intents; signals are the pack's, whose model is trained first where it is not there yet.
    """
    started = time.perf_counter()
    check_target(out)
    settings = load_settings()
    folders = pack_folders(pack or settings.pack)
    encoders = open_encoders(settings.models_dir)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:>12}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=1.0)

        def tell(step: str, share: float) -> None:
            bar.update(task, description=step, completed=share)

        if data:
            material = read_datasets(data, understood_languages(folders))
            base = load_or_train(folders, settings.models_dir, encoders, progress=tell).model
            model = train_model(material, encoders, tell, base, settings.models_dir, strange=True)
        else:
            model = load_or_train(folders, settings.models_dir, encoders, progress=tell).model
    save_model(model, out)
    seconds = round(time.perf_counter() - started, 1)
    if as_json:
        sys.stdout.write(json.dumps(_summary(model, out, seconds), ensure_ascii=False) + "\n")
    else:
        _show(Console(), model, out, seconds)


train.__doc__ = (train.__doc__ or "") + _EXAMPLE


def _summary(model: Model, out: Path, seconds: float) -> dict[str, object]:
    facts = model.facts
    return {
        "model": str(out),
        "version": facts.version,
        "data_hash": facts.data_hash,
        "labels": len(facts.labels),
        "rows": facts.rows,
        "seconds": seconds,
        "figures": dict(facts.figures),
        "notes": list(facts.notes),
    }


def _show(console: Console, model: Model, out: Path, seconds: float) -> None:
    table = Table(title=f"Model {model.facts.version} in {out}, {seconds} s", title_justify="left")
    table.add_column("figure (held out)")
    table.add_column("value", justify="right")
    for name, value in model.facts.figures.items():
        table.add_row(name.replace("_", " "), f"{value:.4g}")
    console.print(table)
    for note in model.facts.notes:
        console.print(f"note: {note}")
