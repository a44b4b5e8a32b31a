"""Card numbers: Luhn, issuer prefix and length, in whatever shape they are written (DP-07)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from openteller.capabilities.privacy.detectors.scan import Finding, Scan
from openteller.capabilities.privacy.numerals import Chain, lookalike_chains
from openteller.capabilities.privacy.vocabulary import finder
from openteller.domain.texts import SpanType

_ISSUERS = re.compile(
    r"(?=(?:.{13}|.{16}|.{19})$)4"  # Visa
    r"|(?=.{16}$)(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)"  # Mastercard
    r"|(?=.{15}$)(?:3[47]|2131|1800)"  # American Express, JCB
    r"|(?=.{16,19}$)(?:35[2-8]|62|81[0-7]|220[0-4]|64[4-9])"  # JCB, UnionPay, Mir, Discover
    r"|(?=.{14}$|.{16,19}$)(?:30[0-5]|3095|36|3[89])"  # Diners
    r"|(?=.{16}$)(?:60|8[12]|9792|353|356)"  # RuPay, Troy, Hipercard
    r"|(?=.{13,19}$)(?:50|5[678]|6304|6390|6[37]|65|0604)"  # Maestro, Verve, Elo, Discover
)
_PREFIX = re.compile(r"4|5[0-8]|2[2-7]|3[04-9]|6[02-7]|81|1800|2131")
_MAESTRO_SHORT = re.compile(r"(?:50[12]|5[678]|6304|67|0604)")
_LAST_DIGITS = finder("last_digits")
_SHAPES = frozenset(
    {(4, 6, 5), (4, 6, 4), (4, 4, 5), (6, 4, 5), (8, 8), (4, 12), (12, 4), (6, 10), (8, 4, 4), (4, 8, 4), (4, 4, 8),
     (6, 6, 4), (6, 13), (4, 5, 6), (8, 8, 3), (6, 9), (4, 11), (4, 4, 7), (4, 4, 6)}
)  # fmt: skip
_EVERYDAY = re.compile(
    r"\d{1,4}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})?(?:[ ,]+\d\d[:.]\d\d(?::\d\d)?)?|\d[\d ,.]*[.,]\d\d?|\d{1,2}:\d\d"
)
_LEAST, _MOST = 13, 19


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + index % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def is_card(digits: str) -> bool:
    """Whether these digits, alone, could be a card: known issuer, its length, and the check digit."""
    return bool(_ISSUERS.match(digits)) and luhn(digits)


def find(scan: Scan) -> Iterator[Finding]:
    """All card numbers, and parts of one where cards are talked about."""
    left: list[Chain] = []
    for chain in scan.chains:
        found = list(_in_chain(scan, chain))
        yield from found
        if not found and 2 <= len(chain.digits) <= _MOST and not _ordinary(scan, chain):
            left.append(chain)
    yield from _split(scan, left)
    for chain in lookalike_chains(scan.text):
        yield from _in_chain(scan, chain)


def _in_chain(scan: Scan, chain: Chain) -> Iterator[Finding]:
    if len(chain.digits) < 8:
        return
    talk = _talk(scan, chain)
    windows = list(_valid_windows(scan, chain, talked=talk))
    if not windows and talk:
        windows = list(_mistyped(scan, chain))
    for window in windows:
        yield Finding(window.start, window.end, SpanType.PAN, window.digits)


def _valid_windows(scan: Scan, chain: Chain, *, talked: bool) -> Iterator[Chain]:
    """Runs of whole groups that are a card; the longest from each start, so that no tail is left standing."""
    first = 0
    while first < len(chain.groups):
        last = _longest(scan, chain, first, talked=talked)
        if last is None:
            first += 1
        else:
            yield chain.part(first, last)
            first = last + 1


def _longest(scan: Scan, chain: Chain, first: int, *, talked: bool) -> int | None:
    best, total = None, 0
    for last in range(first, len(chain.groups)):
        total += len(chain.groups[last].digits)
        if total > _MOST:
            break
        least = 12 if talked else _LEAST
        if total >= least and (talked or _card_shaped(scan, chain, first, last)):
            digits = chain.part(first, last).digits
            if is_card(digits) or (talked and len(digits) == 12 and _MAESTRO_SHORT.match(digits) and luhn(digits)):
                best = last
    return best


def _card_shaped(scan: Scan, chain: Chain, first: int, last: int) -> bool:
    """Whether a card is ever written in groups like these: 16, 4-4-4-4, 4-6-5, one by one, in pairs, in words.

    Rows of ones, pairs and threes count only whole, for any long row of digits has some lucky stretch in it.
    """
    part = chain.part(first, last)
    sizes = part.sizes
    if len(sizes) == 1 or sizes in _SHAPES or (len(sizes) == 2 and min(sizes) >= 4):
        return True
    if part.spoken:
        return first == 0 and (last == len(chain.groups) - 1 or not chain.groups[last + 1].spoken)
    size = sizes[0]
    if any(other != size for other in sizes[:-1]) or sizes[-1] > size:
        return False
    return not _goes_on(scan, chain, last) if size >= 4 else not _among_equals(chain, first, last, size)


def _goes_on(scan: Scan, chain: Chain, last: int) -> bool:
    """Whether the same sign (not a mere blank) leads on to more digits: 6225-1918-1009-7819-425 is one number."""
    if last + 1 >= len(chain.groups):
        return False
    a, b, c = chain.groups[last - 1], chain.groups[last], chain.groups[last + 1]
    sign = scan.text[b.end : c.start]
    return sign.strip() != "" and sign == scan.text[a.end : b.start]


def _among_equals(chain: Chain, first: int, last: int, size: int) -> bool:
    before = chain.groups[first - 1 : first] if first else ()
    after = chain.groups[last + 1 : last + 2] if len(chain.groups[last].digits) == size else ()
    return any(len(group.digits) == size for group in (*before, *after))


def _talk(scan: Scan, chain: Chain) -> bool:
    """Whether a card is talked of around the number, and the number is not said to be something else."""
    other = scan.before("not_card", chain.start, 32)
    card = scan.before("card", chain.start, 90)
    if card:
        return not other or card.start() > other.start()
    if other:
        return False
    return bool(scan.after("card", chain.end, 40) or scan.after("cvv", chain.end, 40))


def _mistyped(scan: Scan, chain: Chain) -> Iterator[Chain]:
    """A number that people call a card and that fails its checksum: one wrong digit still gives a card away.

    Also a part of one (from 8 digits) that begins as cards do, right beside the word.
    """
    total = len(chain.digits)
    if scan.money(chain.start, chain.end):
        return
    if total >= 12:
        yield from _most_likely(scan, chain)
    elif _PREFIX.match(chain.digits) and _beside_card(scan, chain) and _part_shaped(chain):
        yield chain


def _most_likely(scan: Scan, chain: Chain) -> Iterator[Chain]:
    if (len(chain.groups) == 1 and len(chain.digits) <= 40) or (chain.spoken and len(chain.digits) <= 30):
        yield chain
        return
    for first in range(len(chain.groups)):
        total, best = 0, None
        for last in range(first, len(chain.groups)):
            total += len(chain.groups[last].digits)
            if 12 <= total <= _MOST and (_card_shaped(scan, chain, first, last) or chain.part(first, last).spoken):
                best = last
        if best is not None:
            yield chain.part(first, best)
            return


def _part_shaped(chain: Chain) -> bool:
    return len(chain.groups) == 1 or chain.spoken or set(chain.sizes[:-1]) <= {4} or set(chain.sizes) == {1}


def _beside_card(scan: Scan, chain: Chain) -> bool:
    """The word "card" stands right before (or after) with nothing but a few words between, no "ending in"."""
    card = scan.before("card", chain.start, 48)
    if card:
        between = scan.text[card.end() : chain.start]
        return not any(c in between for c in "?!") and len(between.split()) <= 5 and not _LAST_DIGITS.search(between)
    card = scan.after("card", chain.end, 28)
    return bool(card) and "." not in scan.text[chain.end : chain.end + 28]


def _split(scan: Scan, left: Sequence[Chain]) -> Iterator[Finding]:
    """A number told in two to four parts with words between: "4111 1111 and then 1111 1111"."""
    first = 0
    while first < len(left):
        used = _parts(scan, left[first : first + 4])
        for chain in left[first : first + used]:
            yield Finding(chain.start, chain.end, SpanType.PAN, chain.digits)
        first += max(1, used)


def _ordinary(scan: Scan, chain: Chain) -> bool:
    """Dates and amounts, which stand beside a card every day."""
    return bool(_EVERYDAY.fullmatch(scan.text, chain.start, chain.end))


def _parts(scan: Scan, left: Sequence[Chain]) -> int:
    """How many of these chains together are one card; 0 for none. What begins with "ending in" is no beginning."""
    if _LAST_DIGITS.search(scan.text[max(0, left[0].start - 24) : left[0].start]):
        return 0
    for count in range(len(left), 1, -1):
        parts = left[:count]
        digits = "".join(part.digits for part in parts)
        if not _LEAST <= len(digits) <= _MOST or any(scan.money(part.start, part.end) for part in parts):
            continue
        widest = max(b.start - a.end for a, b in pairwise(parts))
        talked = widest <= 60 and _talk(scan, parts[0])
        close = widest <= (45 if len(parts[0].digits) >= 8 else 25) and _evenly(parts)
        if is_card(digits) and (talked or close):
            return count
        if talked and _evenly(parts) and _PREFIX.match(digits) and len(digits) in {15, 16}:
            return count
    return 0


def _evenly(parts: Iterable[Chain]) -> bool:
    """Whether the parts are of whole fours, as a card shows them (the last may be shorter)."""
    *head, tail = [len(part.digits) for part in parts]
    return all(size % 4 == 0 for size in head) and tail >= 3
