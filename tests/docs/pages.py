"""The pages, taken apart: what stands in them, where they point, and which of their blocks are to be run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.architecture.source_tree import ROOT

TOP = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
_FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """One page. ``name`` is its path from the root of the repository."""

    name: str
    text: str

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> Path:
        """Where its links start from."""
        return (ROOT / self.name).parent

    @property
    def prose(self) -> str:
        """The text without its code blocks."""
        return _FENCE.sub("", self.text)

    @property
    def links(self) -> list[str]:
        """Where it points to, pictures included."""
        return _LINK.findall(re.sub(r"`[^`\n]*`", "", self.prose))

    @property
    def anchors(self) -> set[str]:
        """What can stand after the # of a link to it."""
        headings = _HEADING.findall(self.prose)
        return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}

    def blocks(self, *marks: str) -> list[str]:
        """The code blocks, in order, whose fence says exactly one of ``marks``."""
        return [code for said, code in _FENCE.findall(self.text) if said.strip() in marks]


@cache
def pages() -> tuple[Page, ...]:
    """Every page of ``docs`` and the ones at the top."""
    files = [*(ROOT / name for name in TOP), *sorted((ROOT / "docs").rglob("*.md"))]
    return tuple(Page(file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files)


def page(name: str) -> Page:
    """The page of this name."""
    return next(found for found in pages() if found.name == name)
