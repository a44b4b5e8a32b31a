"""One PostgreSQL for the whole run, and a fresh database for each module, or for each test that asks for one.

The server is embedded unless DATABASE_URL names one: then its role must be allowed to make roles and databases, and the
two roles of ours there get new passwords. A database is a copy of a migrated template: some 0.2 s.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from openteller.adapters.storage.addresses import APP, OWNER, Addresses, make_database, provision, with_parts
from openteller.adapters.storage.embedded import EmbeddedServer
from openteller.adapters.storage.postgres import PostgresStore
from openteller.adapters.storage.schema import migrate
from openteller.domain.assurance import TenantId


@pytest.fixture(scope="session")
def models(pytestconfig: pytest.Config) -> Path:
    """Where what one test has trained is found by the next, and by the next run: training takes longer than they do."""
    given = os.environ.get("OPENTELLER_MODELS")
    return Path(given) if given else pytestconfig.cache.mkdir("openteller-models")


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that the embedded server's own system user can reach (pytest's are closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="openteller-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def database_server(open_folder: Path) -> Iterator[Addresses]:
    """A server with a migrated template database, whose addresses these are."""
    template = f"template_{secrets.token_hex(4)}"
    given = os.environ.get("DATABASE_URL")
    server = None
    if given is None:
        server = EmbeddedServer(open_folder)
        addresses = server.start().database(template)
        assert addresses.admin is not None
        with psycopg.connect(with_parts(addresses.admin, dbname="postgres"), autocommit=True) as connection:
            make_database(connection, template)
    else:
        passwords = {role: secrets.token_urlsafe(16) for role in (OWNER, APP)}
        addresses = provision(given, passwords, database=template)
    assert addresses.owner is not None
    migrate(addresses.owner)
    yield addresses
    if server is not None:
        server.stop()
    else:
        drop_database(addresses, template)


@pytest.fixture(scope="module")
def database(database_server: Addresses) -> Iterator[Addresses]:
    """A migrated database in all three roles, shared by the tests of a module: use a ``tenant`` of your own in it."""
    yield from fresh_database(database_server)


@pytest.fixture
def lone_database(database_server: Addresses) -> Iterator[Addresses]:
    """A database for one test alone, for tests that look at everything in it or leave it broken."""
    yield from fresh_database(database_server)


@pytest.fixture
def tenant() -> TenantId:
    """A bank that no other test knows."""
    return TenantId(f"bank-{secrets.token_hex(6)}")


def fresh_database(database_server: Addresses) -> Iterator[Addresses]:
    """A copy of the template, gone afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    assert database_server.admin is not None
    template = psycopg.conninfo.conninfo_to_dict(database_server.admin)["dbname"]
    with psycopg.connect(with_parts(database_server.admin, dbname="postgres"), autocommit=True) as connection:
        make_database(connection, name, template=str(template))
    yield database_server.database(name)
    drop_database(database_server, name)


@pytest.fixture
async def store(database: Addresses) -> AsyncIterator[PostgresStore]:
    """An open store on the module's database, as the app."""
    store = PostgresStore(database.app, min_size=1, max_size=4)
    await store.open()
    yield store
    await store.close()


def drop_database(server: Addresses, name: str) -> None:
    """Away with it, whoever is still connected."""
    assert server.admin is not None
    with psycopg.connect(with_parts(server.admin, dbname="postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last: Playwright keeps an event loop in this thread, in which no other can run."""
    items.sort(key=lambda item: "/browser/" in item.path.as_posix())
