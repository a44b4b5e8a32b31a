"""IBANs, sort codes, routing numbers and card numbers with right check digits."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "BH": 22, "CH": 21, "CY": 28,
    "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22,
    "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27,
    "JO": 30, "KW": 30, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "QA": 29, "RO": 24, "SA": 24,
    "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29,
}  # fmt: skip

# Harbour Bank's own (invented) codes, one per country.
HARBOUR_CODES = {
    "GB": "HARB990010", "IE": "HARB990210", "DE": "99900010", "ES": "99900001",
    "FR": "9990000010", "PL": "9990001", "AE": "999", "US": "999000018",
}  # fmt: skip

_OUTSIDE_LETTERS = ("NWGT", "CAPE", "TIDE", "MOOR", "GLEN", "FERN")
_STEP, _SHIFT, _ROOM = 7_654_321, 12_345_678, 10**8


@dataclass(frozen=True, slots=True)
class AccountNumber:
    """How the outside world addresses an account.

    ``iban`` is None in the United States, which has no IBAN; ``routing_number``
    is set only there, ``sort_code`` (``99-00-10``) only in GB and IE.
    """

    iban: str | None
    account_number: str
    sort_code: str | None = None
    routing_number: str | None = None


def tidy_iban(text: str) -> str:
    """Return an IBAN without spaces or dashes, in capitals."""
    return text.replace(" ", "").replace("-", "").upper()


def is_iban(text: str) -> bool:
    """Say whether the text is an IBAN: known country, right length, right check digits."""
    iban = tidy_iban(text)
    if not iban.isascii() or not iban.isalnum() or IBAN_LENGTHS.get(iban[:2]) != len(iban):
        return False
    return iban[2:4].isdigit() and int(_digits(iban[4:] + iban[:4])) % 97 == 1


def make_iban(country: str, bban: str) -> str:
    """Return the IBAN of a domestic number (BBAN), with its two check digits."""
    return f"{country}{98 - int(_digits(bban + country + '00')) % 97:02d}{bban}"


def own_number(country: str, customer: int, slot: int) -> AccountNumber:
    """Return the number of a Harbour Bank account; reversible by :func:`owner_of`.

    Args:
        country: Two-letter country of the account.
        customer: The customer's number, 1 to 9,999,999.
        slot: The customer's account, 1 to 9.
    """
    core = ((customer * 10 + slot) * _STEP + _SHIFT) % _ROOM
    return _address(country, HARBOUR_CODES[country], core)


def owner_of(iban: str) -> tuple[int, int] | None:
    """Return ``(customer, slot)`` of a Harbour Bank IBAN, or None for another bank's."""
    tidy = tidy_iban(iban)
    country, code = tidy[:2], HARBOUR_CODES.get(tidy[:2])
    if code is None or tidy[4 : 4 + len(code)] != code:
        return None
    tail = tidy[-10:-2] if country == "FR" else tidy[-8:]
    if not tail.isdigit():
        return None
    core = (int(tail) - _SHIFT) * pow(_STEP, -1, _ROOM) % _ROOM
    customer, slot = divmod(core, 10)
    return (customer, slot) if own_number(country, customer, slot).iban == tidy else None


def outside_number(country: str, dice: Random) -> AccountNumber:
    """Return a valid-looking account number at some other, invented bank."""
    core = dice.randrange(10_000_000, 99_999_999)
    digits = f"{dice.randrange(100, 989):03d}{dice.randrange(10**7):07d}"
    letters = _OUTSIDE_LETTERS[dice.randrange(len(_OUTSIDE_LETTERS))]
    codes = {
        "GB": f"{letters}{digits[:6]}", "IE": f"{letters}{digits[:6]}", "DE": digits[:8],
        "ES": digits[:8], "FR": digits[:10], "PL": digits[:7], "AE": digits[:3],
        "US": _routing(digits[:8]),
    }  # fmt: skip
    return _address(country, codes[country], core)


def test_pan(dice: Random) -> str:
    """Return a 16-digit card number in a test-only range, with its Luhn digit."""
    body = "999900" + f"{dice.randrange(10**9):09d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def mask_iban(iban: str) -> str:
    """Return an IBAN with its middle hidden, in groups: ``GB29 •••• •••• 6819``."""
    tidy = tidy_iban(iban)
    return f"{tidy[:4]} •••• •••• {tidy[-4:]}"


def _address(country: str, code: str, core: int) -> AccountNumber:
    """Return the number of account ``core`` (up to 8 digits) at bank ``code``."""
    if country == "US":
        return AccountNumber(None, f"{core:010d}", routing_number=code)
    if country in ("GB", "IE"):
        sort = "-".join((code[4:6], code[6:8], code[8:10]))
        return AccountNumber(make_iban(country, f"{code}{core:08d}"), f"{core:08d}", sort)
    if country == "DE":
        number = f"{core:010d}"
    elif country == "ES":
        number = f"{_spanish(code, core)}{core:010d}"
    elif country == "FR":
        number = f"{core:011d}{_french(code, core):02d}"
    elif country == "PL":
        number = f"{_polish(code)}{core:016d}"
    else:
        number = f"{core:016d}"
    return AccountNumber(make_iban(country, code + number), f"{core:08d}")


def _digits(text: str) -> str:
    """Return IBAN text with letters as numbers (A is 10)."""
    return "".join(str(int(letter, 36)) for letter in text)


def _spanish(code: str, core: int) -> str:
    """Return Spain's two domestic check digits."""
    pair = []
    for text in (f"00{code}", f"{core:010d}"):
        left = 11 - sum(int(d) * 2**i % 11 for i, d in enumerate(text)) % 11
        pair.append({10: 1, 11: 0}.get(left, left))
    return f"{pair[0]}{pair[1]}"


def _french(code: str, core: int) -> int:
    """Return France's RIB key."""
    return 97 - (89 * int(code[:5]) + 15 * int(code[5:]) + 3 * core) % 97


def _polish(code: str) -> int:
    """Return the check digit of a Polish bank number."""
    weights = (3, 9, 7, 1, 3, 9, 7)
    return -sum(int(d) * w for d, w in zip(code, weights, strict=True)) % 10


def _routing(eight: str) -> str:
    """Return a United States routing number of eight digits and their check digit."""
    weights = (3, 7, 1, 3, 7, 1, 3, 7)
    return eight + str(-sum(int(d) * w for d, w in zip(eight, weights, strict=True)) % 10)
