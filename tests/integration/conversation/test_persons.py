"""A person on request in every state, and what an agent can and cannot do (CR-01, CR-02, AU-01, complaint 6)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from openteller.domain.conversations import AuthorKind
from openteller.domain.errors import CustomerError, NotFound
from tests.integration.conversation.house import Caller, House

PERSON = "I want to talk to a person"


async def press_yes(caller: Caller) -> None:
    await caller.press((await caller.last()).option("yes:"))


async def nothing(caller: Caller) -> None:
    pass


async def a_slot(caller: Caller) -> None:
    await caller.say("Send money to Anna Smith from my savings account")


async def a_confirmation(caller: Caller) -> None:
    await caller.say("Send £50 to Anna Smith from my savings account")


async def a_step_up(caller: Caller) -> None:
    said = await caller.say("Send £50 to Anna Smith from my savings account")
    await caller.press(said.option("yes:"))


async def a_failed_turn(caller: Caller) -> None:
    await caller.say("qwert zuiop")


async def an_offer(caller: Caller) -> None:
    await caller.say("qwert zuiop")
    await caller.say("asdfg hjkl")


AUDITED = [
    ["session.opened", "staff.account_set", "staff.logged_in"],
    ["customer.logged_in", "turn.decided"],
    ["flow.finished", "turn.decided"],
    ["action.shown", "turn.decided"],
    ["action.confirmed", "step_up.asked", "turn.decided"],
    ["action.authorised", "action.executed", "action.sent", "flow.finished", "turn.decided"],
    ["handover.requested", "turn.decided"],
    ["handover.accepted"],
    ["staff.read_conversation"],
    ["agent.answered"],
    ["handover.returned"],
]
"""What each act leaves, in the order of the acts below."""

STATES = [nothing, a_slot, a_confirmation, a_step_up, a_failed_turn, an_offer]


@pytest.mark.parametrize("how", ["words", "control", "button"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
async def test_a_person_comes_at_once_in_every_state_cr_02(
    house: House, state: Callable[[Caller], Awaitable[None]], how: str
) -> None:
    caller = await house.customer()
    await state(caller)
    match how:
        case "words":
            said = await caller.say(PERSON)
        case "control":
            said = await caller.ask_for_person()
        case _:
            said = await caller.press("person")
    (handover,) = await house.rows("SELECT reference, reason, state FROM handovers")
    assert handover["reason"] == "customer_asked"
    assert handover["reference"] in said.text
    assert (await house.teller.reading.thread(house.tenant, caller.session, 0)).holder == "waiting_for_agent"
    again = await caller.say(PERSON)
    assert handover["reference"] in again.text
    assert len(await house.rows("SELECT reference FROM handovers")) == 1


async def test_a_visitor_who_waits_for_a_login_gets_a_person_too_cr_02(house: House) -> None:
    visitor = await house.visitor()
    await visitor.say("what is my balance?")
    said = await visitor.say(PERSON)
    (handover,) = await house.rows("SELECT reference FROM handovers")
    assert handover["reference"] in said.text


async def test_never_more_than_two_failed_turns_without_a_person_cr_02(house: House) -> None:
    caller = await house.customer()
    said = [await caller.say(words) for words in ("qwert zuiop", "asdfg hjkl", "yxcvb nmqw")]
    assert "person" in said[1].text.lower()
    assert len(await house.rows("SELECT reference FROM handovers")) == 1


async def test_an_agent_takes_answers_and_gives_back_while_the_bot_is_silent(house: House) -> None:
    caller, maya = await house.customer(), await house.agent()
    await caller.say(PERSON)
    waiting, mine = await house.teller.desk.queue(house.tenant, maya)
    assert ([one.conversation_id for one in waiting], list(mine)) == ([caller.conversation_id], [])
    await house.teller.desk.take(house.tenant, maya, caller.conversation_id)
    assert "Maya has joined" in (await caller.last()).text
    assert (await caller.say("what is my balance?")).messages == (), "the bot keeps still"
    await house.teller.desk.say(house.tenant, maya, caller.conversation_id, "Good morning, how can I help?")
    last = (await caller.last()).messages[-1]
    assert (last.author.kind, last.author.name) == (AuthorKind.AGENT, "Maya")
    await house.teller.desk.give_back(house.tenant, maya, caller.conversation_id)
    back = (await caller.last()).text
    assert "AI system and not a person" in back, "said again at human → bot (CR-01)"
    assert "1,200" in (await caller.say("what is my balance?")).text
    owed = await house.rows("SELECT proof FROM obligations WHERE closed_at IS NULL")
    assert list(owed) == []


async def test_another_agent_can_neither_see_nor_answer_nor_end_it(house: House) -> None:
    caller, maya, tom = await house.customer(), await house.agent(), await house.agent("tom")
    await caller.say(PERSON)
    desk, where = house.teller.desk, (house.tenant, tom, caller.conversation_id)
    await desk.take(house.tenant, maya, caller.conversation_id)
    with pytest.raises(CustomerError, match="somebody else"):
        await desk.take(*where)
    for act in (desk.view(*where), desk.say(*where, "hello"), desk.give_back(*where), desk.close(*where)):
        with pytest.raises(NotFound):
            await act
    assert "hello" not in str(await caller.thread())


async def test_an_agent_cannot_act_for_the_customer_tx_08(house: House) -> None:
    """What was shown stays the customer's: an agent has no way to say yes to it."""
    caller, maya = await house.customer(), await house.agent()
    said = await caller.say("Move £20 from my savings account to my current account")
    await caller.say(PERSON)
    await house.teller.desk.take(house.tenant, maya, caller.conversation_id)
    await house.teller.desk.say(house.tenant, maya, caller.conversation_id, "yes, go ahead")
    await caller.press(said.option("yes:"))
    assert house.twin_bank.orders == [], "the bot is silent while a person has the word"


@pytest.mark.parametrize("text", ["Your card is 4111 1111 1111 1111", "Take 4111-1111-1111-1111 please"])
async def test_a_card_number_typed_by_an_agent_is_refused_and_not_kept(house: House, text: str) -> None:
    caller, maya = await house.customer(), await house.agent()
    await caller.say(PERSON)
    await house.teller.desk.take(house.tenant, maya, caller.conversation_id)
    before = len(await caller.thread())
    with pytest.raises(CustomerError):
        await house.teller.desk.say(house.tenant, maya, caller.conversation_id, text)
    assert len(await caller.thread()) == before


async def test_an_agents_sentence_reaches_a_foreign_channel_as_it_was_said(house: House) -> None:
    maya = await house.agent()
    conversation_id = await house.from_channel("+447700900123", PERSON)
    (row,) = await house.rows("SELECT conversation_id FROM handovers")
    await house.teller.desk.take(house.tenant, maya, row["conversation_id"])
    await house.teller.desk.say(house.tenant, maya, row["conversation_id"], "Hello, I'm Maya. Ring us on 0800 1.")
    assert row["conversation_id"] == conversation_id
    assert await house.teller.sweeps.deliver(house.tenant, row["conversation_id"]) == 4
    assert "Ring us on" in str(house.channel.sent[-1][1].parts)


async def test_a_turn_under_way_when_an_agent_takes_over_says_nothing(house: House) -> None:
    import asyncio  # noqa: PLC0415 (one test)

    caller, maya = await house.customer(), await house.agent()
    await caller.say(PERSON)
    house.twin_bank.paused = "after"
    await caller.send("Please freeze my debit card")
    await asyncio.wait_for(house.twin_bank.reached.wait(), 5)
    await house.teller.desk.take(house.tenant, maya, caller.conversation_id)
    house.twin_bank.go_on.set()
    await house.teller.reception.settle()
    await house.teller.sweeps.stranded(house.tenant)
    assert (await caller.last()).messages == ()
    house.clock.advance(seconds=21)
    await house.teller.sweeps.outcomes(house.tenant)
    view = await house.teller.desk.view(house.tenant, maya, caller.conversation_id)
    assert [(one.action.kind, one.state) for one in view.asked] == [("freeze_card", "executed")]


async def test_a_scripted_scenario_leaves_exactly_these_audit_events_au_01(lone_house: House) -> None:
    house = lone_house
    maya = await house.agent()
    caller = await house.visitor()
    desk, where = house.teller.desk, (house.tenant, maya, caller.conversation_id)
    for act in (
        caller.log_in,
        lambda: caller.say("what is my balance?"),
        lambda: caller.say("Send £50 to Anna Smith from my savings account"),
        lambda: press_yes(caller),
        house.in_app,
        lambda: caller.say(PERSON),
        lambda: desk.take(*where),
        lambda: desk.view(*where),
        lambda: desk.say(*where, "Good morning"),
        lambda: desk.give_back(*where),
    ):
        house.clock.advance(seconds=1)
        await act()
    found = await house.events_by_moment()
    assert found == AUDITED
