"""News between processes by LISTEN and NOTIFY.

``publish`` is for what has no unit of work at hand; inside one, ``SELECT pg_notify('openteller', …)`` joins the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager

import psycopg

from openteller.adapters.storage.postgres import PostgresStore, translate
from openteller.domain.errors import AdapterError

CHANNEL = "openteller"
MISSED = "*"
"""The topic that follows a lost connection: anything may have happened meanwhile, look at what you care for."""


class PostgresSignals:
    """One connection of its own for each listener, kept for as long as it listens; ``address`` is the app role's."""

    def __init__(self, store: PostgresStore, address: str) -> None:
        self._store = store
        self._address = address

    async def publish(self, topic: str) -> None:
        """Tell every process, in a transaction of its own. Topics are ids, at most 7,999 bytes."""
        try:
            async with self._store.pool.connection() as connection:
                await connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, topic])
        except psycopg.Error as error:
            raise translate(error) from error

    def listen(self) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Topics as they come. AdapterError if the first connection fails; later ones are made again for ever."""
        return self._listen()

    @asynccontextmanager
    async def _listen(self) -> AsyncIterator[AsyncIterator[str]]:
        try:
            first = await self._connect()
        except psycopg.OperationalError as error:
            raise AdapterError(f"the database is away: {error}", retryable=True) from error
        async with aclosing(self._topics(first)) as topics:
            yield topics

    async def _topics(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> AsyncGenerator[str, None]:
        try:
            while True:
                try:
                    async for notice in connection.notifies(timeout=30):
                        yield notice.payload
                    await connection.execute("SELECT 1")  # a dead peer is noticed within half a minute
                except psycopg.OperationalError:
                    connection = await self._again()
                    yield MISSED
        finally:
            await connection.close()

    async def _again(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        while True:
            try:
                return await self._connect()
            except psycopg.OperationalError:
                await asyncio.sleep(0.5)

    async def _connect(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        connection = await psycopg.AsyncConnection.connect(self._address, autocommit=True, connect_timeout=5)
        await connection.execute(f"LISTEN {CHANNEL}")
        return connection
