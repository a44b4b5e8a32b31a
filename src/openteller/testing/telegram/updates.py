"""Updates as the Bot API sends them for people who write to the bot (https://core.telegram.org/bots/api#update)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
_BEGAN = 1_764_000_000
_SIZES = [{"file_id": "AgACAgQAAxkBAAIB", "file_unique_id": "AQADx", "width": 90, "height": 67, "file_size": 1253}]


@dataclass
class Updates:
    """Makes updates with ids that grow, as the server does for one bot."""

    _update_ids: Iterator[int] = field(default_factory=lambda: itertools.count(815_170_001))
    _message_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    languages: dict[int, str] = field(default_factory=dict)
    """The language of a user's app, where it is not English."""

    def update(self, **content: Any) -> Json:
        """Any update."""
        return {"update_id": next(self._update_ids), **content}

    def text(self, user: int, text: str, **more: Any) -> Json:
        """Words in a private chat."""
        return self.message(user, text=text, **more)

    def message(self, user: int, **content: Any) -> Json:
        """A message of any content in a private chat."""
        return self.update(message=self._message(user, private(user), content))

    def edited(self, user: int, message_id: int, **content: Any) -> Json:
        """A message that was changed."""
        message = self._message(user, private(user), {"edit_date": _BEGAN + 60, **content})
        return self.update(edited_message={**message, "message_id": message_id})

    def pressed(self, user: int, data: str, message_id: int = 1) -> Json:
        """A button of ours, below one of our messages."""
        ours = {"message_id": message_id, "from": BOT, "chat": private(user), "date": _BEGAN, "text": "…"}
        query = {"id": f"43825{next(self._message_ids):013d}", "from": self._person(user), "message": ours}
        return self.update(callback_query={**query, "chat_instance": "-2934", "data": data})

    def photo(self, user: int, caption: str | None = None) -> Json:
        """A picture, perhaps with words below it."""
        return self.message(user, photo=_SIZES, **({"caption": caption} if caption is not None else {}))

    def in_group(self, user: int, group: int, text: str, kind: str = "supergroup") -> Json:
        """Words in a group that the bot is in."""
        chat = {"id": group, "type": kind, "title": "Family"}
        return self.update(message=self._message(user, chat, {"text": text}))

    def _message(self, user: int, chat: Json, content: Json) -> Json:
        message_id = next(self._message_ids)
        sender = self._person(user)
        return {"message_id": message_id, "from": sender, "chat": chat, "date": _BEGAN + message_id, **content}

    def _person(self, user: int) -> Json:
        return person(user, self.languages.get(user, "en"))


BOT: Json = {"id": 7_000_000_001, "is_bot": True, "first_name": "Harbour Bank", "username": "harbour_bank_bot"}


def person(user: int, language: str = "en") -> Json:
    """A user as the API shows them."""
    return {"id": user, "is_bot": False, "first_name": f"User {user}", "language_code": language}


def private(user: int) -> Json:
    """Their chat with the bot."""
    return {"id": user, "type": "private", "first_name": f"User {user}"}
