"""Copies of the database, and back from them without bringing back anybody who was erased.

A dump holds no subject keys: without them its sealed columns are noise. The keys go into a file of their own, of which
only the newest copy is kept ("the key store has its own short backup life", DP-05): an old dump is opened with today's
keys, in which an erased person has none. The erasure log is replayed before the restored database is put in place.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Collection
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from openteller.adapters.keys.secret_files import replace_secret
from openteller.adapters.storage.addresses import Addresses, make_database, with_parts
from openteller.adapters.storage.embedded import find_programs
from openteller.domain.errors import ConfigurationError

_KEYS = "SELECT tenant, subject_id, wrapped_key FROM subject_keys WHERE wrapped_key IS NOT NULL"
_PUT_KEY = """
    INSERT INTO subject_keys (tenant, subject_id, wrapped_key)
    SELECT s.tenant, s.subject_id, %(key)s FROM subjects s
    WHERE s.tenant = %(tenant)s AND s.subject_id = %(subject)s AND s.erased_at IS NULL"""


def back_up(addresses: Addresses, dump: Path, keys: Path) -> None:
    """Write the dump (it must not exist yet) and replace the copy of the keys; both are whole or not there at all."""
    if dump.exists():
        raise ConfigurationError(f"{dump} exists; a backup never writes over another")
    dump.parent.mkdir(parents=True, exist_ok=True)
    part = dump.with_name(f"{dump.name}.part")
    try:
        _run("pg_dump", _admin(addresses), "--format=custom", "--exclude-table-data=subject_keys", f"--file={part}")
        part.chmod(0o600)
        copy_keys(addresses, keys)
        part.rename(dump)
    finally:
        part.unlink(missing_ok=True)


def copy_keys(addresses: Addresses, keys: Path) -> None:
    """Replace the copy of the subject keys (wrapped; the key-encryption key is not in it)."""
    try:
        with psycopg.connect(_admin(addresses)) as connection:
            rows = connection.execute(_KEYS).fetchall()
    except psycopg.errors.UndefinedTable as error:
        raise ConfigurationError("there is nothing to copy yet: run `openteller database migrate` first") from error
    lines = [json.dumps({"tenant": t, "subject": str(s), "key": bytes(k).hex()}) for t, s, k in rows]
    replace_secret(keys, "".join(f"{line}\n" for line in lines).encode())


def forget_keys(keys: Path, subjects: Collection[UUID]) -> None:
    """Take these subjects out of the copy of the keys."""
    if keys.exists():
        gone = {str(subject) for subject in subjects}
        kept = [line for line in keys.read_text().splitlines() if json.loads(line)["subject"] not in gone]
        replace_secret(keys, "".join(f"{line}\n" for line in kept).encode())


def restore(addresses: Addresses, dump: Path, keys: Path, *, prepare: Callable[[Addresses], None], mark: str) -> str:
    """Put the dump in place of the database; the old one stays, under the name that comes back.

    ``prepare`` gets the restored database before anybody is let in: it replays erasures. ``mark`` (a time, say) makes
    names new. When anything fails, the old database is still in its place.
    """
    for file in (dump, keys):
        if not file.exists():
            raise ConfigurationError(f"{file} does not exist")
    name = str(conninfo_to_dict(addresses.app)["dbname"])
    fresh, old = addresses.database(f"{name}_restoring_{mark}"), f"{name}_before_{mark}"
    restoring = str(conninfo_to_dict(fresh.app)["dbname"])
    with psycopg.connect(_maintenance(addresses), autocommit=True) as server:
        make_database(server, restoring)
        try:
            _run(
                "pg_restore", _admin(fresh), "--exit-on-error", "--single-transaction", "--dbname", restoring, str(dump)
            )
            _put_keys(fresh, keys)
            prepare(fresh)
        except BaseException:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(restoring)))
            raise
        _swap(server, name, restoring, old)
    return old


def _put_keys(fresh: Addresses, keys: Path) -> None:
    rows = [json.loads(line) for line in keys.read_text().splitlines()]
    values = [{"tenant": r["tenant"], "subject": UUID(r["subject"]), "key": bytes.fromhex(r["key"])} for r in rows]
    with psycopg.connect(_admin(fresh)) as connection, connection.cursor() as cursor:
        cursor.executemany(_PUT_KEY, values)


def _swap(server: psycopg.Connection[tuple[object, ...]], name: str, restoring: str, old: str) -> None:
    """Nobody may be connected to a database that is renamed: close it first, then send everybody away."""
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    for database in (name, restoring):
        allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        server.execute(allow.format(sql.Identifier(database), sql.SQL("false")))
        server.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [database])
    server.execute(rename.format(sql.Identifier(name), sql.Identifier(old)))
    server.execute(rename.format(sql.Identifier(restoring), sql.Identifier(name)))
    server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))


def _admin(addresses: Addresses) -> str:
    if addresses.admin is None:
        raise ConfigurationError("backups need an administrator's address: row-level security binds everybody else")
    return addresses.admin


def _maintenance(addresses: Addresses) -> str:
    return with_parts(_admin(addresses), dbname="postgres")


def _run(program: str, address: str, *arguments: str) -> None:
    """The address goes by the environment: arguments of a process can be seen by everybody on the machine."""
    parts = conninfo_to_dict(address)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    environment = {variable: str(parts[part]) for part, variable in names.items() if part in parts}
    done = subprocess.run(  # noqa: S603 (our own program, our own arguments)
        [find_programs() / program, *arguments],
        env={**environment, "PATH": os.defpath, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise ConfigurationError(f"{program} failed: {done.stderr.decode(errors='replace').strip()[-600:]}")
