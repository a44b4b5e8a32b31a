"""Cases with their facts, consents, and obligations that know their source and remind in time."""

from __future__ import annotations

from pathlib import Path

from openteller.adapters.storage.migrations.isolation import allow, isolate, run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everything in one transaction."""
    run((Path(__file__).parents[1] / "0003_cases.sql").read_text())
    for table in ("cases", "case_facts", "consents"):
        isolate(table)
    allow("cases", "SELECT, INSERT, UPDATE")
    allow("case_facts", "SELECT, INSERT")
    allow("consents", "SELECT, INSERT")
