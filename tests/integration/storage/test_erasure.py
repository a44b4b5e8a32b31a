"""A person is erased: unreadable in the database, in its files, in a dump, and after a restore (DP-05, RL-12)."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from openteller.adapters.clock import SystemClock
from openteller.adapters.keys.file import FileKeys
from openteller.adapters.storage.addresses import Addresses
from openteller.adapters.storage.backup import back_up, copy_keys, forget_keys, restore
from openteller.adapters.storage.outside import LineLog
from openteller.adapters.storage.postgres import PostgresStore
from openteller.capabilities.privacy.erasure import Receipt, erase, replay, tenants_in
from openteller.capabilities.privacy.export import export_person
from openteller.capabilities.privacy.sealing import Erased, Sealer, rewrap, wrapping_context
from openteller.domain.assurance import SubjectId, TenantId
from openteller.domain.errors import AdapterError, ConfigurationError, InvariantError, NotFound

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass
class Bank:
    """A store on a database of its own, with keys and logs, and somebody in it."""

    tenant: TenantId
    database: Addresses
    store: PostgresStore
    keys: FileKeys
    folder: Path
    log: LineLog

    def sealer(self) -> Sealer:
        """A process that has just started."""
        return Sealer(self.keys, SystemClock())

    async def person(self, words: str, *, visitor: SubjectId | None = None) -> SubjectId:
        subject, sealer = SubjectId(uuid4()), self.sealer()
        async with self.store.begin(self.tenant) as uow:
            await uow.run("INSERT INTO subjects (subject_id, created_at) VALUES (%(s)s, %(n)s)", s=subject, n=NOW)
            for kind, handle in [("bank_customer", b"0042"), *([("visitor", visitor.bytes)] if visitor else [])]:
                await uow.run(
                    "INSERT INTO subject_links (kind, handle_hash, subject_id, sealed, linked_at)"
                    " VALUES (%(kind)s, %(hash)s, %(s)s, %(sealed)s, %(n)s)",
                    kind=kind,
                    hash=secrets.token_bytes(8),
                    s=subject,
                    sealed=await sealer.seal(uow, subject, handle, "subject_links.sealed"),
                    n=NOW,
                )
            conversation = uuid4()
            await uow.run(
                "INSERT INTO conversations (conversation_id, subject_id, channel, locale, time_zone, holder,"
                " pack_version, created_at, last_at)"
                " VALUES (%(c)s, %(s)s, 'web', 'en', 'UTC', 'with_bot', '1', %(n)s, %(n)s)",
                c=conversation,
                s=subject,
                n=NOW,
            )
            said = json.dumps([{"$": "TextPart", "text": words}]).encode()
            await uow.run(
                "INSERT INTO messages (conversation_id, seq, message_id, author, sealed, at)"
                " VALUES (%(c)s, 1, %(m)s, 'customer', %(sealed)s, %(n)s)",
                c=conversation,
                m=uuid4(),
                sealed=await sealer.seal(uow, subject, said, "messages.sealed"),
                n=NOW,
            )
        return subject

    async def erase(self, subject: SubjectId) -> Receipt:
        async with self.store.begin(self.tenant) as uow:
            return await erase(uow, self.tenant, self.sealer(), self.log, subject, NOW)

    async def words(self, subject: SubjectId) -> list[str]:
        async with self.store.begin(self.tenant) as uow:
            exported = await export_person(uow, self.sealer(), subject)
        return [message["sealed"][0]["text"] for message in exported["messages"]]


@pytest.fixture
async def bank(database: Addresses, tenant: TenantId, tmp_path: Path) -> AsyncIterator[Bank]:
    async for bank in open_bank(database, tenant, tmp_path):
        yield bank


@pytest.fixture
async def lone_bank(lone_database: Addresses, tenant: TenantId, tmp_path: Path) -> AsyncIterator[Bank]:
    async for bank in open_bank(lone_database, tenant, tmp_path):
        yield bank


async def replay_everywhere(store: PostgresStore, log: LineLog) -> int:
    back = 0
    for tenant in tenants_in(log):
        async with store.begin(tenant) as uow:
            back += await replay(uow, tenant, log)
    return back


async def open_bank(database: Addresses, tenant: TenantId, folder: Path) -> AsyncIterator[Bank]:
    store = PostgresStore(database.app, min_size=1, max_size=2)
    await store.open()
    yield Bank(tenant, database, store, FileKeys(folder / "keys"), folder, LineLog(folder / "erasures.jsonl"))
    await store.close()


async def test_an_export_opens_everything_of_the_person_and_of_who_they_were_before(bank: Bank) -> None:
    visitor = await bank.person("as a visitor")
    subject = await bank.person("as myself", visitor=visitor)
    await bank.person("somebody else")
    assert sorted(await bank.words(subject)) == ["as a visitor", "as myself"]
    async with bank.store.begin(bank.tenant) as uow:
        exported = await export_person(uow, bank.sealer(), subject)
    assert {row["sealed"] for row in exported["subject_links"]} == {"0042"}
    json.dumps(exported)


async def test_the_erased_are_gone_with_who_they_were_before_and_nobody_else_is(bank: Bank) -> None:
    visitor = await bank.person("as a visitor")
    subject, other = await bank.person("as myself", visitor=visitor), await bank.person("other")
    receipt = await bank.erase(subject)
    assert set(receipt.subjects) == {subject, visitor}
    outcomes = {one.table: (one.outcome, one.rows) for one in receipt.outcomes}
    assert outcomes["subject_keys"] == ("erased", 2)
    assert outcomes["subject_links"] == ("erased", 3)
    assert outcomes["messages"] == ("shredded", 2)
    for gone in (subject, visitor):
        with pytest.raises(NotFound):
            await bank.words(gone)
        async with bank.store.begin(bank.tenant) as uow:
            with pytest.raises(Erased):
                await bank.sealer().seal(uow, gone, b"more", "messages.sealed")
    assert await bank.words(other) == ["other"]


async def test_erasing_twice_is_once_and_an_unknown_person_is_said_so(bank: Bank) -> None:
    subject = await bank.person("x")
    await bank.erase(subject)
    again = await bank.erase(subject)
    assert {one.table: one.rows for one in again.outcomes}["subject_keys"] == 0
    with pytest.raises(NotFound):
        await bank.erase(SubjectId(uuid4()))


async def test_the_order_is_on_disk_before_it_is_carried_out(bank: Bank) -> None:
    subject = await bank.person("x")
    with pytest.raises(RuntimeError):  # noqa: PT012 (a unit of work is a block)
        async with bank.store.begin(bank.tenant) as uow:
            await erase(uow, bank.tenant, bank.sealer(), bank.log, subject, NOW)
            raise RuntimeError("the process dies before its commit")
    assert await bank.words(subject) == ["x"]
    assert await replay_everywhere(bank.store, bank.log) == 1
    with pytest.raises(NotFound):
        await bank.words(subject)
    assert await replay_everywhere(bank.store, bank.log) == 0


async def test_a_damaged_log_stops_the_replay(bank: Bank) -> None:
    (bank.folder / "erasures.jsonl").write_text("{half\n")
    with pytest.raises(InvariantError, match="damaged"):
        await replay_everywhere(bank.store, bank.log)


async def test_the_erased_stay_erased_after_a_restore(lone_bank: Bank) -> None:
    bank = lone_bank
    canary = f"canary-{secrets.token_hex(8)}"
    subject, other = await bank.person(canary), await bank.person("still here")
    dump, keys = bank.folder / "backup" / "one.dump", bank.folder / "keys" / "subject-keys.jsonl"
    back_up(bank.database, dump, keys)
    old_keys = keys.read_bytes()
    assert canary.encode() not in dump.read_bytes()
    await bank.erase(subject)
    late = await bank.person("after the backup")
    keys.write_bytes(old_keys)  # the worst case: somebody kept the copy of the keys, too

    def prepare(fresh: Addresses) -> None:
        async def run() -> None:
            store = PostgresStore(fresh.app, min_size=1, max_size=1)
            await store.open()
            assert await replay_everywhere(store, bank.log) == 1
            await store.close()

        asyncio.run(run())

    await asyncio.to_thread(restore, bank.database, dump, keys, prepare=prepare, mark="t1")
    assert await bank.words(other) == ["still here"]
    for gone in (subject, late):
        with pytest.raises(NotFound):
            await bank.words(gone)
    assert bank.database.admin is not None
    with psycopg.connect(bank.database.admin) as admin:
        row = admin.execute("SELECT wrapped_key FROM subject_keys WHERE subject_id = %s", [subject]).fetchone()
    assert row == (None,)


async def test_a_dump_alone_holds_no_keys_and_an_erased_one_leaves_the_copy(bank: Bank) -> None:
    one, two = await bank.person("one"), await bank.person("two")
    keys = bank.folder / "subject-keys.jsonl"
    copy_keys(bank.database, keys)
    assert keys.stat().st_mode & 0o077 == 0
    forget_keys(keys, [one])
    left = {json.loads(line)["subject"] for line in keys.read_text().splitlines()}
    assert (str(one) in left, str(two) in left) == (False, True)
    forget_keys(bank.folder / "none.jsonl", [one])


async def test_a_restore_that_fails_leaves_everything_as_it_was(bank: Bank) -> None:
    subject = await bank.person("here")
    keys = bank.folder / "subject-keys.jsonl"
    copy_keys(bank.database, keys)
    bad = bank.folder / "bad.dump"
    bad.write_bytes(b"not a dump")
    with pytest.raises(ConfigurationError, match="pg_restore failed"):
        restore(bank.database, bad, keys, prepare=lambda _: None, mark="t2")
    with pytest.raises(ConfigurationError, match="does not exist"):
        restore(bank.database, bank.folder / "no.dump", keys, prepare=lambda _: None, mark="t3")
    with pytest.raises(ConfigurationError, match="exists"):
        back_up(bank.database, bad, keys)
    assert await bank.words(subject) == ["here"]


async def test_after_a_rotation_everything_opens_and_what_was_destroyed_before_never_will(bank: Bank) -> None:
    subject, erased = await bank.person("stays"), await bank.person("goes")
    assert bank.database.admin is not None
    with psycopg.connect(bank.database.admin) as admin:
        old = admin.execute("SELECT wrapped_key FROM subject_keys WHERE subject_id = %s", [erased]).fetchone()
    await bank.erase(erased)
    bank.keys.rotate()
    async with bank.store.begin(bank.tenant) as uow:
        assert await rewrap(uow, bank.keys, None, limit=1) == (1, subject)
        assert await rewrap(uow, bank.keys, subject, limit=1) == (0, None)
        assert await rewrap(uow, bank.keys, None) == (0, None)
    assert bank.keys.retire() == 1
    assert await bank.words(subject) == ["stays"]
    assert old is not None
    with pytest.raises(AdapterError):  # even with the bytes from an old page, WAL or copy
        bank.keys.unwrap(bytes(old[0]), context=wrapping_context(bank.tenant, erased))


async def test_an_erasure_is_quick(bank: Bank) -> None:
    subject = await bank.person("x")
    started = SystemClock().now()
    await bank.erase(subject)
    assert SystemClock().now() - started < timedelta(seconds=5)
