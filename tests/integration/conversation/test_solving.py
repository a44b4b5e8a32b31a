"""Is it solved: asked with the thanks, asked a day later, thumbs, and what the console makes of it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from openteller.capabilities.resolution.outcome import Outcome
from openteller.domain.errors import NotFound
from tests.integration.conversation.house import Caller, House


async def freeze(caller: Caller) -> None:
    said = await caller.say("freeze my debit card")
    if "frozen" not in said.text:
        await caller.press(said.options[0])


async def test_thanks_after_something_was_done_asks_once_whether_it_is_solved(house: House) -> None:
    caller = await house.customer()
    await freeze(caller)
    thanked = await caller.say("thank you")
    assert thanked.options == ["solved_yes", "solved_no"]
    assert "solved_yes" not in (await caller.say("thanks again")).options
    await caller.press("solved_yes")
    (mark,) = await house.rows("SELECT kind, good FROM feedback")
    assert (mark["kind"], mark["good"]) == ("solved", True)


async def test_thanks_for_nothing_asks_nothing(house: House) -> None:
    caller = await house.customer()
    assert not (await caller.say("thank you")).options


async def test_not_solved_offers_a_person(house: House) -> None:
    caller = await house.customer()
    await freeze(caller)
    await caller.say("thank you")
    assert "person" in (await caller.press("solved_no")).options
    found = await house.teller.console.figures(house.tenant, 30)
    assert found.outcomes[Outcome.FAILED] == 1


async def test_a_day_later_whoever_has_not_said_is_asked_and_only_once(house: House) -> None:
    caller = await house.customer()
    await freeze(caller)
    assert await house.teller.feedback.ask_again(house.tenant) == 0, "not yet"
    house.clock.advance(hours=25)
    assert await house.teller.feedback.ask_again(house.tenant) == 1
    await house.teller.reception.settle()
    asked = (await house.thread(caller.conversation_id))[-1]
    assert [option.id for part in asked.parts for option in getattr(part, "options", ())] == [
        "solved_later_yes",
        "solved_later_no",
    ]
    house.clock.advance(hours=25)
    assert await house.teller.feedback.ask_again(house.tenant) == 0


async def test_a_thumb_is_kept_once_and_changed_and_never_for_a_strangers_turn(house: House) -> None:
    caller = await house.customer()
    await caller.say("what is my balance")
    turn_id = (await caller.thread())[-1].turn_id
    assert turn_id is not None
    for good in (True, False):
        await house.teller.feedback.thumb(house.tenant, caller.session, turn_id, good=good)
    (mark,) = await house.rows("SELECT about, good FROM feedback")
    assert (mark["about"], mark["good"]) == (str(turn_id), False)
    other = await house.customer("c-000002")
    for stranger, turn in ((other, turn_id), (caller, uuid4())):
        with pytest.raises(NotFound):
            await house.teller.feedback.thumb(house.tenant, stranger.session, turn, good=True)


async def test_the_console_counts_what_the_bank_changed_and_what_was_left(house: House) -> None:
    done, left, greeted = await house.customer("c-000001"), await house.customer("c-000002"), await house.visitor()
    await freeze(done)
    await left.say("send money to somebody")
    await greeted.say("hello")
    found = await house.teller.console.figures(house.tenant, 30)
    assert (found.outcomes[Outcome.VERIFIED], found.outcomes[Outcome.ABANDONED], found.episodes) == (1, 1, 2)
    assert set(found.by_channel) == {"web"}
