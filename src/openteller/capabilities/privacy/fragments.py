"""A card told over several messages: what earlier, stored messages and the present one make together (DP-07)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openteller.capabilities.privacy.detectors.cards import is_card
from openteller.capabilities.privacy.normalise import Reading, read
from openteller.capabilities.privacy.numerals import Group, chains
from openteller.domain.texts import Span, SpanType

_PLACEHOLDER = re.compile(r"⟦[A-Z_]+(?::\d+)?⟧")
_CARD_GIVEN = re.compile(r"⟦PAN⟧[^⟦]{0,40}$")
_MESSAGES, _LEAST, _MOST = 2, 13, 19


@dataclass(frozen=True, slots=True)
class EarlierPart:
    """Digits of the card in ``previous[message][start:end]``."""

    message: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """Digits that stand together, and where: ``message`` is -1 for the present one."""

    message: int
    start: int
    end: int
    digits: str


def continued(
    text: str, previous: Sequence[str], known: Sequence[Span], locale: str
) -> tuple[list[Span], list[EarlierPart]]:
    """The places in ``text`` that finish a card begun in ``previous``, and where it began.

    ``known`` is what redaction found in ``text`` by itself; a card found there already is left out of this.
    """
    present = [p for p in _pieces(text, -1, locale) if not any(s.type is SpanType.PAN and _within(p, s) for s in known)]
    if not present or not previous:
        return [], []
    first = max(0, len(previous) - _MESSAGES)
    earlier = [piece for index in range(first, len(previous)) for piece in _pieces(previous[index], index, locale)]
    for count in range(len(present), 0, -1):
        for start in range(count):
            joined = _joined(earlier, present[start:count])
            if joined:
                return _spans(joined), [EarlierPart(p.message, p.start, p.end) for p in joined if p.message >= 0]
    if _CARD_GIVEN.search(previous[-1]) and _only_digits(text, present):
        return [_rest(present)], []
    return [], []


def _joined(earlier: Sequence[_Piece], here: Sequence[_Piece]) -> list[_Piece]:
    """The tail of ``earlier`` that makes a card with all of ``here``."""
    tail = "".join(piece.digits for piece in here)
    for begin in range(len(earlier) - 1, -1, -1):
        tail = earlier[begin].digits + tail
        if len(tail) > _MOST:
            break
        if len(tail) >= _LEAST and is_card(tail):
            return [*earlier[begin:], *here]
    return []


def _pieces(text: str, message: int, locale: str) -> list[_Piece]:
    """The groups of digits of a message, at most the forty that could matter; placeholders hold none."""
    hidden = _PLACEHOLDER.sub(lambda match: " " * len(match.group()), text)
    reading = read(hidden)
    groups = [group for chain in chains(reading.text, locale) for group in chain.groups]
    return [_piece(reading, group, message) for group in (groups[:40] if message < 0 else groups[-40:])]


def _piece(reading: Reading, group: Group, message: int) -> _Piece:
    start, end = reading.place(group.start, group.end)
    return _Piece(message, start, end, group.digits)


def _spans(joined: Sequence[_Piece]) -> list[Span]:
    return [Span(piece.start, piece.end, SpanType.PAN) for piece in joined if piece.message < 0]


def _only_digits(text: str, present: Sequence[_Piece]) -> bool:
    """Whether the message is nothing but 3 to 15 digits: the rest of a card, or its CVV, rather than an amount."""
    rest = "".join(_outside(text, present))
    total = sum(len(piece.digits) for piece in present)
    return 3 <= total <= 15 and not any(character.isalpha() or character in "€$£¥₹%" for character in rest)


def _outside(text: str, present: Sequence[_Piece]) -> Iterator[str]:
    here = 0
    for piece in present:
        yield text[here : piece.start]
        here = piece.end
    yield text[here:]


def _rest(present: Sequence[_Piece]) -> Span:
    total = sum(len(piece.digits) for piece in present)
    return Span(present[0].start, present[-1].end, SpanType.CVV if total == 3 else SpanType.PAN)


def _within(piece: _Piece, span: Span) -> bool:
    return piece.start < span.end and span.start < piece.end
