"""The last check before words leave the house, and the only place that makes a ``CheckedReply``.

The bot's own words come from a checked catalogue and typed values, so a breach there is a bug: InvariantError wakes
somebody and the loop hands over. An agent who breaks a rule is told which, and writes it differently: CustomerError.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator

from openteller.capabilities.replies.account_numbers import is_alone
from openteller.capabilities.replies.catalogue import Catalogue
from openteller.capabilities.replies.compose import Draft
from openteller.capabilities.replies.inert import has_visible
from openteller.capabilities.replies.links import leads_to
from openteller.capabilities.replies.po_file import Fault
from openteller.capabilities.replies.rules import EXPLAINED, Rule, broken_rule
from openteller.domain.conversations import ChartPart, ChoicePart, FactsPart, LinkPart, Part, SourcePart, TextPart
from openteller.domain.errors import CustomerError, InvariantError
from openteller.domain.replies import CheckedReply, Phrase

DISCLOSURE = Phrase("conversation.disclosure")
"""What the first message on every channel says (CR-01)."""

LONGEST_TEXT = 4_000
LONGEST_LABEL = 120
LONGEST_VALUE = 400
MOST_ROWS, MOST_OPTIONS, MOST_LINKS, MOST_BARS = 60, 30, 3, 12

_OPTION_ID = re.compile(r"[\w:.\-]{1,128}\Z", re.ASCII)
_PURPOSES = frozenset({"login", "step_up", "privacy", "statement"})
_PHONE = re.compile(r"tel:\+?\d{3,15}\Z", re.ASCII)


class Guard:
    """Checks what is about to be said.

    ``scrub`` gives the text without dropped secrets (the privacy capability's, joined in by bootstrap);
    ``allowed_links`` are hosts (meaning https) or origins (``http://127.0.0.1:8012``); ``phones`` may be tapped.
    """

    def __init__(
        self, *, scrub: Callable[[str], str], allowed_links: Collection[str], phones: Collection[str] = ()
    ) -> None:
        self._scrub = scrub
        self._links = frozenset(allowed_links)
        self._phones = frozenset(f"tel:{_dialled(phone)}" for phone in phones)

    def check(self, draft: Draft, *, must_disclose: bool = False) -> CheckedReply:
        """The bot's reply, fit to send; ``must_disclose`` on the first one. InvariantError names the broken rule."""
        rule = self._breach(draft.parts)
        if rule is None and must_disclose and DISCLOSURE.key not in draft.keys:
            rule = Rule.DISCLOSURE
        if rule is not None:
            raise InvariantError(f"{rule}: {EXPLAINED[rule]} (keys {', '.join(draft.keys) or 'none'})")
        return CheckedReply(draft.parts, draft.language, draft.keys, draft.promises)

    def check_staff_text(self, text: str, *, language: str) -> CheckedReply:
        """An agent's own sentence, fit to send. CustomerError's code is the rule it breaks (``rules.Rule``)."""
        words = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
        parts = (TextPart(words),)
        rule = self._breach(parts)
        # The bot's templates may speak of codes and numbers side by side; only a person can type a secret by mistake.
        if rule is None and self._scrub(words) != words:
            rule = Rule.SECRET
        if rule is not None:
            raise CustomerError(rule, EXPLAINED[rule], field="text")
        return CheckedReply(parts, language)

    def wording_faults(self, catalogue: Catalogue) -> tuple[Fault, ...]:
        """Every wording of the catalogue that breaks a rule by itself, so that it is found before a customer is."""
        return tuple(
            Fault(template.file, template.line, f"{template.key}: {EXPLAINED[rule]}")
            for template in catalogue.templates()
            for text in template.texts
            if (rule := self._wording_rule(text)) is not None
        )

    def broken_rule(self, text: str) -> str | None:
        """What an approved text would break if it were said, in words for its author; None when it may be said."""
        rule = self._wording_rule(text)
        return None if rule is None else EXPLAINED[rule]

    def _wording_rule(self, text: str) -> Rule | None:
        if not text.strip():
            return Rule.EMPTY
        return Rule.TOO_LONG if len(text) > LONGEST_TEXT else broken_rule(text, self._links)

    def _breach(self, parts: tuple[Part, ...]) -> Rule | None:
        if not parts:
            return Rule.EMPTY
        for text, longest in _words(parts):
            if len(text) > longest:
                return Rule.TOO_LONG
            if not has_visible(text):
                return Rule.EMPTY
            if (rule := broken_rule(text, self._links)) is not None:
                return rule
        for part in parts:
            if (rule := self._shape(part)) is not None:
                return rule
        return None

    def _shape(self, part: Part) -> Rule | None:
        if isinstance(part, LinkPart):
            return None if self._may_link(part) else Rule.LINK
        if isinstance(part, FactsPart):
            if not all(is_alone(row.value) for row in part.rows if row.own):
                return Rule.ACCOUNT_NUMBER
            return None if 0 < len(part.rows) <= MOST_ROWS else Rule.SHAPE
        if isinstance(part, ChartPart):
            sound = 0 < len(part.bars) <= MOST_BARS and all(0 <= bar.length <= 1 for bar in part.bars)
            return None if sound else Rule.SHAPE
        if isinstance(part, ChoicePart):
            ids = [option.id for option in part.options]
            sound = 0 < len(ids) <= MOST_OPTIONS and len(set(ids)) == len(ids) and all(map(_OPTION_ID.match, ids))
            return None if sound else Rule.SHAPE
        return None

    def _may_link(self, link: LinkPart) -> bool:
        if link.purpose == "phone":
            return bool(_PHONE.match(link.url)) and link.url in self._phones
        return link.purpose in _PURPOSES and leads_to(link.url, self._links)


def _words(parts: tuple[Part, ...]) -> Iterator[tuple[str, int]]:
    """Everything that will be read, with how long it may be."""
    for part in parts:
        match part:
            case TextPart(text):
                yield text, LONGEST_TEXT
            case ChoicePart(options):
                yield from ((option.label, LONGEST_LABEL) for option in options)
            case LinkPart(label):
                yield label, LONGEST_LABEL
            case SourcePart(title=title, label=label):
                yield from ((title, LONGEST_VALUE), (label, LONGEST_VALUE))
            case FactsPart(title, rows):
                if title:
                    yield title, LONGEST_LABEL
                for row in rows:
                    yield row.label, LONGEST_VALUE
                    if not row.own:  # a number of the customer's own account: ``_shape`` sees that it is nothing else
                        yield row.value, LONGEST_VALUE
            case ChartPart(title, alt, bars):
                yield from ((title, LONGEST_LABEL), (alt, LONGEST_VALUE))
                for bar in bars:
                    yield from ((bar.label, LONGEST_LABEL), (bar.value, LONGEST_LABEL))


def _dialled(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")
