"""Letters in comparable form, one for one, so that places in a text stay true: case, accents, forms of one letter."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_MARKS = {
    "٫": ".", "٬": ",", "−": "-", "–": "-", "—": "-", "‑": "-", "〜": "-", "～": "-", "’": "'", "‘": "'", "ʼ": "'",
    "´": "'", "`": "'", "、": ",", "٪": "%",
}  # fmt: skip
_ARABIC = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك", "؟": "?",
    "،": ",",
}  # fmt: skip
"""What people write one for the other: أ and ا, ى and ي, ة and ه."""
_BARRED = {"ı": "i", "ł": "l", "ø": "o", "đ": "d"}
"""Letters of their own that many type without what makes them so."""
_VOWEL_SIGNS = dict(
    zip(
        "\u093e\u093f\u0940\u0941\u0942\u0943\u0947\u0948\u094b\u094c\u0949\u0945\u0902\u0901\u0903",
        "\u0906\u0907\u0908\u0909\u090a\u090b\u090f\u0910\u0913\u0914\u0911\u090f\u0928\u0928\u0939",
        strict=True,
    )
)
"""Devanagari vowel signs as the letters they stand for: a pattern takes the signs for no part of a word."""
_VOICED = frozenset("\u3099\u309a")
"""What makes another syllable of a kana is no accent."""
_TATWEEL = "\u0640"
_UNSEEN = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
"""Joiners and marks of direction."""


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
    if "\uff01" <= mark <= "\uff5e" or "\uffe0" <= mark <= "\uffe6":
        return plain_letter(unicodedata.normalize("NFKC", mark)[0])
    lower = mark.lower()
    return _without_accent(lower if len(lower) == 1 else mark).lower()


def plain_text(text: str) -> str:
    """``text`` as it is compared, character for character."""
    return "".join(plain_letter(mark) for mark in text)


def plain_pattern(pattern: str) -> str:
    """A regular expression that is to find plain text: its letters lose accents and marks, its signs stay."""
    return "".join(mark if mark.isascii() else _without_accent(mark) for mark in pattern if not is_mark(mark))


def is_mark(mark: str) -> bool:
    """True for what stands on a letter and is left out by many: vowel signs, combining accents, the tatweel."""
    return not mark.isascii() and (
        mark == _TATWEEL or (unicodedata.combining(mark) != 0 and mark not in _VOICED) or mark in _UNSEEN
    )


def stands_alone(mark: str) -> bool:
    """True for what is written without spaces between words: Chinese characters and kana."""
    return "\u3005" <= mark <= "\u30ff" or "\u3400" <= mark <= "\u9fff" or "\uf900" <= mark <= "\ufaff"


def without_marks(text: str) -> tuple[str, list[int]]:
    """``text`` without such marks, and for each place of it (and for its end) the place in ``text``."""
    places = [place for place, mark in enumerate(text) if not is_mark(mark)]
    return "".join(text[place] for place in places), [*places, len(text)]


def _without_accent(mark: str) -> str:
    for table in (_ARABIC, _BARRED, _VOWEL_SIGNS):
        if mark in table:
            return table[mark]
    apart = unicodedata.normalize("NFD", mark)
    accents = len(apart) > 1 and all(unicodedata.combining(rest) and rest not in _VOICED for rest in apart[1:])
    return plain_letter(apart[0]) if accents else mark
