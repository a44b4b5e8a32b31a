"""Kill switches: ``bot``, ``actions``, ``action:<kind>``, ``channel:<name>`` (IR-01).

They are rows, so they act on every process and survive restarts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from openteller.ports import Clock, UnitOfWork

_FRESH = timedelta(seconds=1)


class Switches:
    """What is switched off now, at most a second old."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._off: frozenset[str] = frozenset()
        self._read_at: datetime | None = None

    async def off(self, uow: UnitOfWork) -> frozenset[str]:
        """The names that are off."""
        if self._read_at is None or self._clock.now() - self._read_at > _FRESH:
            return await self.off_now(uow)
        return self._off

    async def off_now(self, uow: UnitOfWork) -> frozenset[str]:
        """The names that are off, read afresh: what the final gate goes by (TX-03)."""
        rows = await uow.rows("SELECT name FROM switches WHERE off")
        self._off, self._read_at = frozenset(row["name"] for row in rows), self._clock.now()
        return self._off


async def set_switch(uow: UnitOfWork, name: str, *, off: bool, by: str, reason: str, now: datetime) -> None:
    """Turn something off, or on again."""
    await uow.run(
        "INSERT INTO switches (name, off, changed_at, changed_by, reason) VALUES (%(name)s, %(off)s, %(now)s, %(by)s,"
        " %(reason)s) ON CONFLICT (name) DO UPDATE SET off = excluded.off, changed_at = excluded.changed_at,"
        " changed_by = excluded.changed_by, reason = excluded.reason",
        name=name,
        off=off,
        now=now,
        by=by,
        reason=reason,
    )
