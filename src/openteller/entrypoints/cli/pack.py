"""``openteller pack``: check and show packs; ``openteller new``: start one."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from openteller.config import load_settings

app = typer.Typer(no_args_is_help=True, help="Check and show packs.")

PackName = Annotated[
    str | None, typer.Argument(help="Folder of a pack or name of a shipped one; default: the one in use.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One line of JSON, the last on stdout.")]


@app.command()
def check(pack: PackName = None, as_json: AsJson = False) -> None:
    """List every fault of a pack, and of what it extends, with file and line. Exit code 1 if there is one.

    Example: openteller pack check mybank
    """
    from openteller.bootstrap import check_pack, pack_folder

    found, faults = check_pack(pack_folder(pack or load_settings().pack))
    if as_json:
        told = {"pack": found and found.name, "version": found and found.version}
        sys.stdout.write(json.dumps({**told, "faults": [asdict(fault) for fault in faults]}) + "\n")
    else:
        for fault in faults:
            sys.stdout.write(f"{fault}\n")
        name = f"{found.name} {found.version}" if found else "the pack"
        sys.stdout.write(f"{name}: {len(faults)} fault{'' if len(faults) == 1 else 's'}\n")
    if faults:
        raise typer.Exit(1)


@app.command()
def show(pack: PackName = None, as_json: AsJson = False) -> None:
    """Show what a pack is: its version, what it extends, its languages.

    Example: openteller pack show
    """
    from openteller.bootstrap import PACKS, pack_folder
    from openteller.capabilities.pack.pack import load_pack

    found = load_pack(pack_folder(pack or load_settings().pack), PACKS)
    facts: dict[str, str | list[str]] = {
        "name": found.name,
        "version": found.version,
        "folders": [str(folder) for folder in found.folders],
        "languages": list(found.languages),
        "default_locale": found.default_locale,
        "time_zone": found.time_zone,
        "bank": found.bank_name,
    }
    if as_json:
        sys.stdout.write(json.dumps(facts) + "\n")
        return
    table = Table(show_header=False)
    for name, value in facts.items():
        table.add_row(name.replace("_", " "), ", ".join(value) if isinstance(value, list) else value)
    Console().print(table)


def new(
    name: Annotated[str, typer.Argument(help="Name of the pack: lower-case letters, digits, underscores.")],
    extends: Annotated[str, typer.Option(help="The pack it extends: a shipped one or a folder.")] = "retail_banking",
    out: Annotated[Path, typer.Option(help="Where its folder is made.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Start a pack of your own: it extends another and overrides one reply, one flow and one article.

    Example: openteller new mybank
    """
    from openteller.bootstrap import PACKS, pack_folder
    from openteller.capabilities.pack.beginning import begin_pack

    files = begin_pack(out / name, pack_folder(extends), PACKS)
    if as_json:
        sys.stdout.write(json.dumps({"pack": str(out / name), "files": [str(file) for file in files]}) + "\n")
        return
    for file in files:
        sys.stdout.write(f"  {file}\n")
    sys.stdout.write(f"Next: openteller pack check {out / name}, then OPENTELLER_PACK={out / name} openteller demo\n")
