"""The server itself: made, shared, killed, started again, and refused when it forgets."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from psycopg import sql

from openteller.adapters.storage.addresses import APP, OWNER, Addresses, provision_external, with_parts
from openteller.adapters.storage.checks import check_database
from openteller.adapters.storage.embedded import EmbeddedServer
from openteller.adapters.storage.migrating import alembic_config
from openteller.adapters.storage.schema import head, migrate
from openteller.domain.errors import AdapterError, ConfigurationError

_SETTINGS = {"fsync": "off", "full_page_writes": "off"}


@pytest.fixture(scope="module")
def folder(open_folder: Path) -> Iterator[Path]:
    """A second embedded server's folder, with a path too long for a socket in it."""
    folder = open_folder / "another" / ("long" * 25)
    folder.mkdir(parents=True)
    yield folder
    EmbeddedServer(folder).stop()


def test_several_that_start_at_once_share_one_server(folder: Path) -> None:
    found: list[Addresses] = []
    threads = [threading.Thread(target=lambda: found.append(EmbeddedServer(folder).start())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert found[0].owner is not None
    assert migrate(found[0].owner) == migrate(found[0].owner) == head()
    assert head() == ScriptDirectory.from_config(alembic_config()).get_current_head()
    check_database(found[0].app)


def test_nobody_comes_in_without_a_password(folder: Path) -> None:
    addresses = EmbeddedServer(folder).start()
    assert addresses.admin is not None
    for address in (addresses.admin, addresses.app):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(with_parts(address, password="wrong"))
    assert (folder / "postgres-roles.json").stat().st_mode & 0o077 == 0


def test_killing_who_started_it_does_not_stop_it(folder: Path) -> None:
    EmbeddedServer(folder).stop()
    starter = "import sys, pathlib, os; from openteller.adapters.storage.embedded import EmbeddedServer as E;"
    starter += "E(pathlib.Path(sys.argv[1])).start(); os.kill(os.getpid(), 9)"
    path = os.pathsep.join(part for part in sys.path if part)
    done = subprocess.run([sys.executable, "-c", starter, str(folder)], env={"PYTHONPATH": path}, check=False)
    assert done.returncode == -signal.SIGKILL
    before = pid(folder)
    psycopg.connect(EmbeddedServer(folder).start().app).close()
    assert pid(folder) == before


def test_it_comes_back_right_after_a_crash_with_all_that_was_committed(folder: Path) -> None:
    addresses = EmbeddedServer(folder).start()
    with psycopg.connect(addresses.app) as connection:
        connection.execute("INSERT INTO tenants (tenant, created_at) VALUES ('harbour', '2026-11-24')")
    os.kill(pid(folder), signal.SIGKILL)
    addresses = EmbeddedServer(folder).start()
    with psycopg.connect(addresses.app) as connection:
        assert connection.execute("SELECT tenant FROM tenants").fetchall() == [("harbour",)]


def test_stopping_what_does_not_run_is_nothing(folder: Path) -> None:
    EmbeddedServer(folder).stop()
    EmbeddedServer(folder).stop()


@pytest.mark.parametrize("name", _SETTINGS)
def test_a_start_is_refused_on_a_server_that_forgets(folder: Path, name: str) -> None:
    server = EmbeddedServer(folder, settings={name: _SETTINGS[name]})
    addresses = server.start()
    with pytest.raises(ConfigurationError, match=f"{name}=off"):
        check_database(addresses.app)
    server.stop()


def test_a_start_is_refused_when_commits_do_not_wait_for_the_disk(lone_database: Addresses) -> None:
    assert lone_database.admin is not None
    with psycopg.connect(lone_database.admin, autocommit=True) as admin:
        name = sql.Identifier(str(psycopg.conninfo.conninfo_to_dict(lone_database.admin)["dbname"]))
        set_off = "ALTER ROLE {} IN DATABASE {} SET synchronous_commit = off"
        admin.execute(sql.SQL(set_off).format(sql.Identifier(APP), name))
    with pytest.raises(ConfigurationError, match="synchronous_commit=off"):
        check_database(lone_database.app)


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_a_start_is_refused_as_a_role_that_nothing_binds(database: Addresses, role: str) -> None:
    with pytest.raises(ConfigurationError, match="does not bind"):
        check_database(getattr(database, role))


def test_a_start_is_refused_on_a_database_of_another_age(lone_database: Addresses) -> None:
    assert lone_database.admin is not None
    with psycopg.connect(lone_database.admin) as admin:
        admin.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigurationError, match="at 9999"):
        check_database(lone_database.app)
    with psycopg.connect(lone_database.admin) as admin:
        admin.execute("DROP TABLE alembic_version")
    with pytest.raises(ConfigurationError, match="at nothing"):
        check_database(lone_database.app)


def test_what_was_promised_before_the_third_step_is_kept_by_it(lone_database: Addresses) -> None:
    """Row-level security shows no row to whoever migrates: an UPDATE would leave each one out."""
    assert lone_database.admin is not None
    assert lone_database.owner is not None
    with psycopg.connect(lone_database.admin) as admin:
        admin.execute("DROP TABLE case_facts, cases, consents")
        admin.execute("ALTER TABLE obligations DROP source, DROP alert_at, DROP alerted_at")
        admin.execute("UPDATE alembic_version SET version_num = '0002'")
        admin.execute(
            "INSERT INTO obligations (tenant, obligation_id, kind, reference, conversation_id, subject_id, owner,"
            " due_at, opened_at) SELECT 'a-bank', id, 'callback', 'AB12', id, id, 'general', now(), now()"
            " FROM gen_random_uuid() AS id"
        )
    migrate(lone_database.owner)
    with psycopg.connect(lone_database.admin) as admin:
        assert admin.execute("SELECT alert_at = due_at FROM obligations").fetchall() == [(True,)]


def test_a_database_that_is_away_may_be_tried_again() -> None:
    for attempt in (check_database, lambda address: provision_external(address, Path("/nowhere"))):
        with pytest.raises(AdapterError) as caught:
            attempt("host=/nowhere user=nobody")
        assert caught.value.retryable


def test_a_server_of_the_banks_own_gets_our_roles_from_who_may_make_them(folder: Path, tmp_path: Path) -> None:
    own = EmbeddedServer(folder).start()  # the last test with this server: it takes our roles away
    assert own.admin is not None
    password = secrets.token_urlsafe(16)
    with psycopg.connect(with_parts(own.admin, dbname="postgres"), autocommit=True) as connection:
        statement = "CREATE ROLE dba LOGIN CREATEROLE CREATEDB PASSWORD {}"
        connection.execute(sql.SQL(statement).format(sql.Literal(password)))
        connection.execute("DROP DATABASE openteller WITH (FORCE)")
        for role in (OWNER, APP):
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
    dba = with_parts(own.admin, user="dba", password=password, dbname="postgres")
    addresses = provision_external(dba, tmp_path)
    assert addresses.owner is not None
    migrate(addresses.owner)
    check_database(addresses.app)
    assert provision_external(dba, tmp_path) == addresses
    assert provision_external(addresses.app, tmp_path) == Addresses(app=addresses.app)


def pid(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().split("\n")[0])
