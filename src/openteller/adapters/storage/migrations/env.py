"""Alembic's entry: runs the steps on the owner's connection that ``adapters/storage/schema.py`` hands in."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
