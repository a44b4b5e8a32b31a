"""The words around personal data, compiled once from ``vocabulary.yaml`` and ``numbers.yaml``."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

from openteller.capabilities.privacy.normalise import fold
from openteller.yaml_loaders import safe_load

_Trie = dict[str, "_Trie"]
_END = "\0"
_SPACED_SCRIPT = re.compile(r"[a-zа-я0-9]")


@lru_cache(maxsize=1)
def _lists() -> dict[str, list[str]]:
    source = files(__package__).joinpath("vocabulary.yaml").read_text(encoding="utf-8")
    return {name: [str(word) for word in words] for name, words in safe_load(source).items()}


def load_numbers() -> dict[str, dict[str, Any]]:
    """The spoken numbers of each language, as the file has them."""
    source = files(__package__).joinpath("numbers.yaml").read_text(encoding="utf-8")
    return dict(safe_load(source))


@lru_cache(maxsize=64)
def words(name: str) -> frozenset[str]:
    """The folded entries of one list, for looking up whole words."""
    return frozenset(fold(word).rstrip("*") for word in _lists()[name])


@lru_cache(maxsize=64)
def body(name: str) -> str:
    """A regular expression (no groups, no boundaries kept outside) that finds any entry of the list.

    Entries share their beginnings in it, so that it stays as quick as one word. A blank stands for up to two
    blanks, hyphens or line breaks.
    """
    spaced: _Trie = {}
    inside: _Trie = {}
    for entry in _lists()[name]:
        folded = fold(entry)
        whole = bool(_SPACED_SCRIPT.match(folded))
        trie = spaced if whole else inside
        for letter in folded:
            trie = trie.setdefault(letter, {})
        trie[_END] = {}
    parts = []
    if spaced:
        parts.append(rf"(?<![a-zа-я0-9])(?:{_pattern(spaced)})(?![a-zа-я])")
    if inside:
        parts.append(_pattern(inside))
    return "(?:" + "|".join(parts) + ")"


@lru_cache(maxsize=64)
def finder(name: str) -> re.Pattern[str]:
    """The list as a compiled search."""
    return re.compile(body(name))


def _pattern(trie: _Trie) -> str:
    branches = [_letter(key) + _pattern(rest) for key, rest in sorted(trie.items()) if key != _END]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 and _END not in trie else "(?:" + "|".join(branches) + ")"
    return joined + "?" if _END in trie else joined


def _letter(key: str) -> str:
    if key == " ":
        return r"[\s\-_]{0,2}"
    return r"[^\W\d_]{0,16}" if key == "*" else re.escape(key)
