"""How many: "last 5 transactions", "my last ten payments"."""

from __future__ import annotations

from openteller.capabilities.understanding.entities.numerals import find_numbers
from openteller.capabilities.understanding.entities.spans import Page

_MAX = 1_000


def find_counts(page: Page) -> None:
    """Whole numbers of bookings, 1–1,000."""
    for number in find_numbers(page.text, page.number_locale, page.lexicons, page.written):
        whole = number.value == number.value.to_integral_value() and 1 <= number.value <= _MAX
        if whole and page.goes_on("counted", number.end) and page.free(number.start, number.end):
            page.add("count", int(number.value), number.start, number.end)
