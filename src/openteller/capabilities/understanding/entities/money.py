"""Money in a message: amounts, ranges, corrections; and which numbers are something else."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from openteller.capabilities.understanding.entities.currencies import (
    AFTER,
    BEFORE,
    MINOR_AFTER,
    SLANG,
    currency_of,
    minor_currency_of,
)
from openteller.capabilities.understanding.entities.numerals import Number, find_numbers
from openteller.capabilities.understanding.entities.spans import Page
from openteller.domain.money import minor_digits
from openteller.domain.understanding import Amount

_MAX_MINOR = 10**15
_NOT_AFTER = frozenset(
    "order ref reference invoice ticket case booking number no nr card ending account flat room page version code pin"
    " policy id level step option line bus gate unit apartment house zip postcode extension ext day week".split()
)
_UNITS_AFTER = re.compile(
    r"(?:\s*(?:or|-)\s*\d+)?\s*(?:%|percent|per cent|°|o'clock|am\b|pm\b|(?:working |business |calendar )?(?:days?"
    r"|weeks?|months?|years?|yrs?|hours?|hrs?|h|minutes?"
    r"|mins?|seconds?|secs?)\b|times\b|x\b|st\b|nd\b|rd\b|th\b|(?:different |separate |more "
    r"|recent |of )?(?:people|persons?|friends|kids"
    r"|transactions?|payments?|transfers?|purchases?|cards?|accounts?|payees?|items?|tickets?|nights?|messages?|digits"
    r"|bottles?|coffees|km|miles|kg|mb|gb|of us|of them|of my)\b)"
)
_MONEY_VERBS = frozenset(
    "send sends sent transfer transferred pay paid move moved put give lend wire bung"
    " ping make it meant mean be is was of for"
    " over under above below than about around roughly exactly just only spend spent"
    " owe owes cost costs withdraw another extra"
    " least most only no sorry wait actually not but rather add save repay to and or"
    " say said limit maximum minimum between from".split()
)
_YEAR_LEADS = frozenset({"of", "from", "to", "and", "for", "was"})
_AFTER_SPOKEN = frozenset(
    "to for from into please instead not but rather and or in on at each today"
    " now then out off towards back max per".split()
)
_SLANG = re.compile(r"\b(a|one|two|three|four|five|another)\s+(fivers?|tenners?|pony|monkey)\b")
_COUNTS = {"a": 1, "one": 1, "another": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_SECOND_PART = re.compile(
    r"\s?(?:and\s)?(\d{1,2}|(?:ten|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:five"
    r"|nine))?)(?:\s?(?:p|pence|cents?|c)\b|(?=\s*(?:$|[,.;!?]|to\b|from\b|for\b)))"
)
_JOINED = re.compile(
    r"^\s*(?:-|to|and|or|till|until|up to|,|but|not|no|sorry|wait|i mean(?:t)?"
    r"|instead of|rather than|actually)?[\s,.]*$"
)
_LATER_WINS = re.compile(
    r"\b(?:no|sorry|wait|actually|i mean|i meant|make (?:it|that)|rather|correction|scratch that|oops)\b(?! than)"
)
_RANGE = re.compile(r"(?<![\d/:-])\d+(?:[.,]\d+)?\s?-\s?\d+(?:[.,]\d+)?(?![\d/:-])")
_FIRST_WINS = re.compile(r"^[\s,]*(?:and\s)?(?:not|instead of|rather than)\s*(?:for\s)?$")


@dataclass(frozen=True, slots=True)
class _Sum:
    value: Decimal
    currency: str | None
    start: int
    end: int
    sure: bool
    corrected: bool = False


def find_money(page: Page) -> None:
    """All sums of money, in order; a correction marks its survivor."""
    sums = [_slang(match) for match in _SLANG.finditer(page.text) if page.free(match.start(), match.end())]
    for number in find_numbers(page.text, page.locale):
        if page.free(number.start, number.end) and not any(s.start < number.end and number.start < s.end for s in sums):
            found = _with_currency(page, number) or _bare(page, number)
            if found:
                sums.append(found)
    sums.sort(key=lambda found: found.start)
    for found in _corrected(page.text, _share_currency(page.text, sums)):
        amount = _amount(found)
        if amount is not None and page.free(found.start, found.end):
            page.add("money", amount, found.start, found.end, corrected=found.corrected)


def _amount(found: _Sum) -> Amount | None:
    digits = 2 if found.currency is None else minor_digits(found.currency)
    minor = found.value.scaleb(digits)
    if minor != minor.to_integral_value() or abs(minor) > _MAX_MINOR:
        return None
    return Amount(int(minor), found.currency)


def _slang(match: re.Match[str]) -> _Sum:
    value = _COUNTS[match[1]] * SLANG[match[2].removesuffix("s")]
    return _Sum(value, "GBP", match.start(), match.end(), sure=True)


def _with_currency(page: Page, number: Number) -> _Sum | None:
    """The sum when a currency stands next to the number; ``grand`` and ``k`` alone name none."""
    text, locale = page.text, page.locale
    before = BEFORE.search(text[max(0, number.start - 12) : number.start])
    start, end, currency, value = number.start, number.end, None, number.value
    if before:
        currency = currency_of(before[1], locale)
        start = number.start - (len(before[0]))
    after = AFTER.match(text, number.end)
    if after and currency is None:
        currency, end = currency_of(after[1], locale), after.end()
    if currency is None:
        minor = MINOR_AFTER.match(text, number.end)
        if not minor:
            return None
        currency, end = minor_currency_of(minor[1], locale), minor.end()
        value = value / 100
    else:
        second = _SECOND_PART.match(text, end)
        if (
            second
            and value == value.to_integral_value()
            and (after or second[0].rstrip().endswith(("p", "pence", "cent", "cents", "c")))
        ):
            value, end = value + find_numbers(second[1], "en")[0].value / 100, second.end()
    start, value = _signed(text, start, value)
    return _Sum(value, currency, start, end, sure=True)


def _signed(text: str, start: int, value: Decimal) -> tuple[int, Decimal]:
    """A minus sign right before the sum is kept, unless it is the dash of a range or a date."""
    if (
        start
        and text[start - 1] == "-"
        and (start == 1 or text[start - 2] in " (:")
        and not re.search(r"\d\s*-$", text[:start])
    ):
        return start - 1, -value
    return start, value


def _bare(page: Page, number: Number) -> _Sum | None:
    """A number without a currency is money when nothing says that it is something else."""
    if _UNITS_AFTER.match(page.text, number.end) or _means_else(page, number):
        return None
    if number.spoken and not _spoken_is_money(page, number):
        return None
    start, value = _signed(page.text, number.start, number.value)
    return _Sum(value, None, start, number.end, sure=page.expects == "money")


def _means_else(page: Page, number: Number) -> bool:
    text, raw = page.text, number.raw
    before, around = page.word_before(number.start), text[max(0, number.start - 2) : number.start]
    alone = text.strip(" .!?") == raw
    if "#" in around or re.match(r"\s?[/:-]\s?\d", text[number.end :]) or re.search(r"\d[/:-]$", around):
        return not _range_part(text, number)
    if before in _NOT_AFTER and not (before == "no" and re.search(r"\bno[ ,]+$", text[: number.start])):
        return True
    if number.spoken:
        return False
    plain_digits = raw.isdigit()
    if plain_digits and (len(raw) >= 7 or (len(raw) > 1 and raw.startswith("0"))):
        return True
    looks_like_year = plain_digits and len(raw) == 4 and 1900 <= int(raw) <= 2099 and number.end - number.start == 4
    said_as_sum = alone or page.expects == "money" or before in _MONEY_VERBS - _YEAR_LEADS
    return looks_like_year and not said_as_sum


def _range_part(text: str, number: Number) -> bool:
    """True for one end of "20-30", which is a range; "20-30-40" and "24/7" are not."""
    return any(found.start() <= number.start < found.end() for found in _RANGE.finditer(text))


def _spoken_is_money(page: Page, number: Number) -> bool:
    """Number words are often no sums ("one of my cards"): they need a money word before and nothing counted after."""
    if page.expects == "money" or page.text.strip(" .!?,") == number.raw:
        return True
    after = page.word_after(number.end)
    if after and after.isalpha() and after not in _AFTER_SPOKEN:
        # "send thirty Anna": a sum from ten up still counts as money right after a verb of giving.
        return number.value >= 10 and page.word_before(number.start) in {
            "send",
            "pay",
            "transfer",
            "give",
            "put",
            "move",
        }
    return number.value > 1 and page.word_before(number.start) in _MONEY_VERBS


def _share_currency(text: str, sums: list[_Sum]) -> list[_Sum]:
    """What joins two sums joins their currency: "20 to 30 pounds"."""
    shared = list(sums)
    pairs = [*range(len(sums) - 1), *reversed(range(len(sums) - 1))]
    for place in pairs:
        first, second = shared[place], shared[place + 1]
        if not _JOINED.match(text[first.end : second.start]):
            continue
        if first.currency is None and second.currency is not None:
            shared[place] = replace(first, currency=second.currency)
        elif second.currency is None and first.currency is not None:
            shared[place + 1] = replace(second, currency=first.currency)
    return shared


def _corrected(text: str, sums: list[_Sum]) -> list[_Sum]:
    """Mark the survivor of "not 50 but 60", "60 not 50", "50, no wait, 60"."""
    result = list(sums)
    for place in range(len(sums) - 1):
        first, second = sums[place], sums[place + 1]
        between = text[first.end : second.start]
        if len(between) > 30:
            continue
        refused = re.search(r"\b(?:not|isn't|instead of|rather than)\s*(?:for\s)?$", text[: first.start])
        if refused or _LATER_WINS.search(between):
            result[place + 1] = replace(second, corrected=True)
            result[place] = replace(result[place], corrected=False)
        elif _FIRST_WINS.match(between):
            result[place] = replace(first, corrected=True)
    return result
