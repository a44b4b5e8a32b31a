"""A teller and a bank's page for the widget's tests: obeys docs/reference/api.md, and misbehaves when told to.

The two run on two origins, as they do at a bank, so that CORS and the Content-Security-Policy are real. The policy on
the page is as strict as a bank's: no inline style, no eval, trusted types.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from tests.browser.widget.stub_answers import CHOICE, Json, answer, text
from tests.browser.widget.stub_bank import bank_app
from tests.browser.widget.stub_routes import teller_app

WORDS: dict[str, Any] = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))


@dataclass
class Thread:
    """One conversation."""

    conversation_id: str = field(default_factory=lambda: secrets.token_hex(8))
    holder: str = "with_bot"
    agent: str = ""
    messages: list[Json] = field(default_factory=list)
    turns: dict[str, str] = field(default_factory=dict)
    """client_id → turn_id: what makes a second delivery harmless."""
    planned: dict[str, str] = field(default_factory=dict)
    sockets: list[WebSocket] = field(default_factory=list)


class StubTeller:
    """Both servers, the thread of the last session, and the levers the tests pull."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.ports = [_free_port(), _free_port()]
        self.server, self.page = (f"http://127.0.0.1:{self.ports[0]}", f"http://localhost:{self.ports[1]}")
        self.reset()
        self._servers = [_uvicorn(teller_app(self), self.ports[0]), _uvicorn(bank_app(self), self.ports[1])]
        self._runner = threading.Thread(target=self._run, daemon=True)
        self._runner.start()
        while not all(server.started for server in self._servers):
            threading.Event().wait(0.02)

    def reset(self) -> None:
        """A new day: no sessions, and everything works."""
        self.sessions: dict[str, Thread] = {}
        self.tickets: dict[str, Thread] = {}
        self.threads: list[Thread] = []
        self.received: list[Json] = []
        """Everything that arrived, second deliveries too."""
        self.calls: list[tuple[str, str]] = []
        self.afters: list[int] = []
        self.attributes = ""
        self.language = "en"
        self.inside = ""
        self.customer = ""
        self.greeting = True
        self.reply_after = 0.05
        self.refuse_sends = 0
        self.sockets_work = True
        self.lose_next_receipt = False
        self.receipt_first = False
        self.redacts = ""

    def stop(self) -> None:
        """Both servers are gone."""
        for server in self._servers:
            server.should_exit = True
        self._runner.join(10)

    words = WORDS

    def new_thread(self) -> Thread:
        """Begins a conversation."""
        self.threads.append(Thread())
        return self.thread

    @property
    def thread(self) -> Thread:
        """The conversation opened last."""
        return self.threads[-1]

    def post(self, *parts: Json, kind: str = "bot", name: str = "") -> None:
        """The bot or an agent says something by itself."""
        self._do(lambda: self.append(self.thread, {"kind": kind, "name": name}, list(parts), None))

    def hold(self, holder: str, agent: str = "") -> None:
        """Somebody else has the conversation now."""
        self._do(lambda: self._hold(self.thread, holder, agent))

    def cut(self) -> None:
        """Every socket breaks."""

        async def close() -> None:
            for each in list(self.thread.sockets):
                await each.close(1012)

        self._do(close)

    def _do(self, work: Callable[[], Any]) -> None:
        asyncio.run_coroutine_threadsafe(work(), self.loop).result(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.gather(*(server.serve() for server in self._servers)))
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()

    async def append(self, thread: Thread, author: Json, parts: list[Json], turn: str | None) -> None:
        """A message joins the thread and is pushed."""
        message = {
            "message_id": secrets.token_hex(8),
            "seq": len(thread.messages) + 1,
            "turn_id": turn,
            "author": author,
            "at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "parts": parts,
        }
        thread.messages.append(message)
        await self._tell(thread, {"type": "message", "message": message})

    async def _hold(self, thread: Thread, holder: str, agent: str = "") -> None:
        thread.holder, thread.agent = holder, agent
        await self._tell(thread, {"type": "holder", "holder": holder, "agent": agent})

    async def _tell(self, thread: Thread, frame: Json) -> None:
        for each in list(thread.sockets):
            try:
                await each.send_json(frame)
            except (RuntimeError, WebSocketDisconnect):
                thread.sockets.remove(each)

    async def receive(self, thread: Thread, body: Json, *, person: bool = False) -> Json:
        """What a customer says arrives; a second time it has no effect."""
        self.received.append(body)
        client_id = body["client_id"]
        if client_id in thread.turns:
            return {"turn_id": thread.turns[client_id], "duplicate": True}
        turn = thread.turns[client_id] = thread.planned.get(client_id) or secrets.token_hex(8)
        said = body.get("text") or next(
            (option["label"] for option in CHOICE["options"] if option["id"] == body.get("choice")), ""
        )
        if said:
            kept = said.replace(self.redacts, "•••") if self.redacts else said
            await self.append(thread, {"kind": "customer", "name": ""}, [text(kept)], turn)
        self._later = asyncio.ensure_future(self._answer(thread, turn, "person" if person else said))
        return {"turn_id": turn, "duplicate": False}

    async def _answer(self, thread: Thread, turn: str, said: str) -> None:
        await asyncio.sleep(self.reply_after)
        if said == "person":
            await self._hold(thread, "waiting_for_agent")
        await self.append(thread, {"kind": "bot", "name": ""}, answer(said, self.page), turn)

    async def frame(self, ws: WebSocket, thread: Thread, frame: Json) -> None:
        """A frame from the customer's socket."""
        if frame["type"] == "ping":
            await ws.send_json({"type": "pong"})
        if frame["type"] not in ("send", "person"):
            return
        if self.refuse_sends > 0:
            self.refuse_sends -= 1
            self.received.append(frame)
            error = {"type": "error", "code": "try_later", "message": "", "client_id": frame["client_id"]}
            await ws.send_json(error)
            return
        if self.lose_next_receipt:
            self.lose_next_receipt = False
            thread.sockets.remove(ws)
            await self.receive(thread, frame, person=frame["type"] == "person")
            await ws.close(1012)
            return
        if self.receipt_first:
            turn = thread.planned[frame["client_id"]] = secrets.token_hex(8)
            receipt = {"type": "accepted", "client_id": frame["client_id"], "turn_id": turn, "duplicate": False}
            await ws.send_json(receipt)
            await self.receive(thread, frame, person=frame["type"] == "person")
            return
        receipt = await self.receive(thread, frame, person=frame["type"] == "person")
        await ws.send_json({"type": "accepted", "client_id": frame["client_id"], **receipt})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _uvicorn(app: FastAPI, port: int) -> uvicorn.Server:
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", ws="websockets-sansio")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    return server
