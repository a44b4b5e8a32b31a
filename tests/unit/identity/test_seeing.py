"""Whom a message is from: by a login alone; an address on a channel is never an identity (ID-05, ID-06)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openteller.capabilities.identity.grants import anonymous_grant, linked_grant, open_grant
from openteller.capabilities.identity.sessions import ABSOLUTE, Session
from openteller.domain.actions import Action, ActionKind
from openteller.domain.assurance import CustomerRef, Level, SubjectId
from openteller.domain.conversations import ChannelCommand, Holder, Inbound, InboxKind, TurnId
from openteller.domain.flows import ActDone, DialogueState
from openteller.domain.money import Money
from openteller.domain.replies import Phrase, Reply, RowPhrase
from openteller.domain.texts import PersonalText
from openteller.domain.understanding import Understanding
from openteller.loops.conversation import channel_rules, linking, reception
from openteller.loops.conversation.chats import Chat
from openteller.loops.conversation.perform import Performer
from openteller.loops.conversation.performed import Performed
from openteller.loops.conversation.reception import Received, Reception
from openteller.loops.conversation.seeing import see
from openteller.testing.twin_bank import ACCOUNTS, PAYEES
from openteller.testing.twins import START, SettableClock
from tests.unit.conversation.script import ADA, BEN, CONVERSATION, TENANT, Script, a_conversation, a_kit, heard_from
from tests.unit.conversation.shipped import the_policy

CUSTOMER, CHAT = CustomerRef("c-000001"), SubjectId(UUID(int=21))
SESSION = Session(UUID(int=15), ADA, CONVERSATION, Level.LOGGED_IN, START, START + ABSOLUTE)
VISITOR = replace(SESSION, subject=CHAT, level=Level.ANONYMOUS)
HEAD = {
    "conversation_id": CONVERSATION,
    "subject_id": CHAT,
    "channel": "telegram",
    "locale": "en-GB",
    "time_zone": "UTC",
    "holder": "with_bot",
    "last_seq": 0,
    "pack_version": "1",
    "fence": 1,
    "agent": None,
}
MONEY = Action(ActionKind.TRANSFER, source=ACCOUNTS[0], to=PAYEES[0], amount=Money(1_000, "GBP"))


def told(*, link: SubjectId | None, session: Session | None) -> Script:
    """What is on record of a chat: whose it is since yesterday, and the session of a login."""

    def links(values: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        return [{"sealed": CUSTOMER.encode()}] if values["subject"] in (ADA, BEN) else ()

    linked = [] if link is None else [{"subject_id": link, "linked_at": START - timedelta(days=1)}]
    known = {name: getattr(session, name, None) for name in Session.__slots__ if name != "subject"}
    found = [] if session is None else [{**known, "subject_id": session.subject}]
    return Script({"FROM sessions": found, "SELECT subject_id, linked_at": linked, "SELECT sealed": links})


async def seen_level(script: Script, channel: str, session_id: UUID | None, now: datetime) -> tuple[Level, bool]:
    kit = a_kit(script, SettableClock(now), policy=the_policy())
    seen = await see(kit, script, a_conversation(channel, CHAT), session_id, now)
    assert (seen.grant.customer is None) == (seen.grant.level is Level.ANONYMOUS)
    return seen.grant.level, seen.linked_since is not None


@given(
    channel=st.sampled_from(["telegram", "webhook", "carrier_pigeon", "web"]),
    linked=st.booleans(),
    session=st.sampled_from([None, SESSION, replace(SESSION, subject=BEN), VISITOR]),
    seconds=st.integers(0, 900),
)
async def test_nothing_but_a_login_that_lives_opens_the_books_id_05(
    channel: str, *, linked: bool, session: Session | None, seconds: int
) -> None:
    """Any address, any link, any session: logged in is who came by a login of the link's own customer, on a channel
    that the bank has opened, within five minutes.
    """
    script = told(link=ADA if linked else None, session=session)
    session_id = session.session_id if session is not None else None
    level, _ = await seen_level(script, channel, session_id, START + timedelta(seconds=seconds))
    login = session is not None and session.level is Level.LOGGED_IN and seconds <= 300
    if channel == "web":
        assert (level is Level.LOGGED_IN) == login
    elif channel != "telegram" or not linked:
        assert level is Level.ANONYMOUS
    else:
        mine = login and session is not None and session.subject == ADA
        assert level is (Level.LOGGED_IN if mine else Level.LINKED)


def test_what_a_link_opens_is_a_card_to_be_made_safe_and_an_address_opens_nothing_id_05() -> None:
    assert linked_grant(TENANT, ADA, CUSTOMER, START).level is Level.LINKED
    nobody = anonymous_grant(TENANT, ADA, START)
    assert (nobody.level, nobody.customer) == (Level.ANONYMOUS, None)
    capped = open_grant(TENANT, SESSION, CUSTOMER, START, at_most=Level.LINKED)
    assert capped.level is Level.LINKED, "a channel opens at most what the bank says"


@pytest.mark.parametrize(("level", "shown"), [(Level.LOGGED_IN, True), (Level.LINKED, False), (Level.ANONYMOUS, False)])
def test_a_chat_below_a_login_is_shown_nothing_of_the_books_whatever_a_journey_says_id_05(
    level: Level, *, shown: bool
) -> None:
    balance = Reply((Phrase("check_balance.one", {"available": Money(120_000, "GBP")}),))
    facts = Reply((Phrase("x"),), rows=(RowPhrase(Phrase("a"), Phrase("b")),))
    grant = open_grant(TENANT, replace(SESSION, level=level), CUSTOMER, START)
    pack = _Pack()
    kit = a_kit(Script(), policy=the_policy(), channels={}, pack=pack, flows=pack)
    done = Performed(DialogueState(), Holder.WITH_BOT, replies=[balance, facts])
    channel_rules.keep_rule(kit, heard_from(grant, "telegram"), done)
    keys = {key for reply in done.replies for key in reply.keys}
    assert ("check_balance.one" in keys) == shown
    assert any(reply.rows for reply in done.replies) == shown


class _Pack:
    """As much of a pack as the way to a login needs."""

    login_url = chat_link_url = "https://bank.example/login"
    emergency_phone = "+44"
    urgent: frozenset[str] = frozenset()


# --- links (ID-06) --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "moves"), [(0, False), (23.99, False), (24, True)])
async def test_a_fresh_link_moves_no_money_for_a_day_id_06(hours: float, *, moves: bool) -> None:
    grant = open_grant(TENANT, SESSION, CUSTOMER, START)
    heard = heard_from(grant, "telegram", linked_since=START - timedelta(hours=hours))
    performer = Performer(a_kit(Script(), policy=the_policy()), heard, cast("Understanding", None))
    outcome = await performer._propose(MONEY, Reply((Phrase("x"),)))
    assert bool(performer._done.replies) == moves
    if not moves:
        assert isinstance(outcome, ActDone)
        assert outcome.result.reason == "not_on_channel"


@pytest.mark.parametrize(("chat", "channel", "links"), [(CHAT, "telegram", True), (BEN, "telegram", False)])
async def test_a_code_opens_in_the_chat_that_its_ticket_came_from_and_in_no_other_id_06(
    chat: SubjectId, channel: str, *, links: bool
) -> None:
    script = Script({"FROM conversations": [HEAD]})
    code = linking._pack(CONVERSATION.bytes + ADA.bytes, bytes(16))
    found = await linking.redeem(a_kit(script), script, channel, chat, code)
    assert found == (ADA if links else None)
    assert script.values("DELETE FROM used_tokens"), "and it is used up either way"
    script.answers["DELETE FROM used_tokens"] = 0
    assert await linking.redeem(a_kit(script), script, channel, CHAT, code) is None


@pytest.mark.parametrize("linked_to", [None, ADA])
async def test_a_new_link_is_announced_where_its_owner_already_is_id_06(
    linked_to: SubjectId | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has linked somebody else's chat to their name is seen doing it."""
    told: list[tuple[object, ...]] = []

    async def enter(*_: object) -> Chat:
        return Chat(CHAT, CONVERSATION, "en-GB", InboxKind.TEXT, PersonalText(""), SESSION.session_id, linked_to)

    async def event_in(_self: object, _uow: object, *event: object) -> tuple[None, None]:
        told.append(event)
        return None, None

    async def write(*_: object) -> tuple[Received, None]:
        return Received(TurnId(UUID(int=14)), False), None

    monkeypatch.setattr(reception, "enter", enter)
    monkeypatch.setattr(Reception, "event_in", event_in)
    monkeypatch.setattr(Reception, "_write", write)
    script = Script({"FROM inbox": (), "SELECT sealed": (), "FROM conversations": [HEAD]})
    message = Inbound("m-1", "handle", InboxKind.TEXT, PersonalText("hello"))
    await Reception(a_kit(script), cast("Any", None)).receive_from_channel(TENANT, "telegram", message)
    announced = (CONVERSATION, InboxKind.COMMAND, str(SESSION.session_id), ChannelCommand.LINKED_ELSEWHERE)
    assert told == ([] if linked_to is None else [announced])
