"""Short secrets in digits, told by the words around them: CVV, PIN, one-time codes, card expiry (DP-08)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from openteller.capabilities.privacy.detectors.scan import Finding, Scan
from openteller.capabilities.privacy.numerals import Chain
from openteller.capabilities.privacy.spoken import WORD
from openteller.capabilities.privacy.vocabulary import body, finder, words
from openteller.domain.texts import SpanType

_LENGTHS = {
    SpanType.CVV: (3, 4), SpanType.PIN: (4, 8), SpanType.OTP: (4, 10), SpanType.PASSWORD: (4, 12),
}  # fmt: skip
_KINDS = (("otp", SpanType.OTP), ("cvv", SpanType.CVV), ("pin", SpanType.PIN), ("secret_word", SpanType.PASSWORD))
_GROUPS = 12
"""More groups of digits than this are no short secret."""
_CLAUSE_END = re.compile(r"[?!;\n。？！؟।]|\.\s|,\s+(?:\S+\s+){2}")
_SPLIT = re.compile(r"[/:€$£¥₹%]|\d,\d{3}(?!\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_LEAD = re.compile(body("year_lead") + r"\s$")
_PREFIXED = re.compile(r"(?<![^\W_])g[ \-]?(\d{6})(?!\d)")
_LETTERED = re.compile(
    r"[\s:=\-#]{0,4}(?:[^\W\d_]{2,7}[\s:=]{1,3}){0,2}?"
    r"((?=[a-z0-9\-]{4,12}(?![\w\-]))[a-z\-]{0,12}[0-9][a-z0-9\-]{0,12})"
)
_UNIT = re.compile(rf"[\s\-]?(?:th|st|nd|rd|am|pm|kg|km)(?![^\W_])|[\s\-]{body('unit_behind')}(?![^\W_])")
_DATE = r"((?:0?[1-9]|1[0-2])[\s]{0,2}[/\-.|\s]?[\s]{0,2}(?:20)?[2-4]\d)(?!\d)"
_DATE_NEAR = re.compile(r"[^\d\n?!]{0,24}" + _DATE)
_DATE_BEHIND = re.compile(r"[\s,;:|/=\-(]{1,4}" + _DATE)
_CODE_BEHIND = re.compile(r"[\s,;:|/\-(]{1,4}(\d{3,4})(?![\d/:]|[.,]\d)")
_MONTH = re.compile(r"(?:0[1-9]|1[0-2])[2-4]")
_MONTH_YEAR = re.compile(r"[\s:.\-]{0,3}(?:[a-z]{1,4} ){0,2}([^\W\d_]{3,12}[. ]{1,2}(?:de )?(?:20)?[2-4]\d)(?!\d)")


def find(scan: Scan) -> Iterator[Finding]:
    """Secrets in digits (or number words) near the word that names them; ``G-123456`` needs no word."""
    for match in _PREFIXED.finditer(scan.text):
        yield Finding(match.start(), match.end(), SpanType.OTP)
    yield from _expiries(scan)
    if not scan.chains and not any(character.isdigit() for character in scan.text):
        return
    for name, kind in _KINDS:
        for word in finder(name).finditer(scan.text):
            yield from _told(scan, word, kind)
    named = [word.span() for name in ("otp", "cvv", "pin", "sortcode") for word in finder(name).finditer(scan.text)]
    for word in finder("code").finditer(scan.text):
        if not _other_code(scan, word) and not any(start <= word.start() < end for start, end in named):
            yield from _told(scan, word, SpanType.OTP, loose=False)


def beside(scan: Scan, cards: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """Expiry and CVV that follow a card number with no word at all: "4111111111111111 12/27 123"."""
    for _, end in cards:
        place = end
        if date := _DATE_BEHIND.match(scan.text, place):
            yield Finding(date.start(1), date.end(1), SpanType.CARD_EXPIRY)
            place = date.end()
        code = _CODE_BEHIND.match(scan.text, place)
        if code and not scan.money(code.start(1), code.end(1)):
            yield Finding(code.start(1), code.end(1), SpanType.CVV)


def _told(scan: Scan, word: re.Match[str], kind: SpanType, *, loose: bool = True) -> Iterator[Finding]:
    """The number that ``word`` names: after it, or before it with a verb ("123 is my cvv")."""
    chain = scan.chain_after(word.end())
    if chain and _leads(scan.text[word.end() : chain.start], loose=loose):
        value = _value(scan, chain, kind)
        if value and not _inside_word(scan.text, value, word.end()):
            yield _finding(value, kind, word)
            return
    if kind is SpanType.OTP and loose and (lettered := _LETTERED.match(scan.text, word.end())):
        yield Finding(lettered.start(1), lettered.end(1), kind)
        return
    chain = scan.chain_before(word.start())
    if chain and chain.end <= word.start() and _follows(scan.text[chain.end : word.start()]):
        value = _value(scan, chain, kind)
        if value:
            yield _finding(value, kind, word)


def _finding(value: Chain, kind: SpanType, word: re.Match[str]) -> Finding:
    digits = len(value.digits)
    if kind is SpanType.PASSWORD and digits <= 6:
        kind = SpanType.PIN
    if kind is SpanType.OTP and digits <= 4 and finder("cvv").fullmatch(word.group()):
        kind = SpanType.CVV
    return Finding(value.start, value.end, kind)


def _inside_word(text: str, value: Chain, named: int) -> bool:
    """Digits inside a longer Latin word ("abc12345") are a part of something else, unless glued to the name itself."""
    before = text[value.start - 1 : value.start] if value.start > named else ""
    after = text[value.end : value.end + 1]
    return not value.spoken and any(edge.isascii() and edge.isalpha() for edge in (before, after))


def _leads(gap: str, *, loose: bool) -> bool:
    """Whether the words between the name and the number let the one name the other."""
    if len(gap) > 48:
        return False
    said = [match.group() for match in WORD.finditer(gap)]
    if not said:
        return len(gap.strip()) <= 6
    if _CLAUSE_END.search(gap.lstrip(" .,:;?!\n")) or any(word in words("gap_blockers") for word in said):
        return False
    return len(said) <= (6 if loose else 3) and said[-1] not in words("account")


def _follows(gap: str) -> bool:
    said = [match.group() for match in WORD.finditer(gap)]
    if not said:
        return False
    verb = any(word in words("copula") or word in words("serves_as") for word in said)
    return len(said) <= 4 and verb and not _CLAUSE_END.search(gap)


def _value(scan: Scan, chain: Chain, kind: SpanType) -> Chain | None:
    """The part of the chain that can be such a secret, read from its start."""
    least, most = _LENGTHS[kind]
    for last in range(min(len(chain.groups), _GROUPS) - 1, -1, -1):
        part = chain.part(0, last)
        if least <= len(part.digits) <= most and _plain(scan, part) and _one_number(part):
            return part
    return None


def _one_number(part: Chain) -> bool:
    sizes = part.sizes
    even = len(set(sizes)) == 1 or (len(set(sizes[:-1])) == 1 and sizes[-1] < sizes[0])
    return even or part.spoken


def _plain(scan: Scan, part: Chain) -> bool:
    """Whether it is neither money nor a time, a date, a year or a count of something."""
    written = scan.text[part.start : part.end]
    if _SPLIT.search(written) or scan.money(part.start, part.end) or _UNIT.match(scan.text, part.end):
        return False
    if scan.text[part.end : part.end + 1] in {":", "/"} and scan.text[part.end + 1 : part.end + 2].isdigit():
        return False
    return not (_YEAR.fullmatch(written) and _YEAR_LEAD.search(scan.text[max(0, part.start - 8) : part.start]))


def _other_code(scan: Scan, word: re.Match[str]) -> bool:
    """Postcodes, error codes, promotion codes: codes that anybody may know."""
    lead = scan.text[max(0, word.start() - 24) : word.start()]
    follow = scan.text[word.end() : word.end() + 18]
    return bool(_NOT_CODE_BEFORE.search(lead) or _NOT_CODE_AFTER.match(follow) or "/" in follow[:1])


def _expiries(scan: Scan) -> Iterator[Finding]:
    """A month and a year after a word for the end of validity, if a card is talked of or the word says so itself."""
    for word in finder("expiry").finditer(scan.text):
        strong = bool(finder("strong_expiry").fullmatch(word.group())) or word.group() == "exp"
        talked = strong or finder("card").search(scan.text) or finder("cvv").search(scan.text)
        if not talked:
            continue
        if date := _DATE_NEAR.match(scan.text, word.end()):
            yield Finding(date.start(1), date.end(1), SpanType.CARD_EXPIRY)
        elif named := _MONTH_YEAR.match(scan.text, word.end()):
            yield Finding(named.start(1), named.end(1), SpanType.CARD_EXPIRY)
        else:
            yield from _spoken_expiry(scan, word)


def _spoken_expiry(scan: Scan, word: re.Match[str]) -> Iterator[Finding]:
    """In words, or digit by digit."""
    chain = scan.chain_after(word.end())
    if chain and chain.start - word.end() <= 24:
        part = chain.part(0, 3)
        if part.spoken or (set(part.sizes) == {1} and _MONTH.match(part.digits)):
            yield Finding(part.start, part.end, SpanType.CARD_EXPIRY)


_NOT_CODE_BEFORE = re.compile(body("not_code") + r"[\s\-_]{0,2}$")
_NOT_CODE_AFTER = re.compile(r"[\s\-]{1,2}" + body("not_code") + "|[a-z]")
