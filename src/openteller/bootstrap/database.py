"""The database: the bank's own by DATABASE_URL, else the embedded one in the data folder; copies of it, and back."""

from __future__ import annotations

import asyncio
from pathlib import Path

from openteller.adapters.clock import SystemClock
from openteller.adapters.storage import backup
from openteller.adapters.storage.addresses import Addresses, provision_external
from openteller.adapters.storage.checks import check_database
from openteller.adapters.storage.embedded import EmbeddedServer
from openteller.adapters.storage.outside import LineLog
from openteller.adapters.storage.postgres import PostgresStore
from openteller.adapters.storage.schema import migrate
from openteller.capabilities.privacy.erasure import replay, tenants_in
from openteller.config import Settings
from openteller.domain.errors import ConfigurationError


def open_database(settings: Settings) -> Addresses:
    """The database, running, migrated (where we have the owner's address) and fit to start on."""
    addresses = find_database(settings)
    if addresses.owner is not None:
        migrate(addresses.owner)
    check_database(addresses.app)
    return addresses


def find_database(settings: Settings) -> Addresses:
    """The database, running; its roles are made if need be. DATABASE_URL is of somebody who may make roles."""
    if settings.database_url:
        return provision_external(settings.database_url, settings.data)
    return EmbeddedServer(settings.data).start()


def stop_database(settings: Settings) -> None:
    """Stop the embedded server; one of the bank's own is left alone."""
    if not settings.database_url:
        EmbeddedServer(settings.data).stop()


def migrate_database(settings: Settings, owner_file: Path | None = None) -> str:
    """Run the steps that are missing and give the revision reached; ``owner_file`` holds an owner's address."""
    owner = owner_file.read_text().strip() if owner_file is not None else find_database(settings).owner
    if owner is None:
        raise ConfigurationError("migrations need the owner's address")
    return migrate(owner)


def check_only(settings: Settings) -> None:
    """Refuse what a start refuses."""
    check_database(find_database(settings).app)


def erasures(settings: Settings) -> LineLog:
    """The erasure log, outside of the database: it is replayed after a restore."""
    return LineLog(settings.data / "erasures.jsonl")


def key_copy(settings: Settings) -> Path:
    """The newest copy of the subject keys (wrapped), which belongs to a dump."""
    return settings.data / "subject-keys.copy"


def back_up_database(settings: Settings, out: Path) -> None:
    """Write a dump without subject keys, and renew the copy of the keys."""
    backup.back_up(find_database(settings), out, key_copy(settings))


def restore_database(settings: Settings, dump: Path) -> str:
    """Put a dump in place; whoever was erased since stays erased. The old database's new name comes back."""
    log = erasures(settings)

    async def replayed(fresh: Addresses) -> None:
        if fresh.owner is not None:
            migrate(fresh.owner)  # the dump may be of an older version
        store = PostgresStore(fresh.app, min_size=1, max_size=2)
        await store.open()
        try:
            for tenant in tenants_in(log):
                async with store.begin(tenant) as uow:
                    await replay(uow, tenant, log)
        finally:
            await store.close()

    mark = f"{SystemClock().now():%Y%m%d%H%M%S}"
    prepare = lambda fresh: asyncio.run(replayed(fresh))  # noqa: E731 (one line, used once, right below)
    return backup.restore(find_database(settings), dump, key_copy(settings), prepare=prepare, mark=mark)
