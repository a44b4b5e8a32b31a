"""A checked reply as calls of Telegram's ``sendMessage``: plain text without a parse mode, buttons below the last one.

No parse mode means that no word of anybody's can become markup; a fixed-width block is marked by its place instead.
Previews of links are off (R6).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from openteller.adapters.channels import plain
from openteller.domain.channels import travelling_id
from openteller.domain.conversations import (
    ChartPart,
    ChoicePart,
    FactsPart,
    LinkPart,
    Option,
    Part,
    Row,
    SourcePart,
    TextPart,
)

LONGEST = 4096
"""UTF-16 code units of one message."""
MOST_BUTTONS = 8
"""More than a phone's screen holds; the API's own limit is far higher."""
_GAP = "\n\n"
Call = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    fixed: bool = False


def calls(chat_id: str, parts: Sequence[Part]) -> list[Call]:
    """The calls, in order. The buttons stand below the last."""
    messages = list(_messages(list(_blocks(parts))))
    made = [_call(chat_id, blocks) for blocks in messages]
    keyboard = list(_keyboard(parts))
    if keyboard and made:
        made[-1]["reply_markup"] = {"inline_keyboard": keyboard}
    return made


def _blocks(parts: Sequence[Part]) -> Iterator[_Block]:
    tabled = any(isinstance(part, FactsPart) for part in parts)
    said = False
    for part in parts:
        for block in _words(part, alone=not said, tabled=tabled):
            yield block
            said = True


def _words(part: Part, *, alone: bool, tabled: bool) -> Iterator[_Block]:
    """What of a part stands in the text. ``alone``: nothing does yet, and a keyboard cannot stand by itself.
    ``tabled``: the facts of a chart stand in a table already.
    """
    match part:
        case TextPart(text):
            yield _Block(text)
        case FactsPart(title, rows):
            yield from _table(title, rows)
        case ChartPart(title, _, bars):
            yield from _table(title, () if tabled else [Row(bar.label, bar.value) for bar in bars])
        case LinkPart(label, url) if url.startswith("tel:"):
            yield _Block(f"{label}: {url.removeprefix('tel:')}")
        case LinkPart(label):
            yield from [_Block(label)] if alone else []
        case ChoicePart(options):
            yield from [_Block(plain.numbered(options))] if alone or len(options) > MOST_BUTTONS else []
        case SourcePart(label=label):
            yield _Block(label)
        case _:
            assert_never(part)


def _table(title: str, rows: Sequence[Row]) -> Iterator[_Block]:
    if title:
        yield _Block(title)
    if rows:
        columns = plain.aligned(rows)
        yield _Block(plain.lines(rows)) if columns is None else _Block(columns, fixed=True)


def _messages(blocks: Sequence[_Block]) -> Iterator[list[_Block]]:
    """The blocks in messages, each as full as it may be."""
    message: list[_Block] = []
    room = LONGEST
    for block in blocks:
        for piece in plain.pieces(block.text, LONGEST) if not block.fixed else [block.text]:
            needed = plain.units(piece) + len(_GAP)
            if message and needed > room:
                yield message
                message, room = [], LONGEST
            message.append(_Block(piece, block.fixed))
            room -= needed
    if message:
        yield message


def _call(chat_id: str, blocks: Sequence[_Block]) -> Call:
    text, entities = "", []
    for block in blocks:
        text += _GAP if text else ""
        if block.fixed:
            entities.append({"type": "pre", "offset": plain.units(text), "length": plain.units(block.text)})
        text += block.text
    call: Call = {"chat_id": int(chat_id), "text": text, "link_preview_options": {"is_disabled": True}}
    return {**call, "entities": entities} if entities else call


def _keyboard(parts: Sequence[Part]) -> Iterator[list[dict[str, str]]]:
    for part in parts:
        match part:
            case LinkPart(label, url) if not url.startswith("tel:"):
                yield [{"text": label, "url": url}]
            case ChoicePart(options) if len(options) <= MOST_BUTTONS:
                yield from ([_button(option)] for option in options)


def _button(option: Option) -> dict[str, str]:
    return {"text": option.label, "callback_data": travelling_id(option.id)}
