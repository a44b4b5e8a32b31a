"""Units of work on PostgreSQL: one connection, one transaction, one tenant.

A statement costs one round trip, opening and committing cost one each; the tenant rides on BEGIN. Pipelines were tried
and cost more of our processor than the round trips they save on a socket (docs/decisions).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.adapt import AdaptersMap
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb, JsonbDumper
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from openteller.domain.assurance import TenantId
from openteller.domain.errors import AdapterError, InvariantError, TellerError
from openteller.ports import Row

Connection = AsyncConnection[DictRow]

_DEFER = """
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(%(queue)s, %(job)s, 0, %(lock)s, NULL, %(arguments)s, NULL)
                                             ::procrastinate_job_to_defer_v1])"""
JOB_QUEUE = "jobs"


class PostgresUnit:
    """One transaction. ``tenant`` is None where only tables without a tenant can be read."""

    def __init__(self, connection: Connection, tenant: TenantId | None) -> None:
        self._connection = connection
        self.tenant = tenant

    async def run(self, sql_text: str, /, **values: object) -> int:
        """Execute one statement and give the number of rows it touched."""
        try:
            return (await self._connection.execute(sql_text.encode(), values)).rowcount
        except psycopg.Error as error:
            raise translate(error) from error

    async def rows(self, sql_text: str, /, **values: object) -> Sequence[Row]:
        """Execute and give all rows."""
        try:
            return await (await self._connection.execute(sql_text.encode(), values)).fetchall()
        except psycopg.Error as error:
            raise translate(error) from error

    async def row(self, sql_text: str, /, **values: object) -> Row | None:
        """Execute and give the first row."""
        try:
            return await (await self._connection.execute(sql_text.encode(), values)).fetchone()
        except psycopg.Error as error:
            raise translate(error) from error

    async def many(self, sql_text: str, rows: Sequence[Mapping[str, object]], /) -> None:
        """Execute once for each mapping; psycopg sends them as one pipeline."""
        if not rows:
            return
        if len(rows) == 1:  # cheaper than a pipeline of one
            await self.run(sql_text, **rows[0])
            return
        try:
            async with self._connection.cursor() as cursor:
                await cursor.executemany(sql_text.encode(), rows)
        except psycopg.Error as error:
            raise translate(error) from error

    async def defer(self, job: str, /, **arguments: str) -> None:
        """Enqueue a job in this transaction. It gets the tenant too; jobs about one conversation run one by one."""
        if self.tenant is None:
            raise InvariantError(f"job {job} belongs to no tenant")
        conversation = arguments.get("conversation_id")
        lock = f"{job}:{conversation}" if conversation else None
        await self.run(
            _DEFER, queue=JOB_QUEUE, job=job, lock=lock, arguments=Jsonb({"tenant": self.tenant, **arguments})
        )


class PostgresStore:
    """Store on a pool of connections. ``open`` before use; ``address`` is the app role's."""

    def __init__(self, address: str, *, min_size: int = 2, max_size: int = 10, wait_s: float = 5.0) -> None:
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            address,
            connection_class=AsyncConnection[DictRow],
            kwargs={"autocommit": True, "row_factory": dict_row, "prepare_threshold": 2, "connect_timeout": 5},
            configure=_configure,
            min_size=min_size,
            max_size=max_size,
            timeout=wait_s,
            open=False,
        )
        self._openings: dict[TenantId, bytes] = {}

    @property
    def pool(self) -> AsyncConnectionPool[Connection]:
        """The pool itself, for the job queue and the signals."""
        return self._pool

    async def open(self, *, within_s: float = 15.0) -> None:
        """Connect. AdapterError when the database is away."""
        try:
            await self._pool.open(wait=True, timeout=within_s)
        except (PoolTimeout, psycopg.Error) as error:
            raise AdapterError(f"the database is away: {error}", retryable=True) from error

    async def close(self) -> None:
        """Let go of the connections."""
        await self._pool.close()

    def begin(self, tenant: TenantId) -> AbstractAsyncContextManager[PostgresUnit]:
        """A unit of work of this tenant; leaving it commits, an exception rolls back."""
        return self._begin(tenant)

    def begin_unbound(self) -> AbstractAsyncContextManager[PostgresUnit]:
        """A unit of work that sees only the tables without a tenant (tenants, switches, jobs)."""
        return self._begin(None)

    @asynccontextmanager
    async def _begin(self, tenant: TenantId | None) -> AsyncIterator[PostgresUnit]:
        connection = await self._opened(tenant)
        try:
            try:
                yield PostgresUnit(connection, tenant)
            except BaseException:
                await _roll_back(connection)
                raise
            await _commit(connection)
        finally:
            await self._pool.putconn(connection)

    async def _opened(self, tenant: TenantId | None) -> Connection:
        """A connection inside a transaction. A stale one (the server was restarted) is replaced: nothing was lost."""
        for attempt in ("first", "last"):
            connection = await self._connection()
            try:
                await connection.execute(self._opening(tenant, connection))
            except psycopg.Error as error:
                await self._pool.putconn(connection)
                if attempt == "last":
                    raise translate(error) from error
                await self._pool.check()
            except BaseException:
                await self._pool.putconn(connection)
                raise
            else:
                return connection
        raise InvariantError("unreachable: the last attempt returns or raises")

    async def _connection(self) -> Connection:
        try:
            return await self._pool.getconn()
        except (PoolTimeout, PoolClosed, psycopg.OperationalError) as error:
            raise AdapterError(f"no connection to the database: {error}", retryable=True) from error

    def _opening(self, tenant: TenantId | None, connection: Connection) -> bytes:
        if tenant is None:
            return b"BEGIN"
        opening = self._openings.get(tenant)
        if opening is None:
            composed = sql.SQL("BEGIN; SELECT set_config('app.tenant', {}, true)").format(sql.Literal(tenant))
            opening = self._openings[tenant] = composed.as_bytes(connection)
        return opening


async def _commit(connection: Connection) -> None:
    try:
        cursor = await connection.execute(b"COMMIT")
    except psycopg.OperationalError as error:
        raise AdapterError(f"lost the database at commit: {error}", retryable=False, outcome_known=False) from error
    except psycopg.Error as error:  # a deferred constraint: nothing was committed
        raise translate(error) from error
    if cursor.statusmessage != "COMMIT":
        raise InvariantError("a statement had failed and was ignored: PostgreSQL rolled back instead of committing")


async def _roll_back(connection: Connection) -> None:
    try:
        await connection.execute(b"ROLLBACK")
    except psycopg.Error:  # the connection is gone, and the transaction with it
        await connection.close()


def translate(error: psycopg.Error) -> TellerError:
    """Ours for psycopg's. Messages name constraints and columns, never values: DETAIL is left out."""
    message = error.diag.message_primary or type(error).__name__
    if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
        return AdapterError(f"the database failed: {message}", retryable=True)
    return InvariantError(f"the database refused a statement ({type(error).__name__}): {message}")


async def _configure(connection: Connection) -> None:
    _adapt(connection.adapters)


def _adapt(adapters: AdaptersMap) -> None:
    adapters.register_dumper(dict, JsonbDumper)
