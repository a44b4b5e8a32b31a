"""The routes of docs/reference/api.md, as the stub serves them."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from tests.browser.widget.stub_answers import Json, text

if TYPE_CHECKING:
    from tests.browser.widget.stub_teller import StubTeller, Thread

WIDGET = Path(__file__).parents[3] / "src" / "openteller" / "web" / "widget"


def teller_app(stub: StubTeller) -> FastAPI:
    """Everything the widget talks to, and the widget's own files."""
    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=[stub.page],
        allow_methods=["*"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["Retry-After"],
    )
    app.mount("/widget", StaticFiles(directory=WIDGET))
    _sessions(app, stub)
    _conversations(app, stub)
    _sockets(app, stub)
    return app


def _sessions(app: FastAPI, stub: StubTeller) -> None:
    @app.get("/v1/strings")
    async def strings(locale: str) -> Json:
        chosen = locale if locale in stub.words else "en-GB"
        return {"locale": chosen, **stub.words[chosen]}

    @app.post("/v1/sessions", status_code=201)
    async def sessions(request: Request) -> Json:
        _whose(stub, request)
        login = (await request.json())["login_token"]
        if login and stub.threads:
            return _opened(stub, stub.thread, 2)
        stub.new_thread()
        if stub.greeting:
            hello = text("Hello, I am the bank's AI assistant. How can I help?")
            await stub.append(stub.thread, {"kind": "bot", "name": ""}, [hello], None)
        return _opened(stub, stub.thread, 2 if login else 0)

    @app.post("/v1/sessions/login")
    async def login(request: Request) -> Any:
        thread = _whose(stub, request)
        return _opened(stub, thread, 2) if thread else _fail(401, "no_session")

    @app.delete("/v1/sessions", status_code=204)
    async def end(request: Request) -> None:
        _whose(stub, request)
        stub.sessions.clear()

    @app.post("/v1/socket-tickets", status_code=201)
    async def tickets(request: Request) -> Any:
        thread = _whose(stub, request)
        if not thread:
            return _fail(401, "no_session")
        ticket = secrets.token_hex(8)
        stub.tickets[ticket] = thread
        return {"ticket": ticket, "expires_at": "2099-01-01T00:00:00Z"}


def _conversations(app: FastAPI, stub: StubTeller) -> None:
    @app.get("/v1/conversations/{which}/messages")
    async def messages(which: str, request: Request, after: int = 0) -> Any:
        thread = _whose(stub, request)
        if not thread or thread.conversation_id != which:
            return _fail(404 if thread else 401, "unknown_conversation")
        new = [message for message in thread.messages if message["seq"] > after]
        return {"conversation_id": which, "holder": thread.holder, "messages": new, "next": len(thread.messages)}

    @app.post("/v1/conversations/{which}/messages", status_code=202)
    async def say(which: str, request: Request) -> Any:
        thread = _whose(stub, request)
        return await stub.receive(thread, await request.json()) if thread else _fail(401, "no_session")

    @app.post("/v1/conversations/{which}/person", status_code=202)
    async def person(which: str, request: Request) -> Any:
        thread = _whose(stub, request)
        if not thread:
            return _fail(401, "no_session")
        return await stub.receive(thread, await request.json(), person=True)

    @app.get("/v1/conversations/{which}/transcript")
    async def transcript(which: str, request: Request) -> Any:
        thread = _whose(stub, request)
        if not thread:
            return _fail(401, "no_session")
        lines = [part.get("text", "") for message in thread.messages for part in message["parts"]]
        return PlainTextResponse("\n".join(lines))


def _sockets(app: FastAPI, stub: StubTeller) -> None:
    @app.websocket("/v1/socket")
    async def talk(ws: WebSocket) -> None:
        if not stub.sockets_work or ws.headers.get("origin") != stub.page:
            await ws.close(1008)
            return
        await ws.accept()
        hello = await ws.receive_json()
        thread = stub.tickets.pop(hello["ticket"], None)
        if thread is None:
            await ws.close(4401)
            return
        stub.afters.append(hello["after"])
        await ws.send_json({"type": "ready", "conversation_id": thread.conversation_id, "holder": thread.holder})
        for message in thread.messages[hello["after"] :]:
            await ws.send_json({"type": "message", "message": message})
        thread.sockets.append(ws)
        try:
            while True:
                await stub.frame(ws, thread, await ws.receive_json())
        except (WebSocketDisconnect, RuntimeError):
            if ws in thread.sockets:
                thread.sockets.remove(ws)


def _fail(status: int, code: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": code, "field": None}}, status)


def _whose(stub: StubTeller, request: Request) -> Thread | None:
    stub.calls.append((request.method, request.url.path))
    return stub.sessions.get(request.headers.get("authorization", "").removeprefix("Bearer "))


def _opened(stub: StubTeller, thread: Thread, level: int) -> Json:
    token = secrets.token_hex(16)
    stub.sessions[token] = thread
    return {
        "session_token": token,
        "conversation_id": thread.conversation_id,
        "level": level,
        "expires_at": "2099-01-01T00:00:00Z",
        "strings_url": "/v1/strings?locale=en-GB",
    }
