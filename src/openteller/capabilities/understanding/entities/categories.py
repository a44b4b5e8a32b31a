"""Kinds of spending in the words people use: "groceries", "eating out", "petrol"."""

from __future__ import annotations

import re

from openteller.capabilities.understanding.entities.spans import Page

_WORDS = {
    "groceries": "groceries|grocery|supermarkets?|food shop(?:ping)?|food",
    "eating_out": "eating out|restaurants?|takeaways?|take[- ]?outs?|dining(?: out)?|meals? out|fast food|pubs?|bars?",
    "coffee": "coffees?|cafes?|cafés?|coffee shops?",
    "transport": "transport(?:ation)?|public transport|trains?|bus(?:es)?|tube|taxis?|cabs?|parking|commuting",
    "fuel": "petrol|fuel|diesel|gas station|petrol stations?",
    "shopping": "shopping|clothes|clothing|shoes|fashion",
    "entertainment": "entertainment|cinema|movies|concerts?|games|gaming|streaming|subscriptions?",
    "health": "health|pharmacy|chemist|medicines?|dentist|doctors?|gym",
    "travel": "travel|holidays?|hotels?|flights?",
    "cash": "cash withdrawals?|withdrawals|cash machines?|atms?",
    "energy": "energy|electricity|heating|gas bills?|electric bills?",
    "water": "water bills?",
    "internet": "internet|broadband|wifi",
    "mobile": "mobile bills?|phone bills?|mobile contract",
    "insurance": "insurance",
    "rent": "rent",
    "salary": "salary|wages|pay ?check|payslip",
}
_NAME = re.compile(r"\b(?:" + "|".join(rf"(?P<{kind}>{words})" for kind, words in _WORDS.items()) + r")\b")


def find_categories(page: Page) -> None:
    """Categories by their stable name, only where the message is about what was spent or received."""
    if not page.asks_past or page.orders:
        return
    for match in _NAME.finditer(page.text):
        if page.free(match.start(), match.end()):
            page.add("category", next(kind for kind in _WORDS if match[kind]), match.start(), match.end())
