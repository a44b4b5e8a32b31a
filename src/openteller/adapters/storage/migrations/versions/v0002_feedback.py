"""Feedback, and turns by time for the figures made of them."""

from __future__ import annotations

from pathlib import Path

from openteller.adapters.storage.migrations.isolation import allow, isolate, run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everything in one transaction."""
    run((Path(__file__).parents[1] / "0002_feedback.sql").read_text())
    isolate("feedback")
    allow("feedback", "SELECT, INSERT, UPDATE")
