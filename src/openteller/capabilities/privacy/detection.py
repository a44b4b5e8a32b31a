"""All recognisers over one message, and which of them is right where they overlap."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from openteller.capabilities.privacy.detectors import (
    accounts,
    births,
    cards,
    contacts,
    identity,
    names,
    passwords,
    places,
    secrets,
)
from openteller.capabilities.privacy.detectors.scan import Finding, Scan
from openteller.capabilities.privacy.normalise import read
from openteller.domain.texts import Span, SpanType

Detector = Callable[[Scan], Iterator[Finding]]

_DETECTORS: tuple[Detector, ...] = (
    cards.find, accounts.find, secrets.find, passwords.find, identity.find, contacts.find, births.find, names.find,
    places.find,
)  # fmt: skip
_RANK = {
    kind: rank
    for rank, kind in enumerate(
        (SpanType.IBAN, SpanType.PAN, SpanType.CVV, SpanType.CARD_EXPIRY, SpanType.OTP, SpanType.PIN, SpanType.EMAIL,
         SpanType.PASSWORD, SpanType.DOB, SpanType.PASSPORT, SpanType.IP, SpanType.SORTCODE, SpanType.NATIONAL_ID,
         SpanType.ACCOUNT, SpanType.PHONE, SpanType.NAME, SpanType.ADDRESS)
    )
}  # fmt: skip
_FREE = re.compile(rb"\0+")
_KEPT_IN_PART = frozenset({SpanType.ADDRESS, SpanType.EMAIL, *(kind for kind in SpanType if kind.dropped)})
"""What stays personal when a stronger finding has taken a part of it; the rest of a number is nothing."""


def detect(text: str, locale: str = "en", known_names: Sequence[str] = ()) -> list[Span]:
    """The personal data in ``text``, in order, without overlaps; places are code points of ``text`` as given."""
    return [span for span, _ in findings(text, locale, known_names)]


def findings(text: str, locale: str, known_names: Sequence[str]) -> list[tuple[Span, str | None]]:
    """Like ``detect``, each span with the normal form its recogniser gave it, if any."""
    scan = Scan(source=text, reading=read(text), locale=locale, names=tuple(known_names))
    found = [finding for find in _DETECTORS for finding in find(scan)]
    found += list(secrets.beside(scan, [(f.start, f.end) for f in found if f.type is SpanType.PAN]))
    placed = []
    for finding in _settled(found, scan.text):
        start, end = scan.reading.place(finding.start, finding.end)
        placed.append((Span(start, end, finding.type), finding.value))
    return placed


def _settled(found: Iterable[Finding], text: str) -> list[Finding]:
    """Strongest first; a weaker one keeps what is left of it, or goes."""
    taken: list[Finding] = []
    covered = bytearray(len(text))
    for finding in sorted(found, key=lambda f: (_RANK[f.type], f.start - f.end, f.start)):
        pieces = list(_uncovered(finding, covered, text))
        if pieces == [finding] or finding.type in _KEPT_IN_PART:
            taken += pieces
            for piece in pieces:
                covered[piece.start : piece.end] = b"\1" * (piece.end - piece.start)
    return sorted(taken, key=lambda finding: finding.start)


def _uncovered(finding: Finding, covered: bytearray, text: str) -> Iterator[Finding]:
    if 1 not in covered[finding.start : finding.end]:
        yield finding
        return
    for free in _FREE.finditer(covered, finding.start, finding.end):
        start, end = free.span()
        while start < end and not text[start].isalnum():
            start += 1
        while end > start and not text[end - 1].isalnum():
            end -= 1
        if start < end and (finding.type is not SpanType.ADDRESS or any(c.isdigit() for c in text[start:end])):
            yield Finding(start, end, finding.type)
