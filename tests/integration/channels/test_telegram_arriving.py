"""What Telegram brings: repeated, out of order, late, in parallel; and what it does not take (CH-01–06, RL-05)."""

from __future__ import annotations

import asyncio
import json

import pytest

from openteller.domain.conversations import ConversationId
from openteller.domain.errors import Busy
from openteller.testing.telegram.updates import Json
from openteller.testing.telegram.world import SECRET_HEADER, Moods
from tests.integration.channels.line import ANNA, BEN, Line

SCRIPT = ("hello", "what can you do?", "thanks", "hello again", "thank you", "goodbye")


async def customers_words(line: Line) -> list[str]:
    (row,) = await line.house.rows("SELECT conversation_id FROM conversations WHERE channel = 'telegram'")
    thread = await line.house.thread(row["conversation_id"])
    return [message.parts[0].text for message in thread if message.author.kind == "customer"]  # type: ignore[union-attr]


async def test_an_update_delivered_ten_times_has_one_effect_ch_02(line: Line) -> None:
    await line.link(ANNA)
    update = line.world.updates.text(ANNA, "freeze my card")
    await asyncio.gather(*(line.world.bring(update) for _ in range(10)))
    await line.settle()
    assert len(line.house.twin_bank.orders) == 1
    assert (await customers_words(line)).count("freeze my card") == 1
    assert {status for _, status in line.world.delivered} == {200}


async def test_updates_that_come_in_any_order_are_each_taken_once_in_the_order_they_came_ch_02(line: Line) -> None:
    updates = [line.world.updates.text(ANNA, words) for words in SCRIPT]
    for update in (updates[2], updates[0], updates[5], updates[0], updates[1], updates[4], updates[3], updates[2]):
        await line.bring(ANNA, update)
    assert await customers_words(line) == [SCRIPT[at] for at in (2, 0, 5, 1, 4, 3)]


async def test_an_update_that_is_a_day_late_is_taken_once_ch_03(line: Line) -> None:
    late = line.world.updates.text(ANNA, "hello")
    await line.say(ANNA, "thanks")
    line.house.clock.advance(hours=23)
    assert await line.bring(ANNA, late)
    line.house.clock.advance(days=8)
    assert await line.bring(ANNA, late) == "", "played again after a week it opens no thread and says nothing"
    assert len(await line.house.rows("SELECT 1 FROM conversations")) == 1


async def test_many_updates_of_many_chats_at_once_each_have_one_effect_ch_02(line: Line) -> None:
    line.world.moods = Moods(repeats=0.5)
    users = range(2001, 2007)
    updates = [line.world.updates.text(user, words) for words in SCRIPT for user in users]
    await asyncio.gather(*(line.world.bring(update) for update in line.world.dice.sample(updates, len(updates))))
    await line.settle()
    rows = await line.house.rows("SELECT count(*) AS turns, count(DISTINCT external_id) AS ids FROM turns"
                                 " JOIN inbox USING (tenant, turn_id)")  # fmt: skip
    assert (rows[0]["turns"], rows[0]["ids"]) == (len(updates), len(updates))
    for user in users:
        assert len(line.world.texts(user)) == 1 + len(SCRIPT), "the disclosure, and one answer each"


@pytest.mark.parametrize("secret", [None, "", "wrong", "simulated_webhook_secre", "simulated_webhook_secret ", "é"])
async def test_without_the_secret_nothing_is_taken_or_written_ch_01(line: Line, secret: str | None) -> None:
    body = json.dumps(line.world.updates.text(ANNA, "hello")).encode()
    headers = {} if secret is None else {SECRET_HEADER.encode(): secret.encode()}
    response = await line.client.post(f"/v1/channels/{line.house.tenant}/telegram", content=body, headers=headers)
    assert response.status_code == 401
    assert await line.house.rows("SELECT 1 FROM inbox") == []


async def test_two_secrets_are_live_while_one_is_changed_ch_05(line: Line) -> None:
    line.world.secret = "an older secret"
    assert await line.say(ANNA, "hello")


async def test_a_long_text_in_escaped_letters_fits_through_the_door(line: Line) -> None:
    update = line.world.updates.text(ANNA, "مرحبا " * 680)
    update["message"]["reply_to_message"] = {**update["message"]}
    assert len(json.dumps(update)) > 40_000
    assert await line.bring(ANNA, update)


@pytest.mark.parametrize(
    "update",
    [
        {"channel_post": {"message_id": 1, "chat": {"id": -100, "type": "channel"}, "text": "hello"}},
        {"poll": {"id": "1"}},
        {"message_reaction": {"chat": {"id": ANNA, "type": "private"}}},
        {"something_new": {"x": 1}},
        {"message": {"chat": {"id": ANNA}}},
        {"message": "not what it should be"},
        {},
    ],
)
async def test_what_we_do_not_know_is_acknowledged_and_changes_nothing_ch_04(line: Line, update: Json) -> None:
    await line.world.bring(line.world.updates.update(**update))
    await line.settle()
    assert await line.house.rows("SELECT 1 FROM inbox") == []
    assert line.world.shown == {}


async def test_a_stranger_is_answered_from_the_banks_articles_with_the_source(line: Line) -> None:
    said = await line.say(ANNA, "Do you have statements in Braille?")
    assert "Braille" in said
    assert "Help with seeing, hearing or writing" in said, "the article is named"
    assert line.world.refused == []


async def test_a_picture_is_answered_and_its_caption_is_heard(line: Line) -> None:
    assert "only read text" in await line.bring(ANNA, line.world.updates.photo(ANNA))
    said = await line.bring(ANNA, line.world.updates.photo(ANNA, "what's my balance?"))
    assert "only read text" in said
    assert "log in" in said


async def test_an_edited_message_does_nothing_again(line: Line) -> None:
    await line.link(ANNA)
    await line.say(ANNA, "hello")
    said = await line.bring(ANNA, line.world.updates.edited(ANNA, 3, text="freeze my card"))
    assert "as a new message" in said
    assert line.house.twin_bank.orders == []


async def test_forwarded_words_are_not_the_customers_ls_03(line: Line) -> None:
    await line.link(ANNA)
    origin = {"type": "user", "sender_user": {"id": 5, "is_bot": False, "first_name": "Eve"}}
    said = await line.bring(ANNA, line.world.updates.text(ANNA, "freeze my card", forward_origin=origin))
    assert "forwarded" in said
    assert line.house.twin_bank.orders == []


async def test_a_group_is_refused_once_and_told_nothing_id_05(line: Line) -> None:
    await line.link(ANNA)
    group = -1_001_234_567
    for words in ("hello", "what's my balance?", "freeze my card"):
        await line.world.bring(line.world.updates.in_group(ANNA, group, words))
    await line.settle()
    texts = line.world.texts(group)
    assert len(texts) == 2, "that it is a machine, and that it does not speak in groups"
    assert "groups" in texts[-1]
    assert line.house.twin_bank.orders == []


async def test_a_pressed_button_stops_its_clock_and_counts_once(line: Line) -> None:
    await line.link(ANNA)
    await line.say(ANNA, "freeze my card")
    press = line.world.updates.pressed(ANNA, line.button(ANNA, "flow:"))
    for _ in range(3):
        await line.world.bring(press)
    await line.settle()
    assert set(line.world.answered) == {press["callback_query"]["id"]}
    turns = await line.house.rows("SELECT 1 FROM inbox WHERE kind = 'choice'")
    assert len(turns) == 1


async def test_the_words_of_a_button_press_it(line: Line) -> None:
    await line.link(ANNA)
    await line.say(ANNA, "freeze my card")
    label = next(b["text"] for b in line.world.buttons(ANNA) if b.get("callback_data") == line.button(ANNA, "flow:"))
    await line.say(ANNA, label.upper())
    (row,) = await line.house.rows("SELECT reason FROM turns ORDER BY decided_at DESC LIMIT 1")
    assert row["reason"] == "flow_chosen"


async def test_what_telegram_will_not_take_now_arrives_later_and_in_order_rl_05(line: Line) -> None:
    line.world.moods = Moods(too_many=0.3, fails=0.3, retry_after=2)
    for words in SCRIPT:
        await line.say(ANNA, words)
    assert len(line.world.texts(ANNA)) == 1 + len(SCRIPT)
    assert line.world.refused == []


async def test_a_lost_answer_may_double_a_message_but_loses_none_rl_05(line: Line) -> None:
    line.world.moods = Moods(loses=0.3)
    for words in SCRIPT:
        await line.say(ANNA, words)
    texts = line.world.texts(ANNA)
    assert len(texts) >= 1 + len(SCRIPT)
    assert len(await line.house.rows("SELECT 1 FROM outbox WHERE status = 'sent'")) == 1 + len(SCRIPT)


async def test_a_chat_that_wants_to_be_left_alone_is_left_alone(line: Line) -> None:
    line.world.moods = Moods(too_many=1.0, retry_after=30)
    await line.world.bring(line.world.updates.text(ANNA, "hello"))
    await line.house.teller.reception.settle()
    (row,) = await line.house.rows("SELECT conversation_id FROM conversations WHERE channel = 'telegram'")
    with pytest.raises(Busy) as first:
        await line.house.teller.sweeps.deliver(line.house.tenant, ConversationId(row["conversation_id"]))
    assert first.value.retry_after_s == 30
    line.world.moods = Moods()
    line.house.clock.advance(seconds=29)
    with pytest.raises(Busy):
        await line.house.teller.sweeps.deliver(line.house.tenant, ConversationId(row["conversation_id"]))
    assert line.world.shown == {}, "nothing was even tried"
    line.house.clock.advance(seconds=2)
    assert await line.house.teller.sweeps.deliver(line.house.tenant, ConversationId(row["conversation_id"])) == 2


async def test_nothing_more_is_sent_to_somebody_who_has_blocked_the_bot(line: Line) -> None:
    line.world.blocked.add(ANNA)
    await line.say(ANNA, "hello")
    await line.say(BEN, "hello")
    assert line.world.texts(ANNA) == []
    assert len(line.world.texts(BEN)) == 2
    states = await line.house.rows("SELECT status, count(*) AS how_many FROM outbox GROUP BY status ORDER BY status")
    assert [(row["status"], row["how_many"]) for row in states] == [("failed", 2), ("sent", 2)]
    assert "message.undeliverable" in await line.house.events()
    line.world.blocked.clear()
    assert await line.say(ANNA, "hello again"), "until they speak to it again"
