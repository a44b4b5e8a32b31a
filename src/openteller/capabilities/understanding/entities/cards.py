"""The last four digits of a card: "ending 4242", "the 4242 card", "card 4242"."""

from __future__ import annotations

import re

from openteller.capabilities.understanding.entities.spans import Page

_MASKED = re.compile(r"(?:\*{2,4}|x{4})[\s:*-]*(?P<last4>\d{4})(?![\d.,/-]\d|\d)")
_ALONE = re.compile(r"^\W*(\d{4})\W*$")


def find_cards(page: Page) -> None:
    """Card endings as four digits. A lone "4242" is one only if a card was asked for."""
    named = [match for name in ("card_ending", "card_before") for match, _ in page.matches(name)]
    for match in [*named, *_MASKED.finditer(page.text)]:
        start, end = match.span("last4")
        if page.free(start, end):
            page.add("card_last4", match["last4"], start, end)
    alone = _ALONE.match(page.text)
    if alone and page.expects in {"card", "card_last4"} and page.free(*alone.span(1)):
        page.add("card_last4", alone[1], *alone.span(1))
