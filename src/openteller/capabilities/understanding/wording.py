"""A message as the classifiers see it: placeholders as words, one case, one space, bounded length."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 2_000
"""Longer messages are read at both ends: what somebody wants stands at the start or the end of a long story."""

_PLACEHOLDER = re.compile(r"⟦([A-Z_]+)(?::\d+)?⟧")
_SPOKEN = {
    "PAN": "card number",
    "CVV": "security code",
    "CARD_EXPIRY": "expiry date",
    "OTP": "code",
    "ACCOUNT": "account number",
    "SORTCODE": "sort code",
    "NATIONAL_ID": "national id",
    "DOB": "date of birth",
    "IP": "ip address",
}
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[£$€¥₹]")
_DIGITS = re.compile(r"\d+")


def _spoken(match: re.Match[str]) -> str:
    return " " + _SPOKEN.get(match[1], match[1].replace("_", " ").lower()) + " "


def plain(text: str) -> str:
    """``text`` for features: NFKC, lower case, single spaces, no control characters, placeholders as plain words."""
    if len(text) > MAX_CHARACTERS:
        text = text[: MAX_CHARACTERS // 2] + " " + text[-MAX_CHARACTERS // 2 :]
    spoken = _PLACEHOLDER.sub(_spoken, text)
    normal = unicodedata.normalize("NFKC", spoken).replace("’", "'").casefold()
    visible = "".join(" " if unicodedata.category(mark)[0] == "C" else mark for mark in normal)
    return _SPACE.sub(" ", visible).strip()


def words(text: str) -> list[str]:
    """The words of a plain text; every run of digits is "0", because which number it is does not change the wish."""
    return [_DIGITS.sub("0", word) for word in _WORD.findall(text)]


def says_something(text: str) -> bool:
    """True if there is at least one letter or digit, of any script; emoji alone say nothing we can act on."""
    return any(mark.isalnum() for mark in text)
