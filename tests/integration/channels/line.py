"""A house with a Telegram bot: its webhook over HTTP on one side, the simulated world on the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import httpx
from fastapi import FastAPI

from openteller.adapters.channels.telegram import TelegramChannel
from openteller.domain.conversations import ConversationId
from openteller.domain.errors import TellerError
from openteller.entrypoints.http.app import build_app
from openteller.entrypoints.http.operations import Meters
from openteller.testing.telegram.updates import Json
from openteller.testing.telegram.world import TelegramWorld
from tests.integration.conversation.house import House, with_kit

ANNA, BEN, CARA = 1001, 1002, 1003
"""Users of Telegram, not customers."""


@dataclass
class Line:
    """``world`` is outside. ``say`` and its like bring one update, let the turn end and send what waits."""

    house: House
    world: TelegramWorld
    app: FastAPI
    client: httpx.AsyncClient
    seen: dict[int, int] = field(default_factory=dict)

    async def say(self, user: int, text: str) -> str:
        return await self.bring(user, self.world.updates.text(user, text))

    async def press(self, user: int, data: str) -> str:
        return await self.bring(user, self.world.updates.pressed(user, data))

    async def bring(self, user: int, update: Json) -> str:
        """What has appeared in this chat since the last time, as one text."""
        await self.world.bring(update)
        await self.settle()
        return self.news(user)

    def news(self, user: int) -> str:
        texts = self.world.texts(user)
        new = texts[self.seen.get(user, 0) :]
        self.seen[user] = len(texts)
        return "\n".join(new)

    async def settle(self) -> None:
        """Turns end, and the jobs of the outbox run (as often as a chat wants to be left alone)."""
        await self.house.teller.reception.settle()
        rows = await self.house.rows(
            "SELECT DISTINCT conversation_id FROM outbox WHERE status = 'waiting' ORDER BY conversation_id"
        )
        for row in rows:
            await self.deliver(ConversationId(row["conversation_id"]))

    async def deliver(self, conversation_id: ConversationId) -> None:
        for _ in range(200):
            try:
                await self.house.teller.sweeps.deliver(self.house.tenant, conversation_id)
            except TellerError:
                self.house.clock.advance(seconds=1)
            else:
                return
        raise AssertionError("it was never taken")

    def button(self, user: int, beginning: str) -> str:
        """What the button whose data begins so sends back, of the last message with buttons."""
        data: list[str] = [button.get("callback_data", "") for button in self.world.buttons(user)]
        return next(each for each in [*data, ""] if each.startswith(beginning))

    def ticket(self, user: int) -> str:
        """The ticket of the login link below the chat's last message with one."""
        url = next(button["url"] for button in self.world.buttons(user) if "link-chat" in button.get("url", ""))
        ticket: str = parse_qs(urlsplit(url).query)["ticket"][0]
        return ticket

    async def log_in(self, ticket: str, customer: str) -> httpx.Response:
        """At the bank's own page: the customer is logged in there and hands in the ticket."""
        body = {"ticket": ticket, "login_token": self.house.login_token(customer)}
        return await self.client.post("/v1/channel-links", json=body)

    async def code(self, user: int, customer: str) -> str:
        """What the bank's page gives whoever has followed this chat's link."""
        response = await self.log_in(self.ticket(user), customer)
        assert response.status_code == 201, response.text
        code: str = parse_qs(urlsplit(response.json()["return_url"]).query)["start"][0]
        return code

    async def link(self, user: int, customer: str = "c-000001") -> str:
        """The whole way: asked for something, followed the link, logged in, came back. What the bot said then."""
        await self.say(user, "what's my balance?")
        return await self.say(user, f"/start {await self.code(user, customer)}")


async def open_line(house: House) -> Line:
    async def post(body: bytes, headers: dict[str, str]) -> tuple[int, Json]:
        response = await client.post(f"/v1/channels/{house.tenant}/telegram", content=body, headers=headers)
        answer: Json = response.json()
        return response.status_code, answer

    world = TelegramWorld(post)
    channel = TelegramChannel(
        "telegram",
        token=world.token,
        secrets=["an older secret", world.secret],
        api="http://telegram.test",
        way_back="https://t.me/harbour_bank_bot?start={code}",
        clock=house.clock,
        transport=httpx.ASGITransport(app=world.app),
    )
    with_kit(house, channels={"telegram": channel, "webhook": house.channel})
    app = build_app(house.teller, Meters())
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://teller.test")
    return Line(house, world, app, client)
