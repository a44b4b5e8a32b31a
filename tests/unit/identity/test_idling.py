"""How long a login opens anything: five idle minutes, on the server, whatever is read or played again (ID-03)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from openteller.capabilities.identity import sessions
from openteller.capabilities.identity.grants import login_grant, open_grant
from openteller.capabilities.identity.sessions import ABSOLUTE, Session
from openteller.domain.assurance import CustomerRef, Level, LoginClaims
from openteller.domain.errors import NotAllowed
from openteller.loops.conversation import chats
from openteller.loops.conversation.reception import Reception
from openteller.loops.conversation.step_ups import StepUps
from openteller.testing.twins import START, SettableClock
from tests.unit.conversation.script import ADA, CONVERSATION, TENANT, Script, a_kit

CUSTOMER = CustomerRef("c-000001")
SESSION = Session(UUID(int=15), ADA, CONVERSATION, Level.LOGGED_IN, START, START + ABSOLUTE)
VISITOR = replace(SESSION, level=Level.ANONYMOUS)
TIMES = [(0, True), (299, True), (300, True), (301, False), (3_600, False)]


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def row(session: Session) -> Mapping[str, Any]:
    known = {name: getattr(session, name) for name in Session.__slots__ if name != "subject"}
    return {**known, "subject_id": session.subject}


def stored(session: Session) -> Script:
    """A database with this session and no other."""
    return Script({"FROM sessions": [row(session)], "FROM action_intents": [_INTENT]})


_INTENT = {
    "intent_id": UUID(int=7),
    "conversation_id": CONVERSATION,
    "subject_id": ADA,
    "kind": "transfer",
    "state": "confirmed",
    "level": 2,
    "sealed": b"",
    "challenge_id": "ch-1",
    "reference": None,
    "shown_at": START,
    "expires_at": START + timedelta(minutes=5),
}


@pytest.mark.parametrize(("seconds", "alive"), TIMES)
def test_a_grant_is_open_for_five_idle_minutes_and_no_longer_id_03(seconds: int, *, alive: bool) -> None:
    grant = open_grant(TENANT, SESSION, CUSTOMER, after(seconds))
    assert (grant.level, grant.customer) == ((Level.LOGGED_IN, CUSTOMER) if alive else (Level.ANONYMOUS, None))
    if alive:
        assert grant.expires_at == after(300), "it says itself when it closes"


@pytest.mark.parametrize(("seconds", "alive"), TIMES)
@pytest.mark.parametrize("find", ["by its token", "as it is now"])
async def test_an_idle_session_opens_no_door_id_03(find: str, seconds: int, *, alive: bool) -> None:
    script, now = stored(SESSION), after(seconds)

    async def found() -> Session:
        if find == "by its token":
            return await sessions.find_session(script, "token", now)
        return await sessions.live_session(script, SESSION.session_id, now)

    if alive:
        assert await found() == SESSION
        return
    with pytest.raises(NotAllowed) as refused:
        await found()
    assert refused.value.code == "session_idle"


async def test_no_session_outlives_its_day_however_busy_it_is_id_03() -> None:
    busy = replace(SESSION, last_active_at=START + ABSOLUTE)
    assert open_grant(TENANT, busy, CUSTOMER, busy.expires_at).level is Level.ANONYMOUS
    assert open_grant(TENANT, busy, CUSTOMER, busy.expires_at - timedelta(seconds=1)).expires_at == busy.expires_at
    for found in (
        sessions.find_session(stored(busy), "token", busy.expires_at),
        sessions.live_session(stored(busy), busy.session_id, busy.expires_at),
    ):
        with pytest.raises(NotAllowed, match=r"expired|ended"):
            await found


def test_a_visitor_who_has_nothing_to_lose_may_take_a_break_id_03() -> None:
    assert not sessions.is_idle(VISITOR, after(3_600))
    assert open_grant(TENANT, VISITOR, None, after(0)).customer is None


def test_a_login_that_was_just_verified_ends_with_its_token_id_03() -> None:
    claims = LoginClaims(CUSTOMER, "t-1", after(60))
    assert login_grant(TENANT, ADA, claims, START).expires_at == after(60)
    assert login_grant(TENANT, ADA, claims, after(90)).expires_at == after(90)


@pytest.mark.parametrize(("seconds", "touched"), TIMES)
async def test_a_chats_message_prolongs_a_live_login_and_revives_no_idle_one_id_03(
    seconds: int, *, touched: bool
) -> None:
    script, clock = stored(SESSION), SettableClock(after(seconds))
    assert await chats._session(a_kit(script, clock), script, CONVERSATION) == SESSION.session_id
    assert bool(script.values("UPDATE sessions SET last_active_at")) == touched


@pytest.mark.parametrize(("seconds", "touched"), TIMES)
async def test_an_answer_in_the_app_revives_no_idle_login_id_03(seconds: int, *, touched: bool) -> None:
    class Silent:
        async def event(self, *_: object) -> None:
            pass

    script, clock = stored(SESSION), SettableClock(after(seconds))
    await StepUps(a_kit(script, clock), cast("Reception", Silent())).answered(TENANT, "ch-1")
    assert bool(script.values("UPDATE sessions SET last_active_at")) == touched
