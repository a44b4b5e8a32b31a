"""The trail in a real database: sealed by several at once, checked, and tampered with by its owner."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from openteller.adapters.keys.signing import FileSigner
from openteller.adapters.storage.addresses import Addresses
from openteller.adapters.storage.outside import LineLog
from openteller.adapters.storage.postgres import PostgresStore
from openteller.capabilities.audit.sealer import AuditSealer, Sealed
from openteller.capabilities.audit.trail import record_events
from openteller.capabilities.audit.verification import Report, verify
from openteller.domain.assurance import SubjectId, TenantId
from openteller.domain.errors import ConfigurationError, InvariantError
from openteller.domain.events import Event

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Hands:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


class Sealing:
    """Rounds of a sealer, each a unit of work, as a worker does them."""

    def __init__(self, store: PostgresStore, clock: Hands, sealer: AuditSealer) -> None:
        self._store, self._clock, self._sealer = store, clock, sealer

    async def seal(self, tenant: TenantId, *, at_once: bool = False) -> Sealed:
        async with self._store.begin(tenant) as uow:
            sealed = await self._sealer.seal(uow, tenant, self._clock.now(), at_once=at_once)
        self._sealer.publish(sealed)
        return sealed


class Trail:
    """One tenant's trail, its sealer and its log outside."""

    def __init__(self, store: PostgresStore, tenant: TenantId, folder: Path) -> None:
        self.store, self.tenant, self.clock = store, tenant, Hands()
        self.signer, self.log = FileSigner(folder / "keys"), LineLog(folder / "checkpoints.jsonl")
        self.sealing = self.sealer()

    def sealer(self) -> Sealing:
        return Sealing(self.store, self.clock, AuditSealer(self.signer, self.log))

    async def happen(self, count: int = 1) -> None:
        events = [
            Event("turn.decided", self.clock.at, "bot", SubjectId(uuid4()), uuid4(), {"n": n, "ok": True, "why": None})
            for n in range(count)
        ]
        async with self.store.begin(self.tenant) as uow:
            await record_events(uow, events)

    async def minute(self, count: int = 5) -> Sealed:
        await self.happen(count)
        sealed = await self.sealing.seal(self.tenant)
        self.clock.at += timedelta(minutes=1)
        return sealed

    async def verify(self) -> Report:
        async with self.store.begin(self.tenant) as uow:
            return await verify(uow, self.tenant, self.log, self.signer.public_key(), self.clock.at)


@pytest.fixture
def trail(store: PostgresStore, tenant: TenantId, tmp_path: Path) -> Trail:
    return Trail(store, tenant, tmp_path)


async def test_events_are_sealed_signed_each_minute_and_found_right(trail: Trail) -> None:
    for _ in range(3):
        assert (await trail.minute(7)).checkpoint is not None
    await trail.happen(2)
    report = await trail.verify()
    assert (report.ok, report.leaves, report.checkpoints, report.pending) == (True, 21, 3, 2)
    assert len(trail.log.lines()) == 3


async def test_between_two_minutes_leaves_are_added_without_a_signature_unless_asked_for(trail: Trail) -> None:
    await trail.minute()
    trail.clock.at -= timedelta(seconds=50)
    await trail.happen()
    assert (await trail.sealing.seal(trail.tenant)).checkpoint is None
    assert (await trail.sealing.seal(trail.tenant)) == Sealed(0, None)
    signed = await trail.sealing.seal(trail.tenant, at_once=True)
    assert signed.checkpoint is not None
    assert signed.checkpoint.size == 6
    assert (await trail.sealing.seal(trail.tenant, at_once=True)).checkpoint is None  # nothing new to sign
    assert (await trail.verify()).ok


async def test_several_sealers_and_writers_make_one_trail(trail: Trail) -> None:
    sealers = [trail.sealer() for _ in range(3)]

    async def write() -> None:
        for _ in range(15):
            await trail.happen(3)

    async def seal(one: Sealing) -> int:
        return sum([(await one.seal(trail.tenant)).events for _ in range(25)])

    results = await asyncio.gather(write(), write(), *(seal(one) for one in sealers))
    last = await trail.sealing.seal(trail.tenant, at_once=True)
    assert sum(count for count in results if count is not None) + last.events == 90
    report = await trail.verify()
    assert (report.ok, report.leaves, report.pending) == (True, 90, 0)


async def test_a_new_process_goes_on_where_the_old_one_stopped(trail: Trail) -> None:
    await trail.minute()
    trail.sealing = trail.sealer()
    await trail.minute()
    report = await trail.verify()
    assert (report.ok, report.leaves) == (True, 10)


async def test_a_sealer_whose_database_was_restored_begins_anew(trail: Trail, database: Addresses) -> None:
    await trail.minute(3)
    await trail.minute(3)
    await trail.sealing.seal(trail.tenant)
    assert database.admin is not None
    with psycopg.connect(database.admin) as admin:
        admin.execute("SET session_replication_role = replica")
        for table in ("audit_leaves", "audit_events", "audit_checkpoints"):
            admin.execute(sql.SQL("DELETE FROM {} WHERE tenant = %s").format(sql.Identifier(table)), [trail.tenant])
    assert (await trail.minute(2)).events == 2
    assert [fault.kind for fault in (await trail.verify()).faults][-1] == "truncated"


async def test_an_event_that_came_late_is_still_sealed(trail: Trail) -> None:
    """Its transaction hung for longer than the sealer looks back."""
    await trail.minute()
    await trail.happen()
    trail.clock.at += timedelta(minutes=20)
    assert (await trail.sealing.seal(trail.tenant)).events == 0
    trail.clock.at += timedelta(hours=1)
    assert (await trail.sealing.seal(trail.tenant)).events == 1


async def test_one_process_keeps_the_trail_of_each_tenant_apart(trail: Trail) -> None:
    await trail.minute(3)
    first = trail.tenant
    trail.tenant = TenantId(f"{first}-other")
    await trail.minute(4)
    assert ((await trail.verify()).leaves, (await trail.verify()).ok) == (4, True)
    trail.tenant = first
    assert ((await trail.verify()).leaves, (await trail.verify()).ok) == (3, True)


_TAMPERINGS = {
    "edited": "UPDATE audit_events SET actor = 'agent:eve' WHERE event_id = %(event)s",
    "edited_time": "UPDATE audit_events SET at = at + interval '1 microsecond' WHERE event_id = %(event)s",
    "edited_details": "UPDATE audit_events SET details = jsonb_set(details, '{n}', '99') WHERE event_id = %(event)s",
    "deleted": "DELETE FROM audit_events WHERE event_id = %(event)s",
    "unsealed": "DELETE FROM audit_leaves WHERE event_id = %(event)s",
    "erased_both": (
        "WITH gone AS (DELETE FROM audit_leaves WHERE event_id = %(event)s)"
        " DELETE FROM audit_events WHERE event_id = %(event)s"
    ),
    "renumbered": "UPDATE audit_leaves SET position = position + 1000 WHERE event_id = %(event)s",
    "rehashed": "UPDATE audit_leaves SET leaf_hash = sha256('x') WHERE event_id = %(event)s",
    "truncated": (
        "WITH cut AS (DELETE FROM audit_leaves l USING audit_leaves m WHERE m.event_id = %(event)s AND"
        " l.tenant = m.tenant AND l.position >= m.position RETURNING l.event_id)"
        " DELETE FROM audit_events e USING cut WHERE e.event_id = cut.event_id"
    ),
    "inserted": (
        "INSERT INTO audit_events SELECT tenant, gen_random_uuid(), at, 'action.executed', actor, subject_id,"
        " correlation, details FROM audit_events WHERE event_id = %(event)s"
    ),
}


@pytest.mark.parametrize("tampering", _TAMPERINGS)
async def test_what_a_superuser_does_to_the_tables_is_found(trail: Trail, database: Addresses, tampering: str) -> None:
    for _ in range(4):
        await trail.minute()
    trail.clock.at += timedelta(minutes=10)
    assert database.admin is not None
    dice = random.Random(tampering)  # noqa: S311 (the same place each time)
    with psycopg.connect(database.admin) as admin:
        admin.execute("SET session_replication_role = replica")  # past the triggers
        rows = admin.execute(
            "SELECT event_id FROM audit_leaves WHERE tenant = %s ORDER BY position", [trail.tenant]
        ).fetchall()
        place = dice.randrange(len(rows))
        event: UUID = rows[place][0]
        admin.execute(_TAMPERINGS[tampering].encode(), {"event": event})
    report = await trail.verify()
    assert not report.ok
    firsts = [fault.first for fault in report.faults if fault.first is not None]
    assert tampering == "inserted" or min(firsts) <= place < min(firsts) + 5


async def test_a_leaf_that_is_gone_stops_the_sealer_loudly(trail: Trail, database: Addresses) -> None:
    await trail.minute()
    assert database.admin is not None
    with psycopg.connect(database.admin) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("DELETE FROM audit_leaves WHERE tenant = %s AND position = 2", [trail.tenant])
    with pytest.raises(InvariantError, match="no leaf 2"):
        await trail.sealer().seal(trail.tenant)


def test_the_log_outside_takes_whole_lines_only_and_forgets_a_torn_one(tmp_path: Path) -> None:
    log = LineLog(tmp_path / "log.jsonl")
    assert log.lines() == []
    log.append("one")
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write("tw")  # a crash in the middle of a line that nobody was promised
    assert log.lines() == ["one"]
    log.append("three")
    assert log.lines() == ["one", "three"]
    with pytest.raises(InvariantError):
        log.append("a\nb")


def test_a_signing_key_that_is_none_is_told(tmp_path: Path) -> None:
    assert FileSigner(tmp_path).public_key() == FileSigner(tmp_path).public_key()
    (tmp_path / "audit-signing.key").write_bytes(b"short")
    with pytest.raises(ConfigurationError, match="not a key"):
        FileSigner(tmp_path)
