"""The console's page of promises: what is owed to whom by when, and the button that closes it."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from openteller.entrypoints.http.customer_api import TellerDep
from openteller.entrypoints.http.desk_pages import FormStaffDep, StaffDep
from openteller.entrypoints.http.desk_rendering import DeskRoute, desk_language, page

router = APIRouter(prefix="/desk/promises", include_in_schema=False, route_class=DeskRoute)


@router.get("")
async def promises_page(teller: TellerDep, staff: StaffDep) -> HTMLResponse:
    """What is open, the most urgent first; what is late stands out by a word, not by a colour alone."""
    now = teller.kit.clock.now()
    owed = await teller.promises.owed(teller.tenant, staff)
    language, zone = desk_language(), teller.pack.time_zone
    strings = teller.kit.voice.strings("desk.", language)
    rows = [
        {
            "id": one.obligation_id,
            "kind": strings.get(f"desk.promise_{one.kind}", one.kind.replace("_", " ")),
            "reference": one.reference,
            "owner": strings.get(f"desk.queue_{one.owner}", one.owner.replace("_", " ")),
            "source": one.source,
            "due": format_datetime(one.due_at, "medium", tzinfo=ZoneInfo(zone), locale=language),
            "state": "late" if one.due_at < now else "soon" if (one.alert_at or one.due_at) <= now else "open",
        }
        for one in owed
    ]
    return page(teller, "promises.html", staff=staff, rows=rows, late=sum(row["state"] == "late" for row in rows))


@router.post("/{obligation_id}/keep")
async def keep(teller: TellerDep, staff: FormStaffDep, obligation_id: UUID) -> Response:
    """It was kept."""
    await teller.promises.keep(teller.tenant, staff, obligation_id)
    return RedirectResponse("/desk/promises", 303)
