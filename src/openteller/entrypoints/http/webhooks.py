"""What providers and the bank send us: signature over the raw bytes first, 200 after the commit (CH-01, CH-04)."""

from __future__ import annotations

import json
from dataclasses import replace

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from openteller.capabilities.privacy.normalise import clean
from openteller.domain.assurance import TenantId
from openteller.domain.conversations import Inbound
from openteller.domain.errors import CustomerError, NotFound
from openteller.domain.texts import PersonalText
from openteller.entrypoints.http.customer_api import TellerDep

log = structlog.get_logger(__name__)
router = APIRouter(prefix="/v1", tags=["webhooks"])


@router.post("/channels/{tenant}/{channel}")
async def channel_webhook(tenant: str, channel: str, request: Request, teller: TellerDep) -> JSONResponse:
    """Messages of a foreign channel, each taken once however often they are delivered."""
    adapter = teller.kit.channels.get(channel)
    if adapter is None or tenant != teller.tenant:
        raise NotFound("unknown_channel", "there is no such channel")
    body = await request.body()
    messages = adapter.parse(
        body, {key.lower(): value for key, value in request.headers.items()}, teller.kit.clock.now()
    )
    received = []
    for message in messages:
        try:
            await teller.reception.receive_from_channel(TenantId(tenant), channel, _tidy(message))
            received.append(message)
        except CustomerError as error:  # sent again it would be as wrong, and hold up the ones behind it (RL-04)
            log.warning("message of a channel refused", channel=channel, code=error.code)
    return JSONResponse(adapter.receipt(received))


def _tidy(message: Inbound) -> Inbound:
    """The words as a web customer's: half characters replaced, invisible ones gone. CustomerError for ids of no use."""
    if not (message.external_id.isprintable() and message.handle.isprintable() and message.handle):
        raise CustomerError("invalid_field", "ids and handles are printable", field="id")
    whole = message.text.value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return replace(message, text=PersonalText(clean(whole)))


@router.post("/bank/{tenant}/step-ups")
async def step_up_answered(tenant: str, request: Request, teller: TellerDep) -> JSONResponse:
    """The customer has answered in the bank's app. What they answered is asked of the bank, not believed from here."""
    if tenant != teller.tenant:
        raise NotFound("unknown_tenant", "there is no such tenant")
    body = await request.body()
    signature = request.headers.get("x-bank-signature", "")
    try:
        content = teller.kit.identity.verify_callback(body, signature, teller.kit.clock.now())
    except json.JSONDecodeError as error:
        raise CustomerError("malformed_json", "the callback is not JSON") from error
    challenge_id = content.get("challenge_id")
    if not isinstance(challenge_id, str):
        raise CustomerError("invalid_field", "challenge_id is a string", field="challenge_id")
    await teller.step_ups.answered(TenantId(tenant), challenge_id)
    return JSONResponse({"received": 1})
