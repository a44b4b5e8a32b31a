"""IBANs by country, length and checksum; account numbers and sort codes by the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from stdnum import iban as iban_number
from stdnum import numdb

from openteller.capabilities.privacy.detectors.scan import Finding, Scan
from openteller.capabilities.privacy.numerals import Chain
from openteller.capabilities.privacy.spoken import WORD
from openteller.capabilities.privacy.vocabulary import finder, words
from openteller.domain.texts import SpanType

_IBAN = re.compile(r"[a-z][ ]?[a-z][ .\-_/]{0,2}[0-9][ ]?[0-9](?:[\s.\-_/]{0,2}[a-z0-9]){11,30}")
_HEAD = re.compile(r"(?<![a-z0-9])(?:iban[\s:]{0,2})?(?=[a-z][ ]?[a-z][ .\-_/]{0,2}[0-9][ ]?[0-9])")
_SEPARATORS = re.compile(r"[\s.\-_/]")
_SORT_CODE = re.compile(r"(?<![\d\-.])\d\d([ \-])\d\d\1\d\d(?![\d]|[\-]\d)")
_THEN_ACCOUNT = re.compile(r"[^\d.?!\n]{1,28}(\d{8})(?!\d)")
_ROUTING = re.compile(r"[^\d?!\n]{0,24}?((?:\d[ \-]?){5,8}\d)(?!\d)")
_DATED = re.compile(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}")
_GROUPS = 18
_ACCOUNT_DIGITS = (6, 18)
_STRUCTURE = re.compile(r"(\d+)!")


def find(scan: Scan) -> Iterator[Finding]:
    """IBANs first, then what is called an account number or a sort code."""
    yield from _ibans(scan)
    yield from _sort_codes(scan)
    for word in finder("account").finditer(scan.text):
        if chain := _named(scan, word):
            yield Finding(chain.start, chain.end, SpanType.ACCOUNT, chain.digits)


def _ibans(scan: Scan) -> Iterator[Finding]:
    place = 0
    while head := _HEAD.search(scan.text, place):
        place = head.end() + 1
        match = _IBAN.match(scan.text, head.end())
        length = _lengths().get(_SEPARATORS.sub("", scan.text[head.end() : head.end() + 4])[:2]) if match else None
        end = _cut(scan.text, head.end(), length) if length else None
        if end is None:
            continue
        value = _SEPARATORS.sub("", scan.text[head.end() : end]).upper()
        apart = scan.text[head.end() + 2 : head.end() + 3].isspace() and not _money_talk(scan, head.end(), end)
        if not apart and iban_number.is_valid(value, check_country=False):
            yield Finding(head.end(), end, SpanType.IBAN, value)
            place = end
        elif _money_talk(scan, head.end(), end) and not scan.text[end : end + 1].isalnum():
            yield Finding(head.end(), end, SpanType.ACCOUNT, value)
            place = end


def _cut(text: str, start: int, length: int) -> int | None:
    """Where the country's number of letters and digits is reached."""
    seen = 0
    for place in range(start, min(len(text), start + 4 * length)):
        if text[place].isalnum():
            seen += 1
            if seen == length:
                return place + 1
    return None


def _money_talk(scan: Scan, start: int, end: int) -> bool:
    other = scan.before("not_card", start, 28)
    return not other and bool(scan.before("transfer", start, 60) or scan.after("transfer", end, 40))


@lru_cache(maxsize=1)
def _lengths() -> dict[str, int]:
    """How long an IBAN is in each country, from the registry that stdnum carries."""
    database = numdb.get("iban")
    table: dict[str, int] = {}
    for country in (a + b for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        structure = database.info(country)[0][1].get("bban")
        if structure:
            table[country.lower()] = 4 + sum(int(number) for number in _STRUCTURE.findall(structure))
    return table


def _sort_codes(scan: Scan) -> Iterator[Finding]:
    for match in _SORT_CODE.finditer(scan.text):
        account = _THEN_ACCOUNT.match(scan.text, match.end())
        if account or scan.before("sortcode", match.start(), 40):
            yield Finding(match.start(), match.end(), SpanType.SORTCODE, re.sub(r"\D", "", match.group()))
            if account:
                yield Finding(account.start(1), account.end(1), SpanType.ACCOUNT, account.group(1))
    for word in finder("sortcode").finditer(scan.text):
        if named := _ROUTING.match(scan.text, word.end()):
            yield Finding(named.start(1), named.end(1), SpanType.SORTCODE, re.sub(r"\D", "", named.group(1)))


def _named(scan: Scan, word: re.Match[str]) -> Chain | None:
    """The number that follows the word for an account within a few words: no amount, no date, no "ending in"."""
    chain = scan.chain_after(word.end())
    if chain is None:
        return None
    gap = scan.text[word.end() : chain.start]
    said = [match.group() for match in WORD.finditer(gap)]
    if len(gap) > 32 or len(said) > 4 or any(c in gap for c in "?!\n") or any(w in words("gap_blockers") for w in said):
        return None
    for last in range(min(len(chain.groups), _GROUPS) - 1, -1, -1):
        part = chain.part(0, last)
        if _ACCOUNT_DIGITS[0] <= len(part.digits) <= _ACCOUNT_DIGITS[1] and _undated(scan, part):
            return part
    return None


def _undated(scan: Scan, part: Chain) -> bool:
    written = scan.text[part.start : part.end]
    dated = _DATED.fullmatch(written) and not _SORT_CODE.fullmatch(written)
    grouped = re.search(r"\d,\d{3}(?!\d)|\.\d\d$", written)
    spread = re.search(r"[^\d\s.\-/]", written) and not part.spoken
    return not (dated or grouped or spread or scan.money(part.start, part.end))
