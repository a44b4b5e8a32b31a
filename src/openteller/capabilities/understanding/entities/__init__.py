"""Typed values cut from the customer's own words, one recogniser a file.

Each recogniser claims its stretch of the text, so that a day is not also money; they run from the most telling to the
least. Offsets are places in ``RedactedText.text``.
"""

from __future__ import annotations

import re
from datetime import date

from openteller.capabilities.understanding.entities.accounts import find_accounts
from openteller.capabilities.understanding.entities.cards import find_cards
from openteller.capabilities.understanding.entities.categories import find_categories
from openteller.capabilities.understanding.entities.counterparties import find_counterparties
from openteller.capabilities.understanding.entities.counts import find_counts
from openteller.capabilities.understanding.entities.money import find_money
from openteller.capabilities.understanding.entities.periods import find_periods
from openteller.capabilities.understanding.entities.sealed import find_sealed
from openteller.capabilities.understanding.entities.spans import Page, western
from openteller.domain.texts import RedactedText
from openteller.domain.understanding import Entity

MAX_CHARACTERS = 3_000
"""Only the start of a longer message is searched: nobody names an amount after two pages."""

_PAST = re.compile(
    r"\b(?:spen[dt]|spending|paid|bought|transactions?|purchases?|payments? (?:made|to|from"
    r"|of)|activity|statement|received?|came|come in"
    r"|went|gone|blow|charged?|refund(?:ed)?|cost|did|have i|has|had|was|were|withdrew"
    r"|withdrawals?|history|movements|salary|wages"
    r"|direct debits|incoming|outgoing|forked out|what about|how about|how much)\b"
)
_ORDER = re.compile(
    r"\b(?:send|transfer|pay|move|wire|give|put|lend|ping|bung|repay|schedule|top up"
    r"|forward|make a payment|shift|stick|settle)\b"
)
_PAST_QUESTION = re.compile(
    r"\b(?:did|have|has|do i|when|how much|how many|show|list|find|search|what"
    r"|which)\b.*\b(?:pay|send|transfer|give|move)\b"
)
_NOISE = re.compile(
    r"\b\d{1,2}:\d{2}(?::\d{2})?\s?(?:am|pm)?\b|\b\d{1,2}\s?(?:am|pm)\b"
    r"|\b\d+(?:[.,]\d+)?\s?(?:%|percent\b|per cent\b)|\b24/7\b|https?://\S+"
)


def extract(text: RedactedText, *, locale: str, today: date, expects: str | None = None) -> tuple[Entity, ...]:
    """The entities of a message in the order of the text.

    ``expects`` is the entity type that a question on the table asks for, if any: it makes lone words count.
    """
    written = text.text[:MAX_CHARACTERS]
    page = Page(written, western(written), locale, today, expects)
    page.orders = bool(_ORDER.search(page.text)) and not _PAST_QUESTION.search(page.text)
    page.asks_past = bool(_PAST.search(page.text)) or (not page.orders and bool(_PAST_QUESTION.search(page.text)))
    find_sealed(page, text)
    for match in _NOISE.finditer(page.text):
        page.claim(match.start(), match.end())
    find_cards(page)
    find_periods(page)
    find_counts(page)
    find_accounts(page)
    find_money(page)
    find_categories(page)
    find_counterparties(page)
    return tuple(sorted(page.entities, key=lambda entity: (entity.start, entity.end)))
