"""The outside Telegram: it takes the bot's calls, keeps its own ledger of them, and brings updates, as well as its
moods let it. It believes nothing the teller says of itself.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from openteller.testing.telegram.updates import BOT, Json, Updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)
Post = Callable[[bytes, dict[str, str]], Awaitable[tuple[int, Json]]]
"""POST these bytes with these headers to the bot's webhook: (status, the answer's JSON)."""


@dataclass(slots=True)
class Moods:
    """How often it misbehaves, each 0–1. ``retry_after`` is in seconds, as in the API."""

    repeats: float = 0.0
    """An update that was taken comes again, up to nine times."""
    too_many: float = 0.0
    fails: float = 0.0
    """500, and nothing was done."""
    loses: float = 0.0
    """The message is taken and shown, but the answer is lost."""
    retry_after: int = 3


@dataclass
class TelegramWorld:
    """One bot's world. ``post`` reaches its webhook; ``app`` is the Bot API that it calls."""

    post: Post
    token: str = "7000000001:AAF-simulated-and-worth-nothing"  # noqa: S105 (no secret: it opens this object only)
    secret: str = "simulated_webhook_secret"  # noqa: S105 (the same)
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    moods: Moods = field(default_factory=Moods)
    updates: Updates = field(default_factory=Updates)
    blocked: set[int] = field(default_factory=set)
    """Users who have blocked the bot."""
    shown: dict[int, list[Json]] = field(default_factory=dict)
    """By chat, every message that has appeared on a screen, in order; doubles are doubles."""
    delivered: list[tuple[int, int]] = field(default_factory=list)
    """(update id, status) of every delivery, repeats too."""
    answered: list[str] = field(default_factory=list)
    """The callback queries whose little clock was stopped."""
    refused: list[Json] = field(default_factory=list)
    """Calls that were not of the API's form: there must be none."""

    @property
    def app(self) -> Starlette:
        """The Bot API over HTTP."""
        return Starlette(routes=[Route("/bot{token}/{method}", self._call, methods=["POST"])])

    async def bring(self, update: Json) -> None:
        """Deliver until it is taken, and then perhaps again."""
        while not await self._deliver(update):  # noqa: ASYNC110 (a provider tries again and again)
            await asyncio.sleep(0.05)
        if self.dice.random() < self.moods.repeats:
            for _ in range(self.dice.randint(1, 9)):
                await self._deliver(update)

    async def bring_all(self, updates: list[Json], *, shuffled: bool = False) -> None:
        """Deliver several, perhaps not in their order."""
        order = self.dice.sample(updates, len(updates)) if shuffled else updates
        for update in order:
            await self.bring(update)

    def texts(self, chat: int) -> list[str]:
        """What stands on this chat's screen."""
        return [message["text"] for message in self.shown.get(chat, [])]

    def buttons(self, chat: int) -> list[Json]:
        """The buttons below this chat's last message that has any."""
        for message in reversed(self.shown.get(chat, [])):
            if "reply_markup" in message:
                return [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
        return []

    async def _deliver(self, update: Json) -> bool:
        body = json.dumps(update).encode()
        headers = {SECRET_HEADER: self.secret, "Content-Type": "application/json"}
        status, answer = await self.post(body, headers)
        self.delivered.append((update["update_id"], status))
        if answer.get("method") == "answerCallbackQuery":
            self.answered.append(answer["callback_query_id"])
        return 200 <= status < 300

    async def _call(self, request: Request) -> Response:
        if request.path_params["token"] != self.token:
            return _error(401, "Unauthorized")
        content = await request.json()
        match request.path_params["method"]:
            case "getMe":
                return JSONResponse({"ok": True, "result": BOT})
            case "sendMessage":
                return self._send(content)
            case "answerCallbackQuery":
                self.answered.append(content["callback_query_id"])
                return JSONResponse({"ok": True, "result": True})
        return _error(404, "Not Found")

    def _send(self, content: Json) -> Response:
        chat = content.get("chat_id")
        if self.dice.random() < self.moods.too_many:
            seconds = self.moods.retry_after
            return _error(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
        if self.dice.random() < self.moods.fails:
            return _error(500, "Internal Server Error")
        if chat in self.blocked:
            return _error(403, "Forbidden: bot was blocked by the user")
        fault = fault_of(content)
        if fault is not None:
            self.refused.append(content)
            return _error(400, f"Bad Request: {fault}")
        shown = self.shown.setdefault(int(content["chat_id"]), [])
        shown.append(content)
        if self.dice.random() < self.moods.loses:
            return Response(status_code=504)
        result = {"message_id": len(shown), "from": BOT, "chat": {"id": chat, "type": "private"}, "date": 1, **content}
        return JSONResponse({"ok": True, "result": result})


def fault_of(content: Json) -> str | None:
    """Why the real API would not take this message, in its words, as far as we use it."""
    text, chat = content.get("text"), content.get("chat_id")
    if type(chat) is not int:
        return "chat not found"
    if not isinstance(text, str) or not text.strip():
        return "message text is empty"
    units = len(text.encode("utf-16-le")) // 2
    if units > 4096:
        return "message is too long"
    if any(entity["offset"] + entity["length"] > units for entity in content.get("entities", [])):
        return "can't parse entities"
    for row in content.get("reply_markup", {}).get("inline_keyboard", []):
        for button in row:
            if not button.get("text") or ("url" in button) == ("callback_data" in button):
                return "inline keyboard button is invalid"
            if not 1 <= len(button.get("callback_data", "x").encode()) <= 64:
                return "BUTTON_DATA_INVALID"
    return None


def _error(code: int, description: str, parameters: Json | None = None) -> Response:
    content: Json = {"ok": False, "error_code": code, "description": description}
    return JSONResponse({**content, "parameters": parameters} if parameters else content, code)
