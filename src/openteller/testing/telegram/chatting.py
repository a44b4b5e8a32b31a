"""A user of the simulated Telegram, by the phone of the demo: what they write goes out, what appears is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import httpx

from openteller.testing.outside_bank import OutsideBank
from openteller.testing.telegram.updates import Json


@dataclass(slots=True)
class TelegramChat:
    """The chat of ``user`` with the bot, in an app set to ``language``. ``address``: where the phone answers."""

    http: httpx.AsyncClient
    address: str
    user: int
    language: str = "en"
    _read: int = field(default=0, init=False)

    async def say(self, text: str) -> str:
        """Write; the id that the bot takes the message in under."""
        content = {"user": self.user, "text": text, "language": self.language}
        response = await self.http.post(f"{self.address}/phone/say", json=content)
        update: Json = response.raise_for_status().json()
        return f"{update['update_id']}.{update['message']['message_id']}"

    async def tap(self, data: str) -> None:
        """Tap the button that sends this back."""
        content = {"user": self.user, "data": data}
        (await self.http.post(f"{self.address}/phone/tap", json=content)).raise_for_status()

    async def news(self) -> list[Json]:
        """The bot's messages that have appeared since the last look."""
        query = {"user": self.user, "after": self._read}
        response = await self.http.get(f"{self.address}/phone/chat", params=query)
        messages: list[Json] = response.raise_for_status().json()["messages"]
        self._read += len(messages)
        return [message for message in messages if not message.get("mine")]


def buttons(messages: list[Json]) -> list[Json]:
    """The buttons below these messages, in order."""
    rows = [row for message in messages for row in message.get("reply_markup", {}).get("inline_keyboard", [])]
    return [button for row in rows for button in row]


def login_link(messages: list[Json]) -> str | None:
    """The last link among them that connects the chat by the bank's login."""
    links = [button["url"] for button in buttons(messages) if "link-chat?ticket=" in button.get("url", "")]
    return links[-1] if links else None


async def start_command(bank: OutsideBank, customer: str, link: str) -> str:
    """Follow the link as this customer; what their app then sends to the bot when they tap the way back."""
    back = await bank.connect_chat(customer, link)
    return f"/start {parse_qs(urlsplit(back).query)['start'][0]}"
