"""Linking a chat: by the bank's login alone, proven from both ends, for as long as it lasts (ID-03, ID-05, ID-06)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openteller.capabilities.resolution.feedback import to_ask_again
from openteller.domain.banking import Card
from openteller.domain.conversations import TextPart
from openteller.testing.twin_bank import CARDS
from openteller.testing.twins import START
from tests.integration.channels.line import ANNA, BEN, Line

BALANCE = "£1,200.00"


async def test_an_unlinked_chat_is_told_nothing_and_gets_a_link_to_the_banks_login_id_05(line: Line) -> None:
    said = await line.say(ANNA, "what's my balance?")
    assert "£" not in said
    assert "log in" in said
    (url,) = [button["url"] for button in line.world.buttons(ANNA) if "url" in button]
    assert url.startswith("http://127.0.0.1:8801/link-chat?ticket=")


async def test_after_the_login_what_was_asked_is_answered(line: Line) -> None:
    assert BALANCE in await line.link(ANNA)
    assert BALANCE in await line.say(ANNA, "what's my balance?")
    events = await line.house.events()
    assert "channel.link_begun" in events
    assert "channel.linked" in events


async def test_after_five_idle_minutes_a_linked_chat_shows_nothing_and_still_freezes_a_card_id_03(line: Line) -> None:
    await line.link(ANNA)
    line.house.clock.advance(minutes=4, seconds=59)
    assert BALANCE in await line.say(ANNA, "what's my balance?")
    line.house.clock.advance(minutes=5, seconds=1)
    said = await line.say(ANNA, "what's my balance?")
    assert "£" not in said
    assert "log in" in said
    said = await line.say(ANNA, "freeze my card")
    assert len(line.house.twin_bank.orders) == 1
    assert "1234" not in said
    assert "frozen" in said.lower()


async def test_without_a_login_no_card_is_named_and_the_one_that_is_told_is_frozen_id_05(
    line: Line,
) -> None:
    line.house.twin_bank.cards_now = (*CARDS, Card("k-2", "credit", "Harbour Credit", "7766", "active", "a-1"))
    await line.link(ANNA)
    line.house.clock.advance(minutes=5, seconds=1)
    said = await line.say(ANNA, "freeze my card")
    assert "1234" not in said
    assert "7766" not in said
    assert "7766" not in await line.say(ANNA, "the one ending in 7766")
    assert [card.status for card in line.house.twin_bank.cards_now] == ["active", "frozen"]


@pytest.mark.parametrize("words", ["say that again", "repeat that please"])
async def test_what_was_shown_is_not_repeated_after_the_login_has_idled_out_id_03(line: Line, words: str) -> None:
    await line.link(ANNA)
    line.house.clock.advance(minutes=5, seconds=1)
    assert "£" not in await line.say(ANNA, words)


async def test_a_delivery_played_again_keeps_no_login_alive_id_03_ch_02(line: Line) -> None:
    await line.link(ANNA)
    captured = line.world.updates.text(ANNA, "what's my balance?")
    await line.bring(ANNA, captured)
    for _ in range(6):
        line.house.clock.advance(minutes=1)
        assert await line.bring(ANNA, captured) == ""
    assert "£" not in await line.say(ANNA, "what's my balance?")


async def test_a_code_that_comes_from_another_chat_links_nothing_id_06(line: Line) -> None:
    """The phisher sends a victim the link of his own chat; the victim logs in, and the code opens in *her* chat."""
    await line.say(ANNA, "what's my balance?")
    code = await line.code(ANNA, "c-000001")
    said = await line.say(BEN, f"/start {code}")
    assert "£" not in said
    assert "another chat" in said
    assert "£" not in await line.say(ANNA, f"/start {code}"), "and it is used up"
    assert "£" not in await line.say(ANNA, "what's my balance?")
    assert "channel.link_refused" in await line.house.events()


async def test_a_ticket_and_a_code_are_used_once_and_die_soon_id_08(line: Line) -> None:
    await line.say(ANNA, "what's my balance?")
    ticket = line.ticket(ANNA)
    assert (await line.log_in(ticket, "c-000001")).status_code == 201
    assert (await line.log_in(ticket, "c-000001")).status_code == 401
    await line.say(ANNA, "what's my balance?")
    old = line.ticket(ANNA)
    line.house.clock.advance(minutes=10, seconds=1)
    assert (await line.log_in(old, "c-000001")).status_code == 401
    await line.say(ANNA, "what's my balance?")
    code = await line.code(ANNA, "c-000001")
    line.house.clock.advance(minutes=5, seconds=1)
    assert "£" not in await line.say(ANNA, f"/start {code}")


@pytest.mark.parametrize("ticket", ["", "x", "A" * 64, "é" * 64, "=" * 64, "A" * 63 + "\u00e9"])
async def test_an_invented_ticket_is_refused_id_09(line: Line, ticket: str) -> None:
    assert (await line.log_in(ticket, "c-000001")).status_code == 401


async def test_neither_ticket_nor_code_is_kept_in_the_clear_id_08(line: Line) -> None:
    await line.say(ANNA, "what's my balance?")
    code = await line.code(ANNA, "c-000001")
    await line.say(ANNA, f"/start {code}")
    kept = str(await line.house.rows("SELECT token_id FROM used_tokens"))
    kept += str(await line.house.rows("SELECT external_id, kind, channel FROM inbox"))
    kept += str(await line.house.rows("SELECT details FROM audit_events"))
    assert code not in kept
    assert f"{ANNA}" not in kept, "nor is the number of the chat"


async def test_another_customers_login_cuts_the_first_off_and_finds_none_of_theirs_id_06(line: Line) -> None:
    await line.link(ANNA, "c-000001")
    line.house.clock.advance(minutes=6)
    await line.say(ANNA, "what's my balance?")
    said = await line.say(ANNA, f"/start {await line.code(ANNA, 'c-000002')}")
    assert "logged in" in said
    threads = await line.house.rows("SELECT conversation_id, subject_id FROM conversations WHERE channel = 'telegram'")
    assert len({row["subject_id"] for row in threads}) == 2, "the second customer has a thread of their own"
    links = await line.house.rows("SELECT subject_id FROM subject_links WHERE kind = 'linked:telegram'")
    assert len(links) == 1
    assert "channel.cut" in await line.house.events()
    assert "£" not in await line.say(ANNA, "say that again")


async def test_whoever_unlinks_is_a_stranger_to_the_chat_from_then_on_id_06(line: Line) -> None:
    await line.link(ANNA)
    assert "no longer connected" in await line.say(ANNA, "/unlink")
    for words in ("what's my balance?", "freeze my card", "say that again"):
        assert "£" not in await line.say(ANNA, words)
    assert line.house.twin_bank.orders == []
    assert "isn’t connected" in await line.say(ANNA, "/unlink")
    assert BALANCE in await line.link(ANNA), "and can come back"


async def test_what_was_asked_before_the_unlinking_cannot_be_confirmed_after_it_tx_08(line: Line) -> None:
    await line.link(ANNA)
    line.house.clock.advance(hours=25)
    await line.link(ANNA)
    await line.say(ANNA, "send 10 pounds to Anna Smith from my current account")
    yes = line.button(ANNA, "yes:")
    await line.say(ANNA, "/unlink")
    await line.press(ANNA, yes)
    assert line.house.twin_identity.asked == {}
    states = await line.house.rows("SELECT state FROM action_intents")
    assert [row["state"] for row in states] == ["void"]


async def test_a_fresh_link_moves_no_money_for_a_day_id_06(line: Line) -> None:
    await line.link(ANNA)
    said = await line.say(ANNA, "send 10 pounds to Anna Smith from my current account")
    assert "can’t do that from this chat" in said
    line.house.clock.advance(hours=24, seconds=1)
    await line.link(ANNA)
    said = await line.say(ANNA, "send 10 pounds to Anna Smith from my current account")
    assert "£10.00" in said
    assert await line.house.rows("SELECT state FROM action_intents WHERE state = 'shown'")


async def test_even_between_own_accounts_the_app_approves_what_a_chat_asked_for_tx_01(line: Line) -> None:
    await line.link(ANNA)
    line.house.clock.advance(hours=25)
    await line.link(ANNA)
    await line.say(ANNA, "move 10 pounds from my current account to my savings account")
    yes = line.button(ANNA, "yes:")
    await line.press(ANNA, yes)
    assert line.house.twin_bank.orders == []
    assert len(line.house.twin_identity.asked) == 1
    await line.house.in_app()
    await line.settle()
    assert len(line.house.twin_bank.orders) == 1


async def test_a_new_link_is_announced_in_the_customers_web_chat_id_06(line: Line) -> None:
    caller = await line.house.customer("c-000001")
    await line.link(ANNA, "c-000001")
    await line.house.teller.reception.settle()
    last = (await caller.thread())[-1]
    assert "has just been connected" in str([part for part in last.parts if isinstance(part, TextPart)])


async def test_erasing_the_customer_erases_what_was_said_in_the_chat(line: Line) -> None:
    await line.link(ANNA)
    (row,) = await line.house.rows(
        "SELECT count(*) AS own FROM subject_links v JOIN subject_links l USING (tenant, subject_id)"
        " WHERE v.kind = 'visitor' AND l.kind = 'linked:telegram'"
    )
    assert row["own"] == 1, "the chat's subject is adopted, so that erasure follows it"


async def test_a_stop_that_was_said_on_the_web_counts_in_the_chat_too_cr_09(line: Line) -> None:
    await line.link(ANNA)
    await line.say(ANNA, "freeze my debit card")
    async with line.house.kit.store.begin(line.house.tenant) as uow:
        assert len(await to_ask_again(uow, START, START + timedelta(days=9))) >= 1, (
            "this chat would be asked a day later"
        )
    await (await line.house.customer()).say("stop sending me messages")
    line.house.clock.advance(hours=25)
    assert await line.house.teller.feedback.ask_again(line.house.tenant) == 0
