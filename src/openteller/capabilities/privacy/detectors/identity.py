"""Numbers that a state gives a person: by form and check digits, or by the words around them; passports by words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum.be import nn
from stdnum.br import cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.cn import ric
from stdnum.cz import rc
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.ie import pps
from stdnum.in_ import aadhaar, pan
from stdnum.it import codicefiscale
from stdnum.kr import rrn
from stdnum.mx import curp
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.pt import nif
from stdnum.ro import cnp
from stdnum.se import personnummer
from stdnum.tr import tckimlik
from stdnum.us import ssn
from stdnum.za import idnr as za_id

from openteller.capabilities.privacy.detectors.scan import Finding, Scan
from openteller.capabilities.privacy.spoken import WORD
from openteller.capabilities.privacy.vocabulary import finder, words
from openteller.domain.texts import SpanType

_NINO = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]")


def _is_nino(number: str) -> bool:
    """HMRC manual NIM39110: form and prefix are all there is to check."""
    return bool(_NINO.fullmatch(re.sub(r"[\s\-]", "", number)))


@dataclass(frozen=True, slots=True)
class _Form:
    """One national number: how it is written, its check, and where it counts without a word beside it.

    ``alone``: language codes of the locale, or ``*`` where form and check leave little to chance.
    """

    pattern: re.Pattern[str]
    valid: Callable[[str], bool]
    alone: frozenset[str] = frozenset()


def _form(pattern: str, valid: Callable[[str], bool], *alone: str) -> _Form:
    return _Form(re.compile(rf"(?<![\w])(?:{pattern})(?![\w]|[\-.]\d)"), valid, frozenset(alone))


_FORMS = (
    _form(r"[a-z]{2}[ ]?\d\d[ ]?\d\d[ ]?\d\d[ ]?[a-d]", _is_nino, "*"),
    _form(r"\d{3}-\d\d-\d{4}", ssn.is_valid, "en", "es"),
    _form(r"\d{3}[ ]\d\d[ ]\d{4}|\d{9}", ssn.is_valid),
    _form(r"\d{2}\.?\d{3}\.?\d{3}[ \-]?[a-z]", dni.is_valid, "*"),
    _form(r"[xyz][ \-]?\d{7}[ \-]?[a-z]", nie.is_valid, "*"),
    _form(r"[12][ ]?\d\d[ ]?\d\d[ ]?\d[\dab][ ]?\d{3}[ ]?\d{3}[ ]?\d\d", nir.is_valid, "*"),
    _form(r"[a-z]{3}[ ]?[a-z]{3}[ ]?\d\d[a-z]\d\d[ ]?[a-z]\d{3}[a-z]", codicefiscale.is_valid, "*"),
    _form(r"\d{11}", pesel.is_valid, "pl"),
    _form(r"\d{11}|\d\d[ ]\d{3}[ ]\d{3}[ ]\d{3}", idnr.is_valid, "de"),
    _form(r"\d{3}[ ]?\d{3}[ ]?\d{3}", nif.is_valid),
    _form(r"\d{11}", tckimlik.is_valid, "tr"),
    _form(r"\d{7}[a-w][a-iw]?", pps.is_valid, "*"),
    _form(r"\d{4}[ \-]?\d{4}[ \-]?\d{4}", aadhaar.is_valid, "hi"),
    _form(r"[a-z]{5}\d{4}[a-z]", pan.is_valid, "*"),
    _form(r"\d{3}\.\d{3}\.\d{3}-\d\d", cpf.is_valid, "*"),
    _form(r"\d{11}", cpf.is_valid, "pt"),
    _form(r"\d{6}(?:19|20)\d{9}[\dx]", ric.is_valid, "*"),
    _form(r"[a-z]{4}\d{6}[hm][a-z]{5}[a-z0-9]\d", curp.is_valid, "*"),
    _form(r"\d{9}", bsn.is_valid),
    _form(r"(?:\d\d)?\d{6}[\-+]?\d{4}", personnummer.is_valid, "sv"),
    _form(r"\d{6}-?\d{4}", cpr.is_valid, "da"),
    _form(r"\d{6}[ ]?\d{5}", fodselsnummer.is_valid, "nb", "no"),
    _form(r"\d{6}[\-+a-f]\d{3}[a-y0-9]", hetu.is_valid, "*"),
    _form(r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d", nn.is_valid, "*"),
    _form(r"756\.\d{4}\.\d{4}\.\d\d", ahv.is_valid, "*"),
    _form(r"\d{6}/\d{3,4}", rc.is_valid, "cs"),
    _form(r"\d{6}-[1-8]\d{6}", rrn.is_valid, "*"),
    _form(r"[1-8]\d{12}", cnp.is_valid, "ro"),
    _form(r"\d{13}", za_id.is_valid),
    _form(r"\d{3}[ \-]?\d{3}[ \-]?\d{3}", sin.is_valid),
)
_TOKEN = re.compile(r"(?<![\w])(?=[a-z0-9 .\-]{0,4}[0-9])[a-z]{0,6}[0-9](?:[ .\-/]?[a-z0-9]){4,17}(?![\w])")
_PASSPORT = re.compile(
    r"(?<![\w])[a-z]{0,3}[ ]?\d(?:[ ]?\d|[a-z]){4,9}(?![\w])"
    r"|(?<![\w])(?=[a-z]{1,3}[0-9a-z]{0,8}\d{3})[a-z0-9]{7,10}(?![\w])"
)


def find(scan: Scan) -> Iterator[Finding]:
    """National numbers and passports."""
    if not any(character in "0123456789" for character in scan.text):
        return
    named = list(finder("national_id").finditer(scan.text))
    for form in _FORMS:
        if named or "*" in form.alone or scan.language in form.alone:
            yield from _by_form(scan, form, named=bool(named))
    for word in named:
        yield from _by_word(scan, word, _TOKEN, SpanType.NATIONAL_ID)
    for word in finder("passport").finditer(scan.text):
        yield from _by_word(scan, word, _PASSPORT, SpanType.PASSPORT)


def _by_form(scan: Scan, form: _Form, *, named: bool) -> Iterator[Finding]:
    for match in form.pattern.finditer(scan.text):
        if form.valid(match.group().upper()):
            named_else = scan.before("not_card", match.start(), 28) or scan.before("phone", match.start(), 28)
            lettered = any(character.isalpha() for character in match.group())
            if named or lettered or not named_else:
                yield Finding(match.start(), match.end(), SpanType.NATIONAL_ID, _compact(match.group()))


def _by_word(scan: Scan, word: re.Match[str], pattern: re.Pattern[str], kind: SpanType) -> Iterator[Finding]:
    """What stands within a few words after the name, even if its check digit is wrong."""
    match = pattern.search(scan.text, word.end(), min(len(scan.text), word.end() + 64))
    if not match or match.start() - word.end() > 40:
        return
    gap = scan.text[word.end() : match.start()]
    said = [found.group() for found in WORD.finditer(gap)]
    digits = sum(character.isdigit() for character in match.group())
    blocked = any(w in words("gap_blockers") for w in said) or any(c in gap for c in "?!\n")
    usual = scan.money(match.start(), match.end()) or _dated(match.group())
    if len(said) <= 5 and not blocked and digits >= 5 and not usual:
        yield Finding(match.start(), match.end(), kind, _compact(match.group()))


def _dated(written: str) -> bool:
    return bool(re.fullmatch(r"\d{1,2}[./\-]\d{1,2}[./\-]\d{4}|\d{4}[./\-]\d{1,2}[./\-]\d{1,2}", written))


def _compact(written: str) -> str:
    return re.sub(r"[\s.\-/]", "", written).upper()
