"""Sabotage: one safety broken on purpose, to see that the laboratory notices.

Each replaces a part of the composition before the process starts; nothing in the product itself knows of it, so no
setting can ever switch a safety off.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from openteller.adapters.banking.http_bank import HttpBank
from openteller.adapters.storage import postgres
from openteller.adapters.storage.postgres import PostgresStore, PostgresUnit
from openteller.bootstrap import teller
from openteller.capabilities.thread.inbox import Item, Lease
from openteller.domain.actions import ActionResult, ConfirmedAction
from openteller.domain.assurance import TenantId
from openteller.domain.decisions import Decision
from openteller.domain.errors import ConfigurationError
from openteller.domain.understanding import Understanding
from openteller.loops.conversation.heard import Heard
from openteller.loops.conversation.performed import Performed
from openteller.loops.conversation.turn import Turns
from openteller.ports import Row

_ACK_AHEAD_S = 0.3
_DAWDLE_S = 0.2


class KeylessBank(HttpBank):
    """no-key: every call has a key of its own, and nobody looks up what became of the last one."""

    def order(self, action: ConfirmedAction) -> dict[str, Any]:
        """Under a new key."""
        return {**super().order(action), "idempotency_key": uuid4().hex}

    async def outcome(self, action: ConfirmedAction) -> ActionResult | None:  # noqa: ARG002
        """Never seen, whatever it was."""
        return None


class _ChangedUnit(PostgresUnit):
    """A unit of work whose statements and values are changed on their way."""

    def change(self, statement: str, values: dict[str, object]) -> str:
        """The statement to run instead; values may be changed in place."""
        raise NotImplementedError

    async def run(self, sql_text: str, /, **values: object) -> int:
        return await super().run(self.change(sql_text, values), **values)

    async def row(self, sql_text: str, /, **values: object) -> Row | None:
        return await super().row(self.change(sql_text, values), **values)


_CONDITIONS = re.compile(
    r"\s+AND\s+(fence = %\(fence\)s|lease_holder = %\(holder\)s|\(lease_holder IS NULL OR lease_until < %\(now\)s\))"
)


class UnfencedUnit(_ChangedUnit):
    """no-fence: whoever comes writes. A turn's key would stop the second writer too, so that is let through as well."""

    def change(self, statement: str, values: dict[str, object]) -> str:  # noqa: ARG002
        """Without its conditions."""
        changed = _CONDITIONS.sub("", statement)
        if "INSERT INTO turns" in statement:
            return f"{changed} ON CONFLICT DO NOTHING"
        return changed

    async def many(self, sql_text: str, rows: Sequence[Mapping[str, object]], /) -> None:
        """Messages that are written twice get ids of their own."""
        if "INSERT INTO messages" in sql_text or "INSERT INTO outbox" in sql_text:
            names = {row["message_id"]: uuid4() for row in rows}
            rows = [{**row, "message_id": names[row["message_id"]]} for row in rows]
        await super().many(sql_text, rows)


class DawdlingTurns(Turns):
    """no-fence: a turn is done a moment before it is recorded, as on a busy machine, so that a second one meets it."""

    async def perform(self, heard: Heard, meaning: Understanding, decision: Decision) -> Performed:
        """The same, and then a pause."""
        performed = await super().perform(heard, meaning, decision)
        await asyncio.sleep(_DAWDLE_S)
        return performed


class RepeatingUnit(_ChangedUnit):
    """no-dedupe: every delivery of a message is taken for a new one."""

    def change(self, statement: str, values: dict[str, object]) -> str:
        """With another outside id each time."""
        if "INSERT INTO inbox" in statement:
            values["external_id"] = f"{values['external_id']}:{uuid4().hex}"
        return statement


class _WatchedUnit(PostgresUnit):
    received = False

    async def row(self, sql_text: str, /, **values: object) -> Row | None:
        self.received = self.received or "INSERT INTO inbox" in sql_text
        return await super().row(sql_text, **values)


class HastyStore(PostgresStore):
    """ack-first: what receives a message is told "committed" a moment before it is."""

    def __init__(self, address: str, **options: Any) -> None:
        super().__init__(address, **{**options, "max_size": 40})
        self._late: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def _begin(self, tenant: TenantId | None) -> AsyncIterator[PostgresUnit]:
        opened = super()._begin(tenant)
        unit = await opened.__aenter__()
        watched = _WatchedUnit(unit._connection, tenant)  # noqa: SLF001 (a saboteur has no manners)
        try:
            yield watched
        except BaseException as error:
            if not await opened.__aexit__(type(error), error, error.__traceback__):
                raise
            return
        if not watched.received:
            await opened.__aexit__(None, None, None)
            return
        task = asyncio.create_task(self._later(opened.__aexit__))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _later(self, leave: Callable[..., Any]) -> None:
        await asyncio.sleep(_ACK_AHEAD_S)
        await leave(None, None, None)


class PatientTurns(Turns):
    """ack-first: a turn begins once its message is there, or everybody would only wait for leases to run out."""

    async def go_on(self, lease: Lease, item: Item) -> None:
        """The same, a moment later."""
        await asyncio.sleep(_ACK_AHEAD_S + 0.05)
        await super().go_on(lease, item)


Replacement = tuple[object, str, type]
"""Where the composition looks, under which name, and what it finds there instead."""

SABOTAGES: Mapping[str, Sequence[Replacement]] = {
    "no-key": [(teller, "HttpBank", KeylessBank)],
    "no-fence": [(postgres, "PostgresUnit", UnfencedUnit), (teller, "Turns", DawdlingTurns)],
    "no-dedupe": [(postgres, "PostgresUnit", RepeatingUnit)],
    "ack-first": [(teller, "PostgresStore", HastyStore), (teller, "Turns", PatientTurns)],
}


def break_on_purpose(name: str) -> None:
    """Break this safety in this process, before anything is put together."""
    if name not in SABOTAGES:
        raise ConfigurationError(f"no sabotage {name!r}; there are {', '.join(SABOTAGES)}")
    for place, attribute, instead in SABOTAGES[name]:
        setattr(place, attribute, instead)
