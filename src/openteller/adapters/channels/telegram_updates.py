"""Updates of Telegram's Bot API as what we take in. https://core.telegram.org/bots/api#update, read 2026-11.

| update | what becomes of it |
|---|---|
| message with text, in a private chat | words; ``/start CODE`` links; /start /help /unlink /person are commands |
| message with anything else | "only words can be read"; a caption is read as words |
| forwarded, or sent through another bot | not the customer's own words: they are asked to write themselves |
| edited_message | never acted on: what was said was said; the customer is asked to write it anew |
| callback_query | the button that was pressed |
| anything of a group | refused once for each group, whatever is said there later |
| channel posts, reactions, polls, membership, business, what is not known yet | acknowledged and ignored |

A handle is ``<chat>:<user>``, so that nothing that was promised to one user holds for another. An external id is
``<update>.<message>``: after a week of silence Telegram begins its update ids anew at random, so they alone could meet.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from openteller.domain.conversations import ChannelCommand, Inbound, InboxKind
from openteller.domain.texts import PersonalText

Json = Mapping[str, Any]

UNREADABLE = frozenset(
    "animation audio checklist contact dice document game gift invoice live_location location paid_media photo poll"
    " sticker story unique_gift venue video video_note voice".split()
)
_FORWARDED = ("forward_origin", "forward_date", "via_bot")
_COMMANDS: Mapping[str, tuple[InboxKind, str]] = {
    "/start": (InboxKind.COMMAND, ChannelCommand.START),
    "/help": (InboxKind.COMMAND, ChannelCommand.HELP),
    "/unlink": (InboxKind.COMMAND, ChannelCommand.UNLINK),
    "/logout": (InboxKind.COMMAND, ChannelCommand.UNLINK),
    "/person": (InboxKind.PERSON, ""),
}
_CODE = re.compile(r"[A-Za-z0-9_-]{64}\Z", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}\Z", re.ASCII)


def read_update(update: Json) -> Iterator[Inbound]:
    """What this update says to us. TypeError, KeyError or ValueError when it is not of the API's form."""
    update_id = _number(update["update_id"])
    if "message" in update:
        yield from _message(update_id, update["message"])
    elif "edited_message" in update:
        yield from _edited(update_id, update["edited_message"])
    elif "callback_query" in update:
        yield from _pressed(update_id, update["callback_query"])
    elif "my_chat_member" in update:
        yield from _group(update["my_chat_member"]["chat"])


def _message(update_id: int, message: Json) -> Iterator[Inbound]:
    yield from _group(message["chat"])
    sender = _Sender.of(message)
    if sender is None:
        return
    external_id = f"{update_id}.{_number(message['message_id'])}"
    if any(name in message for name in _FORWARDED):
        yield sender.command(external_id, ChannelCommand.FORWARDED)
    elif "text" in message:
        yield sender.words(external_id, message["text"])
    elif not UNREADABLE.isdisjoint(message):
        yield sender.command(f"{external_id}.x", ChannelCommand.UNREADABLE)
        if message.get("caption"):
            yield sender.says(external_id, InboxKind.TEXT, message["caption"])


def _edited(update_id: int, message: Json) -> Iterator[Inbound]:
    sender = _Sender.of(message)
    if sender is not None and ("text" in message or "caption" in message):  # a live location is edited all the time
        yield sender.command(f"{update_id}.{_number(message['message_id'])}.e", ChannelCommand.EDITED)


def _pressed(update_id: int, query: Json) -> Iterator[Inbound]:
    message = query.get("message")
    if message is None or "data" not in query:
        return
    sender = _Sender.of({"chat": message["chat"], "from": query["from"]})
    if sender is not None:
        data = query["data"]
        yield sender.says(f"{update_id}.q", InboxKind.CHOICE, data, answer_to=_text(query["id"]))


def _group(chat: Json) -> Iterator[Inbound]:
    """Refused once: the id is the group's own, so that it is taken in once (CH-02)."""
    if chat["type"] in ("group", "supergroup"):
        name = hashlib.sha256(str(_number(chat["id"])).encode()).hexdigest()[:32]
        text = PersonalText(ChannelCommand.GROUP)
        yield Inbound(f"group.{name}", f"{chat['id']}:group", InboxKind.COMMAND, text)


class _Sender:
    """A person in a chat of their own with the bot."""

    def __init__(self, handle: str, locale: str) -> None:
        self._handle = handle
        self._locale = locale

    @classmethod
    def of(cls, message: Json) -> _Sender | None:
        chat, user = message["chat"], message.get("from")
        if chat["type"] != "private" or user is None or user["is_bot"]:
            return None
        language = user.get("language_code", "")
        locale = language if isinstance(language, str) and _LANGUAGE.match(language) else ""
        return cls(f"{_number(chat['id'])}:{_number(user['id'])}", locale)

    def words(self, external_id: str, text: object) -> Inbound:
        """A text, or one of the commands that Telegram has for bots."""
        said = _text(text)
        name, _, payload = said.strip().partition(" ")
        command = name.partition("@")[0].casefold()
        if command == "/start" and _CODE.match(payload):
            return self.says(external_id, InboxKind.LINK, payload)
        kind, content = _COMMANDS.get(command, (InboxKind.TEXT, said))
        return self.says(external_id, kind, content)

    def command(self, external_id: str, command: ChannelCommand) -> Inbound:
        return self.says(external_id, InboxKind.COMMAND, command)

    def says(self, external_id: str, kind: InboxKind, text: object, *, answer_to: str = "") -> Inbound:
        words = PersonalText(_text(text))
        return Inbound(external_id, self._handle, kind, words, self._locale, answer_to)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


def _number(value: object) -> int:
    if type(value) is not int:
        raise TypeError("a whole number was expected")
    return value
