"""Ways to reach somebody: e-mail, telephone, internet address."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneNumberFormat

from openteller.capabilities.privacy.detectors.scan import Finding, Scan
from openteller.capabilities.privacy.numerals import Chain
from openteller.capabilities.privacy.vocabulary import body, finder
from openteller.domain.texts import SpanType

_LOCAL = re.compile(r"[^\s@<>()\[\]\\,;:\"'=?&/⟦⟧]{1,64}$")
_HOST = re.compile(r"(?:[^\W_](?:[\w\-]{0,61}[^\W_])?\.){1,6}[^\W\d_]{2,24}")
_LOCAL_WORDS = re.compile(r"(?:[a-z0-9_%+\-]{1,40}\.?(?:[ ](?:dot|punto|point|punkt|ponto|underscore)[ ])?){1,3}$")
_V4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_V6 = re.compile(r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])")
_VERSION = re.compile(r"(?:\bv|\bversion|\bver\.?|\brelease|\bbuild)[ ]?$")
_NUMBER = re.compile(r"(?<![\w])(?:\+|00)?[ ]?[(]?\d(?:[ ()\-./\u00b7]{0,3}\d){5,16}(?![\w]|[.,]\d)")
_DATED = re.compile(
    r"(?:(?:19|20)\d\d([\-/. ])(?:0?[1-9]|1[0-2])\1(?:[012]?[1-9]|[123]0|31)"
    r"|[0-3]?\d([\-/.])[0-3]?\d\2(?:19|20)\d\d)(?!\d)"
)
_AMOUNT = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d\d?)?|\d+[.,]\d\d?")
_GROUPS = re.compile(r"\d+")
_REGIONS = {
    "en": ("GB", "US", "IE", "AU", "IN"), "es": ("ES", "MX", "AR", "CO"), "fr": ("FR", "BE", "CH", "CA"),
    "de": ("DE", "AT", "CH"), "it": ("IT",), "pt": ("PT", "BR"), "nl": ("NL", "BE"), "pl": ("PL",),
    "tr": ("TR",), "ar": ("AE", "SA", "EG", "MA"), "hi": ("IN",), "zh": ("CN", "TW", "HK"), "ja": ("JP",),
    "vi": ("VN",), "sv": ("SE",), "da": ("DK",), "nb": ("NO",), "no": ("NO",), "fi": ("FI",), "ko": ("KR",),
    "ru": ("RU",), "id": ("ID",), "th": ("TH",), "el": ("GR",), "he": ("IL",), "uk": ("UA",), "cs": ("CZ",),
}  # fmt: skip


def find(scan: Scan) -> Iterator[Finding]:
    """E-mail addresses (also spelled out), internet addresses, telephone numbers."""
    if "@" in scan.text:
        yield from _emails(scan)
    yield from _spelled(scan)
    yield from _addresses(scan)
    for match in _NUMBER.finditer(scan.text):
        if finding := _phone(scan, match):
            yield finding
    for chain in scan.chains:
        if chain.spoken and 8 <= len(chain.digits) <= 13 and scan.before("phone", chain.start, 48):
            yield Finding(chain.start, chain.end, SpanType.PHONE, _normal(scan, chain))


def _emails(scan: Scan) -> Iterator[Finding]:
    for at in re.finditer("@", scan.text):
        local = _LOCAL.search(scan.text[max(0, at.start() - 64) : at.start()])
        host = _HOST.match(scan.text, at.end())
        if local and host:
            start = at.start() - len(local.group().lstrip(".-*_"))
            if start < at.start():
                yield Finding(start, host.end(), SpanType.EMAIL)


def _spelled(scan: Scan) -> Iterator[Finding]:
    """Addresses read out: "ann dot lee at gmail dot com", "ann(at)gmail.com"."""
    for at in _AT.finditer(scan.text):
        lead = scan.text[max(0, at.start() - 64) : at.start()]
        local = _LOCAL_WORDS.search(lead)
        host = _SPELLED_HOST.match(scan.text, at.end())
        if local and host:
            start = at.start() - len(local.group())
            value = _DOTS.sub(".", scan.text[start : at.start()]) + "@" + _DOTS.sub(".", host.group())
            yield Finding(start, host.end(), SpanType.EMAIL, value.replace(" ", ""))


def _addresses(scan: Scan) -> Iterator[Finding]:
    for pattern in (_V4, _V6):
        for match in pattern.finditer(scan.text):
            if match.group().count(":") < 2 and match.group().count(".") < 3:
                continue
            try:
                address = ipaddress.ip_address(match.group())
            except ValueError:
                continue
            if not _VERSION.search(scan.text[max(0, match.start() - 10) : match.start()]) and match.group() != "::":
                yield Finding(match.start(), match.end(), SpanType.IP, str(address))


def _phone(scan: Scan, match: re.Match[str]) -> Finding | None:
    """A number is a telephone number if it says so (+, 00), is spoken of as one, or is written and numbered as one."""
    written = match.group()
    digits = re.sub(r"\D", "", written)
    start = match.end() - len(written.lstrip())
    if not 6 <= len(digits) <= 15 or _not_phone(scan, written, match):
        return None
    spoken_of = _spoken_of(scan, match)
    value = _parsed(scan, written, spoken_of=spoken_of)
    if written.lstrip().startswith(("+", "00")):
        known = value or spoken_of or _possible(written)
        return Finding(start, match.end(), SpanType.PHONE, value or "+" + digits) if known else None
    if spoken_of:
        return Finding(start, match.end(), SpanType.PHONE, value or digits)
    if value and _phone_shaped(written, value) and not _lettered_before(scan, start):
        return Finding(start, match.end(), SpanType.PHONE, value)
    return None


def _possible(written: str) -> bool:
    """Whether a number with its country code is as long as numbers there are: kept out of sight, in service or not."""
    try:
        number = phonenumbers.parse("+" + re.sub(r"\D", "", written).lstrip("0"), None)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_possible_number(number))


def _phone_shaped(written: str, value: str) -> bool:
    """Whether the groups are those in which its country writes such a number; a bare row of digits is not enough."""
    groups = _GROUPS.findall(written)
    national = phonenumbers.format_number(phonenumbers.parse(value), PhoneNumberFormat.NATIONAL)
    usual = _GROUPS.findall(national)
    return len(groups) >= 2 and (groups == usual or written.strip().startswith("("))


def _not_phone(scan: Scan, written: str, match: re.Match[str]) -> bool:
    bare = written.strip()
    if _DATED.match(bare) or _AMOUNT.fullmatch(bare) or scan.money(match.start(), match.end()):
        return True
    other = scan.before("not_card", match.start(), 28)
    named = scan.before("phone", match.start(), 40)
    return bool(other) and not (named and other and named.start() > other.start())


def _spoken_of(scan: Scan, match: re.Match[str]) -> bool:
    named = scan.before("phone", match.start(), 44)
    if named and not any(character in scan.text[named.end() : match.start()] for character in "?!\n"):
        return not _ACCOUNTED.search(scan.text[named.end() : match.start()])
    after = scan.text[match.end() : match.end() + 28]
    return bool(re.match(r"\s+(?:is|est|es|ist|è|e|jest|är)\s+\S*\s*", after) and finder("phone").search(after))


def _lettered_before(scan: Scan, start: int) -> bool:
    return scan.text[start - 1 : start] in {"#", "$", "€", "£", "-", "/"}


def _parsed(scan: Scan, written: str, *, spoken_of: bool = False) -> str | None:
    """The number as E.164. One that is ``spoken_of`` is of the customer's own country if it is as long as numbers there
    are, in service or not: another country's that it happens to fit is not meant.
    """
    regions = [scan.region] if scan.region else []
    regions += [region for region in _REGIONS.get(scan.language, ("GB", "US")) if region not in regions]
    text = "+" + written.strip()[2:] if written.strip().startswith("00") else written
    for region in ["ZZ"] if text.strip().startswith("+") else regions:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        own = spoken_of and region == scan.region and phonenumbers.is_possible_number(number)
        if own or phonenumbers.is_valid_number(number):
            return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    return None


def _normal(scan: Scan, chain: Chain) -> str:
    return _parsed(scan, chain.digits) or chain.digits


_AT = re.compile(rf"[ ]?[(\[{{<][ ]?{body('email_at')}[ ]?[)\]}}>][ ]?|[ ]{body('email_at')}[ ]|(?<=[a-z0-9])[ ]@[ ]")
_DOT_WORD = rf"(?:[ ]?[(\[{{<][ ]?{body('email_dot')}[ ]?[)\]}}>][ ]?|[ ]{body('email_dot')}[ ]|\.)"
_SPELLED_HOST = re.compile(
    rf"[a-z0-9\-]{{2,40}}(?:{_DOT_WORD}[a-z0-9\-]{{2,24}}){{0,2}}{_DOT_WORD}[a-z]{{2,10}}(?![a-z])"
)
_DOTS = re.compile(rf"{_DOT_WORD}|[ ]{body('email_dot')}[ ]")
_ACCOUNTED = finder("account")
