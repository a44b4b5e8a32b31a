"""Bar charts as SVG: no script, no font from elsewhere, light and dark as the reader's screen is, either direction.

Drawn here rather than by a library: decision record 0015.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from xml.etree.ElementTree import Element, SubElement, tostring

CONTENT_TYPE = "image/svg+xml"

_STYLE = (
    "text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#24323c}"
    ".soft{fill:#52636e}.line{stroke:#d5dde3}.bar{fill:#0b5a7a}"
    "@media(prefers-color-scheme:dark){text{fill:#e4ebef}.soft{fill:#a9b8c1}.line{stroke:#35444d}.bar{fill:#5fb3d9}}"
)
_LEFT, _TOP, _BOTTOM = 40, 12, 28
_LINES = 4
_WIDEST = 64
_ROW, _BAR = 52, 14


def stacked_bars(
    labels: Sequence[str], series: Mapping[str, tuple[str, Sequence[int]]], *, width: int = 960, height: int = 320
) -> bytes:
    """One upright bar a label, one colour a series: name → (colour, a number for each label)."""
    picture = _picture(width, height, ", ".join(series))
    totals = [sum(values[place] for _, values in series.values()) for place in range(len(labels))]
    step = max(1, ceil(max(totals, default=1) / _LINES))
    high, room = step * _LINES, height - _TOP - _BOTTOM
    for line in range(_LINES + 1):
        y = _TOP + room - room * line / _LINES
        SubElement(picture, "line", {"class": "line", **_places(x1=_LEFT, x2=width, y1=y, y2=y)})
        _text(picture, _LEFT - 8, y + 4, str(step * line), "end")
    slot = (width - _LEFT) / max(1, len(labels))
    every = ceil(len(labels) * _WIDEST / (width - _LEFT))
    for place, label in enumerate(labels):
        wide, top = min(slot * 0.7, _WIDEST), float(_TOP + room)
        left = _LEFT + slot * (place + 0.5) - wide / 2
        for name, (colour, values) in series.items():
            tall = room * values[place] / high
            top -= tall
            if values[place]:
                bar = SubElement(picture, "rect", {"fill": colour, **_places(x=left, y=top, width=wide, height=tall)})
                SubElement(bar, "title").text = f"{label}: {name} {values[place]}"
        if place % every == 0:
            _text(picture, left + wide / 2, height - 8, label, "middle")
    return _bytes(picture)


def bars(rows: Sequence[tuple[str, str, int]], *, right_to_left: bool = False, width: int = 480) -> bytes:
    """One lying bar a row: (label, what stands beside it, its length in any unit). Lengths are 0 or more."""
    picture = _picture(width, _ROW * len(rows), ", ".join(label for label, _, _ in rows))
    picture.set("direction", "rtl" if right_to_left else "ltr")
    longest = max((size for _, _, size in rows), default=0) or 1
    near, far = (width, 0) if right_to_left else (0, width)
    for place, (label, value, size) in enumerate(rows):
        y, long = _ROW * place, max(2.0, width * size / longest)
        _text(picture, near, y + 20, label, "start")
        _text(picture, far, y + 20, value, "end")
        left = width - long if right_to_left else 0
        SubElement(picture, "rect", {"class": "bar", "rx": "4", **_places(x=left, y=y + 28, width=long, height=_BAR)})
    return _bytes(picture)


def _picture(width: int, height: int, described: str) -> Element:
    picture = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}", "role": "img"})
    picture.set("aria-label", described)
    SubElement(picture, "style").text = _STYLE
    return picture


def _text(picture: Element, x: float, y: float, words: str, anchor: str) -> None:
    SubElement(picture, "text", {"text-anchor": anchor, **_places(x=x, y=y)}).text = words


def _places(**numbers: float) -> dict[str, str]:
    return {name: f"{number:.1f}" for name, number in numbers.items()}


def _bytes(picture: Element) -> bytes:
    drawn: bytes = tostring(picture, encoding="utf-8")
    return drawn
