"""Bringing the schema up to date, and telling whether it is."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from openteller.domain.errors import ConfigurationError

_LOCK = 0x6F70656E  # "open": of all processes that start together, one migrates and the others wait


def migrate(owner: str) -> str:
    """Run the steps that are missing, as the owner, and give the revision reached. All of a step, or nothing."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(owner), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return head()


def head() -> str:
    """The newest revision this program knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise ConfigurationError("this installation holds no migrations: install it again")
    return revision


def require_head(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """ConfigurationError when the database is older or newer than this program."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege):
        row = None
    found = "nothing" if row is None else str(row[0])
    if found != head():
        raise ConfigurationError(
            f"the database is at {found}, this program needs {head()}: run `openteller database migrate`"
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("version_path_separator", "os")
    return config
