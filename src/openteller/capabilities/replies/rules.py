"""What no sentence may hold, whoever wrote it: the bot, an agent, or the author of the pack."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from openteller.capabilities.replies.account_numbers import find_numbers
from openteller.capabilities.replies.links import find_links, leads_to


class Rule(StrEnum):
    """The rules by their public names: an agent's client gets them as the code of the error."""

    EMPTY = "empty_reply"
    TOO_LONG = "reply_too_long"
    ACCOUNT_NUMBER = "account_number_in_reply"
    SECRET = "secret_in_reply"  # noqa: S105 (the name of a rule)
    LINK = "link_not_allowed"
    MARKUP = "markup_in_reply"
    CONTROL = "control_character_in_reply"
    DISCLOSURE = "disclosure_missing"
    SHAPE = "malformed_reply"


EXPLAINED = {
    Rule.EMPTY: "a reply needs words",
    Rule.TOO_LONG: "the reply is too long; send it in parts",
    Rule.ACCOUNT_NUMBER: "the reply holds a card number or an IBAN; show the last four characters only",
    Rule.SECRET: "the reply holds a card number, code or password; leave it out",
    Rule.LINK: "the reply holds a link or address that is not on the bank's list",
    Rule.MARKUP: "the reply holds markup, which some channels would act on; write plain text",
    Rule.CONTROL: "the reply holds invisible control characters",
    Rule.DISCLOSURE: "the first reply must say that this is an automated assistant (AI Act Art. 50(1))",
    Rule.SHAPE: "a button, row or link of the reply is malformed",
}
"""For developers and agents' clients, never for customers."""

_MARKUP = re.compile(
    r"<[A-Za-z/!?]|\]\(|`|\{[{%]|[$#]\{|<%|(?<![\w*_~])([*_~]{1,3})(?=[^\s*_~])[^\n]{0,200}?(?<=[^\s*_~])\1(?![\w*_~])"
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\ue000-\uf8ff\U000e0000-\U000e0fff]"
)
"""Signs that hide or reorder words. The marks and isolates that CLDR and ``inert`` use are not among them."""


def broken_rule(text: str, allowed_links: Collection[str]) -> Rule | None:
    """The first rule that these words break, if any. Length, emptiness and secrets are the guard's."""
    if _INVISIBLE.search(text):
        return Rule.CONTROL
    if _MARKUP.search(text):
        return Rule.MARKUP
    if not all(_allowed(link, host, allowed_links) for link, host in find_links(text)):
        return Rule.LINK
    if find_numbers(text):
        return Rule.ACCOUNT_NUMBER
    return None


def _allowed(link: str, host: str, allowed: Collection[str]) -> bool:
    return leads_to(link.rstrip(".,;:!?)"), allowed) if "://" in link else host in allowed
