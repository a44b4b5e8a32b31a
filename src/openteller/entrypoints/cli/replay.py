"""``openteller replay``: decide a recorded turn again."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from openteller.bootstrap import open_teller
from openteller.config import load_settings
from openteller.domain.errors import ConfigurationError
from openteller.loops.conversation.replaying import Replayed
from openteller.loops.conversation.replaying import replay as decide_again


def replay(
    turn: Annotated[str, typer.Argument(help="The turn's id (a UUID): the API answers it to every message.")],
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
) -> None:
    """Decide a recorded turn again and compare. Exit code 1 when the decision differs.

    Example: openteller replay 0193a5f0-7c1e-7000-8000-3f2a91c0d4e5
    """
    try:
        turn_id = UUID(turn)
    except ValueError as error:
        raise ConfigurationError(f"{turn!r} is not the id of a turn") from error
    replayed = asyncio.run(_replay(turn_id))
    if as_json:
        shown = {"turn": turn, "same": replayed.same, "decision": type(replayed.replayed).__name__}
        typer.echo(json.dumps({**shown, "reason": replayed.replayed.reason, "versions": replayed.versions}))
    else:
        table = Table("", "Decision", "Reason")
        for name, decision in (("recorded", replayed.recorded), ("replayed", replayed.replayed)):
            table.add_row(name, type(decision).__name__, decision.reason)
        Console().print(table)
    raise typer.Exit(0 if replayed.same else 1)


async def _replay(turn_id: UUID) -> Replayed:
    teller = await open_teller(load_settings())
    try:
        return await decide_again(teller.kit, teller.tenant, turn_id)
    finally:
        await teller.close()
