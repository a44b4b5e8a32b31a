"""What a reply holds of the bank's books, and whether a channel's rule lets it be said there.

It is judged before wording, by the typed values that would fill it: a field that is not known to be harmless counts as
the customer's. So a new journey is closed on foreign channels below a login until somebody has thought about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from openteller.capabilities.replies.account_numbers import find_numbers
from openteller.domain.channels import ChannelRule
from openteller.domain.replies import LinkPhrase, OwnNumber, Phrase, Reply, Value

_HARMLESS_FIELDS = frozenset(
    {"answer", "channel", "crisis_line", "due", "language", "phone", "position", "reference", "title", "wait"}
)
"""Fields of sentences about the conversation itself: who comes when, whom to ring, what was asked."""
_HARMLESS_KEYS = ("knowledge.",)
"""Sentences that quote what the bank has published."""
_NUMBER_FIELDS = frozenset({"account_number", "bic", "iban", "sort_code"})
_MORE = "channel.more"


def shows_books(reply: Reply) -> bool:
    """True when anything in it may come from the bank's books."""
    said = [phrase for phrase in _phrases(reply) if not phrase.key.startswith(_HARMLESS_KEYS)]
    return (
        bool(reply.rows) or reply.chart is not None or any(phrase.values.keys() - _HARMLESS_FIELDS for phrase in said)
    )


def shows_full_number(reply: Reply) -> bool:
    """True when a whole account number stands in it."""
    return any(_is_full(name, value) for phrase in _phrases(reply) for name, value in phrase.values.items())


def shortened(reply: Reply, rule: ChannelRule, elsewhere: LinkPhrase) -> Reply:
    """With no more rows than the channel may have, and where the others are to be seen."""
    left = len(reply.rows) - rule.rows
    if left <= 0:
        return reply
    more = Phrase(_MORE, {"count": left})
    return replace(reply, phrases=(*reply.phrases, more), rows=reply.rows[: rule.rows], links=(*reply.links, elsewhere))


def _phrases(reply: Reply) -> Iterator[Phrase]:
    yield from reply.phrases
    for row in reply.rows:
        yield from (row.label, row.value)
    for option in reply.options:
        yield option.label
    for link in reply.links:
        yield link.label


def _is_full(name: str, value: Value) -> bool:
    if isinstance(value, OwnNumber) or name in _NUMBER_FIELDS:
        return True
    return isinstance(value, str) and bool(find_numbers(value))
