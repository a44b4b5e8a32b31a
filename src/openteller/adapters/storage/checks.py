"""What must be true of a database before anybody is promised anything (RL-11, AZ-04)."""

from __future__ import annotations

import psycopg

from openteller.adapters.storage.schema import require_head
from openteller.domain.errors import AdapterError, ConfigurationError

_DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_write", "remote_apply", "local"),
}
_UNBOUND_ROLE = """
    SELECT 1 FROM pg_roles r WHERE r.rolname = current_user AND (r.rolsuper OR r.rolbypassrls OR EXISTS (
        SELECT FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
                               AND pg_has_role(r.oid, relowner, 'MEMBER')))"""
_UNBOUND = """
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant'
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'tenants'
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity
               AND EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname AND p.policyname = 'only_the_tenant')
               AND NOT EXISTS (SELECT FROM pg_policies p
                               WHERE p.tablename = c.relname AND p.policyname <> 'only_the_tenant'
                                 AND p.permissive = 'PERMISSIVE'))
    ORDER BY c.relname"""


def check_database(app: str) -> None:
    """Refuse to start on a database that forgets or that does not keep tenants apart.

    ConfigurationError says which setting or right is wrong and what to do; AdapterError when it cannot be reached.
    """
    try:
        with psycopg.connect(app, autocommit=True, connect_timeout=10) as connection:
            _durable(connection)
            _bound(connection)
            require_head(connection)
            _isolated(connection)
    except psycopg.OperationalError as error:
        raise AdapterError(f"the database cannot be reached: {error}", retryable=True) from error


def _durable(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    for name, allowed in _DURABLE.items():
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
        if row is None or row[0] not in allowed:
            raise ConfigurationError(
                f"PostgreSQL runs with {name}={row[0] if row else '?'}: an acknowledged message could be lost. "
                f"Set {name} to on in postgresql.conf (or ALTER ROLE … SET) and reload"
            )


def _bound(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    role = connection.info.user
    unbound = connection.execute(_UNBOUND_ROLE).fetchone()
    if unbound is not None:
        raise ConfigurationError(
            f"the database address connects as {role}, whom row-level security does not bind (superuser, BYPASSRLS or "
            "owner of tables): connect as the app role that `openteller database provision` makes"
        )


def _isolated(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    unbound = [str(row[0]) for row in connection.execute(_UNBOUND)]
    if unbound:
        raise ConfigurationError(
            f"tenants are not kept apart on {', '.join(unbound)} (row-level security not forced, its policy gone, or "
            "another one beside it): restore what the migrations made"
        )
