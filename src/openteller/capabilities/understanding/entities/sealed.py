"""Values that redaction took out: the placeholder in the text is the entity, its sealed value is what it is worth."""

from __future__ import annotations

import re

from openteller.capabilities.understanding.entities.spans import Page
from openteller.domain.texts import RedactedText, SpanType

_PLACEHOLDER = re.compile(r"⟦[A-Z_]+(?::\d+)?⟧")
_TYPES = {
    SpanType.IBAN: "iban",
    SpanType.PHONE: "phone",
    SpanType.EMAIL: "email",
    SpanType.ACCOUNT: "account_number",
    SpanType.SORTCODE: "sort_code",
}


def find_sealed(page: Page, text: RedactedText) -> None:
    """Placeholders, in order; those of types that no flow uses (a dropped card number) are claimed only."""
    for match in _PLACEHOLDER.finditer(page.written):
        value = text.sealed_by(match[0])
        type_ = _TYPES.get(value.type) if value else None
        if value is None or type_ is None:
            page.claim(match.start(), match.end())
        else:
            page.add(type_, value, match.start(), match.end())
