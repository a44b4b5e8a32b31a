"""Recomputing the trail from its events, and naming every place where it is not what was signed.

What can be told: an event or leaf that was changed, taken out, put in, moved or cut off the end, up to the last
checkpoint in the log outside. When an event *and* its leaf were rewritten to fit each other, the signed roots still
betray them; the place is then a stretch between two checkpoints (a minute). Not what was cut off since the last one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from openteller.capabilities.audit.checkpoints import Checkpoint, CheckpointLog, checkpoint_from, from_line
from openteller.capabilities.audit.leaves import hash_event
from openteller.capabilities.audit.tree import Tree
from openteller.domain.errors import CustomerError
from openteller.ports import Row, UnitOfWork

_BATCH = 5_000
_UNSEALED_FOR = timedelta(minutes=5)
"""An event without a leaf after this time was put in behind the sealer's back, or there is no sealer."""
_BACKDATED_BY = timedelta(hours=2)
"""An event this much older than the checkpoint before it did not happen when it says."""

_LEAVES = """
    SELECT l.position, l.leaf_hash, l.event_id AS leaf_event, e.*
    FROM audit_leaves l LEFT JOIN audit_events e USING (tenant, event_id)
    WHERE l.position > %(after)s ORDER BY l.position LIMIT %(limit)s"""
_CHECKPOINTS = "SELECT * FROM audit_checkpoints ORDER BY tree_size"
_LOOSE = """
    SELECT e.event_id, e.at FROM audit_events e
    WHERE NOT EXISTS (SELECT FROM audit_leaves l WHERE l.event_id = e.event_id) ORDER BY e.at, e.event_id"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding, at the positions from ``first`` to ``last``, both included; None where there is no position.

    ``kind``: edited, deleted, missing_leaf, inserted, backdated, rewritten, truncated, forged_checkpoint,
    deleted_checkpoint, fork.
    """

    kind: str
    first: int | None
    last: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """``ok`` when there is no fault. ``pending`` events wait for their seal, as they should."""

    tenant: str
    leaves: int
    checkpoints: int
    pending: int
    root: str
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """True when nothing was found."""
        return not self.faults


class Examination:
    """One pass over a trail: first what was ``signed``, then each leaf in order, then what has no leaf."""

    def __init__(self, tenant: str, public_key: bytes) -> None:
        self._tenant = tenant
        self._key = public_key
        self._signed: dict[int, Checkpoint] = {}
        self._tree = Tree()
        self._next = 0
        self._fits = True  # the stored leaves agree with everything signed so far
        self._good_size = 0
        self._signed_at: datetime | None = None
        self._faults: list[Fault] = []

    def compare(self, inside: Sequence[Checkpoint], lines: Sequence[str]) -> None:
        """Which statements count: those signed, from inside and outside; two that differ for one size are a fork."""
        outside: list[Checkpoint] = []
        for number, line in enumerate(lines, start=1):
            try:
                outside.append(from_line(line))
            except CustomerError:
                self._find("forged_checkpoint", None, None, f"line {number} of the checkpoint log is not a checkpoint")
        outside = [checkpoint for checkpoint in outside if checkpoint.tenant == self._tenant]
        for checkpoint in [*outside, *inside]:
            last = checkpoint.size - 1
            if not checkpoint.is_signed_by(self._key):
                self._find("forged_checkpoint", None, last, f"the one of {checkpoint.size} leaves is not signed by us")
            elif self._signed.setdefault(checkpoint.size, checkpoint).root != checkpoint.root:
                self._find("fork", None, last, f"two different trails of {checkpoint.size} leaves were signed")
        known = {checkpoint.size for checkpoint in inside}
        for size in sorted({checkpoint.size for checkpoint in outside} - known):
            self._find("deleted_checkpoint", None, size - 1, f"the one of {size} leaves is gone from the database")

    def step(self, row: Row) -> None:
        """Take the next leaf: its place, its event, its hash, its time; then what was signed after it."""
        position, stored = int(row["position"]), bytes(row["leaf_hash"])
        if position != self._next:
            self._find("missing_leaf", self._next, position - 1, "no leaf here; what follows fits no signature")
            self._fits = False
        self._next = position + 1
        if row["event_id"] is None:
            self._find("deleted", position, position, f"event {row['leaf_event']} is gone")
        elif hash_event(row) != stored:
            self._find("edited", position, position, f"event {row['event_id']} is not what was sealed")
        elif self._signed_at is not None and row["at"] < self._signed_at - _BACKDATED_BY:
            self._find(
                "backdated", position, position, f"event {row['event_id']} claims an earlier time than its place"
            )
        if self._fits:
            self._tree.append(stored)
            self._hold_against_signature()

    def finish(self, loose: Sequence[Row], now: datetime) -> Report:
        """The end of the trail, and the events (``event_id``, ``at``) that no leaf stands for."""
        longest = max(self._signed, default=0)
        if longest > self._next:
            what = f"{longest} leaves were signed, {self._next} are left; before this stretch all is as signed"
            self._find("truncated", self._good_size, longest - 1, what)
        late = [row for row in loose if now - row["at"] > _UNSEALED_FOR]
        for row in late:
            self._find("inserted", None, None, f"event {row['event_id']} was never sealed")
        root = self._tree.root().hex()
        return Report(self._tenant, self._next, len(self._signed), len(loose) - len(late), root, tuple(self._faults))

    def _hold_against_signature(self) -> None:
        checkpoint = self._signed.get(self._tree.size)
        if checkpoint is None:
            return
        self._signed_at = checkpoint.at
        if checkpoint.root == self._tree.root():
            self._good_size = self._tree.size
        else:
            self._fits = False
            what = "the leaves here are not the ones that were signed; nothing after them fits a signature"
            self._find("rewritten", self._good_size, self._tree.size - 1, what)

    def _find(self, kind: str, first: int | None, last: int | None, what: str) -> None:
        self._faults.append(Fault(kind, first, last, what))


async def verify(
    uow: UnitOfWork, tenant: str, log: CheckpointLog, public_key: bytes, now: datetime, *, witness: Sequence[str] = ()
) -> Report:
    """Recompute the tenant's whole trail. ``witness`` holds lines of a copy of the log that others keep (AU-04)."""
    lines = [*log.lines(), *witness]  # before the database: what is published was committed, not the other way round
    examination = Examination(tenant, public_key)
    examination.compare([checkpoint_from(row) for row in await uow.rows(_CHECKPOINTS)], lines)
    async for row in _leaves(uow):
        examination.step(row)
    return examination.finish(await uow.rows(_LOOSE), now)


async def _leaves(uow: UnitOfWork) -> AsyncIterator[Row]:
    after = -1
    while True:
        rows = await uow.rows(_LEAVES, after=after, limit=_BATCH)
        for row in rows:
            yield row
        if len(rows) < _BATCH:
            return
        after = rows[-1]["position"]
