"""The simulated provider: delivers each message one to ten times until it is taken, and keeps its own record.

It takes replies like a real one, which now and then fails, or takes the message and loses the answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from openteller.adapters.channels.webhook import sign
from openteller.adapters.clock import SystemClock
from openteller.testing.faultlab.ledgers import Json, Ledger

_TIMEOUT_S = 4.0


@dataclass(slots=True)
class OutsideChannel:
    """One provider on ``port``. ``addresses``: API processes of the teller; ``faulty`` turns its moods on."""

    port: int
    addresses: Sequence[str]
    tenant: str
    delivered: Ledger
    sent: Ledger
    dice: random.Random
    faulty: bool = False
    secret: bytes = field(default_factory=lambda: secrets.token_hex(16).encode(), repr=False)
    replies: dict[str, list[Json]] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _server: uvicorn.Server | None = None
    _serving: asyncio.Task[None] | None = None
    _client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=_TIMEOUT_S))

    @property
    def address(self) -> str:
        """Where the teller delivers replies."""
        return f"http://127.0.0.1:{self.port}/deliver"

    async def start(self) -> None:
        """Take replies from now on."""
        app = Starlette(routes=[Route("/deliver", self._deliver, methods=["POST"])])
        config = uvicorn.Config(app, host="127.0.0.1", port=self.port, log_config=None, access_log=False)
        self._server = _QuietServer(config)
        self._serving = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110 (uvicorn tells no other way)
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """No more."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
        await self._client.aclose()

    async def deliver(self, handle: str, external_id: str, text: str) -> None:
        """Bring a message to the teller until it is taken, and then perhaps again."""
        self.sent.write(channel="webhook", who=handle, client_id=external_id, text=text, acked=False)
        body = json.dumps({"messages": [{"id": external_id, "from": handle, "text": text}]}).encode()
        while not await self._post(body):  # noqa: ASYNC110 (a provider tries again and again)
            await asyncio.sleep(self.dice.uniform(0.1, 0.4))
        self.sent.write(channel="webhook", who=handle, client_id=external_id, acked=True)
        if self.faulty and self.dice.random() < 0.4:
            for _ in range(self.dice.randint(1, 9)):
                await self._post(body)

    async def _post(self, body: bytes) -> bool:
        headers = {"X-Signature": sign(self.secret, body, SystemClock().now()), "Content-Type": "application/json"}
        address = f"{self.dice.choice(self.addresses)}/v1/channels/{self.tenant}/webhook"
        try:
            return (await self._client.post(address, content=body, headers=headers)).is_success
        except httpx.HTTPError:
            return False

    async def _deliver(self, request: Request) -> Response:
        body = await request.body()
        if self.faulty and self.dice.random() < 0.05:
            return Response(status_code=503)
        message = json.loads(body)
        first = message["message_id"] not in self._known
        self._known.add(message["message_id"])
        if first:
            self.replies.setdefault(message["to"], []).append(message)
        self.delivered.write(
            channel="webhook",
            who=message["to"],
            message_id=message["message_id"],
            first=first,
            text=words_of(message["parts"]),
        )
        if self.faulty and self.dice.random() < 0.05:
            await asyncio.sleep(_TIMEOUT_S / 2)
            return Response(status_code=504)  # taken, but the answer is lost
        return Response(status_code=200)


def words_of(parts: Sequence[Json]) -> str:
    """The text parts of a message, as one line."""
    return " ".join(part["text"] for part in parts if part["type"] == "text")


class _QuietServer(uvicorn.Server):
    """Leaves the signals to the command that runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
