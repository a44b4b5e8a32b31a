"""The app role tries to reach another bank's rows on every table there is (AZ-04)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from openteller.adapters.storage.addresses import Addresses
from openteller.adapters.storage.checks import check_database
from openteller.capabilities.privacy.register import Table, load_register
from openteller.domain.errors import ConfigurationError

BOUND = [table for table in load_register().values() if table.tenant]
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OF_A_TYPE: dict[str, Any] = {
    "bool": True,
    "uuid": uuid4(), "text": "x", "bytea": b"x", "timestamptz": NOW, "int8": 1, "int2": 1, "float4": 1.0, "_text": [],
    "date": NOW.date(), "jsonb": "{}",
}  # fmt: skip
Connection = psycopg.Connection[dict[str, Any]]


@pytest.fixture(scope="module")
def filled(database: Addresses) -> Addresses:
    """A row of bank "harbour" in every table that has tenants, written by the superuser."""
    assert database.admin is not None
    with psycopg.connect(database.admin, row_factory=dict_row) as admin:
        admin.execute("SET session_replication_role = replica")  # no foreign keys: any row will do
        for table in BOUND:
            admin.execute(*insertion(admin, table, "harbour"))
    return database


@pytest.fixture
def app(filled: Addresses) -> Iterator[Connection]:
    with psycopg.connect(filled.app, row_factory=dict_row) as connection:
        yield connection
        connection.rollback()


def insertion(connection: Connection, table: Table, tenant: str) -> tuple[sql.Composed, list[Any]]:
    columns = connection.execute(
        "SELECT a.attname AS name, t.typname AS type FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = '' ORDER BY attnum",
        [table.name],
    ).fetchall()
    values = [tenant if column["name"] == table.tenant else OF_A_TYPE[column["type"]] for column in columns]
    names = sql.SQL(", ").join(sql.Identifier(column["name"]) for column in columns)
    places = sql.SQL(", ").join(sql.Placeholder() for _ in columns)
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table.name), names, places), values


def become(connection: Connection, tenant: str) -> None:
    connection.execute("SELECT set_config('app.tenant', %s, true)", [tenant])


def rows(connection: Connection, table: Table) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) AS n FROM {}").format(sql.Identifier(table.name))).fetchone()
    assert row is not None
    return int(row["n"])


@pytest.mark.parametrize("table", BOUND, ids=lambda table: table.name)
class TestEachTable:
    def test_its_own_bank_sees_the_row(self, app: Connection, table: Table) -> None:
        become(app, "harbour")
        assert rows(app, table) == 1

    @pytest.mark.parametrize("tenant", [None, "", "quay", "harbour ", "%"])
    def test_nobody_else_sees_anything(self, app: Connection, table: Table, tenant: str | None) -> None:
        if tenant is not None:
            become(app, tenant)
        assert rows(app, table) == 0

    @pytest.mark.parametrize("tenant", ["", "quay"])
    def test_nobody_else_writes_a_row_for_it(self, app: Connection, table: Table, tenant: str) -> None:
        become(app, tenant)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            app.execute(*insertion(app, table, "harbour"))

    def test_a_bank_without_a_name_cannot_be_written(self, app: Connection, table: Table) -> None:
        become(app, "")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            app.execute(*insertion(app, table, ""))

    def test_nobody_else_changes_its_row(self, app: Connection, table: Table) -> None:
        become(app, "quay")
        change = sql.SQL("UPDATE {} SET tenant = 'quay'").format(sql.Identifier(table.name))
        assert touched(app, change) == 0

    def test_nobody_else_deletes_its_row(self, app: Connection, table: Table) -> None:
        become(app, "quay")
        assert touched(app, sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name))) == 0

    def test_its_row_cannot_be_given_away(self, app: Connection, table: Table) -> None:
        become(app, "harbour")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(sql.SQL("UPDATE {} SET tenant = 'quay'").format(sql.Identifier(table.name)))

    def test_the_owner_is_bound_too(self, filled: Addresses, table: Table) -> None:
        assert filled.owner is not None
        with psycopg.connect(filled.owner, row_factory=dict_row) as owner:
            assert rows(owner, table) == 0

    def test_the_app_can_neither_empty_nor_change_the_table(self, app: Connection, table: Table) -> None:
        for attempt in (
            "TRUNCATE {}",
            "ALTER TABLE {} NO FORCE ROW LEVEL SECURITY",
            "DROP POLICY only_the_tenant ON {}",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), app.transaction():
                app.execute(sql.SQL(attempt).format(sql.Identifier(table.name)))


def touched(connection: Connection, statement: sql.Composed) -> int:
    """Rows touched; none where the app has no such right at all."""
    try:
        with connection.transaction():
            return connection.execute(statement).rowcount
    except psycopg.errors.InsufficientPrivilege as error:
        assert "permission denied" in str(error)  # noqa: PT017 (either way of being refused will do)
        return 0


def test_the_app_makes_no_tables_and_takes_no_role(app: Connection) -> None:
    for attempt in (
        "CREATE TABLE mine (x int)", "CREATE TEMP TABLE mine (x int)", "SET ROLE openteller_owner", "SET ROLE postgres",
        "SET session_replication_role = replica", "CREATE ROLE eve", "ALTER ROLE openteller_app BYPASSRLS",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege), app.transaction():
            app.execute(sql.SQL(attempt))


@pytest.mark.parametrize("table", ["audit_events", "audit_leaves", "audit_checkpoints"])
def test_the_trail_refuses_changes_even_from_the_superuser(filled: Addresses, table: str) -> None:
    assert filled.admin is not None
    with psycopg.connect(filled.admin) as admin:
        for attempt in ("UPDATE {} SET tenant = tenant", "DELETE FROM {}", "TRUNCATE {}"):
            with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"), admin.transaction():
                admin.execute(sql.SQL(attempt).format(sql.Identifier(table)))


@pytest.mark.parametrize("table", ["messages", "staff"])
def test_a_table_without_its_policy_or_force_is_noticed(lone_database: Addresses, table: str) -> None:
    """The checks above see a dropped policy; a start sees security that is not forced."""
    assert lone_database.admin is not None
    with psycopg.connect(lone_database.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(sql.Identifier(table)))
    with pytest.raises(ConfigurationError, match=table):
        check_database(lone_database.app)
    with psycopg.connect(lone_database.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(sql.Identifier(table)))
        admin.execute(sql.SQL("DROP POLICY only_the_tenant ON {}").format(sql.Identifier(table)))
        admin.execute(sql.SQL("CREATE POLICY anybody ON {} USING (true)").format(sql.Identifier(table)))
    with pytest.raises(ConfigurationError, match=table):
        check_database(lone_database.app)
