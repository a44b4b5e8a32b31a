"""Text made comparable: what arrives is cleaned once at the edge, and detection reads a folded copy.

``clean`` is what a customer's text goes through before anything else (IN-03). ``read`` makes the copy that detectors
look at (digits of every script as 0-9, no case, no accents, nothing invisible) and keeps the way back to the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from openteller.domain.errors import CustomerError

_ARABIC_SIGNS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
"""Format characters that are visible writing (number and verse signs)."""
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_JOINERS = frozenset("\u200c\u200d")
_PLAIN = re.compile(r"[\n -~]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DECORATION = re.compile("[\u0300-\u036f\u064b-\u0652\u0670\u20d0-\u20f0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ESCAPE = re.compile(
    r"&#(?:[0-9]{1,6}|x[0-9a-fA-F]{1,5});?|&nbsp;|%20|\\u00[23][0-9a-fA-F]|\\x3[0-9]|(?<=[0-9])%2[bdBD]"
)
_PERCENT_DIGITS = re.compile(r"(?:%3[0-9]){4,}")
_LETTERS = {
    "ß": "ss", "ẞ": "ss", "ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": "", "🔟": "10",
    "’": "'", "‘": "'", "′": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "−": "-", "\t": " ", "\r": " ",
    "\u2028": "\n", "\u2029": "\n", "\u0085": "\n", "\n": "\n",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """The folded copy: character ``i`` of ``text`` came from ``original[starts[i]:ends[i]]``."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the original; ``start < end``."""
        return self.starts[start], self.ends[end - 1]


def clean(text: str) -> str:
    """Make customer text safe to keep: NFC, no control, zero-width, bidi, tag or filler characters.

    Right-to-left writing stays, and so do joiners where a script or an emoji needs them. Lone surrogates cannot be
    text: ``CustomerError("invalid_text")``.
    """
    if _SURROGATE.search(text):
        raise CustomerError("invalid_text", "The text holds a lone surrogate and is not valid Unicode.", field="text")
    if _PLAIN.fullmatch(text):
        return text
    text = re.sub("\r\n?|[\u0085\u2028\u2029]", "\n", text)
    kept = [c for i, c in enumerate(text) if not _invisible(c) or (c in _JOINERS and _joins(text, i))]
    return unicodedata.normalize("NFC", "".join(kept))


def read(text: str) -> Reading:
    """Fold ``text`` for detection; linear, and never fails."""
    if _PLAIN.fullmatch(text) and not any(mark in text for mark in ("&", "%", "\\")):
        return Reading(text.lower(), range(len(text)), range(1, len(text) + 1))
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    here = 0
    for begin, finish, plain in _pieces(text):
        for start, end, folded in (*_folded(text, here, begin), (begin, finish, plain)):
            if not folded and ends and ends[-1] == start:
                ends[-1] = end
            for character in folded:
                out.append(character)
                starts.append(start)
                ends.append(end)
        here = finish
    return Reading("".join(out), starts, ends)


def fold(text: str) -> str:
    """The folded form of a word or name, for comparing with ``Reading.text``."""
    return read(text).text


def _folded(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    return [(i, i + 1, _fold_character(text[i])) for i in range(start, end)]


def _pieces(text: str) -> list[tuple[int, int, str]]:
    """Escapes that hide characters (HTML entities, URL and JSON escapes), with what they mean, and the end."""
    found = [(m.start(), m.end(), _unescape(m.group())) for m in _ESCAPE.finditer(text)] if _may_escape(text) else []
    if "%3" in text:
        for run in _PERCENT_DIGITS.finditer(text):
            found += [(i, i + 3, text[i + 2]) for i in range(run.start(), run.end(), 3)]
        found.sort()
    return [*found, (len(text), len(text), "")]


def _may_escape(text: str) -> bool:
    return "&" in text or "%" in text or "\\" in text


def _unescape(escape: str) -> str:
    if escape in {"&nbsp;", "%20"}:
        return " "
    if escape.startswith("%"):
        return "-" if escape[2] in "dD" else "+"
    digits = escape.strip("&#;\\")
    code = int(digits.lstrip("xu"), 16) if digits[0] in "xu" else int(digits)
    return _fold_character(chr(code)) if code < 0xD800 else " "


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    """One character as detectors see it: perhaps nothing, perhaps two letters."""
    digit = unicodedata.digit(character, -1)
    if digit >= 0:
        return str(digit)
    lower = character.lower()
    if lower in _LETTERS:
        return _LETTERS[lower]
    if _invisible(character) or _DECORATION.match(character):
        return ""
    category = unicodedata.category(character)
    if category[0] == "Z":
        return " "
    if category == "Pd":
        return "-"
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", lower))
    plain = unicodedata.normalize("NFC", _DECORATION.sub("", plain)).lower()
    return _LETTERS.get(plain, plain)


@lru_cache(maxsize=8192)
def _invisible(character: str) -> bool:
    category = unicodedata.category(character)
    if category == "Cc":
        return character not in "\n\t"
    return (category == "Cf" and character not in _ARABIC_SIGNS) or character in _BLANK_LETTERS


def _joins(text: str, index: int) -> bool:
    """Whether the joiner at ``index`` does work: inside an Arabic or Indic word, or between emoji."""
    before = text[index - 1] if index else ""
    after = text[index + 1] if index + 1 < len(text) else ""
    if not before or not after:
        return False
    if _needs_joiners(before) and _needs_joiners(after):
        return True
    return text[index] == "\u200d" and _pictures(before) and _pictures(after)


def _needs_joiners(character: str) -> bool:
    code = ord(character)
    written = unicodedata.category(character)[0] in "LM"
    return written and (0x0600 <= code <= 0x08FF or 0x0900 <= code <= 0x0DFF or 0x1000 <= code <= 0x18AF)


def _pictures(character: str) -> bool:
    return unicodedata.category(character) in {"So", "Sk"} or character == "\ufe0f"
