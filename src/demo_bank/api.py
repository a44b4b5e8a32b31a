"""The bank's JSON API: reads, actions and step-ups, for callers with the service key."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from demo_bank import arranged, statements
from demo_bank.actions import KeyReused, UnknownCustomer, act, look_up
from demo_bank.approvals import find_challenge, open_challenge
from demo_bank.bank import Bank
from demo_bank.contact_details import describe_contact
from demo_bank.due_payments import bring_up_to_date
from demo_bank.fields import BadRequest
from demo_bank.limits import list_limits
from demo_bank.mandates import list_direct_debits
from demo_bank.monthly_statements import list_statements
from demo_bank.requests import read_action, read_step_up
from demo_bank.tokens import public_keys

Handler = Callable[[Request], Awaitable[Response]]
_MOST, _LONGEST_BODY = 5_000, 65_536


def failure(status: int, error: str, detail: str | None = None) -> JSONResponse:
    """Return an error answer: ``{"error": code}`` and, where it helps, a sentence."""
    body = {"error": error} if detail is None else {"error": error, "detail": detail}
    return JSONResponse(body, status)


async def json_body(request: Request) -> object:
    """Return the request's JSON.

    Raises:
        BadRequest: if it is not JSON.
    """
    body = await request.body()
    if len(body) > _LONGEST_BODY:
        raise BadRequest(f"The body must be at most {_LONGEST_BODY} bytes.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body must be JSON.") from error


def api_routes(bank: Bank) -> APIRouter:
    """Return the routes under ``/api`` and the bank's public keys."""
    router = APIRouter()

    def guarded(handler: Handler) -> Handler:
        async def handle(request: Request) -> Response:
            shown = request.headers.get("authorization", "")
            if not hmac.compare_digest(shown.encode(), f"Bearer {bank.keys.service_key}".encode()):
                return failure(401, "unauthorised")
            try:
                return await handler(request)
            except BadRequest as problem:
                return failure(422, "bad_request", str(problem))

        return handle

    for path, method, handler in (*_reads(bank), *_writes(bank)):
        router.add_route(path, guarded(handler), methods=[method])

    async def jwks(request: Request) -> Response:
        return JSONResponse(public_keys(bank.keys), headers={"Cache-Control": "max-age=300"})

    router.add_route("/.well-known/jwks.json", jwks, methods=["GET"])
    return router


def _reads(bank: Bank) -> list[tuple[str, str, Handler]]:
    """Return the routes that read what a customer has."""

    def about(name: str, show: Callable[[Bank, int], Any], *, history: bool) -> Handler:
        async def handle(request: Request) -> Response:
            number = bank.number(request.path_params["customer_id"])
            if number is None:
                return failure(404, "unknown_customer")
            if history:
                await run_in_threadpool(bring_up_to_date, bank, number)
            said = show(bank, number)
            return JSONResponse({name: said} if name else said)

        return handle

    async def transactions(request: Request) -> Response:
        number = bank.number(request.path_params["customer_id"])
        if number is None:
            return failure(404, "unknown_customer")
        asked = request.query_params
        await run_in_threadpool(bring_up_to_date, bank, number)
        lines, more = statements.list_transactions(
            bank, number, account_id=asked.get("account_id"), first=_day(asked.get("from"), "from"),
            last=_day(asked.get("to"), "to"), limit=_limit(asked.get("limit")))  # fmt: skip
        return JSONResponse({"transactions": lines, "has_more": more})

    whose = "/api/customers/{customer_id}"
    return [
        (whose, "GET", about("", statements.describe_customer, history=False)),
        (f"{whose}/accounts", "GET", about("accounts", statements.list_accounts, history=True)),
        (f"{whose}/cards", "GET", about("cards", statements.list_cards, history=False)),
        (f"{whose}/payees", "GET", about("payees", statements.list_payees, history=False)),
        (f"{whose}/standing_orders", "GET",
         about("standing_orders", arranged.list_standing_orders, history=True)),
        (f"{whose}/scheduled_payments", "GET",
         about("scheduled_payments", arranged.list_scheduled_payments, history=True)),
        (f"{whose}/direct_debits", "GET", about("direct_debits", list_direct_debits, history=True)),
        (f"{whose}/limits", "GET", about("limits", list_limits, history=False)),
        (f"{whose}/contact", "GET", about("", describe_contact, history=False)),
        (f"{whose}/statements", "GET", about("statements", list_statements, history=False)),
        (f"{whose}/transactions", "GET", transactions),
    ]  # fmt: skip


def _writes(bank: Bank) -> list[tuple[str, str, Handler]]:
    """Return the routes of actions and step-ups."""

    async def actions(request: Request) -> Response:
        asked = read_action(await json_body(request))
        try:
            return JSONResponse(await run_in_threadpool(act, bank, asked))
        except UnknownCustomer:
            return failure(404, "unknown_customer")
        except KeyReused:
            return failure(409, "key_reused")

    async def action(request: Request) -> Response:
        if bank.faults.settings.core_mode == "dumb":
            return failure(501, "lookup_unsupported")
        found = look_up(bank, request.path_params["key"])
        return JSONResponse(found) if found else failure(404, "unknown_key")

    async def step_ups(request: Request) -> Response:
        asked = read_step_up(await json_body(request), bank.clock())
        if bank.number(asked.customer_id) is None:
            return failure(404, "unknown_customer")
        return JSONResponse(await run_in_threadpool(open_challenge, bank, asked))

    async def step_up(request: Request) -> Response:
        row = find_challenge(bank, request.path_params["challenge_id"])
        if row is None:
            return failure(404, "unknown_challenge")
        names = ("challenge_id", "status", "approval", "expires_at")
        return JSONResponse({name: row[name] for name in names})

    return [
        ("/api/actions", "POST", actions), ("/api/actions/{key:path}", "GET", action),
        ("/api/step-ups", "POST", step_ups), ("/api/step-ups/{challenge_id}", "GET", step_up),
    ]  # fmt: skip


def _day(text: str | None, name: str) -> date | None:
    """Return a date of a query, or None if it was not given."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadRequest(f"{name} must be a date such as 2026-11-24.") from error


def _limit(text: str | None) -> int:
    """Return how many lines to answer with, 1 to 5,000 (500 if not said)."""
    if text is None:
        return 500
    if not text.isdecimal() or len(text) > 9 or not 1 <= int(text) <= _MOST:
        raise BadRequest(f"limit must be a whole number from 1 to {_MOST}.")
    return int(text)
