from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest

from openteller.adapters.clock import Uuid7Ids
from openteller.adapters.storage.addresses import Addresses
from openteller.adapters.storage.jobs import make_jobs
from openteller.adapters.storage.postgres import JOB_QUEUE, PostgresStore
from openteller.adapters.storage.signals import MISSED, PostgresSignals
from openteller.domain.assurance import Level, TenantId
from openteller.domain.conversations import Holder
from openteller.domain.errors import AdapterError, InvariantError, LostLease

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ADD = "INSERT INTO subjects (subject_id, created_at) VALUES (%(subject)s, %(now)s)"
COUNT = "SELECT count(*) AS n FROM subjects"


async def count(store: PostgresStore, tenant: TenantId) -> int:
    async with store.begin(tenant) as uow:
        row = await uow.row(COUNT)
        assert row is not None
        return int(row["n"])


async def test_leaving_the_block_commits_for_this_tenant_only(store: PostgresStore, tenant: TenantId) -> None:
    async with store.begin(tenant) as uow:
        assert await uow.run(ADD, subject=uuid4(), now=NOW) == 1
    assert (await count(store, tenant), await count(store, TenantId("another"))) == (1, 0)


async def test_an_exception_rolls_everything_back_and_the_job_with_it(store: PostgresStore, tenant: TenantId) -> None:
    with pytest.raises(LostLease):  # noqa: PT012 (a unit of work is a block)
        async with store.begin(tenant) as uow:
            await uow.run(ADD, subject=uuid4(), now=NOW)
            await uow.defer("send_outbox", conversation_id="c")
            raise LostLease("somebody else has it")
    async with store.begin_unbound() as uow:
        assert await uow.rows("SELECT id FROM procrastinate_jobs WHERE args->>'tenant' = %(t)s", t=tenant) == []
    assert await count(store, tenant) == 0


async def test_a_failed_statement_that_was_swallowed_does_not_pass_for_a_commit(
    store: PostgresStore, tenant: TenantId
) -> None:
    subject = uuid4()
    with pytest.raises(InvariantError, match="instead of committing"):  # noqa: PT012 (a unit of work is a block)
        async with store.begin(tenant) as uow:
            await uow.run(ADD, subject=subject, now=NOW)
            with pytest.raises(InvariantError, match="duplicate key"):
                await uow.run(ADD, subject=subject, now=NOW)
    assert await count(store, tenant) == 0


async def test_domain_values_go_in_as_they_are(store: PostgresStore, tenant: TenantId) -> None:
    async with store.begin(tenant) as uow:
        row = await uow.row(
            "SELECT %(holder)s::text AS holder, %(level)s::int AS level, %(map)s::jsonb AS map,"
            " %(none)s::uuid[] AS none, %(raw)s::bytea AS raw, %(at)s::timestamptz AS at",
            holder=Holder.WITH_BOT,
            level=Level.LOGGED_IN,
            map={"a": [1, None]},
            none=[],
            raw=b"\x00\xff",
            at=NOW,
        )
    assert row == {"holder": "with_bot", "level": 2, "map": {"a": [1, None]}, "none": [], "raw": b"\x00\xff", "at": NOW}


async def test_many_rows_go_in_one_trip_and_none_in_none(store: PostgresStore, tenant: TenantId) -> None:
    async with store.begin(tenant) as uow:
        await uow.many(ADD, [])
        await uow.many(ADD, [{"subject": uuid4(), "now": NOW}])
        await uow.many(ADD, [{"subject": uuid4(), "now": NOW} for _ in range(20)])
    assert await count(store, tenant) == 21


async def test_tasks_may_share_a_unit_without_mixing_their_rows(store: PostgresStore, tenant: TenantId) -> None:
    async with store.begin(tenant) as uow:
        rows = await asyncio.gather(*(uow.row("SELECT %(i)s::int AS i", i=i) for i in range(20)))
    assert [row["i"] for row in rows if row] == list(range(20))


async def test_a_server_that_dropped_its_connections_costs_nobody_a_failure(
    store: PostgresStore, tenant: TenantId, database: Addresses
) -> None:
    await count(store, tenant)
    await cut(database)
    assert await count(store, tenant) == 0


async def test_a_connection_cut_within_a_unit_of_work_may_be_tried_again(
    store: PostgresStore, tenant: TenantId, database: Addresses
) -> None:
    with pytest.raises(AdapterError) as caught:  # noqa: PT012 (a unit of work is a block)
        async with store.begin(tenant) as uow:
            await uow.run(ADD, subject=uuid4(), now=NOW)
            await cut(database)
            await uow.row(COUNT)
    assert caught.value.retryable
    assert await count(store, tenant) == 0


async def test_a_connection_cut_before_the_commit_leaves_the_outcome_unknown(
    store: PostgresStore, tenant: TenantId, database: Addresses
) -> None:
    with pytest.raises(AdapterError) as caught:  # noqa: PT012 (a unit of work is a block)
        async with store.begin(tenant) as uow:
            await uow.run(ADD, subject=uuid4(), now=NOW)
            await cut(database)
    assert (caught.value.outcome_known, caught.value.retryable) == (False, False)


async def test_a_task_that_is_cancelled_gives_its_connection_back_clean(store: PostgresStore, tenant: TenantId) -> None:
    async def hang() -> None:
        async with store.begin(tenant) as uow:
            await uow.run(ADD, subject=uuid4(), now=NOW)
            await asyncio.sleep(60)

    for _ in range(6):  # more than the pool has
        task = asyncio.create_task(hang())
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await count(store, tenant) == 0


async def test_an_empty_pool_is_an_adapter_error_not_a_hang(database: Addresses, tenant: TenantId) -> None:
    small = PostgresStore(database.app, min_size=1, max_size=1, wait_s=0.1)
    await small.open()
    async with small.begin(tenant):
        with pytest.raises(AdapterError, match="no connection"):
            async with small.begin(tenant):
                raise AssertionError("never entered")
    await small.close()


async def test_a_store_that_reaches_nothing_says_so() -> None:
    away = PostgresStore("host=/nowhere user=nobody", min_size=1)
    with pytest.raises(AdapterError, match="away"):
        await away.open(within_s=0.2)
    await away.close()


async def test_errors_name_columns_and_never_values(store: PostgresStore, tenant: TenantId) -> None:
    with pytest.raises(InvariantError) as caught:
        async with store.begin(tenant) as uow:
            await uow.run("INSERT INTO tenants (tenant, created_at) VALUES ('4929123412341234', NULL)")
    assert "created_at" in str(caught.value)
    assert "4929" not in str(caught.value)


async def test_a_committed_job_is_done_by_a_worker_with_its_tenant(
    store: PostgresStore, tenant: TenantId, database: Addresses
) -> None:
    async with store.begin(tenant) as uow:
        await uow.defer("send_outbox", conversation_id="c-1")
        await uow.defer("count_stars")
    seen: list[dict[str, str]] = []
    jobs = make_jobs(database.app, connections=2)

    @jobs.task(name="send_outbox", queue=JOB_QUEUE)
    async def send_outbox(tenant: str, conversation_id: str) -> None:
        seen.append({"tenant": tenant, "conversation_id": conversation_id})

    @jobs.task(name="count_stars", queue=JOB_QUEUE)
    async def count_stars(tenant: str) -> None:
        seen.append({"tenant": tenant})

    async with jobs.open_async():
        await jobs.run_worker_async(wait=False, listen_notify=False, install_signal_handlers=False)
    assert seen == [{"tenant": tenant, "conversation_id": "c-1"}, {"tenant": tenant}]


async def test_a_job_needs_a_tenant(store: PostgresStore, tenant: TenantId) -> None:
    with pytest.raises(InvariantError, match="no tenant"):
        async with store.begin_unbound() as uow:
            await uow.defer("send_outbox")


async def test_news_arrives_with_the_commit_and_survives_a_lost_connection(
    store: PostgresStore, tenant: TenantId, database: Addresses
) -> None:
    signals = PostgresSignals(store, database.app)
    async with signals.listen() as topics:
        async with store.begin(tenant) as uow:
            await uow.run("SELECT pg_notify('openteller', %(topic)s)", topic="one")
        assert await asyncio.wait_for(anext(topics), 5) == "one"
        await cut(database)
        assert await asyncio.wait_for(anext(topics), 5) == MISSED
        await store.pool.check()
        await signals.publish("two")
        assert await asyncio.wait_for(anext(topics), 5) == "two"


def test_ids_of_one_process_are_in_order_and_of_version_7() -> None:
    ids = Uuid7Ids()
    made = [ids.new() for _ in range(5000)]
    assert made == sorted(set(made))
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert len(ids.secret()) >= 22


async def cut(database: Addresses) -> None:
    assert database.admin is not None
    async with await psycopg.AsyncConnection.connect(database.admin, autocommit=True) as admin:
        await admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
