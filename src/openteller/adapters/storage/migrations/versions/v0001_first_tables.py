"""The first tables, who may touch them, and the job queue."""

from __future__ import annotations

from pathlib import Path

from procrastinate.schema import SchemaManager

from openteller.adapters.storage.migrations.isolation import allow, append_only, isolate, run

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_APP_MAY = {
    "subjects": "SELECT, INSERT, UPDATE",
    "subject_keys": "SELECT, INSERT, UPDATE",
    "subject_links": "SELECT, INSERT, DELETE",
    "sessions": "SELECT, INSERT, UPDATE, DELETE",
    "used_tokens": "SELECT, INSERT, DELETE",
    "conversations": "SELECT, INSERT, UPDATE",
    "inbox": "SELECT, INSERT, UPDATE",
    "turns": "SELECT, INSERT, UPDATE (recorded)",  # a card number that came in pieces is blanked in them
    "messages": "SELECT, INSERT, UPDATE (sealed)",  # the same
    "outbox": "SELECT, INSERT, UPDATE",
    "action_intents": "SELECT, INSERT, UPDATE",
    "handovers": "SELECT, INSERT, UPDATE",
    "obligations": "SELECT, INSERT, UPDATE",
    "staff": "SELECT, INSERT, UPDATE",
    "staff_sessions": "SELECT, INSERT, UPDATE, DELETE",
    "audit_events": "SELECT, INSERT",
    "audit_leaves": "SELECT, INSERT",
    "audit_checkpoints": "SELECT, INSERT",
}
_WITHOUT_TENANT = {"tenants": "SELECT, INSERT", "switches": "SELECT, INSERT, UPDATE"}
_JOBS = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")

_REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def upgrade() -> None:
    """Everything in one transaction."""
    run((Path(__file__).parents[1] / "0001_first_tables.sql").read_text())
    run(_REFUSE)
    for table, verbs in _APP_MAY.items():
        isolate(table)
        allow(table, verbs)
    for table, verbs in _WITHOUT_TENANT.items():
        allow(table, verbs)
    for table in ("audit_events", "audit_leaves", "audit_checkpoints"):
        append_only(table)
    run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    run(SchemaManager.get_schema())
    for table in _JOBS:
        allow(table, "SELECT, INSERT, UPDATE, DELETE")
    for table in ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers"):
        allow(f"SEQUENCE {table}_id_seq", "USAGE")
    allow("alembic_version", "SELECT")
