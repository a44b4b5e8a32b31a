"""The page that connects a chat to a customer: OpenTeller sends them here, and the bank's login says who they are."""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import quote

import httpx
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from demo_bank.bank import Bank
from demo_bank.sessions import Session, same_text
from demo_bank.tokens import customer_token

_TIMEOUT = 10


class Face(Protocol):
    """What this page needs of the bank's other pages."""

    def session_of(self, request: Request) -> Session | None:
        """Return the browser's session, if it is logged in."""

    def show(self, name: str, status: int = 200, **values: Any) -> Response:
        """Return a page."""

    async def form_of(self, request: Request) -> dict[str, str]:
        """Return the fields of a small form."""


def link_routes(bank: Bank, pages: Face, transport: httpx.AsyncBaseTransport | None) -> APIRouter:
    """Return the page's routes; ``transport`` reaches OpenTeller (tests give their own)."""
    page, router = ChatLinkPage(bank, pages, transport), APIRouter()
    router.add_route("/link-chat", page.ask, methods=["GET"])
    router.add_route("/link-chat", page.connect, methods=["POST"])
    return router


class ChatLinkPage:
    """Asks whether the chat is the customer's own, and hands its ticket in with a fresh login token."""

    def __init__(self, bank: Bank, pages: Face, transport: httpx.AsyncBaseTransport | None) -> None:
        self._bank, self._pages, self._transport = bank, pages, transport

    async def ask(self, request: Request) -> Response:
        """Show the question, after a login."""
        ticket = request.query_params.get("ticket", "")[:200]
        session = self._pages.session_of(request)
        if session is None:
            here = quote(f"/link-chat?ticket={quote(ticket)}")
            return RedirectResponse(f"/login?next={here}", 303)
        return self._pages.show("link_chat.html", ticket=ticket, form_token=session.form_token)

    async def connect(self, request: Request) -> Response:
        """Hand the ticket in; what comes back leads into the chat."""
        session, form = self._pages.session_of(request), await self._pages.form_of(request)
        if session is None or not same_text(form.get("form_token", ""), session.form_token):
            return self._pages.show("missing.html", 403)
        customer, _ = self._bank.shelf.person(session.number)
        token = customer_token(self._bank.keys, customer.customer_id, self._bank.clock())
        answer = await self._hand_in({"ticket": form.get("ticket", ""), "login_token": token})
        if answer is None:
            return self._pages.show("link_chat.html", 410, failed=True)
        return self._pages.show("link_chat.html", return_url=answer["return_url"])

    async def _hand_in(self, body: dict[str, str]) -> dict[str, Any] | None:
        async with httpx.AsyncClient(timeout=_TIMEOUT, transport=self._transport) as client:
            try:
                response = await client.post(f"{self._bank.openteller_url}/v1/channel-links", json=body)
            except httpx.HTTPError:
                return None
        answer: dict[str, Any] = response.json() if response.status_code == httpx.codes.CREATED else {}
        return answer or None
