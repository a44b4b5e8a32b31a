from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from openteller.adapters.keys.file import FileKeys
from openteller.adapters.storage.postgres import PostgresStore
from openteller.capabilities.privacy.sealing import Erased, Sealer
from openteller.domain.assurance import SubjectId, TenantId
from openteller.domain.errors import AdapterError, ConfigurationError, InvariantError

PLACE = "messages.sealed"


class Hands:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    return FileKeys(tmp_path / "keys")


@pytest.fixture
def clock() -> Hands:
    return Hands()


async def known_subject(store: PostgresStore, tenant: TenantId) -> SubjectId:
    subject = SubjectId(uuid4())
    async with store.begin(tenant) as uow:
        await uow.run(
            "INSERT INTO subjects (subject_id, created_at) VALUES (%(s)s, %(n)s)", s=subject, n=datetime.now(UTC)
        )
    return subject


async def sealed(store: PostgresStore, tenant: TenantId, sealer: Sealer, subject: SubjectId, text: bytes) -> bytes:
    async with store.begin(tenant) as uow:
        return await sealer.seal(uow, subject, text, PLACE)


async def opened(store: PostgresStore, tenant: TenantId, sealer: Sealer, subject: SubjectId, value: bytes) -> bytes:
    async with store.begin(tenant) as uow:
        return await sealer.unseal(uow, subject, value, PLACE)


async def test_what_one_process_sealed_another_opens(
    store: PostgresStore, tenant: TenantId, keys: FileKeys, clock: Hands, tmp_path: Path
) -> None:
    subject = await known_subject(store, tenant)
    value = await sealed(store, tenant, Sealer(keys, clock), subject, b"my words")
    assert b"my words" not in value
    other_process = Sealer(FileKeys(tmp_path / "keys"), clock)
    assert await opened(store, tenant, other_process, subject, value) == b"my words"


async def test_a_sealed_value_opens_at_its_own_place_only(
    store: PostgresStore, tenant: TenantId, keys: FileKeys, clock: Hands
) -> None:
    sealer = Sealer(keys, clock)
    one, two = await known_subject(store, tenant), await known_subject(store, tenant)
    value = await sealed(store, tenant, sealer, one, b"x")
    async with store.begin(tenant) as uow:
        for subject, place in ((one, "inbox.sealed"), (two, PLACE)):
            with pytest.raises(InvariantError):
                await sealer.unseal(uow, subject, value, place)
        with pytest.raises(InvariantError):
            await sealer.unseal(uow, one, value[:-1] + bytes([value[-1] ^ 1]), PLACE)
        with pytest.raises(InvariantError):
            await sealer.unseal(uow, one, b"", PLACE)


async def test_the_same_words_never_look_the_same(
    store: PostgresStore, tenant: TenantId, keys: FileKeys, clock: Hands
) -> None:
    sealer, subject = Sealer(keys, clock), await known_subject(store, tenant)
    async with store.begin(tenant) as uow:
        values = [await sealer.seal(uow, subject, b"yes", PLACE) for _ in range(500)]
    assert len({value[1:13] for value in values}) == len(values)


async def test_a_key_that_was_rolled_back_is_not_remembered(
    store: PostgresStore, tenant: TenantId, keys: FileKeys, clock: Hands
) -> None:
    sealer, subject = Sealer(keys, clock), await known_subject(store, tenant)
    with pytest.raises(RuntimeError):  # noqa: PT012 (a unit of work is a block)
        async with store.begin(tenant) as uow:
            await sealer.seal(uow, subject, b"lost", PLACE)
            raise RuntimeError
    value = await sealed(store, tenant, sealer, subject, b"kept")
    assert await opened(store, tenant, Sealer(keys, clock), subject, value) == b"kept"


async def test_two_that_make_the_key_at_once_end_up_with_one(
    store: PostgresStore, tenant: TenantId, keys: FileKeys, clock: Hands
) -> None:
    subject = await known_subject(store, tenant)
    sealers = [Sealer(keys, clock) for _ in range(4)]
    values = await asyncio.gather(*(sealed(store, tenant, sealer, subject, b"both") for sealer in sealers))
    reader = Sealer(keys, clock)
    assert {await opened(store, tenant, reader, subject, value) for value in values} == {b"both"}


async def test_a_destroyed_key_is_gone_within_a_minute_everywhere_and_no_new_one_is_made(
    store: PostgresStore, tenant: TenantId, keys: FileKeys, clock: Hands
) -> None:
    elsewhere, subject = Sealer(keys, clock), await known_subject(store, tenant)
    value = await sealed(store, tenant, elsewhere, subject, b"words")
    assert await opened(store, tenant, elsewhere, subject, value) == b"words"
    async with store.begin(tenant) as uow:
        await uow.run("UPDATE subject_keys SET wrapped_key = NULL WHERE subject_id = %(s)s", s=subject)
    clock.at += timedelta(seconds=60)
    with pytest.raises(Erased):
        await opened(store, tenant, elsewhere, subject, value)
    with pytest.raises(Erased):
        await sealed(store, tenant, elsewhere, subject, b"new")


async def test_a_key_moved_to_another_bank_or_person_does_not_unwrap(keys: FileKeys) -> None:
    wrapped = keys.wrap(b"k" * 32, context=b"harbour/one")
    assert keys.unwrap(wrapped, context=b"harbour/one") == b"k" * 32
    with pytest.raises(AdapterError):
        keys.unwrap(wrapped, context=b"quay/one")


def test_rotation_keeps_old_keys_until_they_are_retired(keys: FileKeys, tmp_path: Path) -> None:
    running = FileKeys(tmp_path / "keys")
    old = running.wrap(b"k", context=b"c")
    keys.rotate()
    new = running.wrap(b"k", context=b"c")
    assert (running.is_current(old), running.is_current(new)) == (False, True)
    assert running.unwrap(old, context=b"c") == running.unwrap(new, context=b"c") == b"k"
    assert keys.retire() == 1
    assert running.unwrap(new, context=b"c") == b"k"
    with pytest.raises(AdapterError):
        running.unwrap(old, context=b"c")


def test_the_blind_index_tells_equal_handles_and_nothing_else(keys: FileKeys, tmp_path: Path) -> None:
    index = keys.blind_index("+447700900123", context=b"harbour:phone")
    assert index == FileKeys(tmp_path / "keys").blind_index("+447700900123", context=b"harbour:phone")
    assert index != keys.blind_index("+447700900123", context=b"quay:phone")
    assert index != FileKeys(tmp_path / "other").blind_index("+447700900123", context=b"harbour:phone")


def test_key_files_are_for_their_owner_only(keys: FileKeys, tmp_path: Path) -> None:
    files = [file for file in (tmp_path / "keys").iterdir() if file.suffix != ".lock"]
    assert len(files) == 2
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    (tmp_path / "keys" / "blind-index.key").chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        FileKeys(tmp_path / "keys")


def test_a_damaged_key_file_is_told_plainly(keys: FileKeys, tmp_path: Path) -> None:
    file = tmp_path / "keys" / "key-encryption-keys.json"
    file.write_text(json.dumps({})[:1])
    with pytest.raises(AdapterError, match="cannot be read"):
        keys.wrap(b"k", context=b"c")
