"""The one who orders: gives each event its place and hash once a second, and signs the whole each minute.

Turns insert events unordered and never wait for each other here. Several processes may run a sealer; an advisory lock
lets one at a time through, and each builds its tree only from leaves that were committed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from openteller.capabilities.audit.checkpoints import Checkpoint, CheckpointLog, Signer, checkpoint_from, sign, to_line
from openteller.capabilities.audit.leaves import hash_event
from openteller.capabilities.audit.tree import Tree
from openteller.domain.assurance import TenantId
from openteller.domain.errors import InvariantError
from openteller.ports import Row, UnitOfWork

EACH = timedelta(minutes=1)
"""How often a checkpoint is signed while something happens."""
_WINDOW = timedelta(minutes=1)
"""An event is committed within this time of its ``at``: transactions are cut off after 30 idle seconds."""
_FULL_PASS = timedelta(hours=1)
"""How often the sealer looks for older ones all the same."""
_AT_ONCE = 5_000

_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('openteller audit ' || %(tenant)s, 0)) AS mine"
_COMMITTED = """
    SELECT position, leaf_hash FROM audit_leaves WHERE position >= %(since)s ORDER BY position LIMIT %(limit)s"""
_UNSEALED = """
    SELECT e.* FROM audit_events e
    WHERE e.at >= %(since)s AND NOT EXISTS (SELECT FROM audit_leaves l WHERE l.event_id = e.event_id)
    ORDER BY e.at, e.event_id LIMIT %(limit)s"""
_APPEND = """
    INSERT INTO audit_leaves (position, event_id, leaf_hash)
    SELECT * FROM unnest(%(positions)s::bigint[], %(events)s::uuid[], %(hashes)s::bytea[])"""
_LATEST = "SELECT * FROM audit_checkpoints ORDER BY tree_size DESC LIMIT 1"
_SIGN = """
    INSERT INTO audit_checkpoints (tree_size, root_hash, at, signature)
    VALUES (%(size)s, %(root)s, %(at)s, %(signature)s)"""


@dataclass(slots=True)
class _Trail:
    tree: Tree = field(default_factory=Tree)
    last: bytes = b""
    full_pass_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one round did. ``checkpoint`` is to be published once the unit of work has committed."""

    events: int
    checkpoint: Checkpoint | None


class AuditSealer:
    """Seals tenants' trails. ``publish`` what a committed round gives back: the copy outside is what proves."""

    def __init__(self, signer: Signer, log: CheckpointLog) -> None:
        self._signer = signer
        self._log = log
        self._trails: dict[TenantId, _Trail] = {}

    async def seal(self, uow: UnitOfWork, tenant: TenantId, now: datetime, *, at_once: bool = False) -> Sealed:
        """Give what is not sealed yet its place; sign if a minute has passed, or ``at_once``.

        Nothing happens while another sealer is at it.
        """
        lock = await uow.row(_LOCK, tenant=tenant)
        if lock is None or not lock["mine"]:
            return Sealed(0, None)
        trail = self._trails.setdefault(tenant, _Trail())
        await _catch_up(uow, trail)
        events = await self._unsealed(uow, trail, now)
        tree = trail.tree.copy()  # grows by what is not committed yet
        hashes = [hash_event(event) for event in events]
        for leaf in hashes:
            tree.append(leaf)
        if events:
            positions = list(range(trail.tree.size, tree.size))
            ids = [event["event_id"] for event in events]
            await uow.run(_APPEND, positions=positions, events=ids, hashes=hashes)
        return Sealed(len(events), await self._checkpoint(uow, tenant, tree, now, at_once=at_once))

    def publish(self, sealed: Sealed) -> None:
        """Copy the checkpoint to the log outside, after the commit: one of what was rolled back would accuse."""
        if sealed.checkpoint is not None:
            self._log.append(to_line(sealed.checkpoint))

    async def _unsealed(self, uow: UnitOfWork, trail: _Trail, now: datetime) -> list[Row]:
        full = trail.full_pass_at is None or now - trail.full_pass_at >= _FULL_PASS
        since = now - (timedelta(days=36500) if full else _WINDOW)
        events = list(await uow.rows(_UNSEALED, since=since, limit=_AT_ONCE))
        if full and len(events) < _AT_ONCE:
            trail.full_pass_at = now
        return events

    async def _checkpoint(
        self, uow: UnitOfWork, tenant: TenantId, tree: Tree, now: datetime, *, at_once: bool
    ) -> Checkpoint | None:
        row = await uow.row(_LATEST)
        latest = None if row is None else checkpoint_from(row)
        if tree.size == (latest.size if latest else 0):
            return None
        if latest is not None and not at_once and now - latest.at < EACH:
            return None
        checkpoint = sign(Checkpoint(tenant, tree.size, tree.root(), now), self._signer)
        await uow.run(
            _SIGN, size=checkpoint.size, root=checkpoint.root, at=checkpoint.at, signature=checkpoint.signature
        )
        return checkpoint


async def _catch_up(uow: UnitOfWork, trail: _Trail) -> None:
    """Grow the tree by the leaves committed since: our own of the last round, and those of other sealers.

    The last leaf known is read again: after a restore under our feet it is another one, and we begin anew.
    """
    while True:
        known = trail.tree.size
        leaves = await uow.rows(_COMMITTED, since=max(known - 1, 0), limit=_AT_ONCE)
        if known and (not leaves or leaves[0]["position"] != known - 1 or bytes(leaves[0]["leaf_hash"]) != trail.last):
            trail.tree, trail.last = Tree(), b""
            continue
        for leaf in leaves[1 if known else 0 :]:
            if leaf["position"] != trail.tree.size:
                raise InvariantError(f"the audit trail has no leaf {trail.tree.size}: run `openteller audit verify`")
            trail.last = bytes(leaf["leaf_hash"])
            trail.tree.append(trail.last)
        if len(leaves) < _AT_ONCE:
            return
