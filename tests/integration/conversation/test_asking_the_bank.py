"""Questions about the bank's rules and prices: answered from approved articles with their source, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from openteller.domain.conversations import SourcePart
from openteller.loops.conversation.replaying import replay
from tests.integration.conversation.house import House, Said

IN_FORCE = datetime(2026, 12, 1, 12, tzinfo=UTC)
PRICE = "How much does a transfer outside SEPA cost?"


@pytest.fixture
def open_house(house: House) -> House:
    """On a day on which the shipped articles are valid."""
    house.clock._now = IN_FORCE
    return house


def sources(said: Said) -> list[str]:
    return [part.article_id for message in said.messages for part in message.parts if isinstance(part, SourcePart)]


def last_options(said: Said) -> list[str]:
    return Said(said.messages[-1:]).options


async def decided(house: House) -> tuple[str, str]:
    row = (await house.rows("SELECT decision, reason FROM turns ORDER BY decided_at DESC LIMIT 1"))[0]
    return row["decision"], row["reason"]


async def test_a_price_is_told_from_its_article_with_title_and_date(open_house: House) -> None:
    caller = await open_house.visitor()
    said = await caller.say(PRICE)
    assert "£10" in said.text
    assert sources(said) == ["transfer-fees"]
    part = next(part for message in said.messages for part in message.parts if isinstance(part, SourcePart))
    assert part.title == "What sending money costs"
    assert "20 November 2026" in part.label
    assert await decided(open_house) == ("Answer", "knowledge")


async def test_what_nobody_has_written_down_is_not_guessed(open_house: House) -> None:
    caller = await open_house.visitor()
    said = await caller.say("what does photosynthesis mean")
    assert sources(said) == []
    assert "person" in said.options


async def test_a_question_in_mid_flow_is_answered_and_the_flow_goes_on(open_house: House) -> None:
    caller = await open_house.customer()
    await caller.say("I want to send money to Anna Smith")
    said = await caller.say(PRICE)
    assert sources(said) == ["transfer-fees"]
    last = said.messages[-1]
    assert not any(isinstance(part, SourcePart) for part in last.parts)
    assert "Back to your transfer" in said.text
    await caller.press(next(option for option in last_options(said) if option.endswith(":0")))
    assert (await decided(open_house))[0] == "RunFlow"


async def test_a_yes_with_a_question_moves_no_money(open_house: House) -> None:
    caller = await open_house.customer()
    shown = await caller.say("Send £50 to Anna Smith from my savings account")
    assert any(option.startswith("yes:") for option in shown.options)
    await caller.say("ok, and how much does a transfer outside SEPA cost?")
    assert open_house.twin_bank.actions == []
    assert open_house.twin_identity.asked == {}


async def test_an_expired_article_is_not_said_not_even_by_repeating(open_house: House) -> None:
    caller = await open_house.visitor()
    assert sources(await caller.say(PRICE)) == ["transfer-fees"]
    open_house.clock._now = datetime(2028, 1, 1, 12, tzinfo=UTC)
    later = await open_house.visitor()
    assert sources(await later.say(PRICE)) == []


async def test_words_are_looked_up_when_they_are_said(open_house: House) -> None:
    from openteller.domain.knowledge import Quote  # noqa: PLC0415 (used here only)
    from openteller.domain.replies import Phrase, Reply  # noqa: PLC0415

    kept = Reply((Phrase("knowledge.answer", {"text": Quote("transfer-fees", "answer")}),), sources=("transfer-fees",))
    voice, late = open_house.kit.voice, datetime(2028, 1, 1, 12, tzinfo=UTC)
    assert "£10" in str(voice.say(kept, "en-GB", "Europe/London", IN_FORCE).parts)
    assert "£10" not in str(voice.say(kept, "en-GB", "Europe/London", late).parts)


async def test_every_turn_with_articles_replays_to_the_same_decision(open_house: House) -> None:
    caller = await open_house.visitor()
    for words in (PRICE, "my fee", "what is a cash isa allowance", "I want to buy a giraffe", "how about abroad?"):
        await caller.say(words)
    await caller.press("article:pin")
    turns = await open_house.rows("SELECT turn_id, reason FROM turns ORDER BY decided_at")
    for turn in turns:
        assert (await replay(open_house.kit, open_house.tenant, turn["turn_id"])).same, turn["reason"]
    assert "article_chosen" in {turn["reason"] for turn in turns}


@pytest.mark.parametrize(
    ("locale", "question", "told"),
    [
        ("es-ES", "¿Cuánto cuesta una transferencia fuera de la zona SEPA?", "10 £"),
        ("ar-AE", "كم تكلف الحوالة خارج منطقة سيبا؟", "10"),
    ],
)
async def test_the_answer_is_in_the_language_of_the_conversation(
    open_house: House, locale: str, question: str, told: str
) -> None:
    opened = await open_house.teller.front_door.open(
        open_house.tenant, locale=locale, time_zone="Europe/London", login_token=None
    )
    from tests.integration.conversation.house import Caller  # noqa: PLC0415 (used here only)

    said = await Caller(open_house, opened.token, opened.session).say(question)
    assert sources(said) == ["transfer-fees"]
    assert told in said.text.replace("\u00a0", " ")
