"""Letters in comparable form, one for one, so that places in a text stay true: case, accents, forms of one letter."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_MARKS = {"٫": ".", "٬": ",", "，": ",", "．": ".", "：": ":", "／": "/", "−": "-", "–": "-", "—": "-", "’": "'"}
_ARABIC = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك", "؟": "?",
    "،": ",",
}  # fmt: skip
"""What people write one for the other: أ and ا, ى and ي, ة and ه."""
_TATWEEL = "\u0640"


@lru_cache(maxsize=4096)
def plain_letter(mark: str) -> str:
    """One character as it is compared: lower case, no accent, ASCII digits and separators; always one character."""
    if mark.isascii():
        return mark.lower()
    if mark in _MARKS:
        return _MARKS[mark]
    digit = unicodedata.decimal(mark, None)
    if digit is not None:
        return str(digit)
    lower = mark.lower()
    return _without_accent(lower if len(lower) == 1 else mark)


def plain_text(text: str) -> str:
    """``text`` as it is compared, character for character."""
    return "".join(plain_letter(mark) for mark in text)


def plain_pattern(pattern: str) -> str:
    """A regular expression that is to find plain text: its letters lose accents and marks, its signs stay."""
    return "".join(mark if mark.isascii() else _without_accent(mark) for mark in pattern if not is_mark(mark))


def is_mark(mark: str) -> bool:
    """True for what stands on a letter and is left out by many: vowel signs, combining accents, the tatweel."""
    return not mark.isascii() and (mark == _TATWEEL or unicodedata.combining(mark) != 0)


def without_marks(text: str) -> tuple[str, list[int]]:
    """``text`` without such marks, and for each place of it (and for its end) the place in ``text``."""
    places = [place for place, mark in enumerate(text) if not is_mark(mark)]
    return "".join(text[place] for place in places), [*places, len(text)]


def _without_accent(mark: str) -> str:
    if mark in _ARABIC:
        return _ARABIC[mark]
    apart = unicodedata.normalize("NFD", mark)
    return apart[0] if len(apart) > 1 and all(unicodedata.combining(rest) for rest in apart[1:]) else mark
