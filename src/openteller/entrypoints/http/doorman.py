"""At the edge of every request: size, headers, rate (IN-01, IN-10, ID-02). Plain ASGI, so that it costs nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openteller.domain.errors import TooMany
from openteller.entrypoints.http.errors import error_body

MAX_BODY = 16 * 1024
MAX_WEBHOOK = 256 * 1024
"""A provider's envelope: a text of 4096 letters, each escaped, and the message that it answers to."""
_HEADERS: Mapping[bytes, bytes] = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"cross-origin",
}
_PERSON_PER_MINUTE = 6
_STAFF_PER_QUARTER = 5
"""Failed or not, logins of one name in a quarter of an hour (RTS-SCA Art. 4(3)(a), ID-09)."""
_HITS_KEPT = 100_000
"""After so many hits the windows begin anew: the library never forgets a key by itself."""


class Doorman:
    """Refuses bodies that are too long before they are read into memory, and puts safe headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = 0
        longest = MAX_WEBHOOK if scope["path"].startswith("/v1/channels/") else MAX_BODY

        async def measured() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > longest:
                raise HTTPException(413, f"a body has at most {longest} bytes")  # the one kind FastAPI lets through
            return message

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *((n, v) for n, v in _HEADERS.items() if n not in present)]
                if scope["path"].startswith(("/v1/", "/desk")) and b"cache-control" not in present:
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not length.isdigit() or int(length) > longest:
            await _refuse(dressed, longest)
            return
        await self._app(scope, measured, dressed)


async def _refuse(send: Send, longest: int) -> None:
    body = json.dumps(error_body("too_large", f"a body has at most {longest} bytes")).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class RateLimits:
    """Moving windows in memory, per process: by session for known callers, by network address for newcomers.

    The address is the peer's own; ``X-Forwarded-For`` is never believed here (uvicorn's trusted proxies are the place).
    """

    def __init__(self, *, anonymous: int, known: int, sessions: int) -> None:
        self._begin()
        self._limits = {
            "anonymous": RateLimitItemPerMinute(anonymous),
            "known": RateLimitItemPerMinute(known),
            "sessions": RateLimitItemPerMinute(sessions),
            "person": RateLimitItemPerMinute(_PERSON_PER_MINUTE),
            "staff": RateLimitItemPerMinute(_STAFF_PER_QUARTER, 15),
        }

    def _begin(self) -> None:
        self._hits = 0
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def spend(self, kind: str, who: str) -> None:
        """One more call of this kind by ``who``. TooMany with the seconds to wait."""
        self._hits += 1
        if self._hits > _HITS_KEPT:
            self._begin()
        item = self._limits[kind]
        if not self._limiter.hit(item, kind, who):
            spell = "a minute" if item.multiples == 1 else f"in {item.multiples} minutes"
            wait_s = item.get_expiry() / item.amount
            raise TooMany("too_many", f"at most {item.amount} {spell}", retry_after_s=wait_s)
