"""The customer's socket: a ticket first, then messages both ways. What is pushed was committed before."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from openteller.bootstrap import Teller
from openteller.capabilities.identity.sessions import Session
from openteller.capabilities.thread.threads import PAGE
from openteller.domain.conversations import InboxKind
from openteller.domain.errors import AdapterError, CustomerError
from openteller.domain.texts import PersonalText
from openteller.entrypoints.http.customer_api import ClientId, Send, received_json, spend
from openteller.entrypoints.http.wire import message_json

log = structlog.get_logger(__name__)
router = APIRouter()

_FIRST_FRAME_S = 5.0
_LOOK_ANYWAY_S = 20.0
"""News may be lost between processes; a socket looks for itself this often."""


@router.websocket("/v1/socket")
async def socket(websocket: WebSocket) -> None:
    """One customer, one conversation."""
    teller: Teller = websocket.app.state.teller
    origin = websocket.headers.get("origin")
    if origin is not None and origin not in teller.allowed_origins:
        await websocket.close(4403)
        return
    await websocket.accept()
    try:
        session, after = await _authenticate(websocket, teller)
    except (CustomerError, ValueError, KeyError, TypeError, TimeoutError, WebSocketDisconnect):
        with contextlib.suppress(RuntimeError):
            await websocket.close(4401)
        return
    line = _Line(websocket, teller, session, after)
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await line.run()


async def _authenticate(websocket: WebSocket, teller: Teller) -> tuple[Session, int]:
    frame = await asyncio.wait_for(websocket.receive_json(), _FIRST_FRAME_S)
    if frame["type"] != "authenticate":
        raise ValueError("authenticate first")
    return await teller.front_door.redeem(teller.tenant, str(frame["ticket"])), int(frame.get("after", 0))


class _Line:
    """One open socket."""

    def __init__(self, websocket: WebSocket, teller: Teller, session: Session, after: int) -> None:
        self._websocket = websocket
        self._teller = teller
        self._session = session
        self._seen = after
        self._holder: tuple[str, str | None] | None = None

    async def run(self) -> None:
        news = self._teller.news.subscribe(str(self._session.conversation_id))
        try:
            async with asyncio.TaskGroup() as group:
                pushing = group.create_task(self._push(news))
                try:
                    await self._listen()
                finally:
                    pushing.cancel()
        except* (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self._teller.news.unsubscribe(str(self._session.conversation_id), news)

    async def _push(self, news: asyncio.Event) -> None:
        await self._look(first=True)
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), _LOOK_ANYWAY_S)
            news.clear()
            try:
                await self._look()
            except AdapterError:
                await asyncio.sleep(1.0)
                news.set()

    async def _look(self, *, first: bool = False) -> None:
        try:
            thread = await self._teller.reading.thread(self._teller.tenant, self._session, self._seen)
        except CustomerError as error:
            await self._error(error, None)
            await self._websocket.close(4401)
            return
        if first:
            ready = {"type": "ready", "conversation_id": str(self._session.conversation_id), "holder": thread.holder}
            await self._websocket.send_json(ready)
        while True:
            for message in thread.messages:
                self._seen = message.seq
                await self._websocket.send_json({"type": "message", "message": message_json(message)})
            if len(thread.messages) < PAGE:
                break
            thread = await self._teller.reading.thread(self._teller.tenant, self._session, self._seen)
        holder = (str(thread.holder), thread.agent)
        if holder != self._holder:
            self._holder = holder
            await self._websocket.send_json({"type": "holder", "holder": holder[0], "agent": holder[1] or ""})

    async def _listen(self) -> None:
        while True:
            try:
                frame = await self._websocket.receive_json()
            except (ValueError, KeyError):
                await self._error(CustomerError("malformed_json", "a frame is one JSON object"), None)
                continue
            await self._take(frame)

    async def _take(self, frame: Any) -> None:
        kind = frame.get("type") if isinstance(frame, dict) else None
        client_id = frame.get("client_id") if isinstance(frame, dict) else None
        try:
            if kind == "ping":
                await self._websocket.send_json({"type": "pong"})
            elif kind in ("send", "person"):
                await self._receive(kind, {key: value for key, value in frame.items() if key != "type"})
            elif kind != "pong":
                await self._error(CustomerError("unknown_frame", "send, person or ping", field="type"), client_id)
        except ValidationError as error:
            await self._error(CustomerError("invalid_field", error.errors()[0]["msg"]), client_id)
        except CustomerError as error:
            await self._error(error, client_id)
        except AdapterError:
            await self._error(CustomerError("try_again", "something we need is away; try again"), client_id)

    async def _receive(self, kind: str, body: dict[str, Any]) -> None:
        if kind == "person":
            self._websocket.app.state.limits.spend("person", str(self._session.session_id))
            client_id, what, text = ClientId.model_validate(body).client_id, InboxKind.PERSON, PersonalText("")
        else:
            sent = Send.model_validate(body)
            spend(self._websocket.app.state.limits, self._session)
            client_id, (what, text) = sent.client_id, sent.content()
        received = await self._teller.reception.receive(self._teller.tenant, self._session, client_id, what, text)
        await self._websocket.send_json({"type": "accepted", "client_id": client_id, **received_json(received)})

    async def _error(self, error: CustomerError, client_id: object) -> None:
        frame = {"type": "error", "code": error.code, "message": error.message}
        await self._websocket.send_json({**frame, "client_id": client_id if isinstance(client_id, str) else None})
