"""Kinds of spending in the words people use: "groceries", "eating out", "petrol"."""

from __future__ import annotations

import re

from openteller.capabilities.understanding.entities.days import said
from openteller.capabilities.understanding.entities.spans import Page

_WORD_BEFORE = re.compile(r"(\w+) $")


def find_categories(page: Page) -> None:
    """Categories by their stable name, only where the message is about what was spent or received."""
    if not page.asks_past or page.orders:
        return
    for match, lexicon in page.matches("category"):
        start, end = match.span("whole" if said(match, "whole") else "kind")
        if page.free(start, end) and not _in_a_name(page, start):
            page.add("category", lexicon.choice("category", match["kind"]), start, end)


def _in_a_name(page: Page, start: int) -> bool:
    """True for a capital right after another one that begins no sentence: "TfL Travel Charge"."""
    before = _WORD_BEFORE.search(page.written, 0, start)
    capitals = before is not None and before[1][0].isupper() and page.written[start].isupper()
    return capitals and before is not None and before.start() > 0 and not page.written.isupper()
