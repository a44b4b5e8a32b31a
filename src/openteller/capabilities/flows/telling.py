"""What a step says: a sentence of the catalogue with facts, links, a chart and buttons, before it is filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fill:
    """A catalogue key and the paths its named fields are filled from."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of facts; with ``over`` one for each record of that list, at most ``first`` of them, as ``item``.

    A row with a value that the frame does not hold is left out.
    """

    label: Fill
    value: Fill
    over: str | None = None
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link to the place at the path ``url``; with ``over`` one for each record of that list, as a row has it."""

    label: Fill
    url: str
    purpose: str
    over: str | None = None
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar for each record of ``over``: its ``label``, and the money at the path ``amount``."""

    title: Fill
    alt: Fill
    over: str
    label: Fill
    amount: str
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """What is said: a sentence, rows of facts, a chart, links, and buttons (flow names, or ``person``)."""

    fill: Fill
    rows: tuple[Row, ...] = ()
    buttons: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    chart: Chart | None = None
