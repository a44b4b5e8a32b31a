"""``openteller mutations``: break one line at a time and see that a test turns red."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

app = typer.Typer(no_args_is_help=True, help="Break one line of what is safety-critical at a time: a test must see it.")

Only = Annotated[str | None, typer.Option("--only", metavar="ID", help="A mutation's name, or a requirement (TX-01).")]


@app.command("list")
def list_mutations(
    only: Only = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON, the last on stdout.")] = False,
) -> None:
    """List the mutations: which requirement each breaks, what it changes, which tests must see it.

    Example: openteller mutations list --only TX-01
    """
    from openteller.testing.mutations.listing import LIST, chosen, find_checkout, load_mutations

    found = chosen(load_mutations(LIST, find_checkout()), only)
    if as_json:
        sys.stdout.write(json.dumps({"mutations": [asdict(one) for one in found]}) + "\n")
        return
    table = _table("mutation", "requirement", "where", "becomes")
    for one in found:
        becomes = escape(one.replace.strip()) or "(nothing)"
        table.add_row(one.name, one.requirement, f"{one.file}:{one.line}", becomes)
    Console().print(table)


@app.command()
def run(
    only: Only = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON, the last on stdout.")] = False,
) -> None:
    """Apply each mutation in a copy of this checkout and run the tests named for it: one of them must turn red.

    Exit code 1 when a mutation survived. Refuses to begin when a test is red without any.

    Example: openteller mutations run --only TX-01 --json
    """
    from openteller.testing.mutations.listing import LIST, chosen, find_checkout, load_mutations
    from openteller.testing.mutations.run import run_mutations

    checkout = find_checkout()
    mutations = chosen(load_mutations(LIST, checkout), only)
    console, started = Console(stderr=True), time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("mutations", total=1.0)
        outcomes = run_mutations(
            checkout, mutations, lambda what, done: bar.update(task, description=what, completed=done)
        )
    survived = [outcome for outcome in outcomes if not outcome.killed]
    for outcome in survived:
        said = f"[red]•[/red] {outcome.mutation.name} survived: {escape(outcome.why)}"
        console.print(said, highlight=False, soft_wrap=True)
    killed = len(outcomes) - len(survived)
    if as_json:
        figures = {"listed": len(outcomes), "killed": killed, "survived": [one.mutation.name for one in survived]}
        sys.stdout.write(json.dumps(figures) + "\n")
    else:
        table = _table("mutation", "requirement", "seen by", "seconds")
        for one in outcomes:
            seen = escape(one.why.rpartition("::")[2]) if one.killed else "[red]nobody[/red]"
            table.add_row(one.mutation.name, one.mutation.requirement, seen, f"{one.seconds:.1f}")
        Console().print(table)
        Console().print(f"{killed} of {len(outcomes)} killed in {time.monotonic() - started:.0f} s", highlight=False)
    raise typer.Exit(1 if survived else 0)


def _table(*headings: str) -> Table:
    """Nothing is cut off: a name that is too long goes on in the next line."""
    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
