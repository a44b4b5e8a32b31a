"""Faults on purpose: slow, failing, forgetful or repeating, as the control page asks."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Rate = float
_ORDERS = "/api/actions"


class FaultSettings(BaseModel):
    """What should go wrong; rates are 0 to 1. The default is a healthy bank."""

    model_config = ConfigDict(extra="forbid")
    slow_ms: int = Field(default=0, ge=0, le=120_000)
    fail_rate: Rate = Field(default=0.0, ge=0, le=1)
    lose_reply_rate: Rate = Field(default=0.0, ge=0, le=1)
    answer_twice_rate: Rate = Field(default=0.0, ge=0, le=1)
    scope: Literal["actions", "reads", "all"] = "all"
    seed: int = 0
    core_mode: Literal["idempotent", "lookup-only", "dumb"] = "idempotent"


@dataclass(slots=True)
class Faults:
    """The faults in force and the dice that decide when they strike."""

    settings: FaultSettings = field(default_factory=FaultSettings)
    dice: Random = field(default_factory=lambda: Random(0))
    counts: dict[str, int] = field(default_factory=dict)
    undelivered: list[str] = field(default_factory=list)
    """Idempotency keys of orders whose answer was lost, by a fault or because nobody was there to take it."""

    def set(self, settings: FaultSettings) -> None:
        """Put other faults in force; the same seed gives the same strikes again."""
        self.settings, self.dice, self.counts = settings, Random(settings.seed), {}

    def strikes(self, name: str, rate: Rate) -> bool:
        """Say whether a fault of this rate happens now, and count it."""
        if rate <= 0 or self.dice.random() >= rate:
            return False
        self.counts[name] = self.counts.get(name, 0) + 1
        return True

    def answers_twice(self) -> bool:
        """Say whether a callback should be delivered twice."""
        wide = self.settings.scope in ("actions", "all")
        return wide and self.strikes("answer_twice", self.settings.answer_twice_rate)


class FaultGate:
    """Stands before the API and makes its faults happen.

    ``fail`` answers 503 and nothing is done; ``lose_reply`` does the work, durably,
    then answers 504 or drops the connection; ``answer_twice`` does a POST twice, as
    a network that repeats itself would.
    """

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app, self._faults = app, faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with whatever fault strikes it."""
        settings = self._faults.settings
        if scope["type"] != "http" or not self._touches(scope):
            await self._app(scope, receive, send)
            return
        if settings.slow_ms:
            await asyncio.sleep(settings.slow_ms / 1000)
        if self._faults.strikes("fail", settings.fail_rate):
            await _answer(send, 503, b'{"error":"unavailable"}')
            return
        lose = self._faults.strikes("lose_reply", settings.lose_reply_rate)
        twice = scope["method"] == "POST" and self._faults.strikes(
            "answer_twice", settings.answer_twice_rate)  # fmt: skip
        if not lose and not twice:
            await self._deliver(scope, receive, send)
            return
        body = await _whole_body(receive)
        if lose and scope["path"] == _ORDERS:
            self._faults.undelivered.append(_key_of(body))
        if twice:
            await self._app(dict(scope), _replay(body), _nobody)
        if not lose:
            await self._app(scope, _replay(body), send)
            return
        await self._app(scope, _replay(body), _nobody)
        if self._faults.dice.random() < 0.5:
            await _answer(send, 504, b'{"error":"timeout"}')
        else:
            await _drop(send)

    async def _deliver(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, and note an order whose sender has gone before the answer came."""
        if scope["path"] != _ORDERS or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = await _whole_body(receive)
        gone = asyncio.create_task(_gone(receive))

        async def deliver(message: Message) -> None:
            if gone.done() and message["type"] == "http.response.start":
                self._faults.undelivered.append(_key_of(body))
            await send(message)

        try:
            await self._app(scope, _replay(body), deliver)
        finally:
            gone.cancel()

    def _touches(self, scope: Scope) -> bool:
        """Say whether the faults in force concern this request."""
        if not scope["path"].startswith("/api/"):
            return False
        reads = scope["method"] in ("GET", "HEAD")
        return self._faults.settings.scope in ("all", "reads" if reads else "actions")


async def _gone(receive: Receive) -> None:
    """Wait until the other end has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _key_of(body: bytes) -> str:
    """Return an order's idempotency key; empty if it has none."""
    try:
        order = json.loads(body)
    except ValueError:
        return ""
    return str(order.get("idempotency_key", "")) if isinstance(order, dict) else ""


async def _whole_body(receive: Receive) -> bytes:
    """Return a request's body."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _replay(body: bytes) -> Receive:
    """Return a receiver that hands over a body already read."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _nobody(message: Message) -> None:
    """Take an answer that nobody will see."""


async def _answer(send: Send, status: int, body: bytes) -> None:
    """Send a small JSON answer."""
    headers: list[Any] = [(b"content-type", b"application/json"),
                          (b"content-length", str(len(body)).encode())]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _drop(send: Send) -> None:
    """Begin an answer and stop: the server then closes the connection."""
    headers: list[Any] = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": True})
