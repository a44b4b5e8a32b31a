"""``openteller bench``: measure a whole installation on this machine."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from openteller.config import load_settings
from openteller.entrypoints.cli.json_lines import read_rows

app = typer.Typer(no_args_is_help=True, help="Measure a whole installation on this machine.")


@app.command()
def turns(
    texts: Annotated[
        Path | None, typer.Option(help='JSON lines {"text": "…"}; each is used once. Default: a mix of our own.')
    ] = None,
    seconds: Annotated[float, typer.Option(min=2, max=3600, help="How long each of the two phases lasts.")] = 20.0,
    processes: Annotated[int, typer.Option(min=1, max=16, help="API processes.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON, the last on stdout.")] = False,
) -> None:
    """Turns a second at saturation, and the latency of replies at thirty arrivals a second.

    Everything is on: encryption, redaction, audit, a durable database. The load comes from a process of its own over
    WebSockets; latency counts from the moment a message was due to the arrival of the reply.

    Example: openteller bench turns --seconds 20 --json
    """
    from openteller.testing.bench.turns import bench_turns

    console = Console(stderr=True)
    data = load_settings().data.absolute() / "bench"
    with console.status("…") as status:
        figures = bench_turns(data, texts, seconds, processes, status.update)
    if as_json:
        sys.stdout.write(json.dumps(figures.as_json()) + "\n")
        return
    table = Table("turns/s", "p50 ms", "p95 ms", "p99 ms", "RSS MB", "errors", "cache hits")
    table.add_row(*(str(value) for name, value in figures.as_json().items() if name != "where"))
    where = Table("what one turn costs at saturation", "")
    for name, value in figures.where.items():
        where.add_row(name, str(value))
    Console().print(table, where)


@app.command()
def understand(
    input_file: Annotated[Path, typer.Option("--input", "-i", help='JSON lines {"id", "text", "locale"?}.')],
    model: Annotated[
        Path | None, typer.Option("--model", help="Folder of a trained model; default: the pack's.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON, the last on stdout.")] = False,
) -> None:
    """Milliseconds a message on one core, and messages a second on all, from redaction to intents, signals, entities.

    Each text is read once; one process a core.

    Example: openteller bench understand --input texts.jsonl --json
    """
    from openteller.entrypoints.cli.understand import reading
    from openteller.testing.bench.understanding import bench_understanding

    rows = [(str(row["text"]), str(row.get("locale") or "en")) for row in read_rows(input_file)]
    with Console(stderr=True).status("…") as status:
        speed = bench_understanding(rows, reading, model, status.update)
    if as_json:
        sys.stdout.write(json.dumps(speed.as_json()) + "\n")
        return
    table = Table("p50 ms English", "p50 ms other", "texts/s", "RSS MB", "texts", "processes")
    table.add_row(*(str(value) for value in speed.as_json().values()))
    Console().print(table)


@app.command("stolen-card")
def stolen_card(
    customers: Annotated[int, typer.Option(min=1, max=1000, help="How many cards are stolen, one after another.")] = 60,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON, the last on stdout.")] = False,
) -> None:
    """From "my card was stolen" to a block in the bank's own record.

    Exit code 1 when a card was not blocked within two turns.

    Example: openteller bench stolen-card --json
    """
    from openteller.testing.bench.stolen import bench_stolen

    data = load_settings().data.absolute() / "bench"
    with Console(stderr=True).status("…") as status:
        figures = bench_stolen(data, customers, status.update)
    if as_json:
        sys.stdout.write(json.dumps(figures.as_json()) + "\n")
    else:
        table = Table("customers", "blocked", "most turns", "p50 ms", "p95 ms", "worst ms")
        table.add_row(*(str(value) for value in figures.as_json().values()))
        Console().print(table)
    if figures.blocked < figures.customers:
        raise typer.Exit(1)
