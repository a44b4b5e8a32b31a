"""Card numbers and IBANs in words that go out: found, and cut down to the last four (DP-09, PCI DSS 3.4.1).

Privacy redacts what comes in by context and shape; this finds by checksum alone what must not go out, so that the
two nets have different holes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from stdnum import iban

MASK = "••••"

_JOINT = r"[\s.\-‐‑‒–—·_/]?"
_DIGITS = re.compile(rf"\d(?:{_JOINT}\d){{12,}}")
_IBAN_HEAD = re.compile(r"(?<![^\W_])(?=[A-Za-z]{2}\d\d)", re.ASCII)
_IBAN = re.compile(r"[A-Za-z]{2}\d\d(?:[ \u00a0\u202f.\-]?[A-Za-z0-9]){11,32}", re.ASCII)
_ALONE = re.compile(r"[A-Z0-9]+(?:[ -][A-Z0-9]+){0,9}", re.ASCII)
_ISSUERS = "23456"
_SHORTEST, _LONGEST = 13, 19


def masked(last4: str | None) -> str:
    """What is shown of a number that may not be shown: ``••••1234``."""
    return MASK + (last4 or "")


def in_groups(number: str) -> str:
    """An account's own number as it is read out: an IBAN in fours, a sort code in twos, any other as it is."""
    signs = number.replace(" ", "").replace("-", "").upper()
    if _IBAN.fullmatch(signs):
        return " ".join(signs[place : place + 4] for place in range(0, len(signs), 4))
    if len(signs) == 6 and signs.isdigit():
        return "-".join(signs[place : place + 2] for place in range(0, 6, 2))
    return signs


def is_alone(text: str) -> bool:
    """True when the text is an account number (IBAN, sort code, domestic number) and nothing else."""
    return bool(_ALONE.fullmatch(text.strip("\u2066\u2067\u2068\u2069"))) and not any(_cards(text))


def find_numbers(text: str) -> tuple[tuple[int, int], ...]:
    """Where card numbers (Luhn; any script's digits, spaced or not) and IBANs (checksum) stand, in order, apart."""
    places: list[tuple[int, int]] = []
    for start, end in sorted((*_cards(text), *_ibans(text)), key=lambda place: (place[0], -place[1])):
        if not places or start >= places[-1][1]:
            places.append((start, end))
    return tuple(places)


def mask_numbers(text: str) -> str:
    """The text with every such number cut down to its last four."""
    # again and again, because the four that are left may begin another number with the digits behind them
    while places := find_numbers(text):
        pieces: list[str] = []
        done = 0
        for start, end in places:
            kept = [sign for sign in text[start:end] if sign.isalnum()][-4:]
            pieces += (text[done:start], masked("".join(kept)))
            done = end
        text = "".join((*pieces, text[done:]))
    return text


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for run in _DIGITS.finditer(text):
        places = [index for index in range(*run.span()) if text[index].isdecimal()]
        digits = "".join(str(unicodedata.decimal(text[index])) for index in places)
        starts = [at for at in range(len(places)) if at == 0 or places[at] != places[at - 1] + 1]
        ends = {at for at in starts if at} | {len(places)}
        first = 0
        for start in starts:
            length = _card_length(digits, start, ends) if start >= first else 0
            if length:
                first = start + length
                yield places[start], places[first - 1] + 1


def _card_length(digits: str, start: int, ends: set[int]) -> int:
    """The length of the card number that begins at ``start``, or 0. It ends with its group, or (a code or an expiry
    typed right behind it) after 15 or 16 digits.
    """
    if digits[start] not in _ISSUERS:
        return 0
    for length in range(min(_LONGEST, len(digits) - start), _SHORTEST - 1, -1):
        if (length in {15, 16} or start + length in ends) and _luhn(digits[start : start + length]):
            return length
    return 0


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    # the heads first: one that only looks like an IBAN may not swallow the one behind it
    for run in filter(None, (_IBAN.match(text, head.start()) for head in _IBAN_HEAD.finditer(text))):
        # words may follow with only a space between: the longest valid beginning is the IBAN
        places = [index for index in range(*run.span()) if text[index].isalnum()]
        signs = "".join(text[index] for index in places).upper()
        lengths = [length for length in _sound_lengths(signs) if iban.is_valid(signs[:length])]
        if lengths:
            yield run.start(), places[lengths[-1] - 1] + 1


def _sound_lengths(signs: str) -> Iterator[int]:
    """How many of the signs make a number whose check digits are right (ISO 7064, mod 97), in one pass."""
    head, rest = int("".join(str(int(sign, 36)) for sign in signs[:4])), 0
    for length, sign in enumerate(signs[4:], start=5):
        value = int(sign, 36)
        rest = (rest * (100 if value > 9 else 10) + value) % 97
        if length >= 15 and (rest * 1_000_000 + head) % 97 == 1:
            yield length
