"""Everything personal at rest is ciphertext under its subject's own key; destroying the key erases it (DP-02..DP-05).

A subject key is 32 random bytes for AES-256-GCM, stored wrapped by the KeyProvider. The associated data of a sealed
value names its tenant, its table and column, and its subject, so that a ciphertext moved elsewhere does not open.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from openteller.domain.assurance import SubjectId
from openteller.domain.errors import InvariantError, NotFound
from openteller.ports import Clock, KeyProvider, UnitOfWork

KEPT_FOR = timedelta(seconds=60)
"""How long an unwrapped key stays in memory: DP-03 allows 15 minutes, erasure must bite within 60 seconds (DP-05)."""
_AT_MOST = 10_000
_VERSION = b"\x01"
_NONCE = 12

_FIND = """
    SELECT current_setting('app.tenant') AS tenant, k.subject_id, k.wrapped_key
    FROM (SELECT) AS one LEFT JOIN subject_keys k ON k.subject_id = %(subject)s"""
_MAKE = """
    INSERT INTO subject_keys (subject_id, wrapped_key) VALUES (%(subject)s, %(wrapped)s)
    ON CONFLICT (tenant, subject_id) DO NOTHING"""
_TO_REWRAP = """
    SELECT tenant, subject_id, wrapped_key FROM subject_keys
    WHERE subject_id > %(after)s AND wrapped_key IS NOT NULL ORDER BY subject_id LIMIT %(limit)s FOR UPDATE"""
_REWRAP = """
    UPDATE subject_keys SET wrapped_key = %(wrapped)s WHERE subject_id = %(subject)s AND wrapped_key IS NOT NULL"""


class Erased(NotFound):
    """The subject's key is destroyed: nothing of theirs can be read, and nothing new is sealed for them."""


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """A subject's key, unwrapped: memory only."""

    tenant: str
    subject: SubjectId
    cipher: AESGCM = field(repr=False)

    def seal(self, plaintext: bytes, place: str) -> bytes:
        """Encrypt for ``place`` (``table.column``). 29 bytes longer than the plaintext; never the same twice."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self.cipher.encrypt(nonce, plaintext, self._where(place))

    def unseal(self, sealed: bytes, place: str) -> bytes:
        """Decrypt. InvariantError when it was tampered with, or sealed for another place or subject."""
        if sealed[:1] != _VERSION:
            raise InvariantError(f"{place} of subject {self.subject} is not in a form this version knows")
        try:
            return self.cipher.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], self._where(place))
        except InvalidTag as error:
            raise InvariantError(f"{place} of subject {self.subject} does not open: tampered with or moved") from error

    def _where(self, place: str) -> bytes:
        return f"{self.tenant}/{place}/{self.subject}".encode()


class Sealer:
    """Seals and unseals under subjects' keys, which it finds or makes within the caller's unit of work."""

    def __init__(self, keys: KeyProvider, clock: Clock, *, kept_for: timedelta = KEPT_FOR) -> None:
        self._keys = keys
        self._clock = clock
        self._kept_for = kept_for
        self._known: OrderedDict[SubjectId, tuple[SubjectKey, datetime]] = OrderedDict()
        self._new: WeakKeyDictionary[UnitOfWork, dict[SubjectId, SubjectKey]] = WeakKeyDictionary()

    async def seal(self, uow: UnitOfWork, subject: SubjectId, plaintext: bytes, place: str) -> bytes:
        """Encrypt for ``place``, a ``table.column``. The first value makes the subject's key; Erased after its end."""
        return (await self.key_for(uow, subject)).seal(plaintext, place)

    async def unseal(self, uow: UnitOfWork, subject: SubjectId, sealed: bytes, place: str) -> bytes:
        """Decrypt what was sealed for this subject and place. Erased when the key is destroyed."""
        return (await self.key_for(uow, subject)).unseal(sealed, place)

    async def key_for(self, uow: UnitOfWork, subject: SubjectId) -> SubjectKey:
        """The subject's key. A new one is shared with other units of work only once it is known to be committed."""
        known = self._known.get(subject)
        if known is not None and self._clock.now() < known[1]:
            return known[0]
        made = self._new.get(uow, {}).get(subject)
        return made if made is not None else await self._find(uow, subject)

    def forget(self, subject: SubjectId) -> None:
        """Drop the key from this process's memory now."""
        self._known.pop(subject, None)

    async def _find(self, uow: UnitOfWork, subject: SubjectId) -> SubjectKey:
        row = await uow.row(_FIND, subject=subject)
        if row is None or not row["tenant"]:
            raise InvariantError("a key was asked for outside of any tenant")
        tenant = str(row["tenant"])
        if row["subject_id"] is None:
            return await self._make(uow, tenant, subject)
        if row["wrapped_key"] is None:
            raise Erased("erased", "the data of this person has been erased")
        raw = self._keys.unwrap(bytes(row["wrapped_key"]), context=wrapping_context(tenant, subject))
        key = SubjectKey(tenant, subject, AESGCM(raw))
        self._known[subject] = key, self._clock.now() + self._kept_for
        self._known.move_to_end(subject)
        while len(self._known) > _AT_MOST:
            self._known.popitem(last=False)
        return key

    async def _make(self, uow: UnitOfWork, tenant: str, subject: SubjectId) -> SubjectKey:
        raw = AESGCM.generate_key(256)
        wrapped = self._keys.wrap(raw, context=wrapping_context(tenant, subject))
        if not await uow.run(_MAKE, subject=subject, wrapped=wrapped):
            return await self._find(uow, subject)  # another transaction made it first, and has committed
        key = SubjectKey(tenant, subject, AESGCM(raw))
        self._new.setdefault(uow, {})[subject] = key
        return key


def wrapping_context(tenant: str, subject: SubjectId) -> bytes:
    """What a wrapped key is bound to, so that one subject's row cannot be given another's key."""
    return f"{tenant}/subject_keys/{subject}".encode()


class RotatingKeys(KeyProvider, Protocol):
    """A KeyProvider whose own key can be changed for a new one."""

    def is_current(self, wrapped: bytes) -> bool:
        """True if the newest key wrapped this."""
        ...


async def rewrap(
    uow: UnitOfWork, keys: RotatingKeys, after: SubjectId | None, limit: int = 1_000
) -> tuple[int, SubjectId | None]:
    """Wrap the next ``limit`` subject keys with the newest key: (how many were changed, the last one seen).

    The last one is None at the end. The data stays as it is (DP-04).
    """
    rows = await uow.rows(_TO_REWRAP, after=after or UUID(int=0), limit=limit)
    changed = []
    for row in rows:
        old = bytes(row["wrapped_key"])
        if not keys.is_current(old):
            context = wrapping_context(str(row["tenant"]), SubjectId(row["subject_id"]))
            new = keys.wrap(keys.unwrap(old, context=context), context=context)
            changed.append({"subject": row["subject_id"], "wrapped": new})
    await uow.many(_REWRAP, changed)
    return len(changed), SubjectId(rows[-1]["subject_id"]) if len(rows) == limit else None
