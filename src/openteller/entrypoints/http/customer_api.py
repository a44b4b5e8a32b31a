"""REST for customers' faces, version 1. The contract is docs/reference/api.md."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from openteller.bootstrap import Teller
from openteller.capabilities.identity.sessions import Session
from openteller.capabilities.privacy.normalise import clean
from openteller.domain.assurance import Level
from openteller.domain.conversations import InboxKind
from openteller.domain.errors import CustomerError, NotAllowed, NotFound
from openteller.domain.texts import PersonalText
from openteller.entrypoints.http import charts
from openteller.entrypoints.http.doorman import RateLimits
from openteller.entrypoints.http.wire import message_json, time_json
from openteller.loops.conversation.front_door import Opened
from openteller.loops.conversation.reception import Received

MAX_TEXT = 4000
_ZONES = available_timezones()
router = APIRouter(prefix="/v1", tags=["customer"])


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class OpenSession(_Strict):
    """``login_token`` is the bank's, if the customer has logged in there; ``locale`` the browser's or the app's."""

    locale: str | None = Field(default=None, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}$")
    time_zone: str = "UTC"
    login_token: str | None = Field(default=None, max_length=4096)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in _ZONES:
            raise ValueError("a time zone of the IANA list, such as Europe/London")
        return value


class Login(_Strict):
    """A token of the bank's login."""

    login_token: str = Field(max_length=4096)


class ClientId(_Strict):
    """The client's own id of this act; the same one again has no second effect."""

    client_id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")


class Send(ClientId):
    """Words, or a button that was offered."""

    text: str | None = Field(default=None, max_length=MAX_TEXT)
    choice: str | None = Field(default=None, min_length=1, max_length=200)

    @model_validator(mode="after")
    def _one_of_both(self) -> Send:
        if (self.text is None) == (self.choice is None):
            raise ValueError("either text or choice")
        return self

    def content(self) -> tuple[InboxKind, PersonalText]:
        """What is received: cleaned of invisible characters. CustomerError for text that is no text."""
        if self.choice is not None:
            return InboxKind.CHOICE, PersonalText(clean(self.choice))
        text = clean(self.text or "")
        if not text.strip():
            raise CustomerError("empty_text", "there are no words in this message", field="text")
        return InboxKind.TEXT, PersonalText(text)


class Thumb(_Strict):
    """A thumb up or down."""

    good: bool


def teller_of(request: Request) -> Teller:
    """The application's parts."""
    teller: Teller = request.app.state.teller
    return teller


def limits_of(request: Request) -> RateLimits:
    """The application's rate limits."""
    limits: RateLimits = request.app.state.limits
    return limits


TellerDep = Annotated[Teller, Depends(teller_of)]
LimitsDep = Annotated[RateLimits, Depends(limits_of)]


def bearer(authorization: Annotated[str, Header()] = "") -> str:
    """The session token of the Authorization header."""
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or not token or not token.isascii():
        raise NotAllowed("no_session", "send the session token as Authorization: Bearer …")
    return token


TokenDep = Annotated[str, Depends(bearer)]


async def session_of(teller: TellerDep, token: TokenDep) -> Session:
    """The live session of the caller."""
    return await teller.front_door.find(teller.tenant, token)


SessionDep = Annotated[Session, Depends(session_of)]


def own(session: Session, conversation_id: UUID) -> None:
    """Somebody else's conversation is as absent as one that never was (AZ-01)."""
    if session.conversation_id != conversation_id:
        raise NotFound("unknown_conversation", "there is no such conversation")


def spend(limits: RateLimits, session: Session) -> None:
    """One message of this session against its limit."""
    limits.spend("known" if session.level >= Level.LOGGED_IN else "anonymous", str(session.session_id))


def _opened(opened: Opened) -> dict[str, object]:
    session = opened.session
    return {
        "session_token": opened.token,
        "conversation_id": str(session.conversation_id),
        "level": int(session.level),
        "expires_at": time_json(session.expires_at),
        "strings_url": "/v1/strings",
    }


def received_json(received: Received) -> dict[str, object]:
    """What the sender is told."""
    return {"turn_id": str(received.turn_id), "duplicate": received.duplicate}


@router.post("/sessions", status_code=201)
async def open_session(body: OpenSession, request: Request, teller: TellerDep, limits: LimitsDep) -> JSONResponse:
    """Begin: a visitor, or a customer with a token of the bank's login."""
    limits.spend("sessions", request.client.host if request.client else "-")
    opened = await teller.front_door.open(
        teller.tenant, locale=body.locale, time_zone=body.time_zone, login_token=body.login_token
    )
    return JSONResponse(_opened(opened), 201)


@router.post("/sessions/login")
async def login(body: Login, request: Request, teller: TellerDep, token: TokenDep, limits: LimitsDep) -> JSONResponse:
    """The visitor logs in; the thread goes on under a new session token."""
    limits.spend("sessions", request.client.host if request.client else "-")
    await teller.front_door.find(teller.tenant, token)
    return JSONResponse(_opened(await teller.front_door.login(teller.tenant, token, body.login_token)))


@router.delete("/sessions", status_code=204)
async def close_session(teller: TellerDep, token: TokenDep) -> Response:
    """Log out; the token is dead at once."""
    await teller.front_door.close(teller.tenant, token)
    return Response(status_code=204)


@router.post("/socket-tickets", status_code=201)
async def socket_ticket(teller: TellerDep, session: SessionDep) -> JSONResponse:
    """A single-use ticket for opening the socket."""
    ticket, expires_at = await teller.front_door.ticket(teller.tenant, session)
    return JSONResponse({"ticket": ticket, "expires_at": time_json(expires_at)}, 201)


@router.get("/conversations/{conversation_id}/messages")
async def messages(conversation_id: UUID, teller: TellerDep, session: SessionDep, after: int = 0) -> JSONResponse:
    """The thread from ``after`` on."""
    own(session, conversation_id)
    thread = await teller.reading.thread(teller.tenant, session, max(after, 0))
    return JSONResponse(
        {
            "conversation_id": str(conversation_id),
            "holder": str(thread.holder),
            "agent": thread.agent,
            "messages": [message_json(message) for message in thread.messages],
            "next": thread.messages[-1].seq if thread.messages else max(after, 0),
        }
    )


@router.post("/conversations/{conversation_id}/messages", status_code=202)
async def send(
    conversation_id: UUID, body: Send, teller: TellerDep, session: SessionDep, limits: LimitsDep
) -> JSONResponse:
    """Say something. 202 once it is on disk; the reply comes over the socket or by reading on."""
    own(session, conversation_id)
    spend(limits, session)
    kind, text = body.content()
    received = await teller.reception.receive(teller.tenant, session, body.client_id, kind, text)
    return JSONResponse(received_json(received), 202)


@router.post("/conversations/{conversation_id}/person", status_code=202)
async def person(
    conversation_id: UUID, body: ClientId, teller: TellerDep, session: SessionDep, limits: LimitsDep
) -> JSONResponse:
    """The always-visible way to a person: a limit of its own, which no other message can use up."""
    own(session, conversation_id)
    limits.spend("person", str(session.session_id))
    received = await teller.reception.receive(
        teller.tenant, session, body.client_id, InboxKind.PERSON, PersonalText("")
    )
    return JSONResponse(received_json(received), 202)


@router.put("/conversations/{conversation_id}/turns/{turn_id}/thumb", status_code=204)
async def thumb(
    conversation_id: UUID, turn_id: UUID, body: Thumb, teller: TellerDep, session: SessionDep, limits: LimitsDep
) -> Response:
    """Was this answer good? The last thumb counts."""
    own(session, conversation_id)
    spend(limits, session)
    await teller.feedback.thumb(teller.tenant, session, turn_id, good=body.good)
    return Response(status_code=204)


@router.get("/conversations/{conversation_id}/transcript")
async def transcript(conversation_id: UUID, teller: TellerDep, session: SessionDep) -> PlainTextResponse:
    """The whole thread as plain text, to keep."""
    own(session, conversation_id)
    text = await teller.reading.transcript(teller.tenant, session)
    headers = {"Content-Disposition": f'attachment; filename="conversation-{conversation_id}.txt"'}
    return PlainTextResponse(text, headers=headers)


@router.get("/conversations/{conversation_id}/charts/{message_id}.svg")
async def chart(conversation_id: UUID, message_id: UUID, teller: TellerDep, session: SessionDep) -> Response:
    """The picture of a message's chart, for the owner of the conversation."""
    own(session, conversation_id)
    found, locale = await teller.reading.chart(teller.tenant, session, message_id)
    rows = [(bar.label, bar.value, round(bar.length * 1000)) for bar in found.bars]
    rtl = teller.kit.voice.direction(locale) == "rtl"
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return Response(charts.bars(rows, right_to_left=rtl), media_type=charts.CONTENT_TYPE, headers=headers)


@router.get("/strings")
async def strings(teller: TellerDep, locale: str = "en-GB") -> JSONResponse:
    """What a face says of its own (buttons, labels), in the best language the pack has."""
    return JSONResponse(teller.face_strings(locale[:35]), headers={"Cache-Control": "public, max-age=300"})
