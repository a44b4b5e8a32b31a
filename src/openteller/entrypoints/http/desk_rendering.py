"""How the desk's pages are drawn: in words, with safe headers, and with a page for every error."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any

from babel import Locale, negotiate_locale
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, select_autoescape

from openteller.bootstrap import Teller
from openteller.domain.actions import Action
from openteller.domain.errors import CustomerError, NotAllowed, NotFound, TellerError, TooMany
from openteller.domain.replies import Phrase
from openteller.entrypoints.http.errors import answer

_language: ContextVar[str] = ContextVar("desk_language")
_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_MOST_LANGUAGES = 12
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[2] / "web" / "desk"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    trim_blocks=True,
    lstrip_blocks=True,
)


def desk_language() -> str:
    """The desk's own language, whatever the customers write: what the reader's browser asks for, if the pack has it."""
    return _language.get()


def asked_for(header: str, teller: Teller) -> str:
    """The best language for an Accept-Language header; the pack's default for one that asks for nothing we have."""
    wanted = sorted((_weighed(part) for part in header.split(",")[:_MOST_LANGUAGES]), key=lambda pair: -pair[1])
    found = negotiate_locale([tag for tag, weight in wanted if weight > 0], teller.pack.languages, sep="-")
    return found or teller.pack.default_locale.replace("_", "-").partition("-")[0]


def _weighed(part: str) -> tuple[str, float]:
    tag, _, weight = part.strip().partition(";q=")
    try:
        return tag.strip(), float(weight or 1)
    except ValueError:
        return tag.strip(), 0.0


def page(teller: Teller, name: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page in the desk's language with safe headers."""
    strings = teller.face_strings(desk_language())
    html = _PAGES.get_template(name).render(
        t=strings["strings"], direction=strings["direction"], language=strings["locale"], **values
    )
    headers = {"Content-Security-Policy": _CSP, "Cache-Control": "no-store", "X-Frame-Options": "DENY"}
    return HTMLResponse(html, status, headers)


def waits_for(teller: Teller, since: datetime, now: datetime) -> str:
    """How long somebody has waited, in words."""
    return teller.kit.voice.label(Phrase("desk.waits_for", {"duration": now - since}), desk_language())


def about(teller: Teller, action: Action) -> str:
    """What an action was about: the card, or how much to whom."""
    if action.card is not None:
        phrase = Phrase("facts.card", {"label": action.card.label, "last4": action.card.last4})
    elif action.to is not None and action.amount is not None:
        to = action.to
        phrase = Phrase("desk.sum", {"amount": action.amount, "name": to.name, "last4": to.last4})
    elif (arranged := action.standing_order or action.scheduled_payment) is not None:
        phrase = Phrase("desk.sum", {"amount": arranged.amount, "name": arranged.payee_name, "last4": arranged.last4})
    else:
        return ""
    return teller.kit.voice.label(phrase, desk_language())


def speaks(locale: str) -> str:
    """The customer's language by its name."""
    return Locale.parse(locale, sep="-").get_language_name(desk_language()) or locale


class DeskRoute(APIRoute):
    """A route whose errors a person reads: a page in words instead of JSON. Strangers are shown the login."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route, with its errors caught."""
        handle = super().get_route_handler()

        async def kindly(request: Request) -> Response:
            _language.set(asked_for(request.headers.get("accept-language", ""), request.app.state.teller))
            try:
                return await handle(request)
            except (TellerError, RequestValidationError) as error:
                return _error_page(request, error)

        return kindly


def _error_page(request: Request, error: TellerError | RequestValidationError) -> Response:
    if isinstance(error, NotAllowed) and error.code != "bad_form":
        return RedirectResponse("/desk/login", 303)
    status, words = _explained(error)
    headers = {"Retry-After": str(round(error.retry_after_s))} if isinstance(error, TooMany) else {}
    response = page(request.app.state.teller, "error.html", status, words=words)
    response.headers.update(headers)
    return response


def _explained(error: TellerError | RequestValidationError) -> tuple[int, str]:
    """The status, and which words of the pack say it."""
    match error:
        case NotFound():
            return 404, "missing"
        case NotAllowed():
            return 403, "form"
        case TooMany():
            return 429, "many"
        case CustomerError(code="taken"):
            return 409, "taken"
        case CustomerError():
            return 422, "input"
        case RequestValidationError():
            in_path = all(one["loc"][0] == "path" for one in error.errors())
            return (404, "missing") if in_path else (422, "input")
    return answer(error).status_code, "fault"
