"""The adapters that are shipped keep what every channel must."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from openteller.adapters.channels.telegram import TelegramChannel
from openteller.adapters.channels.webhook import WebhookChannel, sign
from openteller.testing.contracts.channel import ChannelContract, Delivery
from openteller.testing.telegram.updates import Updates
from openteller.testing.telegram.world import Moods, TelegramWorld
from openteller.testing.twins import START, SettableClock

PEOPLE = {"anna": 1001, "ben": 1002}


class TelegramBench:
    """The simulated Telegram."""

    def __init__(self) -> None:
        async def nowhere(_body: bytes, _headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
            return 200, {}

        self.world = TelegramWorld(nowhere)
        self.channel = TelegramChannel(
            "telegram",
            token=self.world.token,
            secrets=[self.world.secret],
            api="http://telegram.test",
            way_back="https://t.me/bot?start={code}",
            clock=SettableClock(),
            transport=httpx.ASGITransport(app=self.world.app),
        )

    def says(self, person: str, text: str, number: int) -> Delivery:
        return self._update(number, lambda updates: updates.text(PEOPLE[person], text))

    def presses(self, person: str, data: str, number: int) -> Delivery:
        return self._update(number, lambda updates: updates.pressed(PEOPLE[person], data))

    def garbled(self) -> Delivery:
        return self._sealed({"update_id": [], "message": {"chat": None}})

    def shown(self) -> str:
        assert self.world.refused == []
        lines: list[str] = []
        for message in (message for chat in self.world.shown.values() for message in chat):
            keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
            lines += [message["text"], *(button["text"] for row in keyboard for button in row)]
        return "\n".join(lines)

    def break_down(self) -> None:
        self.world.moods = Moods(fails=1.0)

    def _update(self, number: int, make: Any) -> Delivery:
        return self._sealed(make(Updates(iter([1000 + number]), iter([number + 1, number + 2]))))

    def _sealed(self, update: dict[str, Any]) -> Delivery:
        return json.dumps(update).encode(), {"x-telegram-bot-api-secret-token": self.world.secret}


@dataclass
class WebhookBench:
    """A provider of the plain signed webhook."""

    away: bool = False
    taken: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.channel = WebhookChannel("webhook", secret=b"secret", send_to="http://x", clock=SettableClock())
        self.channel._client = httpx.AsyncClient(transport=httpx.MockTransport(self._take))

    def says(self, person: str, text: str, number: int) -> Delivery:
        return self._signed({"messages": [{"id": f"m-{number}", "from": person, "text": text}]})

    def presses(self, person: str, data: str, number: int) -> Delivery:
        return self._signed({"messages": [{"id": f"m-{number}", "from": person, "choice": data}]})

    def garbled(self) -> Delivery:
        return self._signed({"messages": [{"id": 5}]})

    def shown(self) -> str:
        return "\n".join(json.dumps(message["parts"], ensure_ascii=False) for message in self.taken)

    def break_down(self) -> None:
        self.away = True

    def _signed(self, content: object) -> Delivery:
        body = json.dumps(content).encode()
        return body, {"x-signature": sign(b"secret", body, START), "content-type": "application/json"}

    def _take(self, request: httpx.Request) -> httpx.Response:
        if not self.away:
            self.taken.append(json.loads(request.content))
        return httpx.Response(503 if self.away else 200)


class TestTelegram(ChannelContract):
    def bench(self) -> TelegramBench:
        return TelegramBench()


class TestWebhook(ChannelContract):
    def bench(self) -> WebhookBench:
        return WebhookBench()
