"""The desk's pages: HTML over the wire, forms that work without scripts, a small module for live updates."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from openteller.bootstrap import Teller
from openteller.capabilities.privacy.normalise import clean
from openteller.domain.conversations import ConversationId
from openteller.domain.errors import CustomerError, NotAllowed
from openteller.entrypoints.http.customer_api import LimitsDep, TellerDep
from openteller.loops.desk.staff import StaffMember

router = APIRouter(prefix="/desk", tags=["desk"], default_response_class=HTMLResponse, include_in_schema=False)

COOKIE = "teller_desk"
QUEUE_TOPIC = "desk"
_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[2] / "web" / "desk"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    trim_blocks=True,
    lstrip_blocks=True,
)


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


def page(teller: Teller, name: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page in the desk's language with safe headers."""
    strings = teller.face_strings("en")
    html = _PAGES.get_template(name).render(
        t=strings["strings"], direction=strings["direction"], language=strings["locale"], **values
    )
    headers = {"Content-Security-Policy": _CSP, "Cache-Control": "no-store", "X-Frame-Options": "DENY"}
    return HTMLResponse(html, status, headers)


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
    return RedirectResponse("/desk/login", 303)


@router.get("")
async def queue_page(teller: TellerDep, staff: StaffDep) -> HTMLResponse:
    """Who waits, and what I have."""
    waiting, mine = await teller.desk.queue(teller.tenant, staff)
    now = teller.kit.clock.now()
    return page(teller, "queue.html", staff=staff, waiting=waiting, mine=mine, now=now, minutes=_minutes)


@router.get("/conversations/{conversation_id}")
async def conversation_page(conversation_id: UUID, teller: TellerDep, staff: StaffDep) -> HTMLResponse:
    """One conversation: the thread, who it is, what was done."""
    view = await teller.desk.view(teller.tenant, staff, ConversationId(conversation_id))
    mine = view.head.agent == staff.staff_id
    return page(teller, "conversation.html", staff=staff, view=view, mine=mine, error=None, draft="")


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
        view = await teller.desk.view(teller.tenant, staff, ConversationId(conversation_id))
        return page(
            teller, "conversation.html", 422, staff=staff, view=view, mine=True, error=error.message, draft=text
        )
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
    return StreamingResponse(_news(teller, topic, token), media_type="text/event-stream", headers=headers)


async def _news(teller: Teller, topic: str, token: str) -> AsyncIterator[str]:
    news = teller.news.subscribe(topic)
    try:
        while not teller.stopping:
            try:
                await asyncio.wait_for(news.wait(), 20.0)
                news.clear()
                yield "event: news\ndata: look\n\n"
            except TimeoutError:
                yield ": still here\n\n"
            await teller.staff.find(teller.tenant, token)
    except NotAllowed:
        yield "event: gone\ndata: login\n\n"
    finally:
        teller.news.unsubscribe(topic, news)


def _minutes(since: datetime, now: datetime) -> int:
    return max(0, int((now - since).total_seconds() // 60))
