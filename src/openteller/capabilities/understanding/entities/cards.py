"""The last four digits of a card: "ending 4242", "the 4242 card", "card 4242"."""

from __future__ import annotations

import re

from openteller.capabilities.understanding.entities.spans import Page

_ENDING = re.compile(
    r"\b(?:end(?:ing|s)?(?: in| with)?|last (?:4|four)(?: digits)?(?: are| is| of)?|card(?:"
    r" number)?|visa|mastercard|amex|\*{2,4}|x{4})"
    r"[\s:*-]*(\d{4})(?![\d.,/-]\d|\d)"
)
_BEFORE_NOUN = re.compile(r"(?<![\d.,£$€])\b(\d{4})\s+(?:card|visa|mastercard|one|debit|credit)\b")
_ALONE = re.compile(r"^\W*(\d{4})\W*$")


def find_cards(page: Page) -> None:
    """Card endings as four digits. A lone "4242" is one only if a card was asked for."""
    for match in [*_ENDING.finditer(page.text), *_BEFORE_NOUN.finditer(page.text)]:
        start, end = match.span(1)
        if page.free(start, end):
            page.add("card_last4", match[1], start, end)
    alone = _ALONE.match(page.text)
    if alone and page.expects in {"card", "card_last4"} and page.free(*alone.span(1)):
        page.add("card_last4", alone[1], *alone.span(1))
