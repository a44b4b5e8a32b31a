"""Where the bank's own pages hand in a chat's ticket after a login (loops/conversation/linking.py)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from openteller.entrypoints.http.customer_api import LimitsDep, TellerDep

router = APIRouter(prefix="/v1", tags=["channels"])


class BeginLink(BaseModel):
    """``ticket`` is that of the chat's link, ``login_token`` the bank's for whoever has followed it and logged in."""

    model_config = ConfigDict(extra="forbid", strict=True)

    ticket: str = Field(max_length=200)
    login_token: str = Field(max_length=4096)


@router.post("/channel-links", status_code=201)
async def begin_link(body: BeginLink, request: Request, teller: TellerDep, limits: LimitsDep) -> JSONResponse:
    """The customer has logged in and wants this chat: ``return_url`` leads back into it and finishes the link there.

    401 for a ticket or a login that is not good any more. The link stands only once the code has come back from the
    very chat that the ticket was sent to.
    """
    limits.spend("sessions", request.client.host if request.client else "-")
    back = await teller.link_chat(body.ticket, body.login_token)
    return JSONResponse({"channel": back.channel, "return_url": back.address}, 201)
