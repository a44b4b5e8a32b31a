"""Words of strangers (payers, payees, merchants, other banks) made harmless before we say them (R6).

A payment reference is an open letter box: anybody who can pay a customer can write into their chat. So a value can
bring no line break, no direction trick, no markup of any face, no live link and no card number; what is left looks the
same to the eye as far as possible.
"""

from __future__ import annotations

import re
import unicodedata

from openteller.capabilities.replies.account_numbers import mask_numbers

LONGEST = 140
"""Characters of a stranger's words that are shown: a SEPA remittance text is that long."""
NOTHING = "—"
"""Stands where a value has no visible character, so that a sentence never has a silent hole."""
GAP = "\u200a"
"""A hair space. It ends a link for every program that makes links out of text, and hardly shows."""

_PLAIN = re.compile(r"[A-Za-z0-9]+(?:[ ',&()+-]{1,2}[A-Za-z0-9]+)*\Z")
_READ = 2_000
_MARKS = 4
_LOOSE_ENDS = f" {GAP}.:："
_JOINERS = "\u200c\u200d"
_TAGS = "\U000e0000"
"""From here on nothing is visible, and text could be smuggled."""
_MARKUP = str.maketrans(
    {"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")", "*": "∗", "_": "＿", "~": "∼", "`": "'", "|": "¦"}
    | {"\\": "∕"}
)
_LINKS = re.compile(
    r"(?<=[\w\-])[.。．｡․](?=[^\W\d])"  # a host
    r"|(?<=\d)[.。．｡․](?=\d{1,3}[.。．｡․]\d{1,3}[.。．｡․]\d)"  # an address of four numbers
    r"|(?<=[^\W\d])[:：](?=\S|\Z)|[:：](?=//)"  # a scheme, also one that our own words would complete
)
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_FIRST_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


def make_inert(text: str, *, longest: int = LONGEST) -> str:
    """One line of at most ``longest`` characters that no face can take for anything but text."""
    if len(text) <= longest and _PLAIN.match(text) and not _many_digits(text):
        return text
    line = " ".join(_visible(text[:_READ]).split())
    line = mask_numbers(line.translate(_MARKUP))
    line = _LINKS.sub(lambda sign: sign.group() + GAP, line)
    if len(line) > longest:
        line = line[: longest - 1].rstrip(_LOOSE_ENDS) + "…"
    return line if has_visible(line) else NOTHING


def has_visible(text: str) -> bool:
    """True if there is anything to see: not only spaces, marks and controls."""
    return any(unicodedata.category(sign)[0] not in "CZM" for sign in text)


def isolate(text: str, *, right_to_left: bool) -> str:
    """The text shielded from the sentence's direction (and the other way round) where the two may differ."""
    if right_to_left or not (text.isascii() or _RIGHT_TO_LEFT.isdisjoint(map(unicodedata.bidirectional, text))):
        return f"{_FIRST_ISOLATE}{text}{_END_ISOLATE}"
    return text


def _many_digits(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= 10


def _visible(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for sign in unicodedata.normalize("NFC", text):
        category = unicodedata.category(sign)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if category == "Cs":
            kept.append("\ufffd")
        elif category in {"Zs", "Zl", "Zp"} or sign in "\t\n\v\f\r\x85":
            kept.append(" ")
        elif sign in _JOINERS:
            # Persian, Hindi and emoji are written with joiners; between ASCII signs they only hide things
            if kept and ord(kept[-1]) > 0x24F:
                kept.append(sign)
        elif category[0] != "C" and marks <= _MARKS and sign < _TAGS:
            kept.append(sign)
    return "".join(kept)
