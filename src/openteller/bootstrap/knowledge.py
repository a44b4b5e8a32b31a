"""A pack's articles, checked and learned; the texts that none of them answers are those of understanding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from openteller.capabilities.knowledge.library import Library
from openteller.capabilities.knowledge.shelf import load_shelf
from openteller.capabilities.knowledge.store import open_library
from openteller.capabilities.knowledge.units import Shelf
from openteller.capabilities.understanding.content import answered_by, read_pack, read_taxonomy
from openteller.capabilities.understanding.material import UNRELATED, public_name
from openteller.domain.errors import ConfigurationError
from openteller.ports import Encoder

Rule = Callable[[str], str | None]
"""What is wrong with a text that customers are told; None if nothing is."""


def load_library(
    pack_dirs: Sequence[Path], languages: Sequence[str], cache_dir: Path, encoder: Encoder, rule: Rule
) -> Library:
    """The articles of a pack, checked, learned and ready. ConfigurationError names file and line."""
    shelf = load_shelf(pack_dirs, languages)
    for fault in unsayable(shelf, rule):
        raise fault
    if not any(shelf.values()):
        return open_library(shelf, cache_dir, encoder, (), {})
    return open_library(shelf, cache_dir, encoder, unrelated_texts(pack_dirs), answered_by(read_taxonomy(pack_dirs)))


def unsayable(shelf: Shelf, rule: Rule) -> Iterator[ConfigurationError]:
    """Every text of an article that the guard would not let out: a link that is not ours, markup, an account number."""
    for articles in shelf.values():
        for article in articles.values():
            for line, text in article.texts():
                if (broken := rule(text)) is not None:
                    yield ConfigurationError(broken, file=article.file, line=line)


def unrelated_texts(pack_dirs: Sequence[Path]) -> list[str]:
    """What has nothing to do with a bank, so that no article answers it."""
    rows = read_pack(pack_dirs).examples
    return [row.text for row in rows if any(public_name(label) == UNRELATED for label in row.labels)]
