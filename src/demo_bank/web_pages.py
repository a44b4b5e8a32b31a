"""The bank's own pages: landing, login, home, approval and the chat token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from demo_bank import arranged, statements
from demo_bank.approvals import NotOpen, answer_challenge, find_challenge
from demo_bank.bank import Bank
from demo_bank.chat_links import link_routes
from demo_bank.due_payments import bring_up_to_date
from demo_bank.monthly_statements import list_statements, read_statement
from demo_bank.payee_words import payee_words
from demo_bank.sessions import COOKIE, PASSCODE, Session, Sessions, safe_next, same_text
from demo_bank.tokens import customer_token
from demo_bank.wording import WORDS, day_words, language_of, moment_words, money_words

_PAGES = Path(__file__).parent / "pages"
_LONGEST_FORM = 8_192
Handler = Callable[[Request], Awaitable[Response]]


def page_routes(bank: Bank, wake: Callable[[], None], transport: httpx.AsyncBaseTransport | None = None) -> APIRouter:
    """Return the pages; ``wake`` is called when a callback has been queued."""
    pages, router = Pages(bank, wake), APIRouter()
    routes: list[tuple[str, str, Handler]] = [
        ("/", "GET", pages.home), ("/login", "GET", pages.login),
        ("/login", "POST", pages.log_in), ("/logout", "POST", pages.log_out),
        ("/chat-token", "GET", pages.chat_token), ("/harbour.css", "GET", pages.style),
        ("/favicon.ico", "GET", pages.no_icon),
        ("/statements/{account_id}/{month}", "GET", pages.statement),
        ("/approve/{challenge_id}", "GET", pages.approval),
        ("/approve/{challenge_id}", "POST", pages.answer),
    ]  # fmt: skip
    for path, method, handler in routes:
        router.add_route(path, handler, methods=[method])
    router.include_router(link_routes(bank, pages, transport))
    return router


class Pages:
    """Renders the pages and remembers who is logged in."""

    def __init__(self, bank: Bank, wake: Callable[[], None]) -> None:
        self._bank, self._wake, self._sessions = bank, wake, Sessions()
        self._style = (_PAGES / "harbour.css").read_text()
        self._templates = Environment(loader=FileSystemLoader(_PAGES), trim_blocks=True,
                                      lstrip_blocks=True, autoescape=select_autoescape())  # fmt: skip
        self._templates.filters["money"] = money_words
        self._templates.filters["day"] = day_words
        self._templates.filters["grouped"] = _grouped
        self._policies = {chat: _policy(bank.openteller_url, chat) for chat in (True, False)}

    async def style(self, _: Request) -> Response:
        """Answer with the style sheet."""
        return Response(self._style, media_type="text/css", headers={"Cache-Control": "max-age=300"})

    async def no_icon(self, _: Request) -> Response:
        """Answer browsers that look for an icon: there is none."""
        return Response(status_code=204, headers={"Cache-Control": "max-age=86400"})

    async def home(self, request: Request) -> Response:
        """Show a customer their money, or a visitor the landing page."""
        session = self._session(request)
        if session is None:
            return self._show("landing.html", chat=True, openteller=self._bank.openteller_url)
        number, bank = session.number, self._bank
        await run_in_threadpool(bring_up_to_date, bank, number)
        lines, _ = statements.list_transactions(bank, number, limit=12)
        customer, accounts = statements.describe_customer(bank, number), statements.list_accounts(bank, number)
        months = [one for one in list_statements(bank, number) if one["account_id"] == accounts[0]["account_id"]]
        return self._show(
            "home.html", chat=True, customer=customer, lines=lines, form_token=session.form_token,
            accounts=accounts, openteller=bank.openteller_url,
            cards=statements.list_cards(bank, number), payees=statements.list_payees(bank, number),
            coming=_coming(bank, number), months=months[:3],
        )  # fmt: skip

    async def statement(self, request: Request) -> Response:
        """Show a month of one of the customer's own accounts."""
        session = self._session(request)
        if session is None:
            return RedirectResponse(f"/login?next={quote(request.url.path)}", 303)
        bank, asked = self._bank, request.path_params
        await run_in_threadpool(bring_up_to_date, bank, session.number)
        found = read_statement(bank, session.number, asked["account_id"], asked["month"])
        if found is None:
            return self._show("missing.html", 404)
        customer = statements.describe_customer(bank, session.number)
        return self._show("statement.html", customer=customer, form_token=session.form_token, **found)

    async def login(self, request: Request) -> Response:
        """Show the login form."""
        onward = safe_next(request.query_params.get("next"), self._bank.public_url)
        return self._show("login.html", onward=onward, passcode=PASSCODE, error="", shown="")

    async def log_in(self, request: Request) -> Response:
        """Check customer id and passcode and begin a session."""
        form = await _form(request)
        onward, shown = safe_next(form.get("next"), self._bank.public_url), form.get("customer_id", "")
        number = self._bank.number(shown.strip().lower())
        if not _from_here(request):
            return self._show("missing.html", 403)
        if number is None or not same_text(form.get("passcode", ""), PASSCODE):
            wrong = "That customer number and passcode do not match. Please check both."
            return self._show("login.html", 401, onward=onward, passcode=PASSCODE, error=wrong,
                              shown=shown[:20])  # fmt: skip
        self._sessions.end(request.cookies.get(COOKIE))
        answer = RedirectResponse(onward, 303)
        answer.set_cookie(COOKIE, self._sessions.begin(number, self._bank.clock()), httponly=True,
                          samesite="lax", secure=self._bank.public_url.startswith("https"))  # fmt: skip
        return answer

    async def log_out(self, request: Request) -> Response:
        """End the session."""
        session, form = self._session(request), await _form(request)
        if session and same_text(form.get("form_token", ""), session.form_token):
            self._sessions.end(request.cookies.get(COOKIE))
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return answer

    async def chat_token(self, request: Request) -> Response:
        """Answer with a customer token for the chat, for a logged-in customer only."""
        session = self._session(request)
        headers = {"Cache-Control": "no-store"}
        if session is None:
            return JSONResponse({"error": "not_logged_in"}, 401, headers)
        customer, _ = self._bank.shelf.person(session.number)
        token = customer_token(self._bank.keys, customer.customer_id, self._bank.clock())
        return JSONResponse({"token": token}, headers=headers)

    async def approval(self, request: Request) -> Response:
        """Show what is to be approved, or what became of it."""
        session = self._session(request)
        if session is None:
            return RedirectResponse(f"/login?next={quote(request.url.path)}", 303)
        row = self._own_challenge(session, request)
        if row is None:
            return self._show("missing.html", 404)
        return self._show("approve.html", **self._approval_words(session, row))

    async def answer(self, request: Request) -> Response:
        """Take the customer's answer, once."""
        session = self._session(request)
        if session is None:
            return RedirectResponse(f"/login?next={quote(request.url.path)}", 303)
        form, row = await _form(request), self._own_challenge(session, request)
        if row is None:
            return self._show("missing.html", 404)
        decision = form.get("decision")
        right = same_text(form.get("form_token", ""), session.form_token)
        if not right or decision not in ("approve", "decline"):
            return self._show("missing.html", 403)
        try:
            await run_in_threadpool(answer_challenge, self._bank, row["challenge_id"],
                                    decision == "approve")  # fmt: skip
            self._wake()
        except NotOpen:
            pass  # the page says what became of it
        return RedirectResponse(request.url.path, 303)

    def session_of(self, request: Request) -> Session | None:
        """Return the browser's session, for the other pages."""
        return self._session(request)

    def show(self, name: str, status: int = 200, **values: Any) -> Response:
        """Return a page, for the other pages."""
        return self._show(name, status, **values)

    async def form_of(self, request: Request) -> dict[str, str]:
        """Return the fields of a form, for the other pages."""
        return await _form(request)

    def _session(self, request: Request) -> Session | None:
        """Return the browser's session, if it is logged in."""
        return self._sessions.find(request.cookies.get(COOKIE), self._bank.clock())

    def _own_challenge(self, session: Session, request: Request) -> dict[str, Any] | None:
        """Return the challenge, if it is this customer's."""
        row = find_challenge(self._bank, request.path_params["challenge_id"])
        return row if row and self._bank.number(row["customer_id"]) == session.number else None

    def _approval_words(self, session: Session, row: dict[str, Any]) -> dict[str, Any]:
        """Return what the approval page says, in the challenge's language."""
        language = language_of(row["locale"])
        words, customer = WORDS[language], self._bank.shelf.person(session.number)[0]
        amount = row["amount_minor"]
        return {
            "words": words, "language": language, "state": row["status"], "row": row,
            "form_token": session.form_token,
            "action": words.get(row["action"], row["action"].replace("_", " ")),
            "amount": money_words(amount, row["currency"], language) if amount else None,
            "payee": (payee_words(self._bank, session.number, row["action"], row["payee"], language)
                      if row["payee"] else None),
            "until": moment_words(datetime.fromisoformat(row["expires_at"]), customer.time_zone),
        }  # fmt: skip

    def _show(self, name: str, status: int = 200, *, chat: bool = False, **values: Any) -> Response:
        """Return a page with the headers that keep it to itself."""
        text = self._templates.get_template(name).render(**values)
        return HTMLResponse(text, status, {
            "Content-Security-Policy": self._policies[chat], "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
            "X-Frame-Options": "DENY",
        })  # fmt: skip


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a small form; a larger one has none."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            return {}
    return {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}


def _coming(bank: Bank, number: int) -> list[dict[str, Any]]:
    """Return what will leave the account next, soonest first."""
    orders, payments = arranged.list_standing_orders(bank, number), arranged.list_scheduled_payments(bank, number)
    days = [{**one, "day": one.get("next_on") or one.get("due_on")} for one in (*orders, *payments)]
    return sorted(days, key=lambda one: str(one["day"]))


def _grouped(account_number: str) -> str:
    """Return an IBAN as people read it, in fours."""
    return " ".join(account_number[start : start + 4] for start in range(0, len(account_number), 4))


def _from_here(request: Request) -> bool:
    """Say whether a form was sent from the bank's own pages, as far as the browser tells."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _policy(openteller_url: str, chat: bool) -> str:
    """Return the content security policy: nothing from outside but OpenTeller's chat."""
    parts = urlsplit(openteller_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    socket = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
    rules = ["default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"]
    if chat:
        rules += [f"script-src {origin}", f"style-src 'self' {origin}", f"font-src {origin}",
                  f"img-src 'self' data: {origin}", f"connect-src 'self' {origin} {socket}"]  # fmt: skip
    else:
        rules += ["style-src 'self'"]
    return "; ".join(rules)
