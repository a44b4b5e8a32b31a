"""The stage of a smoke test: fresh customers, what is said printed as it is said, and what must hold."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from rich.console import Console
from rich.text import Text

from openteller.testing.client import Reply, Talk
from openteller.testing.outside_bank import Json, OutsideBank
from openteller.testing.telegram.chatting import TelegramChat, buttons, login_link

_ENOUGH_MINOR = 40_000
_PATIENCE_S, _LOOK_S = 15.0, 0.03


class Broken(AssertionError):
    """Something that must hold does not."""


@dataclass(frozen=True, slots=True)
class Someone:
    """A customer of the demo bank, with what the bank itself says of them."""

    customer: str
    sign: str
    currency: str
    current: Json
    savings: Json | None
    cards: list[Json]
    payee: Json


@dataclass(frozen=True, slots=True)
class Shown:
    """What has appeared in a chat of Telegram after one message."""

    messages: list[Json]

    @property
    def text(self) -> str:
        """All that is read, without buttons."""
        return "\n".join(message["text"] for message in self.messages)

    @property
    def login_link(self) -> str | None:
        """Where the chat is connected."""
        return login_link(self.messages)

    def option(self, beginning: str) -> str | None:
        """What the first button sends back whose data begins so."""
        data: list[str] = [button.get("callback_data", "") for button in buttons(self.messages)]
        return next((found for found in data if found.startswith(beginning)), None)


@dataclass(slots=True)
class Stage:
    """Where the conversations are played. ``took_s`` collects the latency of every reply."""

    console: Console
    http: httpx.AsyncClient
    address: str
    telegram: str
    bank: OutsideBank
    customers: int
    dice: random.Random = field(default_factory=random.Random)
    took_s: list[float] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    async def someone(self, *, savings: bool = False) -> Someone:
        """A customer who writes English, has a little money, a working debit card and somebody to pay."""
        while True:
            customer = f"c-{self.dice.randint(1, self.customers):06d}"
            if customer in self.used:
                continue
            self.used.add(customer)
            if (await self.bank.read(customer))["language"] != "en":
                continue
            if transfers(await self.bank.record(customer)):
                continue  # whom an earlier run has used
            found = await self._examine(customer)
            if found is not None and (found.savings is not None or not savings):
                return found

    async def _examine(self, customer: str) -> Someone | None:
        accounts = await self.bank.read(customer, "accounts")
        current = next((one for one in accounts if one["kind"] == "current"), None)
        if current is None or current["available_minor"] < _ENOUGH_MINOR or current["currency"] not in ("GBP", "EUR"):
            return None
        same = [one for one in accounts if one["kind"] == "savings" and one["currency"] == current["currency"]]
        cards = await self.bank.read(customer, "cards")
        working = [card for card in cards if card["kind"] == "debit" and card["status"] == "active"]
        payees = [one for one in await self.bank.read(customer, "payees") if one["iban"]]
        payable = [one for one in payees if one["currency"] == current["currency"] and one["name"].isascii()]
        if not working or not payable or any(card["status"] != "active" for card in cards):
            return None
        sign = "£" if current["currency"] == "GBP" else "€"
        return Someone(customer, sign, current["currency"], current, same[0] if same else None, cards, payable[0])

    async def visitor(self) -> Talk:
        """Nobody in particular, over the socket."""
        return await (await Talk(self.http, [self.address]).open()).listen()

    async def customer(self, someone: Someone, *, socket: bool = True) -> Talk:
        """This customer, logged in at the bank; over the socket or over REST."""
        talk = await Talk(self.http, [self.address]).open(await self.bank.login_token(someone.customer))
        return await talk.listen() if socket else talk

    def chat(self, language: str = "en") -> TelegramChat:
        """Somebody in Telegram whom nobody knows yet, with an app in this language."""
        return TelegramChat(self.http, self.telegram, self.dice.randint(10**9, 10**10), language)

    async def writes(self, chat: TelegramChat, text: str, *, answers: int = 1) -> Shown:
        """The customer writes in Telegram; as soon as there are so many messages, both sides are printed."""
        self.console.print(Text(f"  customer  {text}", style="bold"))
        started = time.monotonic()
        await chat.say(text)
        return await self._appears(chat, started, answers)

    async def taps(self, chat: TelegramChat, shown: Shown, beginning: str) -> Shown:
        """The customer taps the first button in Telegram whose data begins so. Broken when there is none."""
        option = shown.option(beginning)
        if option is None:
            raise Broken(f"no button {beginning!r} in Telegram")
        self.console.print(Text(f"  customer  [{option}]", style="bold"))
        started = time.monotonic()
        await chat.tap(option)
        return await self._appears(chat, started, 1)

    async def _appears(self, chat: TelegramChat, started: float, answers: int) -> Shown:
        messages: list[Json] = []
        while len(messages) < answers:
            if time.monotonic() - started > _PATIENCE_S:
                raise Broken(f"{len(messages)} messages of {answers} in Telegram within {_PATIENCE_S:.0f} s")
            await asyncio.sleep(_LOOK_S)
            messages += await chat.news()
        faces = [button["text"] for button in buttons(messages)]
        self._print("\n".join(message["text"] for message in messages), faces, time.monotonic() - started)
        return Shown(messages)

    async def says(self, talk: Talk, text: str) -> Reply:
        """The customer writes; both sides are printed."""
        self.console.print(Text(f"  customer  {text}", style="bold"))
        return self._heard(await talk.say(text))

    async def presses(self, talk: Talk, reply: Reply, beginning: str) -> Reply:
        """The customer presses the first button whose id begins so. Broken when there is none."""
        option = reply.option(beginning)
        if option is None:
            raise Broken(f"no button {beginning!r} among {list(reply.options)}")
        self.console.print(Text(f"  customer  [{reply.options[option]}]", style="bold"))
        return self._heard(await talk.press(option))

    async def approves(self, talk: Talk, reply: Reply) -> Reply:
        """The customer taps "approve" in the bank's app; the news comes by itself."""
        if reply.challenge_id is None:
            raise Broken("no link to the bank's app")
        self.console.print(Text("  customer  (approves in the bank's app)", style="bold"))
        place = talk.last_seq
        await self.bank.answer(reply.challenge_id)
        return self._heard(await talk.next_unasked(after=place))

    async def hears(self, talk: Talk, place: int) -> Reply:
        """What comes by itself after this place of the thread."""
        return self._heard(await talk.next_unasked(after=place))

    async def choosing(self, talk: Talk, reply: Reply, *labels: str) -> Reply:
        """Answer "which one?" with a button, as long as the flow asks: one that shows a label, else the first."""
        for _ in range(4):
            own = ("yes:", "no:", "person", "cancel", "flow:")
            usable = {key: label for key, label in reply.options.items() if not key.startswith(own)}
            if reply.option("yes:") or not usable:
                break
            fitting = [
                key for key, label in usable.items() if any(word.casefold() in label.casefold() for word in labels)
            ]
            reply = await self.presses(talk, reply, (fitting or list(usable))[0])
        return reply

    def check(self, holds: object, what: str) -> None:
        """Broken unless it holds; what holds is ticked."""
        if not holds:
            raise Broken(what)
        self.console.print(f"            [green]✓[/green] {what}", highlight=False)

    async def refused(self, call: Awaitable[httpx.Response], status: int, what: str) -> None:
        """The call must be answered with this status."""
        response = await call
        self.check(response.status_code == status, f"{what}: {response.status_code}")

    def _heard(self, reply: Reply) -> Reply:
        self._print(reply.text, list(reply.options.values()), reply.took_s)
        return reply

    def _print(self, text: str, faces: Sequence[str], took_s: float) -> None:
        self.took_s.append(took_s)
        lines = text.splitlines() or ["…"]
        self.console.print(Text.assemble(("  teller    ", "cyan"), lines[0], (f"  {took_s * 1000:.0f} ms", "dim")))
        for line in lines[1:12]:
            self.console.print(Text(f"            {line}"))
        if faces:
            self.console.print(Text("            " + " ".join(f"[{face}]" for face in faces), style="dim"))


def transfers(record: list[Json]) -> list[dict[str, Any]]:
    """What the bank has moved, as the params of its actions."""
    return [row["params"] for row in record if row["kind"] == "transfer"]


def since(started: float) -> float:
    """Milliseconds since then."""
    return (time.monotonic() - started) * 1000
