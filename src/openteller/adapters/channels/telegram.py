"""Telegram, by its Bot API (https://core.telegram.org/bots/api). How to set it up: docs/how-to/connect-telegram.md.

Telegram proves itself by a secret in a header and signs nothing: a delivery that was overheard could be played again
for ever, so each one is claimed once (CH-02). It knows no idempotency key: a message whose answer was lost is sent
again. Nothing here writes the token anywhere; the address of every call holds it, so httpx's own words are kept out.
"""

from __future__ import annotations

import hmac
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import httpx

from openteller.adapters.channels.given import Given
from openteller.adapters.channels.telegram_messages import LONGEST, MOST_BUTTONS, Call, calls
from openteller.adapters.channels.telegram_updates import read_update
from openteller.domain.conversations import Inbound
from openteller.domain.errors import AdapterError, Busy, CustomerError, NotAllowed, Undeliverable
from openteller.domain.replies import CheckedReply
from openteller.ports import Clock

_HEADER = "x-telegram-bot-api-secret-token"
_TIMEOUT_S = 10.0
_REMEMBERED = 10_000
_GONE = ("chat not found", "user not found", "peer_id_invalid")
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_SHORTEST_WAIT_S, _LONGEST_WAIT_S = 1.0, 3600.0


def connect(given: Given, clock: Clock) -> TelegramChannel:
    """The channel as OPENTELLER_CHANNELS describes it."""
    given.refuse_others("bot", "token_file", "secret_file", "api", "way_back")
    bot = given.text("bot").removeprefix("@")
    return TelegramChannel(
        given.name,
        token=given.secrets("token_file")[0],
        secrets=given.secrets("secret_file"),
        api=given.text("api", "https://api.telegram.org").rstrip("/"),
        way_back=given.text("way_back", f"https://t.me/{bot}?start={{code}}"),
        clock=clock,
    )


class TelegramChannel:
    """One bot. ``secrets`` are those that a webhook may carry, ``token`` is what BotFather has given out."""

    max_length = LONGEST
    buttons = MOST_BUTTONS

    def __init__(
        self,
        name: str,
        *,
        token: str,
        secrets: Sequence[str],
        api: str,
        way_back: str,
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.name = name
        self.way_back = way_back
        self._secrets = tuple(secret.encode() for secret in secrets)
        self._address = f"{api}/bot{token}"
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=_TIMEOUT_S, transport=transport)
        self._taken: OrderedDict[tuple[UUID, int], None] = OrderedDict()
        self._not_before: OrderedDict[str, datetime] = OrderedDict()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def parse(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[Inbound]:  # noqa: ARG002
        """What an update says. One of a form that we do not know says nothing: refused, it would come for ever."""
        shown = headers.get(_HEADER, "").encode()
        if not sum(hmac.compare_digest(shown, secret) for secret in self._secrets):
            raise NotAllowed("bad_signature", "the webhook does not carry the secret of this bot")
        try:
            update = json.loads(body)
        except ValueError as error:
            raise CustomerError("bad_webhook", "the body is not an update of the Bot API") from error
        try:
            return list(read_update(update))
        except (KeyError, TypeError, ValueError, AttributeError):
            return []

    def receipt(self, messages: Sequence[Inbound]) -> Mapping[str, object]:
        """A call in the answer to the webhook: it stops the little clock on a button that was pressed."""
        pressed = next((message.answer_to for message in messages if message.answer_to), None)
        return {"method": "answerCallbackQuery", "callback_query_id": pressed} if pressed else {}

    async def send(self, handle: str, reply: CheckedReply, *, message_id: UUID) -> None:
        """One call for each piece. Pieces that this process knows to be taken are not sent again."""
        chat_id = handle.partition(":")[0]
        wait = self._not_before.get(chat_id)
        if wait is not None and self._clock.now() < wait:
            raise Busy("telegram wants this chat left alone", retry_after_s=(wait - self._clock.now()).total_seconds())
        for index, call in enumerate(calls(chat_id, reply.parts)):
            if (message_id, index) not in self._taken:
                await self._call("sendMessage", call)
                _remember(self._taken, (message_id, index), None)

    async def _call(self, method: str, content: Call) -> None:
        try:
            response = await self._client.post(f"{self._address}/{method}", json=content)
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:  # the message names the address, and that the token
            raise AdapterError(f"telegram: {method}: {type(error).__name__}", retryable=True) from None
        if not isinstance(answer, dict) or answer.get("ok") is not True:
            self._refused(method, str(content["chat_id"]), response.status_code, answer)

    def _refused(self, method: str, chat_id: str, status: int, answer: Any) -> None:
        said = answer if isinstance(answer, dict) else {}
        code = said["error_code"] if isinstance(said.get("error_code"), int) else status
        description = str(said.get("description", ""))[:200]
        why = f"telegram: {method}: {code} {description}"
        match code:
            case 429:
                raise self._busy(chat_id, why, said.get("parameters"))
            case 403:
                raise Undeliverable(why, gone=True)
            case 400:
                raise Undeliverable(why, gone=any(words in description.lower() for words in _GONE))
        raise AdapterError(why, retryable=True)  # 401 and 404 too: the token is wrong, and what waits is not lost

    def _busy(self, chat_id: str, why: str, parameters: Any) -> Busy:
        asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
        seconds = float(asked) if isinstance(asked, int | float) else _SHORTEST_WAIT_S
        seconds = min(max(seconds, _SHORTEST_WAIT_S), _LONGEST_WAIT_S)
        _remember(self._not_before, chat_id, self._clock.now() + timedelta(seconds=seconds))
        return Busy(why, retry_after_s=seconds)


def _remember(known: OrderedDict[_Key, _Value], key: _Key, value: _Value) -> None:
    known[key] = value
    known.move_to_end(key)
    while len(known) > _REMEMBERED:
        known.popitem(last=False)
