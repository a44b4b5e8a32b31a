"""Nothing is stored that the register does not know: a new table or column must be placed there first."""

from __future__ import annotations

import psycopg
import pytest

from openteller.adapters.storage.addresses import Addresses
from openteller.capabilities.privacy.register import load_register

REGISTER = load_register()
_COLUMNS = """
    SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped"""


@pytest.fixture(scope="module")
def stored(database: Addresses) -> dict[str, set[str]]:
    assert database.admin is not None
    found: dict[str, set[str]] = {}
    with psycopg.connect(database.admin) as connection:
        for table, column in connection.execute(_COLUMNS):
            found.setdefault(table, set()).add(column)
    return found


def test_every_table_and_column_is_in_the_register_and_nothing_else_is(stored: dict[str, set[str]]) -> None:
    assert {name: set(table.columns) for name, table in REGISTER.items()} == stored


def test_every_table_with_a_tenant_is_bound_and_every_other_is_named_on_purpose(stored: dict[str, set[str]]) -> None:
    for name, columns in stored.items():
        assert (REGISTER[name].tenant == "tenant") == ("tenant" in columns and name != "tenants"), name


def test_whatever_is_binary_is_sealed_or_a_hash(database: Addresses) -> None:
    assert database.admin is not None
    with psycopg.connect(database.admin) as connection:
        binary = connection.execute(_COLUMNS + " AND a.atttypid = 'bytea'::regtype").fetchall()
    unsealed = {(table, column) for table, column in binary if column not in REGISTER[table].sealed}
    assert unsealed == {
        ("subject_keys", "wrapped_key"),
        ("subject_links", "handle_hash"),
        ("sessions", "token_hash"),
        ("staff_sessions", "token_hash"),
        ("audit_leaves", "leaf_hash"),
        ("audit_checkpoints", "root_hash"),
        ("audit_checkpoints", "signature"),
    }


def test_what_holds_sealed_values_is_exported_and_can_be_erased() -> None:
    for table in REGISTER.values():
        if table.sealed:
            assert table.export is not None, table.name
            assert table.storage_class == "a" or table.erase is not None, table.name


@pytest.mark.parametrize("name", [name for name, table in REGISTER.items() if table.export or table.erase])
def test_its_statements_are_good_sql(database: Addresses, name: str) -> None:
    table = REGISTER[name]
    with psycopg.connect(database.app) as connection:
        for statement in (table.export, table.erase):
            if statement is not None:
                connection.execute(statement.encode(), {"subjects": []})
        connection.rollback()


@pytest.mark.parametrize("name", [name for name, table in REGISTER.items() if table.kept_after])
def test_how_long_it_is_kept_counts_from_a_column_of_its_own(name: str) -> None:
    assert REGISTER[name].kept_after in REGISTER[name].columns
