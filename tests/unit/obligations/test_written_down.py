"""No promise without its row: what a sentence promises, and what is written down once (CR-03, CR-09)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from openteller.capabilities.handover.opening import OpeningTimes
from openteller.capabilities.identity.grants import open_grant
from openteller.capabilities.identity.sessions import Session
from openteller.capabilities.obligations.cases import draw_up
from openteller.capabilities.obligations.ledger import open_obligation, refuse_unwritten
from openteller.capabilities.obligations.rules import CaseRule, Clock, Span, load_obligations
from openteller.domain.assurance import CustomerRef, Level
from openteller.domain.conversations import Holder
from openteller.domain.decisions import Answer, Versions
from openteller.domain.errors import InvariantError
from openteller.domain.flows import DialogueState
from openteller.domain.obligations import Obligation
from openteller.domain.replies import Phrase, Promise, Reply
from openteller.domain.understanding import Intent, Signal, Understanding
from openteller.loops.conversation import casework, recording
from openteller.loops.conversation.performed import Performed
from openteller.testing.twins import START
from tests.unit.conversation.script import ADA, CONVERSATION, TENANT, Script, a_kit, heard_from
from tests.unit.conversation.shipped import PACK, the_flows

LONDON = OpeningTimes({day: (time(8), time(20)) for day in range(6)}, "GB", "Europe/London")
RULES = load_obligations([PACK])
SESSION = Session(UUID(int=15), ADA, CONVERSATION, Level.LOGGED_IN, START, START + timedelta(hours=1))
HEARD = heard_from(open_grant(TENANT, SESSION, CustomerRef("c-1"), START))
OPEN = {
    "kind": "complaint",
    "reference": "K7F3-9QXM",
    "opened_at": START,
    "due_on": date(2026, 11, 25),
    "answer_on": date(2027, 1, 19),
}


def a_house(script: Script) -> Any:
    return a_kit(
        script,
        flows=the_flows(),
        obligations=RULES,
        pack=SimpleNamespace(opening=LONDON),
        versions=Versions("test", "1", "m"),
    )


async def test_a_promise_that_no_row_stands_for_is_refused_cr_03() -> None:
    promises = [Promise("call_back", "HB-1"), Promise("complaint_answer", "K7F3-9QXM")]
    await refuse_unwritten(Script({"FROM obligations": [{"found": 1}]}), promises)
    script = Script({"FROM obligations": lambda values: [{}] if values["kind"] == "call_back" else ()})
    with pytest.raises(InvariantError, match="complaint_answer is promised under K7F3-9QXM"):
        await refuse_unwritten(script, promises)


async def test_what_is_said_is_recorded_only_with_the_rows_that_its_promises_need_cr_03(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the commit of the sentence, and after all else was written in it."""
    script = Script({"INSERT INTO obligations": 1, "FROM obligations": (), "FROM inbox": ()})
    promised = SimpleNamespace(promises=(Promise("call_back", "HB-1"),))
    kit = a_kit(
        script, voice=SimpleNamespace(say=lambda *_: promised), versions=Versions("test", "1", "m"), observe=print
    )

    async def said(*_: object) -> list[Any]:
        return []

    async def written(*_: object, **__: object) -> tuple[int, bytes]:
        return 1, b""

    monkeypatch.setattr(recording, "_bot_says", said)
    monkeypatch.setattr(recording, "_customer_said", said)
    monkeypatch.setattr(recording, "record_turn", written)
    reply = Reply((Phrase("handover.waiting"),))
    performed = Performed(DialogueState(), Holder.WITH_BOT, replies=[reply])
    with pytest.raises(InvariantError, match="no row says so"):
        await recording.record(kit, HEARD, meant(), (), Answer(reply, "test"), performed, START)


def meant(*signals: Signal, intents: tuple[Intent, ...] = ()) -> Understanding:
    return Understanding("en", 1.0, intents, (), signals, 0.0, "by hand")


async def test_an_obligation_keeps_whose_promise_it_is_and_when_its_owner_is_reminded_cr_03() -> None:
    script = Script()
    owed = Obligation(UUID(int=1), "call_back", "HB-1", START, "general", "FCA DISP 1.6.2R", START - timedelta(hours=1))
    await open_obligation(script, owed, CONVERSATION, ADA, START)
    (row,) = script.values("INSERT INTO obligations")
    assert (row["source"], row["alert_at"], row["due_at"]) == ("FCA DISP 1.6.2R", owed.alert_at, START)


def test_a_clock_reminds_its_owner_ahead_names_its_law_and_never_before_the_case_began_cr_03() -> None:
    start = datetime(2026, 11, 27, 12, tzinfo=UTC)
    clocks = (
        Clock("soon", "the law", Span(1, "hours"), timedelta(hours=4)),
        Clock("later", "the bank's own promise", Span(2, "business_days"), timedelta(hours=8)),
    )
    soon, later = draw_up(CaseRule("lost", "care", True, clocks), UUID(int=7), "R", start, LONDON).obligations
    assert (soon.alert_at, soon.due_at) == (start, start + timedelta(hours=1))
    assert later.due_at == datetime(2026, 12, 1, 17, tzinfo=UTC), "a weekend lies between"
    assert later.alert_at == later.due_at - timedelta(hours=8)
    assert (soon.source, later.source) == ("the law", "the bank's own promise")


async def test_who_has_such_a_case_open_is_told_of_it_and_gets_no_other_cr_03() -> None:
    done = Performed(DialogueState(), Holder.WITH_BOT)
    opened = await casework.open_case(a_house(Script({"FROM cases": [OPEN]})), HEARD, done, "complaint")
    assert (opened.case.reference, opened.known, done.writes) == ("K7F3-9QXM", True, [])
    first = await casework.open_case(a_house(Script({"FROM cases": ()})), HEARD, done, "complaint")
    assert (first.known, len(done.writes)) == (False, 1)
    another = await casework.open_case(a_house(Script()), HEARD, done, "dispute")
    assert (another.known, len(done.writes)) == (False, 2), "there may be several disputes"


STOP, FAINT = (Signal("opt_out", chance, active=True) for chance in (0.5, 0.49))


async def test_a_stop_is_written_down_for_offers_and_for_all_that_nobody_asked_for_cr_09() -> None:
    script = Script()
    kit, done = a_house(script), Performed(DialogueState(), Holder.WITH_AGENT)
    casework.stop_if_told(kit, HEARD, done, meant(STOP))
    for write in done.writes:
        await write(script)
    written = {(row["purpose"], row["given"], row["subject"]) for row in script.values("INSERT INTO consents")}
    assert written == {("marketing", False, ADA), ("outreach", False, ADA)}


@pytest.mark.parametrize("meaning", [meant(FAINT), meant(Signal("opt_out", 0.9, active=False)), meant()])
def test_what_is_no_clear_stop_withdraws_nothing_cr_09(meaning: Understanding) -> None:
    done = Performed(DialogueState(), Holder.WITH_BOT)
    casework.stop_if_told(a_house(Script()), HEARD, done, meaning)
    assert done.writes == []


def test_a_stop_that_ends_what_is_under_way_withdraws_nothing_cr_09() -> None:
    flow = the_flows()["transfer_money"]
    frame = cast("Any", SimpleNamespace(flow=flow.name, settled=0))
    busy = heard_from(HEARD.grant, state=DialogueState((frame,)))
    cancel = meant(STOP, intents=(Intent("cancel", 0.9, active=True),))
    done = Performed(DialogueState(), Holder.WITH_BOT)
    casework.stop_if_told(a_house(Script()), busy, done, cancel)
    assert done.writes == []
    casework.stop_if_told(a_house(Script()), busy, done, meant(STOP))
    assert len(done.writes) == 2, "a stop without that is one, whatever is under way"
