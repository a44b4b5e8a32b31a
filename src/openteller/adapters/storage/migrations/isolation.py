"""What every step does for its tables: bind them to a tenant, and let the app do what it needs and no more (AZ-04)."""

from __future__ import annotations

from alembic import op

from openteller.adapters.storage.addresses import APP


def run(script: str) -> None:
    """Execute a script of several statements just as it stands: no parameters, no meaning in ``%`` or ``:``."""
    cursor = op.get_bind().connection.cursor()
    try:
        cursor.execute(script)
    finally:
        cursor.close()


def isolate(table: str) -> None:
    """Row-level security, forced on the owner too. An unset (or empty) tenant sees nothing and writes nothing."""
    tenant = "tenant = nullif(current_setting('app.tenant', true), '')"
    run(  # sql: the name of a table of ours, written in the step
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f" CREATE POLICY only_the_tenant ON {table} USING ({tenant}) WITH CHECK ({tenant});"
    )


def allow(table: str, *verbs: str) -> None:
    """Grant the app these verbs on the table."""
    # sql: names and verbs written in the step
    run(f"GRANT {', '.join(verbs)} ON {table} TO {APP}")


def append_only(table: str) -> None:
    """Refuse changes even to whoever has the right to make them (AU-02)."""
    run(  # sql: the name of a table of ours, written in the step
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"
        f" CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"
    )
