"""Dates of birth: a date beside a word for being born. Other dates are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openteller.capabilities.privacy.detectors.scan import Finding, Scan
from openteller.capabilities.privacy.vocabulary import finder
from openteller.domain.texts import SpanType

_MONTH = r"[^\W\d_][^\s\d,.]{2,14}"
_DATE = (
    r"(?:(?:19|20)\d\d[\-/. ]{1,2}\d{1,2}[\-/. ]{1,2}\d{1,2}"
    r"|\d{1,2}[\-/. ]{1,2}\d{1,2}[\-/. ]{1,2}(?:(?:19|20)\d\d|\d\d)"
    r"|(?:19|20)?\d\d ?[年년] ?\d{1,2} ?[月월] ?\d{1,2} ?[日号號일]?"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.|º)? ?(?:of |de |d')?{_MONTH}\.?,? ?(?:de |del )?(?:19|20)\d\d"
    rf"|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d|\d{{8}})"
)
_AFTER = re.compile(rf"[^\d?!\n]{{0,28}}?(?<![^\W_])({_DATE})(?!\d)")
_BEFORE = re.compile(rf"(?<!\d)({_DATE})(?:\s+\S{{1,8}}){{0,3}}?\s*$")


def find(scan: Scan) -> Iterator[Finding]:
    """The date after the word, or right before it ("3/4/1985 is my date of birth", "1985年3月3日出生")."""
    for word in finder("born").finditer(scan.text):
        match = _AFTER.match(scan.text, word.end())
        if not match:
            match = _BEFORE.search(scan.text[max(0, word.start() - 40) : word.start()])
            shift = max(0, word.start() - 40)
        else:
            shift = 0
        if match:
            yield Finding(match.start(1) + shift, match.end(1) + shift, SpanType.DOB)
