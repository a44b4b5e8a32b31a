"""``openteller faultlab``: break things on purpose and count what the outside saw."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from openteller.config import load_settings
from openteller.domain.errors import ConfigurationError

app = typer.Typer(no_args_is_help=True, help="Kill, pause and deceive a whole installation, and count what is lost.")


@app.command()
def run(
    turns: Annotated[int, typer.Option(min=20, max=1_000_000, help="Messages to be acknowledged.")] = 1000,
    kills: Annotated[int, typer.Option(min=0, max=10_000, help="kill -9 of a process at a random moment.")] = 10,
    seed: Annotated[int, typer.Option(help="All dice come from it.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the outside ledgers; new or empty.")] = None,
    sabotage: Annotated[
        str | None, typer.Option(help="Break one safety: no-key, no-fence, no-dedupe or ack-first.")
    ] = None,
    core_mode: Annotated[
        str, typer.Option(help="What the core bank gives: idempotent, lookup (no key) or dumb (no key, no look-up).")
    ] = "idempotent",
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON, the last on stdout.")] = False,
) -> None:
    """Kill and pause a whole installation while customers talk: two API processes, a worker, the database, the bank.

    Every message that was acknowledged must get its reply, in order; every confirmed transfer must be made once, as it
    was shown. Exit code 1 when anything was lost, doubled, swapped or wrong. The ledgers in the folder allow a recount.

    Example: openteller faultlab run --turns 1000 --kills 10 --seed 7 --out ./lab --json
    """
    from openteller.testing.faultlab.run import Plan, run_laboratory
    from openteller.testing.faultlab.sabotage import SABOTAGES
    from openteller.testing.faultlab.supervisor import CORE_MODES

    if sabotage is not None and sabotage not in SABOTAGES:
        raise ConfigurationError(f"--sabotage {sabotage}: there are {', '.join(SABOTAGES)}")
    if core_mode not in CORE_MODES:
        raise ConfigurationError(f"--core-mode {core_mode}: there are {', '.join(CORE_MODES)}")
    plan = Plan(turns, kills, seed, _folder(out, seed), sabotage, core_mode)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("faultlab", total=1.0)
        verdict, seconds = run_laboratory(plan, lambda what, done: bar.update(task, description=what, completed=done))
    for finding in verdict.findings[:20]:
        console.print(f"[red]•[/red] {finding}", highlight=False)
    figures = verdict.figures(seconds)
    if as_json:
        sys.stdout.write(json.dumps(figures) + "\n")
    else:
        table = Table("figure", "")  # a line each: nine columns would be cut off at 80 signs
        for name, value in figures.items():
            table.add_row(name, str(value))
        Console().print(table)
        Console().print(f"Ledgers: {plan.folder}", highlight=False)
    raise typer.Exit(0 if verdict.clean else 1)


@app.command()
def recount(
    folder: Annotated[Path, typer.Argument(help="The --out folder of a run.")],
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
) -> None:
    """Count the ledgers of a run again; reads nothing but its folder.

    Example: openteller faultlab recount ./lab --json
    """
    from openteller.testing.faultlab.oracle import judge

    if not (folder / "signatures.json").is_file():
        raise ConfigurationError(f"{folder} is not the folder of a finished run: it has no signatures.json")
    verdict = judge(folder)
    figures = verdict.figures(0.0)
    sys.stdout.write(json.dumps(figures) + "\n" if as_json else "".join(f"{k}: {v}\n" for k, v in figures.items()))
    raise typer.Exit(0 if verdict.clean else 1)


@app.command(hidden=True)
def sabotaged(name: str, process: str, port: Annotated[int | None, typer.Option()] = None) -> None:
    """One process (serve or worker) with a safety broken on purpose; the laboratory starts it.

    Example: openteller faultlab sabotaged no-key serve --port 8800
    """
    from openteller.entrypoints.cli import running
    from openteller.testing.faultlab.sabotage import break_on_purpose

    break_on_purpose(name)
    if process == "serve":
        running.serve(port=port)
    elif process == "worker":
        running.worker()
    else:
        raise ConfigurationError(f"no process {process!r}: serve or worker")


def _folder(out: Path | None, seed: int) -> Path:
    """Where the run writes. Ours is made afresh; somebody's own must be new or empty."""
    if out is None:
        folder = load_settings().data.absolute() / "faultlab" / f"seed-{seed}"
        shutil.rmtree(folder, ignore_errors=True)
        return folder
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConfigurationError(f"--out {out}: the folder must be new or empty")
    return out.absolute()
