"""A plain signed webhook channel: any messaging system can be bridged to it, and the fault laboratory's channel is one.

In: ``POST`` with ``X-Signature: t=<unix seconds>,v1=<hex HMAC-SHA-256 of "<t>." + raw body>`` and a body
``{"messages": [{"id", "from", "text", "locale"?} or {"id", "from", "choice"}]}``. Out: a ``POST`` of ``{"message_id",
"to", "parts"}`` to the provider's address, signed the same way, repeated with the same ``message_id`` until the
provider has said 2xx.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from openteller.adapters.channels.given import Given
from openteller.domain.conversations import (
    ChartPart,
    ChoicePart,
    FactsPart,
    Inbound,
    InboxKind,
    LinkPart,
    Part,
    SourcePart,
    TextPart,
)
from openteller.domain.errors import AdapterError, CustomerError, NotAllowed
from openteller.domain.replies import CheckedReply
from openteller.domain.texts import PersonalText
from openteller.ports import Clock

_AGE = timedelta(minutes=5)
_TIMEOUT_S = 5.0
_PART_NAMES: Mapping[type[Part], str] = {
    TextPart: "text",
    ChoicePart: "choice",
    FactsPart: "facts",
    LinkPart: "link",
    SourcePart: "source",
}


def sign(secret: bytes, body: bytes, at: datetime) -> str:
    """The value of ``X-Signature`` for a body."""
    stamp = int(at.timestamp())
    return f"t={stamp},v1={hmac.new(secret, f'{stamp}.'.encode() + body, hashlib.sha256).hexdigest()}"


def connect(given: Given, clock: Clock) -> WebhookChannel:
    """The channel as OPENTELLER_CHANNELS describes it."""
    given.refuse_others("send_to", "secret_file")
    secret = given.secrets("secret_file")[0].encode()
    return WebhookChannel(given.name, secret=secret, send_to=given.text("send_to"), clock=clock)


class WebhookChannel:
    """One such channel. Both directions share ``secret``; ``send_to`` is the provider's address."""

    max_length = 4000
    buttons = 30
    way_back = ""

    def __init__(self, name: str, *, secret: bytes, send_to: str, clock: Clock) -> None:
        self.name = name
        self._secret = secret
        self._send_to = send_to
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=_TIMEOUT_S)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def parse(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[Inbound]:
        """The messages of a body whose signature holds."""
        self._check(body, headers.get("x-signature", ""), now)
        try:
            messages = json.loads(body)["messages"]
            return [_message(row) for row in messages]
        except (ValueError, KeyError, TypeError) as error:
            raise CustomerError("bad_webhook", "the body is not of this channel's form") from error

    def receipt(self, messages: Sequence[Inbound]) -> Mapping[str, object]:
        """How many were taken."""
        return {"received": len(messages)}

    async def send(self, handle: str, reply: CheckedReply, *, message_id: UUID) -> None:
        """One POST, signed. AdapterError (retryable) unless the provider says 2xx."""
        shown = [part for part in reply.parts if not isinstance(part, ChartPart)]  # its facts stand beside it as rows
        parts = [{"type": _PART_NAMES[type(part)], **asdict(part)} for part in shown]
        body = json.dumps({"message_id": str(message_id), "to": handle, "parts": parts}, default=str).encode()
        headers = {"X-Signature": sign(self._secret, body, self._clock.now()), "Content-Type": "application/json"}
        try:
            response = await self._client.post(self._send_to, content=body, headers=headers)
            response.raise_for_status()
        except httpx.HTTPError as error:
            raise AdapterError(f"channel {self.name} did not take the message", retryable=True) from error

    def _check(self, body: bytes, signature: str, now: datetime) -> None:
        parts = dict(part.partition("=")[::2] for part in signature.split(","))
        stamp = parts.get("t", "")
        if not stamp.isdecimal() or not stamp.isascii():
            raise NotAllowed("bad_signature", "the webhook is not signed")
        at = datetime.fromtimestamp(int(stamp[:10]), UTC)
        wanted = sign(self._secret, body, at)
        if not hmac.compare_digest(wanted.encode(), signature.encode()) or abs(now - at) > _AGE:
            raise NotAllowed("bad_signature", "the signature of the webhook is wrong or old")


def _message(row: Mapping[str, Any]) -> Inbound:
    external_id, handle = row["id"], row["from"]
    kind = InboxKind.CHOICE if "choice" in row else InboxKind.TEXT
    text = row["choice"] if "choice" in row else row["text"]
    locale = row.get("locale", "")
    if not all(isinstance(value, str) for value in (external_id, handle, text, locale)):
        raise TypeError("id, from, text and locale are strings")
    return Inbound(external_id, handle, kind, PersonalText(text), locale[:35])
