"""The console's pages: how conversations come out."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Annotated

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_percent
from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from openteller.capabilities.resolution.outcome import Outcome
from openteller.domain.replies import Phrase
from openteller.entrypoints.http.charts import CONTENT_TYPE, stacked_bars
from openteller.entrypoints.http.customer_api import TellerDep
from openteller.entrypoints.http.desk_pages import StaffDep
from openteller.entrypoints.http.desk_rendering import DeskRoute, desk_language, page

router = APIRouter(prefix="/desk/console", include_in_schema=False, route_class=DeskRoute)

COLOURS = {
    Outcome.VERIFIED: "#1f7a5c",
    Outcome.LIKELY: "#7fb69d",
    Outcome.UNKNOWN: "#9aa7b4",
    Outcome.ABANDONED: "#d39a2d",
    Outcome.FAILED: "#b3402f",
}
_MOST_DAYS = 366
Days = Annotated[int, Query(ge=1, le=_MOST_DAYS)]


@router.get("")
async def console_page(teller: TellerDep, staff: StaffDep, days: Days = 30) -> HTMLResponse:
    """Figures, a chart, and the tables behind it."""
    found = await teller.console.figures_for(teller.tenant, staff, days)
    strings = teller.kit.voice.strings("desk.", desk_language())
    return page(
        teller,
        "console.html",
        staff=staff,
        figures=found,
        days=days,
        spans=[(span, _days(span)) for span in (7, 30, 90)],
        outcomes=list(Outcome),
        colours=COLOURS,
        intro=teller.kit.voice.label(Phrase("desk.console_intro", {"days": days}), desk_language()),
        percent=lambda share: format_percent(share, locale=desk_language()),
        by_day=[(format_date(day, "medium", desk_language()), counts) for day, counts in found.by_day.items()],
        by_channel=[(strings.get(f"desk.channel_{name}", name), counts) for name, counts in found.by_channel.items()],
        by_language=[(_language(name), counts) for name, counts in found.by_language.items()],
        by_topic=[(name.replace("_", " "), counts) for name, counts in found.by_topic.items()],
    )


@router.get("/outcomes.svg")
async def outcomes_chart(teller: TellerDep, staff: StaffDep, days: Days = 30) -> Response:
    """Contacts by day and outcome, as a picture."""
    found = await teller.console.figures_for(teller.tenant, staff, days)
    shown = list(found.by_day)[-31:]
    labels = [format_date(day, "d MMM", desk_language()) for day in shown]
    strings = teller.kit.voice.strings("desk.console_", desk_language())
    series = {
        strings[f"desk.console_{outcome}"]: (COLOURS[outcome], [found.by_day[day][outcome] for day in shown])
        for outcome in Outcome
    }
    return Response(stacked_bars(labels, series), media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _days(count: int) -> str:
    return format_timedelta(timedelta(days=count), granularity="day", threshold=math.inf, locale=desk_language())


def _language(name: str) -> str:
    try:
        return Locale.parse(name).get_language_name(desk_language()) or name
    except ValueError:  # "und": nothing could be read
        return name
