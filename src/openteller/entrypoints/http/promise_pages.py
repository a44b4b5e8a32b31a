"""The console's page of promises: what is owed to whom by when, and the button that closes it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
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
    language, zone = desk_language(), ZoneInfo(teller.pack.time_zone)
    locale = teller.kit.pack.locales.get(language, language)
    strings = teller.kit.voice.strings("desk.", language)
    rows = [
        {
            "id": one.obligation_id,
            "kind": strings.get(f"desk.promise_{one.kind}", one.kind.replace("_", " ")),
            "reference": one.reference,
            "owner": strings.get(f"desk.queue_{one.owner}", one.owner.replace("_", " ")),
            "source": one.source,
            "due": _moment(one.due_at.astimezone(zone), locale),
            "state": "late" if one.due_at < now else "soon" if (one.alert_at or one.due_at) <= now else "open",
        }
        for one in owed
    ]
    return page(teller, "promises.html", staff=staff, rows=rows, late=sum(row["state"] == "late" for row in rows))


def _moment(at: datetime, locale: str) -> str:
    """A day and a minute as people of this locale write them."""
    how = locale.replace("-", "_")
    return f"{format_date(at, 'medium', locale=how)}, {format_time(at, 'short', tzinfo=at.tzinfo, locale=how)}"


@router.post("/{obligation_id}/keep")
async def keep(teller: TellerDep, staff: FormStaffDep, obligation_id: UUID) -> Response:
    """It was kept."""
    await teller.promises.keep(teller.tenant, staff, obligation_id)
    return RedirectResponse("/desk/promises", 303)
