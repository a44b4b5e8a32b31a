"""Rows, keys and logs without a turn: what commands for operators work with."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from openteller.adapters.clock import SystemClock, Uuid7Ids
from openteller.adapters.keys.file import FileKeys
from openteller.adapters.keys.signing import FileSigner
from openteller.adapters.storage import backup
from openteller.adapters.storage.addresses import Addresses
from openteller.adapters.storage.outside import LineLog
from openteller.adapters.storage.postgres import PostgresStore
from openteller.bootstrap.database import erasures, key_copy, open_database
from openteller.capabilities.privacy.sealing import Sealer
from openteller.config import Settings
from openteller.domain.assurance import TenantId


@dataclass(frozen=True, slots=True)
class Custody:
    """Whoever has this has everything at rest. ``checkpoints`` and ``erasures`` are logs outside of the database."""

    settings: Settings
    addresses: Addresses
    store: PostgresStore
    clock: SystemClock
    ids: Uuid7Ids
    tenant: TenantId
    keys: FileKeys
    sealer: Sealer
    signer: FileSigner
    checkpoints: LineLog
    erasures: LineLog

    async def tenants(self) -> Sequence[TenantId]:
        """All tenants of this installation."""
        async with self.store.begin_unbound() as uow:
            rows = await uow.rows("SELECT tenant FROM tenants ORDER BY tenant")
        return [TenantId(row["tenant"]) for row in rows] or [self.tenant]

    def copy_keys(self) -> None:
        """Renew the copy of the subject keys, if there is one."""
        if key_copy(self.settings).exists():
            backup.copy_keys(self.addresses, key_copy(self.settings))

    def forget_keys(self, subjects: Collection[UUID]) -> None:
        """Take these subjects out of the copy of the keys."""
        backup.forget_keys(key_copy(self.settings), subjects)


@contextlib.asynccontextmanager
async def open_custody(settings: Settings) -> AsyncIterator[Custody]:
    """Open it for one command."""
    addresses = await asyncio.to_thread(open_database, settings)
    store = PostgresStore(addresses.app, min_size=1, max_size=2)
    await store.open()
    clock, keys = SystemClock(), FileKeys(settings.data / "keys")
    try:
        yield Custody(
            settings,
            addresses,
            store,
            clock,
            Uuid7Ids(),
            TenantId(settings.tenant),
            keys,
            Sealer(keys, clock),
            FileSigner(settings.data / "keys"),
            LineLog(settings.data / "checkpoints.jsonl"),
            erasures(settings),
        )
    finally:
        await store.close()
