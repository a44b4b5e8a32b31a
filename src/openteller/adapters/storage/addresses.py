"""How to reach the database in its three roles, and the roles themselves.

``app`` is all that a running process has: it owns nothing and row-level security binds it. ``owner`` owns the
tables and runs migrations. ``admin`` made both and is needed for backups, because forced security binds the owner.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from openteller.adapters.keys.secret_files import make_secret
from openteller.domain.errors import AdapterError, ConfigurationError

OWNER = "openteller_owner"
APP = "openteller_app"
DATABASE = "openteller"
_LOCK = 0x726F6C65  # "role"

_APP_SETTINGS = {
    "synchronous_commit": "on",  # what was acknowledged is on disk (RL-11)
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",  # a process that hangs in a transaction must not hold its locks
    "row_security": "on",
    "timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Connection strings of libpq. ``owner`` and ``admin`` are None where this process has no business with them."""

    app: str = field(repr=False)
    owner: str | None = field(default=None, repr=False)
    admin: str | None = field(default=None, repr=False)

    def database(self, name: str) -> Addresses:
        """The same roles in another database of the same server."""
        owner = None if self.owner is None else with_parts(self.owner, dbname=name)
        admin = None if self.admin is None else with_parts(self.admin, dbname=name)
        return Addresses(with_parts(self.app, dbname=name), owner, admin)


def with_parts(address: str, **parts: Any) -> str:
    """``address`` with some of its parts (dbname, user, password …) replaced."""
    return make_conninfo(**{**conninfo_to_dict(address), **parts})


def provision(admin: str, passwords: Mapping[str, str], *, database: str = DATABASE) -> Addresses:
    """Make the two roles and the database, or set their passwords anew; doing it again changes nothing else.

    ``admin`` may create roles and databases; ``passwords`` has one for OWNER and APP. The database is made last, so
    that its presence says that everything before it is done.
    """
    addresses = addresses_of(admin, passwords, database)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])  # of two first starts, one waits
        for role in (OWNER, APP):
            _set_role(connection, role, passwords[role])
        for name, value in _APP_SETTINGS.items():
            setting = sql.SQL("ALTER ROLE {} SET {} = {}")
            connection.execute(setting.format(sql.Identifier(APP), sql.Identifier(name), sql.Literal(value)))
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = current_user AND rolsuper").fetchone():
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if exists is None:
            make_database(connection, database)
    return addresses


def provision_external(address: str, folder: Path) -> Addresses:
    """Our roles on a server of the bank's own (PostgreSQL 15 or newer), with their passwords in a file of ``folder``.

    ``address`` may be of somebody who can create roles: then the roles and the database are made at the first start
    (named as in the address, or ``openteller`` where that is the server's own). Otherwise it is taken for the app's:
    the bank has made the roles and runs ``openteller database migrate`` as the owner; ``owner`` is then None.
    """
    try:
        with psycopg.connect(address, autocommit=True, connect_timeout=10) as connection:
            may = connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole)"
            ).fetchone()
    except psycopg.OperationalError as error:
        raise AdapterError(f"DATABASE_URL cannot be reached: {error}", retryable=True) from error
    except psycopg.ProgrammingError as error:  # not repeated: what could not be read may hold a password
        raise ConfigurationError("DATABASE_URL is no address: expected postgresql://user:password@host/name") from error
    if may is None:
        return Addresses(app=address)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "database-roles.json"
    with contextlib.suppress(FileExistsError):
        make_secret(file, json.dumps({role: secrets.token_urlsafe(32) for role in (OWNER, APP)}).encode())
    passwords = json.loads(file.read_text())
    given = str(conninfo_to_dict(address).get("dbname") or "postgres")
    database = DATABASE if given in {"postgres", "template1"} else given
    addresses = addresses_of(address, passwords, database)
    try:
        psycopg.connect(addresses.app, connect_timeout=10).close()
    except psycopg.OperationalError:
        return provision(address, passwords, database=database)
    return addresses


def addresses_of(admin: str, passwords: Mapping[str, str], database: str) -> Addresses:
    """The three roles' addresses in this database, wherever ``admin`` connects to."""
    inside = with_parts(admin, dbname=database)
    return Addresses(
        app=with_parts(inside, user=APP, password=passwords[APP]),
        owner=with_parts(inside, user=OWNER, password=passwords[OWNER]),
        admin=inside,
    )


def make_database(connection: psycopg.Connection[Any], name: str, *, template: str = "template0") -> None:
    """A database of the owner's, into which only the owner and the app may come."""
    database, owner, app = sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(APP)
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(database, owner, sql.Identifier(template))
    )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, app))


def _set_role(connection: psycopg.Connection[Any], role: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    make = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD {}")
    change = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")  # who is no superuser may not even mention the rest here
    connection.execute((change if known else make).format(sql.Identifier(role), sql.Literal(password)))
