"""`openteller audit`: whether the trail is what was signed."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from openteller.bootstrap import Custody, open_custody
from openteller.capabilities.audit.sealer import AuditSealer
from openteller.capabilities.audit.verification import Report
from openteller.capabilities.audit.verification import verify as verify_trail
from openteller.config import load_settings
from openteller.domain.errors import ConfigurationError

app = typer.Typer(no_args_is_help=True, help="The audit trail: ordered, hashed (RFC 6962), signed each minute.")

Json = Annotated[bool, typer.Option("--json", help="One line of JSON.")]


@app.command()
def verify(
    witness: Annotated[Path | None, typer.Option(help="A copy of checkpoints.jsonl that others keep.")] = None,
    as_json: Json = False,
) -> None:
    """Recompute the whole trail and name every event that was edited, deleted, inserted, moved or cut off.

    Exit code 1 if anything was found. Example: openteller audit verify --witness /mnt/witness/checkpoints.jsonl
    """
    report = asyncio.run(_verify(_lines(witness)))
    if as_json:
        print(json.dumps({**dataclasses.asdict(report), "ok": report.ok}))
    else:
        _show(report)
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def seal() -> None:
    """Give every waiting event its place and sign a checkpoint now, as the worker does each minute.

    Example: openteller audit seal
    """

    async def run() -> int:
        async with open_custody(load_settings()) as custody:
            sealer = AuditSealer(custody.signer, custody.checkpoints)
            async with custody.store.begin(custody.tenant) as uow:
                sealed = await sealer.seal(uow, custody.tenant, custody.clock.now(), at_once=True)
            sealer.publish(sealed)
            return sealed.events

    Console().print(f"{asyncio.run(run())} events sealed.")


@app.command()
def key() -> None:
    """Print the public key of the checkpoints, for whoever must be able to check them.

    Example: openteller audit key
    """

    async def run() -> str:
        async with open_custody(load_settings()) as custody:
            return custody.signer.public_key().hex()

    print(asyncio.run(run()))


async def _verify(witness: list[str]) -> Report:
    async with open_custody(load_settings()) as custody:
        return await _verify_in(custody, witness)


async def _verify_in(custody: Custody, witness: list[str]) -> Report:
    async with custody.store.begin(custody.tenant) as uow:
        return await verify_trail(
            uow,
            custody.tenant,
            custody.checkpoints,
            custody.signer.public_key(),
            custody.clock.now(),
            witness=witness,
        )


def _lines(witness: Path | None) -> list[str]:
    if witness is None:
        return []
    try:
        return witness.read_text().splitlines()
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"the witness cannot be read: {error}", file=str(witness)) from error


def _show(report: Report) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for fault in report.faults:
        place = "" if fault.last is None else f" at {fault.last if fault.first is None else fault.first}"
        until = "" if fault.first in (None, fault.last) else f" to {fault.last}"
        console.print(f"[red]{fault.kind}[/red]{place}{until}: {fault.what}")
    verdict = "[green]as it was signed[/green]" if report.ok else f"[red]{len(report.faults)} faults[/red]"
    console.print(f"{report.leaves} events, {report.checkpoints} checkpoints, {report.pending} waiting: {verdict}")
