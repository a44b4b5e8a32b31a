"""The desk's pages: HTML over the wire, forms that work without scripts, a small module for live updates."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import AsyncIterator
from functools import partial
from itertools import count
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from openteller.bootstrap import Teller
from openteller.capabilities.privacy.normalise import clean
from openteller.domain.conversations import ConversationId
from openteller.domain.errors import CustomerError, NotAllowed, NotFound
from openteller.entrypoints.http.customer_api import LimitsDep, TellerDep
from openteller.entrypoints.http.desk_rendering import DeskRoute, about, page, speaks, waits_for
from openteller.loops.desk.staff import StaffMember

router = APIRouter(
    prefix="/desk",
    tags=["desk"],
    default_response_class=HTMLResponse,
    include_in_schema=False,
    route_class=DeskRoute,
)

COOKIE = "teller_desk"
QUEUE_TOPIC = "desk"
_STILL_HERE_S = 20


async def staff_of(request: Request, teller: TellerDep) -> StaffMember:
    """Who is at this desk."""
    return await teller.staff.find(teller.tenant, request.cookies.get(COOKIE, ""))


StaffDep = Annotated[StaffMember, Depends(staff_of)]


async def form_staff(staff: StaffDep, csrf: Annotated[str, Form()] = "") -> StaffMember:
    """Who sends this form; the form must have come from a page of ours."""
    if not hmac.compare_digest(staff.csrf.encode(), csrf.encode()):
        raise NotAllowed("bad_form", "this form is not from your session; load the page again")
    return staff


FormStaffDep = Annotated[StaffMember, Depends(form_staff)]


@router.get("/login")
async def login_page(teller: TellerDep) -> HTMLResponse:
    """The staff login."""
    return page(teller, "login.html", failed=False)


@router.post("/login")
async def login(
    request: Request,
    teller: TellerDep,
    limits: LimitsDep,
    name: Annotated[str, Form(max_length=80)],
    password: Annotated[str, Form(max_length=200)],
) -> Response:
    """Check name and password; the same answer whichever is wrong (ID-09)."""
    limits.spend("sessions", f"staff:{request.client.host if request.client else '-'}")
    limits.spend("staff", name)
    try:
        token = await teller.staff.login(teller.tenant, name, password)
    except NotAllowed:
        return page(teller, "login.html", 401, failed=True)
    response = RedirectResponse("/desk", 303)
    secure = teller.secure_cookies
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/desk")
    return response


@router.post("/logout")
async def logout(request: Request, teller: TellerDep, staff: FormStaffDep) -> Response:
    """Leave the desk."""
    await teller.staff.logout(teller.tenant, request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/desk/login", 303)
    response.delete_cookie(COOKIE, path="/desk")
    return response


@router.get("")
async def queue_page(teller: TellerDep, staff: StaffDep) -> HTMLResponse:
    """Who waits, and what I have."""
    waiting, mine = await teller.desk.queue(teller.tenant, staff)
    now = teller.kit.clock.now()
    waits = partial(waits_for, teller)
    return page(teller, "queue.html", staff=staff, waiting=waiting, mine=mine, now=now, waits=waits)


@router.get("/conversations/{conversation_id}")
async def conversation_page(conversation_id: UUID, teller: TellerDep, staff: StaffDep) -> HTMLResponse:
    """One conversation: the thread, who it is, what was done."""
    return await _conversation(teller, staff, conversation_id)


@router.post("/conversations/{conversation_id}/take")
async def take(conversation_id: UUID, teller: TellerDep, staff: FormStaffDep) -> Response:
    """I take it."""
    await teller.desk.take(teller.tenant, staff, ConversationId(conversation_id))
    return RedirectResponse(f"/desk/conversations/{conversation_id}", 303)


@router.post("/conversations/{conversation_id}/say")
async def say(
    conversation_id: UUID, teller: TellerDep, staff: FormStaffDep, text: Annotated[str, Form(max_length=4000)]
) -> Response:
    """I answer; a sentence that the guard refuses comes back with the reason, nothing is lost."""
    try:
        await teller.desk.say(teller.tenant, staff, ConversationId(conversation_id), clean(text))
    except CustomerError as error:
        if isinstance(error, NotAllowed) or error.code == "unknown_conversation":
            raise
        return await _conversation(teller, staff, conversation_id, refused=error.code, draft=text)
    return RedirectResponse(f"/desk/conversations/{conversation_id}#end", 303)


@router.post("/conversations/{conversation_id}/give-back")
async def give_back(conversation_id: UUID, teller: TellerDep, staff: FormStaffDep) -> Response:
    """Back to the assistant."""
    await teller.desk.give_back(teller.tenant, staff, ConversationId(conversation_id))
    return RedirectResponse("/desk", 303)


@router.post("/conversations/{conversation_id}/close")
async def close(conversation_id: UUID, teller: TellerDep, staff: FormStaffDep) -> Response:
    """Done."""
    await teller.desk.close(teller.tenant, staff, ConversationId(conversation_id))
    return RedirectResponse("/desk", 303)


@router.get("/events")
async def events(request: Request, teller: TellerDep, staff: StaffDep, topic: str = QUEUE_TOPIC) -> StreamingResponse:
    """Says "look again" whenever the topic (the queue, or a conversation) has something new. Also: I am at my desk."""
    token = request.cookies.get(COOKIE, "")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_news(request, teller, topic, token), media_type="text/event-stream", headers=headers)


@router.get("/{anything:path}")
async def nothing_here(staff: StaffDep) -> HTMLResponse:
    """An address that no page of the desk has."""
    raise NotFound("no_page", "the desk has no such page")


async def _conversation(
    teller: Teller, staff: StaffMember, conversation_id: UUID, *, refused: str = "", draft: str = ""
) -> HTMLResponse:
    view = await teller.desk.view(teller.tenant, staff, ConversationId(conversation_id))
    return page(
        teller,
        "conversation.html",
        422 if refused else 200,
        staff=staff,
        view=view,
        mine=view.head.agent == staff.staff_id,
        about=partial(about, teller),
        speaks=speaks,
        refused=refused,
        draft=draft,
    )


async def _news(request: Request, teller: Teller, topic: str, token: str) -> AsyncIterator[str]:
    news = teller.news.subscribe(topic)
    try:
        for second in count(1):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), 1.0)
            if teller.stopping or await request.is_disconnected():
                return  # looked at each second: a page left open must not hold up the end of the process
            heard = news.is_set()
            news.clear()
            if not heard and second % _STILL_HERE_S:
                continue
            yield "event: news\ndata: look\n\n" if heard else ": still here\n\n"
            await teller.staff.find(teller.tenant, token)
    except NotAllowed:
        yield "event: gone\ndata: login\n\n"
    finally:
        teller.news.unsubscribe(topic, news)
