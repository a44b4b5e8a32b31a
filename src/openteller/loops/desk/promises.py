"""What has been promised and is still owed: seen, reminded of and closed by the people who answer for it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from openteller.capabilities.audit.trail import record_events
from openteller.capabilities.obligations.cases import cases_of_kind
from openteller.capabilities.obligations.ledger import keep_obligation, open_obligations, take_alerts
from openteller.domain.assurance import TenantId
from openteller.domain.errors import CustomerError, NotFound
from openteller.domain.events import Event
from openteller.domain.obligations import Obligation
from openteller.loops.desk.console import MAY_SEE
from openteller.loops.desk.staff import StaffMember
from openteller.ports import Clock, Row, Store


class Promises:
    """The ledger of obligations, for supervisors and compliance: references, kinds and times, no customer's words."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def owed(self, tenant: TenantId, staff: StaffMember) -> Sequence[Obligation]:
        """What is open, the most urgent first."""
        _may_see(staff)
        async with self._store.begin(tenant) as uow:
            return await open_obligations(uow, limit=500)

    async def keep(self, tenant: TenantId, staff: StaffMember, obligation_id: UUID) -> None:
        """This one was kept; who says so is its proof. CustomerError when somebody else has closed it."""
        _may_see(staff)
        now = self._clock.now()
        async with self._store.begin(tenant) as uow:
            kept = await keep_obligation(uow, obligation_id, f"staff:{staff.staff_id}", now)
            if kept is None:
                raise CustomerError("closed", "this promise is not open any more")
            details = {**_told(kept), "staff": staff.staff_id, "late": now > kept.due_at}
            await record_events(uow, [Event("obligation.kept", now, "staff", details=details)])

    async def register(self, tenant: TenantId, kind: str) -> Sequence[Row]:
        """The cases of one kind, such as all complaints."""
        async with self._store.begin(tenant) as uow:
            return await cases_of_kind(uow, kind, self._clock.now())

    async def remind(self, tenant: TenantId) -> int:
        """The sweep: whoever owns a promise that will be due is reminded once, in the audit trail and at the desk."""
        now = self._clock.now()
        async with self._store.begin(tenant) as uow:
            due = await take_alerts(uow, now)
            events = [Event("obligation.due", now, "system", details=_told(one)) for one in due]
            await record_events(uow, events)
        return len(due)


def _told(one: Obligation) -> dict[str, str | int | bool | None]:
    return {"kind": one.kind, "reference": one.reference, "owner": one.owner}


def _may_see(staff: StaffMember) -> None:
    if staff.role not in MAY_SEE:
        raise NotFound("no_page", "the desk has no such page")
