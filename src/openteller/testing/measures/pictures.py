"""The pictures of a report as SVG that stands in a page: no script, colours by the page's style sheet.

Drawn here for the reasons of decision record 0015, which holds for the console's bars. The figures always stand beside
the picture, two series differ by form as well as by colour, and the letters stay readable on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

WIDTH = 340
_SIDE, _LEFT, _BOTTOM, _TOP, _RIGHT = 240, 68, 48, 10, 26
_LINE, _BAR, _VALUE, _GAP = 20, 12, 84, 12
_FORMS = ("first", "second")
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bar:
    """A lying bar: its length and interval as shares 0–1 of the longest, and what stands beside it."""

    length: float
    value: str
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """Messages of like confidence: its mean, the share that was right, and how much of all messages they are."""

    confidence: float
    right: float
    weight: float


def bars(rows: Sequence[tuple[str, Sequence[Bar]]], described: str) -> Markup:
    """For each label one bar a series, the first above the second."""
    height = sum(_LINE + (_BAR + 6) * len(series) + _GAP for _, series in rows)
    picture, y, room = _picture(WIDTH, max(1, height), described), 0.0, WIDTH - _VALUE
    for label, series in rows:
        _text(picture, 0, y + 14, label, "start")
        y += _LINE
        for form, bar in zip(_FORMS, series, strict=False):
            _draw(picture, "rect", "track", x=0, y=y, width=room, height=_BAR, rx=3)
            if bar.length > 0:
                _draw(picture, "rect", f"bar {form}", x=0, y=y, width=max(2.0, room * bar.length), height=_BAR, rx=3)
            if bar.interval is not None:
                low, high = (room * end for end in bar.interval)
                _draw(picture, "line", "halo", x1=low, x2=high, y1=y + _BAR / 2, y2=y + _BAR / 2)
                _draw(picture, "line", "range", x1=low, x2=high, y1=y + _BAR / 2, y2=y + _BAR / 2)
            _text(picture, WIDTH, y + 11, bar.value, "end")
            y += _BAR + 6
        y += _GAP
    return _markup(picture)


def reliability(series: Sequence[Sequence[Bin]], described: str) -> Markup:
    """How often what was said with a confidence was right: on the broken line, it is as often as it says."""
    picture = _square("said with a confidence of", "of these right", described)
    _draw(picture, "line", "ideal", **_ends((0, 0), (1, 1)))
    for form, bins in zip(_FORMS, series, strict=False):
        _path(picture, form, [(each.confidence, each.right) for each in bins])
        for each in bins:
            _mark(picture, form, (each.confidence, each.right), 3 + 6 * each.weight**0.5)
    return _markup(picture)


def curve(series: Sequence[tuple[Sequence[Point], Point]], described: str) -> Markup:
    """What is recognised against what is turned away wrongly, at every threshold; a mark at the one in use."""
    picture = _square("in scope, turned away", "out of scope, recognised", described)
    _draw(picture, "line", "ideal", **_ends((0, 0), (1, 1)))
    for form, (points, at) in zip(_FORMS, series, strict=False):
        _path(picture, form, points)
        _mark(picture, form, at, 6)
    return _markup(picture)


def dots(rows: Sequence[tuple[str, Sequence[tuple[float | None, float | None]]]], described: str) -> Markup:
    """For each label a line from 0 to 100 % a series: a filled mark for the first share, a cross for the second."""
    height = sum(_LINE + 22 * len(series) + 8 for _, series in rows) + 20
    picture, y, room = _picture(WIDTH, height, described), 0.0, WIDTH - 2 * _GAP
    for label, series in rows:
        _text(picture, 0, y + 14, label, "start")
        y += _LINE
        for form, (found, wrong) in zip(_FORMS, series, strict=False):
            middle = y + 9
            _draw(picture, "line", "grid", x1=_GAP, x2=WIDTH - _GAP, y1=middle, y2=middle)
            if wrong is not None:
                x = _GAP + room * wrong
                for rise in (-5, 5):
                    _draw(picture, "line", "cross", x1=x - 5, x2=x + 5, y1=middle - rise, y2=middle + rise)
            if found is not None:
                _form(picture, form, _GAP + room * found, middle, 6)
            y += 22
        y += 8
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        _text(picture, WIDTH * share, y + 12, f"{share:.0%}", anchor, "soft")
    return _markup(picture)


def sample(form: str) -> Markup:
    """The mark of a series, or the cross, for a legend."""
    picture = _picture(16, 16, "")
    picture.attrib.pop("aria-label")
    picture.attrib.pop("role")
    picture.set("aria-hidden", "true")
    if form == "cross":
        for rise in (-5, 5):
            _draw(picture, "line", "cross", x1=3, x2=13, y1=8 - rise, y2=8 + rise)
    else:
        _form(picture, form, 8, 8, 6)
    return _markup(picture)


def _square(across: str, upwards: str, described: str) -> Element:
    """A field of 0 to 100 % in both directions."""
    high = _TOP + _SIDE + _BOTTOM
    picture = _picture(WIDTH, high, described)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        _draw(picture, "line", "grid", **_ends((share, 0), (share, 1)))
        _draw(picture, "line", "grid", **_ends((0, share), (1, share)))
        x, y = _place((share, share))
        _text(picture, x, _TOP + _SIDE + 18, f"{share:.0%}", "middle", "soft")
        _text(picture, _LEFT - 8, y + 4, f"{share:.0%}", "end", "soft")
    _text(picture, _place((0.5, 0))[0], high - 8, across, "middle")
    turned = _text(picture, 0, 0, upwards, "middle")
    turned.set("transform", f"translate(14 {_TOP + _SIDE / 2}) rotate(-90)")
    return picture


def _place(point: Point) -> Point:
    wide = WIDTH - _LEFT - _RIGHT
    return _LEFT + wide * point[0], _TOP + _SIDE * (1 - point[1])


def _ends(start: Point, end: Point) -> dict[str, float]:
    (x1, y1), (x2, y2) = _place(start), _place(end)
    return {"x1": x1, "y1": y1, "x2": x2, "y2": y2}


def _path(picture: Element, form: str, points: Sequence[Point]) -> None:
    placed = " ".join("{:.1f},{:.1f}".format(*_place(point)) for point in points)
    SubElement(picture, "polyline", {"class": f"line {form}", "points": placed})


def _mark(picture: Element, form: str, point: Point, size: float) -> None:
    _form(picture, form, *_place(point), size)


def _form(picture: Element, form: str, x: float, y: float, size: float) -> None:
    """A disc for the first series, a square on its corner for the second."""
    if form == "first":
        _draw(picture, "circle", "mark first", cx=x, cy=y, r=size)
    else:
        corners = [(x, y - size), (x + size, y), (x, y + size), (x - size, y)]
        placed = " ".join(f"{across:.1f},{down:.1f}" for across, down in corners)
        SubElement(picture, "polygon", {"class": "mark second", "points": placed})


def _picture(width: float, height: float, described: str) -> Element:
    return Element("svg", {"viewBox": f"0 0 {width:.0f} {height:.0f}", "role": "img", "aria-label": described})


def _draw(picture: Element, what: str, look: str, **numbers: float) -> None:
    SubElement(picture, what, {"class": look, **{name: f"{number:.1f}" for name, number in numbers.items()}})


def _text(picture: Element, x: float, y: float, words: str, anchor: str, look: str = "") -> Element:
    found = SubElement(picture, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, "class": look})
    found.text = words
    return found


def _markup(picture: Element) -> Markup:
    return Markup(tostring(picture, encoding="unicode"))  # noqa: S704 (the XML writer has escaped every word)
