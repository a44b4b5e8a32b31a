"""Bringing the schema up to date, and telling whether it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from openteller.domain.errors import ConfigurationError

_STEPS = Path(__file__).parent / "migrations" / "versions"


def migrate(owner: str) -> str:
    """Run the steps that are missing, as the owner, and give the revision reached. All of a step, or nothing."""
    with psycopg.connect(owner) as connection:
        found = _revision(connection)
    if found != head():
        # Alembic weighs 20 MB: a process that finds everything done serves without it.
        from openteller.adapters.storage.migrating import run_steps  # noqa: PLC0415

        run_steps(owner)
    return head()


def head() -> str:
    """The newest revision this program knows: the steps are numbered files."""
    numbers = [file.name[1:5] for file in _STEPS.glob("v[0-9][0-9][0-9][0-9]_*.py")]
    if not numbers:
        raise ConfigurationError("this installation holds no migrations: install it again")
    return max(numbers)


def require_head(connection: psycopg.Connection[Any]) -> None:
    """ConfigurationError when the database is older or newer than this program."""
    found = _revision(connection) or "nothing"
    if found != head():
        raise ConfigurationError(
            f"the database is at {found}, this program needs {head()}: run `openteller database migrate`"
        )


def _revision(connection: psycopg.Connection[Any]) -> str | None:
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege):
        return None
    return None if row is None else str(row[0])
