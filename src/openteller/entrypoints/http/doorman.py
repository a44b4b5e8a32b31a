"""At the edge of every request: size, headers, rate (IN-01, IN-10, ID-02). Plain ASGI, so that it costs nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openteller.domain.errors import TooMany
from openteller.entrypoints.http.errors import error_body

MAX_BODY = 16 * 1024
_HEADERS: Mapping[bytes, bytes] = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"cross-origin",
}


class Doorman:
    """Refuses bodies over ``MAX_BODY`` before they are read into memory, and puts safe headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = 0

        async def measured() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MAX_BODY:
                raise _TooLarge
            return message

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *((n, v) for n, v in _HEADERS.items() if n not in present)]
                if scope["path"].startswith(("/v1/", "/desk")) and b"cache-control" not in present:
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not length.isdigit() or int(length) > MAX_BODY:
            await _refuse(dressed)
            return
        try:
            await self._app(scope, measured, dressed)
        except _TooLarge:
            await _refuse(dressed)


class _TooLarge(Exception):
    pass


async def _refuse(send: Send) -> None:
    body = json.dumps(error_body("too_large", f"a body has at most {MAX_BODY} bytes")).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class RateLimits:
    """Moving windows in memory, per process: by session for known callers, by network address for newcomers.

    The address is the peer's own; ``X-Forwarded-For`` is never believed here (uvicorn's trusted proxies are the place).
    """

    def __init__(self, *, anonymous: int, known: int, sessions: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = {
            "anonymous": RateLimitItemPerMinute(anonymous),
            "known": RateLimitItemPerMinute(known),
            "sessions": RateLimitItemPerMinute(sessions),
        }

    def spend(self, kind: str, who: str) -> None:
        """One more call of this kind by ``who``. TooMany with the seconds to wait."""
        item = self._limits[kind]
        if not self._limiter.hit(item, kind, who):
            raise TooMany("too_many", f"at most {item.amount} a minute", retry_after_s=60 / item.amount)
