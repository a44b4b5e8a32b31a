"""The control page: faults, the record, and stand-ins for the customer, for tests."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from demo_bank.api import failure, json_body
from demo_bank.approvals import NotOpen, answer_challenge, find_challenge
from demo_bank.bank import Bank
from demo_bank.faults import FaultSettings
from demo_bank.fields import BadRequest
from demo_bank.tokens import CUSTOMER_SECONDS, customer_token

Handler = Callable[[Request], Awaitable[Response]]
_DECISIONS = {"approve": True, "approved": True, "decline": False, "declined": False}
_COUNTED = ("actions", "entries", "challenges", "used_approvals", "callbacks")


def control_routes(bank: Bank, wake: Callable[[], None]) -> APIRouter:
    """Return the routes under ``/control``, for callers with ``X-Control-Key``.

    ``wake`` is called when a callback has been queued.
    """
    router = APIRouter()

    def guarded(handler: Handler) -> Handler:
        async def handle(request: Request) -> Response:
            shown = request.headers.get("x-control-key", "")
            if not hmac.compare_digest(shown.encode(), bank.keys.control_key.encode()):
                return failure(401, "unauthorised")
            try:
                return await handler(request)
            except BadRequest as problem:
                return failure(422, "bad_request", str(problem))

        return handle

    async def faults(request: Request) -> Response:
        try:
            settings = FaultSettings.model_validate(await json_body(request))
        except ValidationError as problem:
            first = problem.errors()[0]
            raise BadRequest(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from problem
        bank.faults.set(settings)
        return JSONResponse(settings.model_dump())

    async def undelivered(request: Request) -> Response:
        return JSONResponse({"keys": bank.faults.undelivered})

    async def record(request: Request) -> Response:
        return JSONResponse(bank.record())

    async def state(request: Request) -> Response:
        return JSONResponse(_state(bank))

    router.add_route("/control/faults", guarded(faults), methods=["POST"])
    router.add_route("/control/undelivered", guarded(undelivered), methods=["GET"])
    router.add_route("/control/record", guarded(record), methods=["GET"])
    router.add_route("/control/state", guarded(state), methods=["GET"])
    for path, handler in _stand_ins(bank, wake):
        router.add_route(path, guarded(handler), methods=["POST"])
    return router


def _stand_ins(bank: Bank, wake: Callable[[], None]) -> list[tuple[str, Handler]]:
    """Return the routes that stand in for a customer who logs in or taps."""

    async def login_token(request: Request) -> Response:
        body = await json_body(request)
        asked = body.get("customer_id") if isinstance(body, dict) else None
        if not isinstance(asked, str) or bank.number(asked) is None:
            return failure(404, "unknown_customer")
        token = customer_token(bank.keys, asked, bank.clock())
        return JSONResponse({"token": token, "expires_in": CUSTOMER_SECONDS})

    async def approve(request: Request) -> Response:
        body = await json_body(request)
        fields = body if isinstance(body, dict) else {}
        decision = _DECISIONS.get(str(fields.get("decision")))
        if decision is None:
            raise BadRequest("decision must be approve or decline.")
        challenge_id = str(fields.get("challenge_id"))
        if find_challenge(bank, challenge_id) is None:
            return failure(404, "unknown_challenge")
        try:
            row = await run_in_threadpool(answer_challenge, bank, challenge_id, decision)
        except NotOpen:
            return failure(409, "not_open")
        wake()
        names = ("challenge_id", "status", "approval")
        return JSONResponse({name: row[name] for name in names})

    return [("/control/login-token", login_token), ("/control/approve", approve)]


def _state(bank: Bank) -> dict[str, object]:
    """Return the bank's fixed facts, its faults and how full its books are."""
    counts = {}
    for table in _COUNTED:
        # sql: a table's name, from a list of ours
        row = bank.ledger.row(f"SELECT COUNT(*) AS n FROM {table}")
        counts[table] = row["n"] if row else 0
    waiting = bank.ledger.rows("SELECT number, url, attempts, last_error FROM callbacks"
                               " WHERE done_at IS NULL")  # fmt: skip
    return {
        "customers": bank.customers, "seed": bank.shelf.seed, "counts": counts,
        "day0": bank.shelf.day0.isoformat(), "callbacks_waiting": waiting,
        "faults": json.loads(bank.faults.settings.model_dump_json()),
        "faults_struck": bank.faults.counts,
    }  # fmt: skip
