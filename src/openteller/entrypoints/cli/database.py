"""`openteller database`: bring it up to date, check it, copy it, put a copy back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from openteller import bootstrap
from openteller.config import load_settings

app = typer.Typer(no_args_is_help=True, help="The database: migrate, check, back up, restore.")

Json = Annotated[bool, typer.Option("--json", help="One line of JSON.")]


@app.command()
def migrate(
    owner_file: Annotated[
        Path | None, typer.Option(help="File with the owner role's address, where the bank has made the roles.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make the database if there is none, and run the steps that are missing, each wholly or not at all.

    Example: openteller database migrate
    """
    revision = bootstrap.migrate_database(load_settings(), owner_file)
    if as_json:
        print(json.dumps({"revision": revision}))
    else:
        Console().print(f"The database is at step {revision}.")


@app.command()
def check(as_json: Json = False) -> None:
    """Refuse what the start refuses: settings that forget, a role that nothing binds, tenants not kept apart.

    Example: openteller database check
    """
    bootstrap.check_only(load_settings())
    if as_json:
        print(json.dumps({"ok": True}))
    else:
        Console().print("[green]The database is fit to start on.[/green]")


@app.command()
def backup(
    out: Annotated[Path, typer.Argument(help="File to write; it must not exist yet.")],
) -> None:
    """Write a copy of the database without the subject keys, and renew the copy of the keys in the data folder.

    Keep the key-encryption keys and the two logs (erasures.jsonl, checkpoints.jsonl) elsewhere, too.

    Example: openteller database backup /backup/2026-11-24.dump
    """
    bootstrap.back_up_database(load_settings(), out)
    Console().print(f"{out} is written.", soft_wrap=True, highlight=False)


@app.command()
def restore(
    dump: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a copy in place of the database. Who was erased since stays erased; the database of now is kept beside it.

    Stop all processes first. What was sealed after the copy is missing from it: `audit verify` will say so, truthfully.

    Example: openteller database restore /backup/2026-11-24.dump --yes
    """
    if not yes:
        typer.confirm("Put this copy in place of the database?", abort=True)
    old = bootstrap.restore_database(load_settings(), dump)
    Console().print(f"Restored. The database of before is now {old}.", soft_wrap=True, highlight=False)


@app.command()
def stop() -> None:
    """Stop the embedded database; one of the bank's own is left alone.

    Example: openteller database stop
    """
    bootstrap.stop_database(load_settings())
