"""``openteller flows``: list, draw, check and test the flows of a pack."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.draw import mermaid
from openteller.capabilities.flows.load import load_flows, read_flows
from openteller.domain.errors import CustomerError

if TYPE_CHECKING:
    from openteller.testing.talks.house import House

app = typer.Typer(no_args_is_help=True, add_completion=False)

PackName = Annotated[
    str | None, typer.Option("--pack", help="Folder of a pack or name of a shipped one. Default: the pack in use.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One line of JSON for machines.")]


@app.command("list")
def list_flows(pack: PackName = None, as_json: AsJson = False) -> None:
    """List the flows: what starts them, what they risk, the level they need.

    Example: openteller flows list
    """
    book = load_flows(_folders(pack))
    flows = [book[name] for name in book.riskiest_first(book.flows)]
    if as_json:
        rows = [
            {"name": flow.name, "version": flow.version, "starts_on": flow.starts_on, "risk": flow.risk,
             "level": int(flow.level), "steps": len(flow.steps), "file": flow.file}
            for flow in flows
        ]  # fmt: skip
        print(json.dumps({"flows": rows}))
        return
    table = Table("flow", "version", "starts on", "risk", "level", "steps")
    for flow in flows:
        row = (flow.name, flow.version, ", ".join(flow.starts_on), flow.risk, int(flow.level), len(flow.steps))
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="The flow's name, as `flows list` shows it.")],
    pack: PackName = None,
    as_json: AsJson = False,
) -> None:
    """Draw a flow as a Mermaid flowchart.

    Example: openteller flows show transfer_money
    """
    book = load_flows(_folders(pack))
    if name not in book.flows:
        raise CustomerError("unknown_flow", f"there is no flow {name!r}; there is {', '.join(_names(book))}")
    drawing = mermaid(book[name])
    print(json.dumps({"name": name, "mermaid": drawing}) if as_json else drawing, end="\n" if as_json else "")


@app.command("check")
def check(pack: PackName = None, as_json: AsJson = False) -> None:
    """Check every flow and say each fault with its file and line. Exit code 1 if there is one.

    Example: openteller flows check --pack my_bank
    """
    book, faults = read_flows(_folders(pack))
    if as_json:
        told = [{"file": fault.file, "line": fault.line, "message": fault.message} for fault in faults]
        print(json.dumps({"flows": len(book.flows), "faults": told}))
    else:
        for fault in faults:
            print(fault)
        print(f"{len(book.flows)} flows, {len(faults)} faults")
    if faults:
        raise typer.Exit(1)


@app.command("test")
def lead_talks(
    names: Annotated[list[str] | None, typer.Argument(metavar="FLOW", help="Flows to test. Default: all.")] = None,
    coverage: Annotated[bool, typer.Option("--coverage", help="List what no talk reaches.")] = False,
    pack: PackName = None,
    as_json: AsJson = False,
) -> None:
    """Lead every talk through its flow and say every reply in every language of the pack. Exit code 1 if one fails.

    Example: openteller flows test transfer_money --coverage
    """
    from openteller.testing.talks.run import run_talks
    from openteller.testing.talks.talk import read_talks

    house = _house(pack)
    chosen = sorted(set(names or house.flows.flows))
    strange = [name for name in chosen if name not in house.flows.flows]
    if strange:
        known = ", ".join(_names(house.flows))
        raise CustomerError("unknown_flow", f"there is no flow {strange[0]!r}; there is {known}")
    talks = read_talks(house.flows, chosen)
    quiet = as_json or not sys.stderr.isatty()
    found = run_talks(house, chosen, track(talks, "talks", console=Console(stderr=True), disable=quiet))
    if as_json:
        print(json.dumps(found.as_json(coverage=coverage)))
    else:
        for line in (*found.failures, *(found.coverage.unreached if coverage else ())):
            print(line)
        travelled = f"{found.coverage.share:.1%} travelled"
        print(f"{found.flows} flows, {found.talks} talks, {len(found.failures)} failed, {travelled}")
    if found.failures:
        raise typer.Exit(1)


def _house(pack: str | None) -> House:
    from openteller.bootstrap import pack_folder
    from openteller.config import load_settings
    from openteller.testing.talks.house import open_house

    return open_house(pack_folder(pack or load_settings().pack))


def _folders(pack: str | None) -> tuple[Path, ...]:
    from openteller.bootstrap import pack_folders
    from openteller.config import load_settings

    return pack_folders(pack or load_settings().pack)


def _names(book: FlowBook) -> list[str]:
    return sorted(book.flows)
