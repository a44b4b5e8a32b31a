"""One voice for all loops: wording, guard and the few sentences around a person's."""

from __future__ import annotations

from datetime import datetime

from openteller.capabilities.replies.catalogue import Catalogue
from openteller.capabilities.replies.compose import Draft, Quoting, compose, compose_phrase, no_quotes
from openteller.capabilities.replies.guard import Guard
from openteller.domain.conversations import AuthorKind, Part
from openteller.domain.replies import CheckedReply, Phrase, Reply
from openteller.ports import Clock

_ZONE = "UTC"


class Voice:
    """Says replies in the customer's language; nothing it says has not passed the guard."""

    def __init__(self, catalogue: Catalogue, guard: Guard, clock: Clock, quoting: Quoting = no_quotes) -> None:
        self._catalogue = catalogue
        self._guard = guard
        self._clock = clock
        self._quoting = quoting

    def say(self, reply: Reply, locale: str, time_zone: str, now: datetime) -> CheckedReply:
        """The bot's reply, worded and checked. InvariantError when the pack's wording breaks a rule."""
        return self._guard.check(self._compose(reply, locale, time_zone, now))

    def welcome(self, reply: Reply, locale: str, time_zone: str, now: datetime) -> CheckedReply:
        """The first words of a thread: they must disclose that a machine is talking (CR-01)."""
        return self._guard.check(self._compose(reply, locale, time_zone, now), must_disclose=True)

    def label(self, phrase: Phrase, locale: str, time_zone: str = _ZONE) -> str:
        """A phrase in words: what stood on a button that was pressed."""
        now = self._clock.now()
        return compose_phrase(
            phrase, locale=locale, time_zone=time_zone, catalogue=self._catalogue, now=now, quoting=self._quoting
        )

    def author_name(self, kind: AuthorKind, locale: str) -> str:
        """What a transcript calls the customer, the assistant or a member of staff."""
        return self.label(Phrase(f"author.{kind}"), locale)

    def strings(self, prefix: str, locale: str) -> dict[str, str]:
        """Wording of faces: every key of the catalogue under ``prefix``."""
        return self._catalogue.strings(prefix, locale)

    def language(self, locale: str) -> str:
        """The language that this locale is answered in."""
        return self._catalogue.language(locale)

    def direction(self, locale: str) -> str:
        """``ltr`` or ``rtl``."""
        return "rtl" if self._catalogue.right_to_left(locale) else "ltr"

    def agent_joined(self, agent: str, locale: str) -> CheckedReply:
        """The customer is told who has joined."""
        return self._notice(Phrase("handover.joined", {"agent": agent}), locale)

    def agent_left(self, locale: str) -> CheckedReply:
        """The customer is told that the assistant is back, and that it is one (CR-01)."""
        return self._notice(Phrase("handover.returned"), locale)

    def from_agent(self, text: str, locale: str) -> CheckedReply:
        """An agent's own sentence. CustomerError names the rule it breaks."""
        return self._guard.check_staff_text(text, language=self._catalogue.language(locale))

    def recheck(self, parts: tuple[Part, ...], locale: str) -> CheckedReply:
        """A stored message on its way to a foreign channel: checked again, because only the guard lets words out."""
        return self._guard.check(Draft(parts, self._catalogue.language(locale), ()))

    def _compose(self, reply: Reply, locale: str, time_zone: str, now: datetime) -> Draft:
        return compose(
            reply, locale=locale, time_zone=time_zone, catalogue=self._catalogue, now=now, quoting=self._quoting
        )

    def _notice(self, phrase: Phrase, locale: str) -> CheckedReply:
        return self.say(Reply((phrase,)), locale, _ZONE, self._clock.now())
