"""A customer as a small client of the customer API: sessions, words and buttons in, the replies of a turn out.

Sends over REST or, once ``listen`` was called, over the socket; knows nothing of how the other side works. It is
patient: what was not acknowledged is sent again under the same ``client_id``, to the next address.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

Json = dict[str, Any]
_AGAIN = frozenset({429, 502, 503, 504})
_POLL_S = (0.05, 0.05, 0.1, 0.1, 0.2, 0.2, 0.3)
_SAME_TURN_S = 0.03
"""A turn's messages are committed together and come over the socket one right after the other."""


class Refused(RuntimeError):
    """The API said no: ``status`` and its error ``code``."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


class NoReply(RuntimeError):
    """No reply came in time."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side said in one turn; ``took_s`` from sending to its arrival here."""

    turn_id: str | None
    messages: tuple[Json, ...]
    took_s: float

    @property
    def parts(self) -> list[Json]:
        """All parts of all messages, in order."""
        return [part for message in self.messages for part in message["parts"]]

    @property
    def text(self) -> str:
        """Everything a customer reads, facts and links included, without buttons."""
        return "\n".join(line for part in self.parts for line in _lines(part))

    @property
    def options(self) -> dict[str, str]:
        """The buttons: id to label."""
        choices = [part["options"] for part in self.parts if part["type"] == "choice"]
        return {option["id"]: option["label"] for options in choices for option in options}

    @property
    def sources(self) -> list[Json]:
        """The articles that the answer comes from: id, title, approved_on."""
        found = [part for part in self.parts if part["type"] == "source"]
        return [{"id": one["id"], "title": one["title"], "approved_on": one["approved_on"]} for one in found]

    def option(self, beginning: str) -> str | None:
        """The first button whose id begins so (``yes:``, ``no:``, ``person``)."""
        return next((found for found in self.options if found.startswith(beginning)), None)

    def link(self, purpose: str) -> str | None:
        """The address of the link with this purpose (login, step_up, phone, privacy)."""
        return next((p["url"] for p in self.parts if p["type"] == "link" and p["purpose"] == purpose), None)

    @property
    def challenge_id(self) -> str | None:
        """What the bank's app asks for, out of the step-up link."""
        url = self.link("step_up")
        return url.rstrip("/").rpartition("/")[2] if url else None


def _lines(part: Mapping[str, Any]) -> list[str]:
    match part["type"]:
        case "text":
            return [part["text"]]
        case "facts":
            return [*([part["title"]] if part["title"] else []), *(f"{r['label']}  {r['value']}" for r in part["rows"])]
        case "link":
            return [f"{part['label']} → {part['url']}"]
        case "source":
            return [part["label"]]
    return []


def minor_amounts(text: str) -> list[int]:
    """All amounts with two decimals in a shown text, in minor units and without their signs ("£1,234.50" → 123450)."""
    found = re.findall(r"(?<![\d.,])(\d{1,3}(?:[,\u202f\u00a0]\d{3})+|\d+)\.(\d{2})(?!\d)", text)
    return [int(re.sub(r"\D", "", whole)) * 100 + int(rest) for whole, rest in found]


@dataclass(slots=True)
class Talk:
    """One conversation of one customer or visitor. ``addresses``: the API processes, any of which will do.

    ``patience_s``: for how long a call is repeated while nobody answers. ``seen`` is the thread as read so far.
    """

    http: httpx.AsyncClient
    addresses: Sequence[str]
    patience_s: float = 0.0
    token: str = field(default="", repr=False)
    conversation_id: str = ""
    level: int = 0
    holder: str = ""
    seen: list[Json] = field(default_factory=list)
    _turn: int = 0
    _socket: ClientConnection | None = None
    _reading: asyncio.Task[None] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _accepted: dict[str, asyncio.Future[Json]] = field(default_factory=dict)

    async def open(self, login_token: str | None = None, *, locale: str = "en-GB") -> Self:
        """A session: a visitor's, or a customer's with a token of the bank's login."""
        body = {"locale": locale, "time_zone": "Europe/London", "login_token": login_token}
        self._take(await self.call("POST", "/v1/sessions", body))
        return self

    async def log_in(self, login_token: str) -> None:
        """The visitor turns out to be a customer; the thread goes on."""
        self._take(await self.call("POST", "/v1/sessions/login", {"login_token": login_token}))

    async def listen(self) -> Self:
        """From now on over the socket."""
        await self.close()
        ticket = (await self.call("POST", "/v1/socket-tickets"))["ticket"]
        address = self.addresses[0].replace("http", "ws", 1)
        self._socket = await connect(f"{address}/v1/socket", compression=None, proxy=None)
        await self._socket.send(json.dumps({"type": "authenticate", "ticket": ticket, "after": self.last_seq}))
        self._reading = asyncio.create_task(self._read(self._socket))
        return self

    async def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            await self._socket.close()
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
        self._socket = self._reading = None

    @property
    def last_seq(self) -> int:
        """The place of the last message seen."""
        return self.seen[-1]["seq"] if self.seen else 0

    async def send(self, *, text: str | None = None, choice: str | None = None, client_id: str | None = None) -> str:
        """Words or a button; the turn's id once it is acknowledged."""
        body = {"client_id": client_id or uuid4().hex, **({"text": text} if choice is None else {"choice": choice})}
        if self._socket is not None:
            return str((await self._send_frame(self._socket, {"type": "send", **body}))["turn_id"])
        path = f"/v1/conversations/{self.conversation_id}/messages"
        return str((await self.call("POST", path, body))["turn_id"])

    async def say(self, text: str, *, wait_s: float = 15.0) -> Reply:
        """Words, and the reply to them."""
        started = time.monotonic()
        return await self.reply_to(await self.send(text=text), started, wait_s=wait_s)

    async def press(self, option_id: str, *, wait_s: float = 15.0) -> Reply:
        """A button, and the reply to it."""
        started = time.monotonic()
        return await self.reply_to(await self.send(choice=option_id), started, wait_s=wait_s)

    async def ask_for_person(self, *, wait_s: float = 15.0) -> Reply:
        """The always-visible way to a person."""
        started, body = time.monotonic(), {"client_id": uuid4().hex}
        path = f"/v1/conversations/{self.conversation_id}/person"
        return await self.reply_to(str((await self.call("POST", path, body))["turn_id"]), started, wait_s=wait_s)

    async def reply_to(self, turn_id: str, started: float, *, wait_s: float = 15.0) -> Reply:
        """The reply of this turn. NoReply when none has come in time."""
        return await self._wait(lambda message: message["turn_id"] == turn_id, started, wait_s)

    async def next_unasked(self, *, wait_s: float = 15.0, after: int | None = None) -> Reply:
        """The next turn nobody here has asked for (the bank's app was answered), after place ``after``."""
        place = self.last_seq if after is None else after
        return await self._wait(lambda message: message["seq"] > place, time.monotonic(), wait_s)

    async def welcome(self, *, wait_s: float = 5.0) -> Reply:
        """The first words of the thread."""
        return await self.next_unasked(wait_s=wait_s, after=0)

    async def look(self) -> None:
        """Read on in the thread."""
        body = await self.call("GET", f"/v1/conversations/{self.conversation_id}/messages?after={self.last_seq}")
        self.holder = body["holder"]
        for message in body["messages"]:
            self._see(message)

    async def call(self, method: str, path: str, body: object = None) -> Json:
        """One call of the API, repeated while nobody answers. Refused when the answer is no."""
        until = time.monotonic() + self.patience_s
        while True:
            headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
            try:
                response = await self.http.request(method, self._next_address() + path, headers=headers, json=body)
                if response.is_success:
                    return _object(response)
                if response.status_code not in _AGAIN or time.monotonic() > until:
                    raise _refusal(response)
            except httpx.HTTPError:
                if time.monotonic() > until:
                    raise
            await asyncio.sleep(0.1)

    def _next_address(self) -> str:
        self._turn += 1
        return self.addresses[self._turn % len(self.addresses)]

    def _take(self, opened: Mapping[str, Any]) -> None:
        self.token, self.level = opened["session_token"], opened["level"]
        self.conversation_id = opened["conversation_id"]

    def _see(self, message: Json) -> None:
        if message["seq"] > self.last_seq:
            self.seen.append(message)
            self._news.set()

    async def _wait(self, wanted: Callable[[Json], bool], started: float, wait_s: float) -> Reply:
        until, round_ = time.monotonic() + wait_s, 0
        while True:
            if self._socket is None:
                await self.look()
            mine = [m for m in self.seen if m["author"]["kind"] != "customer" and wanted(m)]
            if mine:
                took_s, turn_id = time.monotonic() - started, mine[0]["turn_id"]
                await self._rest_of_turn()
                said = [m for m in self.seen if m["turn_id"] == turn_id and m["author"]["kind"] != "customer"]
                return Reply(turn_id, tuple(said), took_s)
            if time.monotonic() > until:
                raise NoReply(f"no reply within {wait_s:.0f} s")
            await self._pause(_POLL_S[min(round_, len(_POLL_S) - 1)], until)
            round_ += 1

    async def _pause(self, poll_s: float, until: float) -> None:
        if self._socket is None:
            await asyncio.sleep(poll_s)
            return
        self._news.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), max(until - time.monotonic(), 0.001))

    async def _rest_of_turn(self) -> None:
        if self._socket is not None:
            await asyncio.sleep(_SAME_TURN_S)

    async def _send_frame(self, socket: ClientConnection, frame: Json) -> Json:
        future = self._accepted[frame["client_id"]] = asyncio.get_running_loop().create_future()
        await socket.send(json.dumps(frame))
        answer: Json = await asyncio.wait_for(future, 15.0)
        if answer["type"] == "error":
            raise Refused(0, answer["code"])
        return answer

    async def _read(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for raw in socket:
                frame = json.loads(raw)
                match frame["type"]:
                    case "message":
                        self._see(frame["message"])
                    case "holder" | "ready":
                        self.holder = frame["holder"]
                        self._news.set()
                    case "accepted" | "error":
                        waiting = self._accepted.pop(frame.get("client_id") or "", None)
                        if waiting is not None and not waiting.done():
                            waiting.set_result(frame)


def _object(response: httpx.Response) -> Json:
    body: Json = response.json()
    return body


def _refusal(response: httpx.Response) -> Refused:
    try:
        code = str(response.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        code = response.text[:80]
    return Refused(response.status_code, code)
