"""Ways of asking a running installation: each question in a conversation of its own, of the same customer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from openteller.bootstrap import open_custody
from openteller.bootstrap.custody import Custody
from openteller.config import Settings
from openteller.testing.client import Reply, Talk
from openteller.testing.measures.consistency import Ask, Facts, facts_of, texts_of
from openteller.testing.outside_bank import OutsideBank
from openteller.testing.stack import Stack

LOCALES = {"en": "en-GB", "es": "es-ES", "ar": "ar-AE"}
_CUSTOMER = "c-000042"
_KEYS = "SELECT reply_keys FROM messages WHERE turn_id = %(turn_id)s AND author = 'bot' ORDER BY seq"


@asynccontextmanager
async def ways_of_asking(stack: Stack) -> AsyncIterator[Mapping[str, Ask]]:
    """Every channel of this installation, by name."""
    async with (
        httpx.AsyncClient(timeout=30.0) as http,
        OutsideBank(stack.bank_address, stack.bank_keys, patience_s=20.0) as bank,
        open_custody(Settings(data=stack.data)) as custody,
    ):

        async def on_the_web(language: str, words: str) -> Facts:
            talk = await Talk(http, [stack.address]).open(await bank.login_token(_CUSTOMER), locale=LOCALES[language])
            try:
                return await _facts(custody, await talk.say(words, wait_s=30.0))
            finally:
                await _leave(custody, talk.conversation_id)

        yield {"web": on_the_web}


async def _leave(custody: Custody, conversation_id: str) -> None:
    """As if the customer had been away for days: the next question begins a conversation of its own."""
    async with custody.store.begin(custody.tenant) as uow:
        await uow.run(
            "UPDATE conversations SET last_at = last_at - interval '3 days' WHERE conversation_id = %(id)s::uuid",
            id=conversation_id,
        )


async def _facts(custody: Custody, reply: Reply) -> Facts:
    async with custody.store.begin(custody.tenant) as uow:
        rows = await uow.rows(_KEYS, turn_id=reply.turn_id)
    said = [key for row in rows for key in row["reply_keys"]]
    articles = [source["id"] for source in reply.sources]
    return facts_of(texts_of(reply.parts), said, list(reply.options), articles)
