"""Kinds of spending in the words people use: "groceries", "eating out", "petrol"."""

from __future__ import annotations

from openteller.capabilities.understanding.entities.days import said
from openteller.capabilities.understanding.entities.spans import Page


def find_categories(page: Page) -> None:
    """Categories by their stable name, only where the message is about what was spent or received."""
    if not page.asks_past or page.orders:
        return
    for match, lexicon in page.matches("category"):
        start, end = match.span("whole" if said(match, "whole") else "kind")
        if page.free(start, end):
            page.add("category", lexicon.choice("category", match["kind"]), start, end)
