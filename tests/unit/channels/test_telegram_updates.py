"""Payloads as the Bot API documents them, and what they say to us."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from openteller.adapters.channels.telegram import TelegramChannel
from openteller.domain.conversations import Inbound
from openteller.domain.errors import CustomerError, NotAllowed
from openteller.testing.twins import SettableClock

NOW = datetime(2026, 11, 26, tzinfo=UTC)
USER = {"id": 42, "is_bot": False, "first_name": "Ana", "last_name": "<b>", "username": "ana", "language_code": "es"}
CHAT = {"id": 42, "first_name": "Ana", "type": "private"}
GROUP = {"id": -100123, "title": "Family", "type": "supergroup"}
CODE = "A" * 63 + "_"
HEAD = {"message_id": 7, "from": USER, "chat": CHAT, "date": 1764000000}


def channel() -> TelegramChannel:
    return TelegramChannel("telegram", token="t", secrets=["s"], api="http://x", way_back="", clock=SettableClock())


def read(update: dict[str, Any], secret: str = "s") -> list[Inbound]:
    body = json.dumps({"update_id": 99, **update}).encode()
    return list(channel().parse(body, {"x-telegram-bot-api-secret-token": secret}, NOW))


def heard(update: dict[str, Any]) -> list[tuple[str, str]]:
    return [(str(inbound.kind), inbound.text.value) for inbound in read(update)]


def message(**content: Any) -> dict[str, Any]:
    return {"message": {**HEAD, **content}}


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        (message(text="hola"), [("text", "hola")]),
        (message(text="/start"), [("command", "start")]),
        (message(text="/start@harbour_bank_bot"), [("command", "start")]),
        (message(text=f"/start {CODE}"), [("link", CODE)]),
        (message(text="/start newsletter-november"), [("command", "start")]),
        (message(text=f"/start {CODE}x"), [("command", "start")]),
        (message(text="/HELP"), [("command", "help")]),
        (message(text="/unlink"), [("command", "unlink")]),
        (message(text="/logout now"), [("command", "unlink")]),
        (message(text="/person"), [("person", "")]),
        (message(text="/nonsense 5"), [("text", "/nonsense 5")]),
        (message(text="<b>*_`[x](http://evil)"), [("text", "<b>*_`[x](http://evil)")]),
        (message(text="hola", reply_to_message={**HEAD, "text": "freeze my card"}), [("text", "hola")]),
        (message(sticker={"file_id": "x", "type": "regular", "emoji": "👍"}), [("command", "unreadable")]),
        (message(voice={"file_id": "x", "duration": 3}), [("command", "unreadable")]),
        (message(video_note={"file_id": "x"}), [("command", "unreadable")]),
        (message(photo=[{"file_id": "x"}]), [("command", "unreadable")]),
        (message(photo=[{"file_id": "x"}], caption="mira"), [("command", "unreadable"), ("text", "mira")]),
        (message(document={"file_id": "x", "file_name": "a.pdf"}), [("command", "unreadable")]),
        (message(location={"latitude": 1.0, "longitude": 2.0}), [("command", "unreadable")]),
        (message(contact={"phone_number": "+34600000000", "first_name": "Ana"}), [("command", "unreadable")]),
        (message(dice={"emoji": "🎲", "value": 3}), [("command", "unreadable")]),
        (message(text="send it", forward_origin={"type": "hidden_user"}), [("command", "forwarded")]),
        (message(text="send it", forward_date=1), [("command", "forwarded")]),
        (message(text="send it", via_bot={"id": 5, "is_bot": True}), [("command", "forwarded")]),
        (message(photo=[], forward_origin={"type": "channel"}, caption="send it"), [("command", "forwarded")]),
        (message(pinned_message=HEAD), []),
        (message(new_chat_title="x"), []),
        (message(text="hi", **{"from": {**USER, "is_bot": True}}), []),
        ({"edited_message": {**HEAD, "edit_date": 2, "text": "changed"}}, [("command", "edited")]),
        ({"edited_message": {**HEAD, "edit_date": 2, "location": {"latitude": 1.0, "longitude": 2.0}}}, []),
        ({"message": {**HEAD, "chat": GROUP, "text": "what's my balance?"}}, [("command", "group")]),
        ({"message": {**HEAD, "chat": {**GROUP, "type": "group"}, "photo": []}}, [("command", "group")]),
        ({"edited_message": {**HEAD, "chat": GROUP, "text": "x"}}, []),
        ({"my_chat_member": {"chat": GROUP, "from": USER, "new_chat_member": {}}}, [("command", "group")]),
        ({"my_chat_member": {"chat": CHAT, "from": USER, "new_chat_member": {"status": "kicked"}}}, []),
        ({"channel_post": {"message_id": 1, "chat": {"id": -1, "type": "channel"}, "text": "x"}}, []),
        ({"edited_channel_post": {"message_id": 1, "chat": {"id": -1, "type": "channel"}, "text": "x"}}, []),
        ({"callback_query": {"id": "8", "from": USER, "message": {**HEAD}, "data": "yes:1"}}, [("choice", "yes:1")]),
        ({"callback_query": {"id": "8", "from": USER, "message": {**HEAD, "chat": GROUP}, "data": "yes:1"}}, []),
        ({"callback_query": {"id": "8", "from": USER, "inline_message_id": "x", "data": "yes:1"}}, []),
        ({"callback_query": {"id": "8", "from": USER, "message": {**HEAD}, "game_short_name": "g"}}, []),
        ({"inline_query": {"id": "1", "from": USER, "query": "x"}}, []),
        ({"business_message": {**HEAD, "text": "x"}}, []),
        ({"message_reaction": {}}, []),
        ({}, []),
    ],
)  # fmt: skip
def test_an_update_says(update: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert heard(update) == expected


@pytest.mark.parametrize(
    "update",
    [
        {"message": None},
        {"message": []},
        {"message": {**HEAD, "text": {"a": 1}}},
        {"message": {**HEAD, "chat": {"id": "42", "type": "private"}, "text": "x"}},
        {"message": {**HEAD, "message_id": True, "text": "x"}},
        {"callback_query": {"id": 8, "from": USER, "message": HEAD, "data": "x"}},
        {"callback_query": {"id": "8", "from": USER, "message": HEAD, "data": 5}},
        {"update_id": "99"},
    ],
)
def test_an_update_of_another_form_says_nothing_and_breaks_nothing(update: dict[str, Any]) -> None:
    assert heard(update) == []


@pytest.mark.parametrize("body", [b"[]", b"null", b"5", b'"x"'])
def test_json_that_is_no_update_says_nothing(body: bytes) -> None:
    assert list(channel().parse(body, {"x-telegram-bot-api-secret-token": "s"}, NOW)) == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff"])
def test_what_is_not_json_is_the_callers_fault(body: bytes) -> None:
    with pytest.raises(CustomerError):
        channel().parse(body, {"x-telegram-bot-api-secret-token": "s"}, NOW)


def test_without_the_secret_nothing_is_even_parsed_ch_01() -> None:
    for secret in ("", "S", "s ", "ß"):
        with pytest.raises(NotAllowed):
            read(message(text="hello"), secret)


def test_a_handle_names_the_chat_and_the_user_and_says_their_language() -> None:
    (inbound,) = read(message(text="hola"))
    assert (inbound.handle, inbound.locale, inbound.external_id) == ("42:42", "es", "99.7")


@pytest.mark.parametrize("language", [None, 5, "", "<script>", "x" * 90])
def test_a_language_that_is_none_is_left_out_ch_06(language: object) -> None:
    (inbound,) = read({"message": {**HEAD, "from": {**USER, "language_code": language}, "text": "hola"}})
    assert inbound.locale == ""


def test_the_same_group_has_one_id_whatever_happens_in_it() -> None:
    ids = {read({"update_id": n, "message": {**HEAD, "chat": GROUP, "text": str(n)}})[0].external_id for n in range(5)}
    assert len(ids) == 1
    assert "100123" not in ids.pop()
