"""For operators: staff accounts, kill switches, open promises."""

from __future__ import annotations

import asyncio
import csv
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from openteller.bootstrap import Custody, open_custody
from openteller.capabilities.audit.trail import record_events
from openteller.capabilities.obligations.cases import cases_of_kind
from openteller.capabilities.obligations.ledger import open_obligations
from openteller.config import load_settings
from openteller.domain.actions import ActionKind
from openteller.domain.errors import ConfigurationError
from openteller.domain.events import Event
from openteller.domain.obligations import Obligation
from openteller.loops.conversation.switches import set_switch
from openteller.loops.desk.staff import StaffDoor
from openteller.ports import Row

staff = typer.Typer(no_args_is_help=True, help="Accounts of staff. There is none until you make one.")
switch = typer.Typer(no_args_is_help=True, help="Kill switches: they act on every process within a second or two.")

_NAME = re.compile(r"[\w.-]{1,64}")
_CHANNEL = re.compile(r"channel:[a-z][a-z0-9_-]{0,39}")
_SWITCHES = ("bot", "actions", *(f"action:{kind}" for kind in ActionKind))

Switch = Annotated[str, typer.Argument(help="bot, actions, action:<kind> or channel:<name>.")]
Json = Annotated[bool, typer.Option("--json", help="One line of JSON.")]


def _work(work: Callable[[Custody], Awaitable[None]]) -> None:
    async def run() -> None:
        async with open_custody(load_settings()) as custody:
            await work(custody)

    asyncio.run(run())


@staff.command()
def create(
    name: Annotated[str, typer.Argument(help="What they log in with.")],
    role: Annotated[str, typer.Option(help="agent, supervisor, compliance or admin.")] = "agent",
    display_name: Annotated[str | None, typer.Option(help="What customers see.")] = None,
    password_file: Annotated[Path | None, typer.Option(help="File with the password; asked for when absent.")] = None,
) -> None:
    """Make an account, or give an old one a new password and role.

    Example: openteller staff create maya --role agent --display-name Maya
    """
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"a name has 1 to 64 letters, digits, dots, dashes or underscores, not {name!r}")
    if password_file is not None:
        try:
            password = password_file.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not text"
            raise ConfigurationError(f"cannot read the password: {why}", file=str(password_file)) from error
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)

    async def work(custody: Custody) -> None:
        door = StaffDoor(custody.store, custody.clock, custody.ids)
        await door.create(custody.tenant, name, display_name or name, role, password)

    _work(work)
    Console().print(f"Account {name} is ready.")


@switch.command("off")
def turn_off(name: Switch, reason: Annotated[str, typer.Option(help="Why; it is audited.")] = "") -> None:
    """Switch something off: bot, actions, action:<kind> or channel:<name>.

    Example: openteller switch off action:transfer --reason "core bank trouble"
    """
    _set(name, off=True, reason=reason)


@switch.command("on")
def turn_on(name: Switch, reason: Annotated[str, typer.Option(help="Why; it is audited.")] = "") -> None:
    """Switch something on again.

    Example: openteller switch on action:transfer
    """
    _set(name, off=False, reason=reason)


def _set(name: str, *, off: bool, reason: str) -> None:
    if name == "channel:web":
        raise ConfigurationError("the web face has no switch: stop its processes, or switch off bot")
    if name not in _SWITCHES and not _CHANNEL.fullmatch(name):  # one that switches nothing would be a false comfort
        raise ConfigurationError(f"no switch {name!r}: {', '.join(_SWITCHES)} or channel:<name>")

    async def work(custody: Custody) -> None:
        now = custody.clock.now()
        async with custody.store.begin(custody.tenant) as uow:
            await set_switch(uow, name, off=off, by="operator", reason=reason, now=now)
            details: dict[str, str | int | bool | None] = {"switch": name, "off": off}
            await record_events(uow, [Event("switch.set", now, "operator", details=details)])

    _work(work)
    Console().print(f"{name} is {'off' if off else 'on'}.")


def obligations(
    register: Annotated[str | None, typer.Option(help="Instead: all cases of this kind, such as complaint.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the register as CSV here; a new file.")] = None,
    as_json: Json = False,
) -> None:
    """What has been promised and is still owed, the most urgent first; or the register of one kind of case.

    Example: openteller obligations --register complaint --out complaints.csv
    """
    if out is not None and (register is None or out.exists()):
        raise ConfigurationError("--out is a file that is not there yet, and needs --register", file=str(out))

    async def work(custody: Custody) -> None:
        now = custody.clock.now()
        async with custody.store.begin(custody.tenant) as uow:
            if register is None:
                owed = [_owed(one, now) for one in await open_obligations(uow)]
            else:
                owed = [_listed(row) for row in await cases_of_kind(uow, register, now)]
        if out is not None:
            _write_csv(out, owed)
            Console().print(f"{len(owed)} cases in {out}.")
        elif as_json:
            typer.echo(json.dumps(owed))
        else:
            table = Table(*(name.replace("_", " ") for name in owed[0])) if owed else Table("nothing")
            for row in owed:
                table.add_row(*map(str, row.values()))
            Console().print(table)

    _work(work)


def _owed(one: Obligation, now: datetime) -> dict[str, object]:
    return {
        "kind": one.kind,
        "reference": one.reference,
        "due_at": one.due_at.isoformat(),
        "late": one.due_at < now,
        "owner": one.owner,
        "source": one.source,
    }


def _listed(row: Row) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _write_csv(file: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """No cell begins like a formula (=, +, -, @): a spreadsheet must not run what it shows."""
    with file.open("x", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(rows[0] if rows else ("reference",))
        for row in rows:
            said = ("" if value is None else str(value) for value in row.values())
            writer.writerow(f"'{value}" if value[:1] in "=+-@\t\r" and value else value for value in said)
