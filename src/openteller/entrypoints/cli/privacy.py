"""`openteller privacy`: give a person what is kept about them, or make it unreadable."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from openteller.bootstrap import Custody, open_custody
from openteller.capabilities.audit.trail import record_events
from openteller.capabilities.privacy.erasure import Receipt, find_person
from openteller.capabilities.privacy.erasure import erase as erase_person
from openteller.capabilities.privacy.export import export_person
from openteller.capabilities.privacy.sealing import rewrap
from openteller.config import load_settings
from openteller.domain.assurance import SubjectId
from openteller.domain.errors import ConfigurationError
from openteller.domain.events import Event
from openteller.ports import UnitOfWork

app = typer.Typer(no_args_is_help=True, help="What is kept about a person, and the end of it.")

Customer = Annotated[str | None, typer.Option(help="The bank's own number of the customer.")]
Subject = Annotated[str | None, typer.Option(help="The person's id here (a UUID).")]
Json = Annotated[bool, typer.Option("--json", help="One line of JSON.")]


@app.command()
def export(customer: Customer = None, subject: Subject = None) -> None:
    """Everything kept about a person, opened, as one line of JSON: table → rows (GDPR 15, 20).

    Example: openteller privacy export --customer c-000042 > person.json
    """
    print(json.dumps(asyncio.run(_export(_named(customer, subject))), ensure_ascii=False))


@app.command()
def erase(
    customer: Customer = None,
    subject: Subject = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Destroy a person's key, delete their links, and print the receipt. There is no way back.

    Example: openteller privacy erase --customer c-000042 --yes
    """
    named = _named(customer, subject)
    if not yes:
        typer.confirm("Erase this person for good?", abort=True)

    receipt = asyncio.run(_erase(named))
    if as_json:
        print(json.dumps(dataclasses.asdict(receipt), default=str))
    else:
        _show(receipt)


@app.command()
def rotate_keys() -> None:
    """Make a new key-encryption key and wrap every subject key with it; the data stays as it is.

    The old one still opens what others are writing at this moment: retire it a few minutes later.

    Example: openteller privacy rotate-keys
    """
    Console().print(f"{asyncio.run(_rewrap(rotate=True))} subject keys are wrapped with a new key.")


@app.command()
def retire_keys() -> None:
    """Drop the old key-encryption keys: what they wrapped is noise from now on, in old copies and files too.

    This is the end of erased persons' keys in old database pages, WAL and copies.

    Example: openteller privacy retire-keys
    """

    async def run() -> int:
        await _rewrap(rotate=False)
        async with open_custody(load_settings()) as custody:
            return custody.keys.retire()

    Console().print(f"{asyncio.run(run())} old keys are gone.")


async def _rewrap(*, rotate: bool) -> int:
    async with open_custody(load_settings()) as custody:
        if rotate:
            custody.keys.rotate()
        count = 0
        for tenant in await custody.tenants():
            last: SubjectId | None = None
            while True:
                async with custody.store.begin(tenant) as uow:
                    changed, last = await rewrap(uow, custody.keys, last)
                count += changed
                if last is None:
                    break
        custody.copy_keys()
        return count


async def _export(named: str | SubjectId) -> dict[str, Any]:
    async with open_custody(load_settings()) as custody, custody.store.begin(custody.tenant) as uow:
        person = await _person(custody, uow, named)
        exported = await export_person(uow, custody.sealer, person)
        await record_events(uow, [Event("person.exported", custody.clock.now(), "operator", person)])
        return {"subject": str(person), "tables": exported}


async def _erase(named: str | SubjectId) -> Receipt:
    async with open_custody(load_settings()) as custody:
        async with custody.store.begin(custody.tenant) as uow:
            person, now = await _person(custody, uow, named), custody.clock.now()
            receipt = await erase_person(uow, custody.tenant, custody.sealer, custody.erasures, person, now)
            await record_events(uow, [Event("person.erased", now, "operator", one) for one in receipt.subjects])
        custody.forget_keys(receipt.subjects)
        return receipt


def _named(customer: str | None, subject: str | None) -> str | SubjectId:
    """The bank's number of the customer, or the person's id here: exactly one of them."""
    if customer is not None and subject is None:
        return customer
    if subject is None or customer is not None:
        raise ConfigurationError("name the person by --customer or by --subject")
    try:
        return SubjectId(UUID(subject))
    except ValueError as error:
        raise ConfigurationError(f"--subject must be a UUID, not {subject!r}") from error


async def _person(custody: Custody, uow: UnitOfWork, named: str | SubjectId) -> SubjectId:
    if isinstance(named, UUID):
        return SubjectId(named)
    context = f"{custody.tenant}:bank_customer".encode()
    return await find_person(uow, "bank_customer", custody.keys.blind_index(named, context=context))


def _show(receipt: Receipt) -> None:
    table = Table("Table", "Outcome", "Rows", "Why", title=f"Erased at {receipt.at:%Y-%m-%d %H:%M:%S} UTC")
    for one in receipt.outcomes:
        table.add_row(one.table, one.outcome, str(one.rows), one.why)
    console = Console()
    console.print(table)
    console.print(f"Persons: {', '.join(str(one) for one in receipt.subjects)}", soft_wrap=True, highlight=False)
