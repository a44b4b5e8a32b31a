"""The console: how conversations come out, in figures. For whoever answers for the service, not for one customer."""

from __future__ import annotations

from datetime import timedelta

from openteller.capabilities.resolution.figures import Figures, figures
from openteller.capabilities.resolution.reading import read_episodes
from openteller.domain.assurance import TenantId
from openteller.domain.errors import NotFound
from openteller.loops.desk.staff import StaffMember
from openteller.ports import Clock, Store

MAY_SEE = frozenset({"supervisor", "compliance", "admin"})


class Console:
    """Reads no words and no names: ids, times and decisions only, so nothing here needs an audit of its own."""

    def __init__(self, store: Store, clock: Clock, recurring: frozenset[str]) -> None:
        self._store = store
        self._clock = clock
        self._recurring = recurring

    async def figures_for(self, tenant: TenantId, staff: StaffMember, days: int) -> Figures:
        """The last so many days. To an agent there is no such page."""
        if staff.role not in MAY_SEE:
            raise NotFound("no_page", "the desk has no such page")
        return await self.figures(tenant, days)

    async def figures(self, tenant: TenantId, days: int) -> Figures:
        """The last so many days."""
        now = self._clock.now()
        async with self._store.begin(tenant) as uow:
            found = await read_episodes(uow, now - timedelta(days=days))
        return figures(found, self._recurring, now)
