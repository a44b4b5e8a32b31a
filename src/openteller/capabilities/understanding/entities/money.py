"""Money in a message: amounts, ranges, corrections; and which numbers are something else."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from openteller.capabilities.understanding.entities.currencies import (
    currency_after,
    currency_before,
    currency_of,
    minor_after,
    minor_currency_of,
)
from openteller.capabilities.understanding.entities.days import said
from openteller.capabilities.understanding.entities.numerals import Number, find_numbers
from openteller.capabilities.understanding.entities.spans import Page
from openteller.capabilities.understanding.letters import stands_alone
from openteller.capabilities.understanding.lexicon import Lexicon
from openteller.domain.money import minor_digits
from openteller.domain.understanding import Amount

_MAX_MINOR = 10**15
_FAR = 30
"""Letters between two sums beyond which one does not correct the other."""
_RANGE = re.compile(r"(?<![\d/:-])\d+(?:[.,]\d+)?\s?-\s?\d+(?:[.,]\d+)?(?![\d/:-])")
_NOT_A_SUM_BEHIND = re.compile(r"\s?°")


@dataclass(frozen=True, slots=True)
class _Sum:
    value: Decimal
    currency: str | None
    start: int
    end: int
    sure: bool
    corrected: bool = False
    unit: Decimal = Decimal(1)


def find_money(page: Page) -> None:
    """All sums of money, in order; a correction marks its survivor."""
    sums: list[_Sum] = []
    passed: Number | None = None
    for number in find_numbers(page.text, page.number_locale, page.lexicons, page.written):
        floor = sums[-1].end if sums else 0
        if page.free(number.start, number.end) and number.start >= floor:
            found = _in_slang(page, number) or _with_currency(page, number, floor) or _bare(page, number)
            if found is None:
                passed = number if number.spoken and number.value > 1 else None
                continue
            if passed and page.says("sums_joined", page.text[passed.end : number.start]):
                sums.append(_Sum(passed.value, None, passed.start, passed.end, sure=False))
            if sums and number.unit > 1:
                sums[-1] = _in_same_unit(page, sums[-1], number)
            sums.append(found)
            passed = None
    for match, lexicon in page.matches("slang"):
        apart = not any(found.start < match.end() and match.start() < found.end for found in sums)
        if apart and page.free(match.start(), match.end()):
            sums.append(_slang(match, lexicon))
    sums.sort(key=lambda found: found.start)
    for found in _corrected(page, _share_currency(page, sums)):
        amount = _amount(found)
        if amount is not None and page.free(found.start, found.end):
            page.add("money", amount, found.start, found.end, corrected=found.corrected)


def _in_same_unit(page: Page, first: _Sum, second: Number) -> _Sum:
    """The first end of a range in the thousands of the second: "20-30k" are twenty and thirty thousand."""
    between = page.text[first.end : second.start]
    joined = page.says("sums_joined", between) and not page.says("later_wins", between)
    same = joined and first.unit == 1 and first.currency is None and first.value < second.value / second.unit
    return replace(first, value=first.value * second.unit) if same else first


def _amount(found: _Sum) -> Amount | None:
    digits = 2 if found.currency is None else minor_digits(found.currency)
    minor = found.value.scaleb(digits)
    if minor != minor.to_integral_value() or abs(minor) > _MAX_MINOR:
        return None
    return Amount(int(minor), found.currency)


def _slang(match: re.Match[str], lexicon: Lexicon) -> _Sum:
    count = said(match, "count")
    value = Decimal(lexicon.number("slang_count", count) if count else 1) * lexicon.number("slang", match["name"])
    return _Sum(value, lexicon.slang_currency or None, match.start(), match.end(), sure=True)


def _in_slang(page: Page, number: Number) -> _Sum | None:
    """The sum when a note is named after the number: "three fivers", "5 dych"."""
    for lexicon in page.lexicons:
        match = lexicon.slang_after.match(page.text, number.end)
        if match:
            value = number.value * lexicon.number("slang", match["name"])
            return _Sum(value, lexicon.slang_currency or None, number.start, match.end(), sure=True)
    return None


def _with_currency(page: Page, number: Number, floor: int) -> _Sum | None:
    """The sum when a currency stands next to the number (from ``floor`` on); "grand" and ``k`` alone name none."""
    text, start, end, value = page.text, number.start, number.end, number.value
    dash = text[start - 1 : start] == "-"
    before = currency_before(text, start - dash, page.lexicons, page.written)
    after = currency_after(text, end, page.lexicons, page.written)
    if after is not None and before is not None and before[0][-1].isalpha() and text[after[1] - 1].isalpha():
        before = None  # "in euros 50 dollars": the name after the number is its own
    if before is not None and before[1] >= floor and (currency := currency_of(before[0], page.locale, page.lexicons)):
        start, named_after, value = before[1], False, -value if dash else value
        if after is not None and currency_of(after[0], page.locale, page.lexicons) == currency:
            end = after[1]
    elif after is not None:
        currency, end, named_after = currency_of(after[0], page.locale, page.lexicons), after[1], True
    else:
        minor = minor_after(text, end, page.lexicons)
        if minor is None:
            return None
        currency, end = minor_currency_of(minor[0], page.locale, page.lexicons), minor[1]
        return _signed_sum(page, start, end, value.scaleb(-minor_digits(currency or "")), currency)
    second = _second_part(page, end, "second_part") if value == value.to_integral_value() else None
    if second and (named_after or said(second[0], "named")):
        value, end = value + second[1] / 100, second[0].end()
    return _signed_sum(page, start, end, value, currency)


def _second_part(page: Page, end: int, pattern: str) -> tuple[re.Match[str], Decimal] | None:
    """The hundredths said after a sum: "20 pounds 50", "5 euros con 20"."""
    for lexicon in page.lexicons:
        match = lexicon.match(pattern, page.text, end)
        numbers = find_numbers(match["part"], page.number_locale, (lexicon,)) if match else []
        if match and numbers:
            tenths = numbers[0].value < 10 and lexicon.fragments["number_tail"] and not match["part"].startswith("0")
            return match, numbers[0].value * (10 if tenths else 1)
    return None


def _signed_sum(page: Page, start: int, end: int, value: Decimal, currency: str | None) -> _Sum:
    start, value = _signed(page, start, value)
    return _Sum(value, currency, start, end, sure=True)


def _signed(page: Page, start: int, value: Decimal) -> tuple[int, Decimal]:
    """A minus right before the sum is kept, unless it is the dash of a range or a date."""
    text = page.text
    if (
        start
        and text[start - 1] == "-"
        and (start == 1 or text[start - 2] in " (:")
        and not re.search(r"\d\s*-$", text[max(0, start - _FAR) : start])
    ):
        return start - 1, -value
    for lexicon in page.lexicons:
        if said_minus := lexicon.search("minus", text[max(0, start - _FAR) : start]):
            return max(0, start - _FAR) + said_minus.start(), -value
    return start, value


def _bare(page: Page, number: Number) -> _Sum | None:
    """A number without a currency is money when nothing says that it is something else."""
    counts = page.goes_on("units_after", number.end) or _NOT_A_SUM_BEHIND.match(page.text, number.end)
    if counts or _glued(page.text, number) or _means_else(page, number):
        return None
    if number.spoken and not _spoken_is_money(page, number):
        return None
    start, value = _signed(page, number.start, number.value)
    unit = number.unit
    second = _second_part(page, number.end, "bare_second_part")
    if second:
        return _Sum(value + second[1] / 100, None, start, second[0].end(), sure=page.expects == "money")
    return _Sum(value, None, start, number.end, sure=page.expects == "money", unit=unit)


def _glued(text: str, number: Number) -> bool:
    """Whether a letter makes the digits part of a word: "5G", "4K"; not where words are not set apart."""
    behind = text[number.end : number.end + 1]
    return not number.spoken and behind.isalpha() and not stands_alone(behind) and not _is_syllable(behind)


def _is_syllable(mark: str) -> bool:
    return "\uac00" <= mark <= "\ud7a3"


def _means_else(page: Page, number: Number) -> bool:
    text, raw = page.text, number.raw
    around = text[max(0, number.start - 2) : number.start]
    alone = text.strip(" .!?") == raw
    if "#" in around or re.match(r"\s?[/:-]\s?\d", text[number.end :]) or re.search(r"\d[/:-]$", around):
        return not _range_part(text, number)
    if page.led_by("not_a_sum_after", number.start) and not page.says("not_number_no", text[: number.start]):
        return True
    if number.spoken:
        return False
    plain_digits = raw.isdigit()
    if plain_digits and (len(raw) >= 7 or (len(raw) > 1 and raw.startswith("0"))):
        return True
    looks_like_year = plain_digits and len(raw) == 4 and 1900 <= int(raw) <= 2099 and number.end - number.start == 4
    verb = page.led_by("money_verbs", number.start) and not page.led_by("year_leads", number.start)
    return looks_like_year and not (alone or page.expects == "money" or verb)


def _range_part(text: str, number: Number) -> bool:
    """True for one end of "20-30", which is a range; "20-30-40" and "24/7" are not."""
    return any(found.start() <= number.start < found.end() for found in _RANGE.finditer(text))


def _spoken_is_money(page: Page, number: Number) -> bool:
    """Number words are often no sums ("one of my cards"): they need a money word before and nothing counted after."""
    if page.expects == "money" or page.text.strip(" .!?,") == number.raw:
        return True
    after, led = page.word_after(number.end), page.led_by("money_verbs", number.start)
    if page.followed_by("giving", number.end):
        return number.value > 1
    if after and after[0].isalpha() and not page.followed_by("after_spoken_sum", number.end):
        # "send thirty Anna": a sum from ten up still counts as money right after a verb of giving.
        return number.value >= 10 and page.led_by("giving", number.start)
    return number.value > 1 and led


def _share_currency(page: Page, sums: list[_Sum]) -> list[_Sum]:
    """What joins two sums joins their currency: "20 to 30 pounds"."""
    shared = list(sums)
    pairs = [*range(len(sums) - 1), *reversed(range(len(sums) - 1))]
    for place in pairs:
        first, second = shared[place], shared[place + 1]
        if not page.says("sums_joined", page.text[first.end : second.start]):
            continue
        if first.currency is None and second.currency is not None:
            shared[place] = replace(first, currency=second.currency)
        elif second.currency is None and first.currency is not None:
            shared[place + 1] = replace(second, currency=first.currency)
    return shared


def _corrected(page: Page, sums: list[_Sum]) -> list[_Sum]:
    """Mark the survivor of "not 50 but 60", "60 not 50", "50, no wait, 60"."""
    result = list(sums)
    for place in range(len(sums) - 1):
        first, second = sums[place], sums[place + 1]
        between = page.text[first.end : second.start]
        if len(between) > _FAR:
            continue
        lead = page.text[max(0, first.start - _FAR) : first.start]
        refused = page.goes_on("refused_after", first.end) or page.says("refused", lead)
        if not refused and (page.says("first_wins", between) or page.goes_on("refused_after", second.end)):
            result[place] = replace(result[place], corrected=True)
        elif refused or page.says("later_wins", between):
            result[place + 1] = replace(result[place + 1], corrected=True)
            result[place] = replace(result[place], corrected=False)
    return result
