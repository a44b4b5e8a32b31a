"""Postal addresses: a street with its number, or what follows "I live at". Deliberately few rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openteller.capabilities.privacy.detectors.scan import Finding, Scan
from openteller.capabilities.privacy.vocabulary import body, finder
from openteller.domain.texts import SpanType

_NUMBER = r"\d{1,5}[a-z]?(?:[\-/]\d{1,4})?"
_NAME = r"[^\W\d_][\w'\-.]{0,24}"
_MORE = (
    r"(?:[ ,\n]{1,3}(?:apt|apartment|suite|unit|flat|apto|piso|appt|bte|wohnung|int|interno|m|lok)"
    r"\.?[ ]?#?[a-z0-9]{1,5})?"
    r"(?:[ ,\n]{1,4}(?:[a-z]{1,2}\d[a-z\d]?[ ]?\d[a-z]{2}(?!\w)|(?:[a-z]{1,2}-)?\d{4,6}(?:-\d{3,4})?(?!\w)))?"
    r"(?:,[ \n]?[^\W\d_][^\W\d_'\-]{2,20}(?:[ ](?:[a-z]{1,2}\d[a-z\d]?[ ]?\d[a-z]{2}|\d{4,5})(?!\w))?)?"
    r"(?:[ ,\n]{1,3}(?:[a-z]{1,2}\d[a-z\d]?[ ]?\d[a-z]{2}|[a-z]{2}[ ]\d{5})(?!\w))?"
)
_TOLD = re.compile(r"[\s:,]{0,3}(?:(?:is|es|est|ist|to|now|the|at|jest|är)[ ]{1,2}){0,2}([^?!]{6,110})")
_SENTENCE = re.compile(r"[.;][\s]+(?=[a-z]{2,}[^\S\n])|\n\n|$")
_CLAUSE = re.compile(r"[ ,]+(?:and|but|please|for|can|y|et|und|could|since|because|my|last|this)[ ]")


def find(scan: Scan) -> Iterator[Finding]:
    """Streets with numbers, and what people say their address is if it holds a number."""
    for pattern in (_ENGLISH, _STREET_FIRST, _STREET_ENDING):
        for match in pattern.finditer(scan.text):
            yield Finding(match.start(), match.end(), SpanType.ADDRESS)
    for word in finder("address").finditer(scan.text):
        told = _TOLD.match(scan.text, word.end())
        if told and (end := _end(told.group(1))):
            yield Finding(told.start(1), told.start(1) + end, SpanType.ADDRESS)


def _end(told: str) -> int:
    """Where the address stops, or 0 if these words hold none: a house number and some letters are asked for."""
    stop = _SENTENCE.search(told)
    told = told[: stop.start()] if stop else told
    clause = _CLAUSE.search(told)
    told = (told[: clause.start()] if clause else told).rstrip(" ,.;\n")
    street = re.search(r"(?<![\w.])\d{1,6}[a-z]?(?![\w]|[.,:]\d)", told)
    lettered = re.search(r"[^\W\d_]{2,}", told) and "@" not in told
    return len(told) if street and lettered and street.start() < 40 else 0


_ENGLISH = re.compile(rf"(?<![\w.,])\d{{1,5}}[a-z]?,?[ ](?:{_NAME}[ ]){{1,3}}?{body('street')}(?![\w'])\.?{_MORE}")
_STREET_FIRST = re.compile(
    rf"(?<![\w])(?:{_NUMBER}(?:[ ]?(?:bis|ter))?,?[ ])?{body('street_first')}\.?[ ](?:{_NAME}[ ]){{0,4}}?"
    rf"{_NAME},?[ ](?:n[º°o]?\.?[ ]?)?{_NUMBER}(?!\w){_MORE}"
    r"|(?<![\w])\d{1,4}(?:[ ]?(?:bis|ter))?,?[ ](?:rue|avenue|boulevard|chemin|impasse|quai|allee|place)[ ]"
    rf"(?:{_NAME}[ ]){{0,3}}{_NAME}{_MORE}"
)
_STREET_ENDING = re.compile(
    r"(?<![\w])(?:[^\W\d_]{2,20}[ \-])?[^\W\d_]{2,24}?[ \-]?"
    r"(?:strasse|str\.?|gasse|platz|allee|weg|straat|laan|plein|gracht|gatan|vagen|vej|veien)[ ]"
    rf"{_NUMBER}(?!\w){_MORE}"
)
