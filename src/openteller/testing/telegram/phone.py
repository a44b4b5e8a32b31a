"""A page on which a person can be a user of the simulated Telegram: ``/`` in the demo, and where deep links lead."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from openteller.testing.telegram.updates import BOT, Json
from openteller.testing.telegram.world import TelegramWorld

_PAGE = Path(__file__).with_name("phone.html")
_HEADERS: Mapping[str, str] = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def phone_app(world: TelegramWorld) -> Starlette:
    """The phone and, below it, the Bot API of this world."""
    phone = _Phone(world)
    return Starlette(
        routes=[
            Route("/", phone.page),
            Route(f"/{BOT['username']}", phone.page),
            Route("/phone/chat", phone.chat),
            Route("/phone/say", phone.say, methods=["POST"]),
            Route("/phone/tap", phone.tap, methods=["POST"]),
            Mount("/", world.app),
        ]
    )


class _Phone:
    def __init__(self, world: TelegramWorld) -> None:
        self._world = world

    async def page(self, _: Request) -> Response:
        return FileResponse(_PAGE, headers=_HEADERS)

    async def chat(self, request: Request) -> Response:
        user, after = int(request.query_params["user"]), int(request.query_params["after"])
        return JSONResponse({"messages": self._world.shown.get(user, [])[after:]})

    async def say(self, request: Request) -> Response:
        content: Json = await request.json()
        user, text = int(content["user"]), str(content["text"])
        if "language" in content:
            self._world.updates.languages[user] = str(content["language"])
        self._world.shown.setdefault(user, []).append({"text": text, "mine": True})
        return self._bring(self._world.updates.text(user, text))

    async def tap(self, request: Request) -> Response:
        content: Json = await request.json()
        return self._bring(self._world.updates.pressed(int(content["user"]), str(content["data"])))

    def _bring(self, update: Json) -> Response:
        """On its way. The answer is the update, as the bot will see it."""
        return JSONResponse(update, 202, background=BackgroundTask(self._world.bring, update))
