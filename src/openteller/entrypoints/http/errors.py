"""Errors of ours to status codes, in one place; nothing a client sends is answered with 500."""

from __future__ import annotations

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from openteller.domain.errors import AdapterError, CustomerError, NotAllowed, NotFound, TellerError, TooMany

log = structlog.get_logger(__name__)

_STATUS: dict[type[CustomerError], int] = {NotFound: 404, NotAllowed: 401, TooMany: 429}


def error_body(code: str, message: str, field: str | None = None) -> dict[str, object]:
    """The one shape of every error."""
    return {"error": {"code": code, "message": message, "field": field}}


def answer(error: TellerError) -> JSONResponse:
    """The response for an error of ours."""
    match error:
        case TooMany():
            headers = {"Retry-After": str(max(1, round(error.retry_after_s)))}
            return JSONResponse(error_body(error.code, error.message), 429, headers)
        case CustomerError():
            return JSONResponse(error_body(error.code, error.message, error.field), _STATUS.get(type(error), 422))
        case AdapterError():
            log.warning("outside party failed", error=str(error))
            return JSONResponse(
                error_body("try_again", "something we need is away; try again"), 503, {"Retry-After": "2"}
            )
    log.error("fault", error=type(error).__name__, message=str(error))
    return JSONResponse(error_body("fault", "something is wrong on our side"), 503, {"Retry-After": "10"})


def install_errors(app: FastAPI) -> None:
    """Every error leaves in the one shape."""

    @app.exception_handler(TellerError)
    async def ours(request: Request, error: TellerError) -> Response:
        if isinstance(error, NotAllowed) and request.url.path.startswith("/desk"):
            return RedirectResponse("/desk/login", 303)  # pages are for people: show them the way in
        return answer(error)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        malformed = first["type"] == "json_invalid"
        field = ".".join(str(part) for part in first["loc"] if part != "body") or None
        code, status = ("malformed_json", 400) if malformed else ("invalid_field", 422)
        return JSONResponse(error_body(code, first["msg"], None if malformed else field), status)

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse(error_body(f"http_{error.status_code}", str(error.detail)), error.status_code)

    @app.exception_handler(Exception)
    async def bug(_: Request, error: Exception) -> JSONResponse:
        log.error("bug", error=type(error).__name__, exc_info=error)
        return JSONResponse(error_body("fault", "something is wrong on our side"), 503, {"Retry-After": "10"})
