"""Typed values cut from the customer's own words, one recogniser a file.

Each recogniser claims its stretch of the text, so that a day is not also money; they run from the most telling to the
least. Offsets are places in ``RedactedText.text``. The words of a language come from its lexicon.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from openteller.capabilities.understanding.entities.accounts import find_accounts
from openteller.capabilities.understanding.entities.cards import find_cards
from openteller.capabilities.understanding.entities.categories import find_categories
from openteller.capabilities.understanding.entities.counterparties import find_counterparties
from openteller.capabilities.understanding.entities.counts import find_counts
from openteller.capabilities.understanding.entities.money import find_money
from openteller.capabilities.understanding.entities.periods import find_periods
from openteller.capabilities.understanding.entities.sealed import find_sealed
from openteller.capabilities.understanding.entities.spans import Page
from openteller.capabilities.understanding.letters import is_mark, plain_text, without_marks
from openteller.capabilities.understanding.lexicon import lexicons
from openteller.domain.texts import RedactedText
from openteller.domain.understanding import Entity

MAX_CHARACTERS = 3_000
"""Only the start of a longer message is searched: nobody names an amount after two pages."""

_NAMES = frozenset({"payee", "merchant"})
_NOISE = re.compile(
    r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)|(?<!\d)\d+(?:[.,]\d+)?\s?%|%\s?\d+(?:[.,]\d+)?|(?<!\d)24/7(?!\d)|https?://\S+"
)


def extract(
    text: RedactedText,
    *,
    locale: str,
    today: date,
    expects: str | None = None,
    languages: Sequence[str] = (),
) -> tuple[Entity, ...]:
    """The entities of a message in the order of the text.

    ``expects`` is the entity type that a question on the table asks for, if any: it makes lone words count.
    ``languages`` are those that the message may be in, likeliest first; default: the locale's, or any if there are no
    words of it.
    """
    written, places = without_marks(text.text[:MAX_CHARACTERS])
    spoken = spoken_in(locale)
    words = lexicons(languages or (spoken,))
    numbers = locale if not languages or languages[0] == spoken else languages[0]
    page = Page(written, plain_text(written), locale, numbers, today, expects, words)
    _read(page, text)
    found = sorted(page.entities, key=lambda entity: (entity.start, entity.end))
    return tuple(_placed(entity, places, text.text) for entity in found)


def _placed(entity: Entity, places: Sequence[int], given: str) -> Entity:
    """The entity with its place in the text as it was given; a name as it was written there, marks and all."""
    start, end = places[entity.start], places[entity.end - 1] + 1
    while end < len(given) and is_mark(given[end]):
        end += 1
    value = given[start:end] if entity.type in _NAMES else entity.value
    return replace(entity, value=value, start=start, end=end)


def spoken_in(locale: str) -> str:
    """The language of a locale."""
    return locale.replace("_", "-").partition("-")[0].lower()


def _read(page: Page, text: RedactedText) -> None:
    past_question = page.says("past_question")
    page.orders = (page.says("order") or page.expects == "date") and not past_question
    page.asks_past = page.says("past") or (not page.orders and past_question)
    find_sealed(page, text)
    for match in [*(found for found, _ in page.matches("noise")), *_NOISE.finditer(page.text)]:
        page.claim(match.start(), match.end())
    find_cards(page)
    find_periods(page)
    find_counts(page)
    find_accounts(page)
    find_money(page)
    find_categories(page)
    find_counterparties(page)
