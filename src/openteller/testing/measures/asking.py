"""Ways of asking a running installation: each question in a conversation of its own, of the same customer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import httpx

from openteller.adapters.channels import plain
from openteller.adapters.clock import SystemClock
from openteller.bootstrap import open_custody, pack_folders
from openteller.bootstrap.custody import Custody
from openteller.capabilities.actions.policy import load_policy
from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.flow import Tell
from openteller.capabilities.flows.load import load_flows
from openteller.capabilities.replies.catalogue import load_catalogue
from openteller.capabilities.thread import codec
from openteller.config import Settings
from openteller.domain.assurance import SubjectId
from openteller.domain.conversations import ChoicePart, Option, SourcePart
from openteller.testing.client import NoReply, Talk
from openteller.testing.measures.consistency import WITHHELD, Ask, Facts, facts_of, figures_of, row_texts, texts_of
from openteller.testing.measures.spelled import SpelledCounts
from openteller.testing.outside_bank import OutsideBank
from openteller.testing.stack import Stack
from openteller.testing.telegram.chatting import TelegramChat, buttons, login_link, start_command
from openteller.testing.telegram.updates import Json

LOCALES = {"en": "en-GB", "es": "es-ES", "ar": "ar-AE"}
TELEGRAM = "telegram"
_CUSTOMER = "c-000042"
_PATIENCE_S = 30.0
_POLL_S = 0.02
_SAID = """
    SELECT m.reply_keys, m.sealed, c.subject_id FROM messages m JOIN conversations c USING (tenant, conversation_id)
    WHERE m.turn_id = %(turn_id)s AND m.author = 'bot' ORDER BY m.seq"""
_WISHES = "SELECT intents FROM turns WHERE turn_id = %(turn_id)s"
_DONE = """
    SELECT i.turn_id, i.conversation_id FROM inbox i JOIN turns t USING (tenant, turn_id)
    WHERE i.channel = %(channel)s AND i.external_id = %(external_id)s AND NOT EXISTS (
        SELECT FROM outbox o WHERE o.conversation_id = i.conversation_id AND o.status = 'waiting')"""
_WELCOMES = """
    SELECT count(*) AS count FROM messages
    WHERE conversation_id = %(conversation_id)s AND author = 'bot' AND turn_id IS NULL"""


@asynccontextmanager
async def ways_of_asking(stack: Stack) -> AsyncIterator[Mapping[str, Ask]]:
    """Every channel of this installation, by name."""
    settings = Settings(data=stack.data)
    folders = pack_folders(settings.pack)
    catalogue = load_catalogue([folder / "replies" for folder in folders], list(LOCALES), LOCALES["en"])
    async with (
        httpx.AsyncClient(timeout=_PATIENCE_S) as http,
        OutsideBank(stack.bank_address, stack.bank_keys, patience_s=20.0) as bank,
        open_custody(settings) as custody,
    ):
        instead = frozenset({WITHHELD, *_said_elsewhere(load_flows(folders))})
        books = _Books(custody, SpelledCounts.of(catalogue.templates()), instead)
        ways: dict[str, Ask] = {"web": _Web(http, stack.address, bank, books)}
        if stack.telegram_port is not None:
            most_rows = load_policy(folders).channel(TELEGRAM).rows
            first = int(SystemClock().now().timestamp())  # users whom nobody has seen: in every run new chats
            chats = {
                language: TelegramChat(http, stack.telegram_address, first * 10 + number, language)
                for number, language in enumerate(LOCALES)
            }
            ways[TELEGRAM] = _Telegram(chats, bank, books, most_rows)
        yield ways


def _said_elsewhere(book: FlowBook) -> Iterator[str]:
    """The sentences that flows say on a channel that may not show what they would show."""
    for flow in book.flows.values():
        for aside in (step.elsewhere for step in flow.steps if isinstance(step, Tell) and step.elsewhere is not None):
            instead = flow.steps[flow.index(aside)]
            if isinstance(instead, Tell):
                yield instead.telling.fill.key


@dataclass(frozen=True, slots=True)
class _Books:
    """What the installation has recorded of its replies. ``instead``: sentences in the place of what is withheld."""

    custody: Custody
    spelled: SpelledCounts
    instead: frozenset[str]

    async def facts(self, turn_id: object, language: str, texts: Sequence[str], offered: Sequence[str]) -> Facts:
        """The facts of a turn: what was read and offered, by the keys of its record and the articles it has named.

        Buttons that are too many for a channel stand in the text, numbered; the numbers are no facts.
        """
        said: list[str] = []
        articles: list[str] = []
        listed: list[Option] = []
        async with self.custody.store.begin(self.custody.tenant) as uow:
            for row in await uow.rows(_SAID, turn_id=turn_id):
                said += row["reply_keys"]
                subject, sealed = SubjectId(row["subject_id"]), bytes(row["sealed"])
                parts = codec.load(await self.custody.sealer.unseal(uow, subject, sealed, "messages.sealed"))
                for part in parts:
                    if isinstance(part, SourcePart) and part.label in "\n".join(texts):
                        articles.append(part.article_id)
                    if isinstance(part, ChoicePart) and plain.numbered(part.options) in "\n".join(texts):
                        listed += part.options
        told = [self.spelled.in_figures(text.replace(plain.numbered(listed), ""), language) for text in texts]
        facts = facts_of(told, said, [*offered, *(option.id for option in listed)], articles)
        return replace(facts, wishes=await self.wishes(turn_id), instead=self.instead.intersection(said))

    async def wishes(self, turn_id: object) -> tuple[str, ...]:
        """What was read in a turn."""
        async with self.custody.store.begin(self.custody.tenant) as uow:
            row = await uow.row(_WISHES, turn_id=turn_id)
        return tuple(row["intents"]) if row else ()

    async def leave(self, conversation_id: object) -> None:
        """As if the customer had been away for days: the next question begins a conversation of its own."""
        async with self.custody.store.begin(self.custody.tenant) as uow:
            await uow.run(
                "UPDATE conversations SET last_at = last_at - interval '3 days' WHERE conversation_id = %(id)s::uuid",
                id=conversation_id,
            )

    async def answered(self, external_id: str) -> tuple[UUID, UUID]:
        """Turn and conversation of a message from Telegram, once all replies in the conversation are delivered."""
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            async with self.custody.store.begin(self.custody.tenant) as uow:
                row = await uow.row(_DONE, channel=TELEGRAM, external_id=external_id)
            if row is not None:
                return row["turn_id"], row["conversation_id"]
            await asyncio.sleep(_POLL_S)
        raise NoReply(f"no reply in Telegram within {_PATIENCE_S:.0f} s")

    async def welcomes(self, conversation_id: UUID) -> int:
        """How many messages a conversation had before anybody asked anything."""
        async with self.custody.store.begin(self.custody.tenant) as uow:
            row = await uow.row(_WELCOMES, conversation_id=conversation_id)
        return int(row["count"]) if row else 0


@dataclass(frozen=True, slots=True)
class _Web:
    """The customer, logged in, in the web chat."""

    http: httpx.AsyncClient
    address: str
    bank: OutsideBank
    books: _Books

    async def __call__(self, language: str, words: str) -> Facts:
        token = await self.bank.login_token(_CUSTOMER)
        talk = await Talk(self.http, [self.address]).open(token, locale=LOCALES[language])
        try:
            reply = await talk.say(words, wait_s=_PATIENCE_S)
            facts = await self.books.facts(reply.turn_id, language, texts_of(reply.parts), list(reply.options))
            return replace(facts, rows=tuple(self._rows(reply.parts, language)))
        finally:
            await self.books.leave(talk.conversation_id)

    def _rows(self, parts: Sequence[Mapping[str, Any]], language: str) -> list[tuple[str, ...]]:
        rows = [row for part in parts if part["type"] == "facts" for row in part["rows"]]
        texts = ([self.books.spelled.in_figures(text, language) for text in row_texts([row])] for row in rows)
        return [tuple(figures_of(read).elements()) for read in texts]


@dataclass(slots=True)
class _Telegram:
    """The same customer in Telegram, in a chat for each language, read off its screen.

    A chat is linked by the bank's own login, as soon as the bot asks for it; in a thread of its own it asks each time.
    """

    chats: Mapping[str, TelegramChat]
    bank: OutsideBank
    books: _Books
    most_rows: int
    _news: list[Json] = field(default_factory=list, init=False)

    async def __call__(self, language: str, words: str) -> Facts:
        chat = self.chats[language]
        asked, conversation_id = turn_id, _ = await self._turn(chat, words)
        try:
            self._news = self._news[await self.books.welcomes(conversation_id) :]
            link = login_link(self._news)
            if link is not None:
                turn_id, _ = await self._turn(chat, await start_command(self.bank, _CUSTOMER, link))
            texts = [message["text"] for message in self._news]
            offered = [button["callback_data"] for button in buttons(self._news) if "callback_data" in button]
            facts = await self.books.facts(turn_id, language, texts, offered)
            return replace(facts, wishes=await self.books.wishes(asked), most_rows=self.most_rows)
        finally:
            await self.books.leave(conversation_id)

    async def _turn(self, chat: TelegramChat, words: str) -> tuple[UUID, UUID]:
        found = await self.books.answered(await chat.say(words))
        self._news = await chat.news()
        return found
