"""A content file in another language: the texts alone, because what an intent is does not depend on the language.

``intents/es/freeze_card.yaml`` holds ``language``, ``written_by``, ``reviewed_by_native`` and the lists of its base
file as plain lists; ``intents/es/out_of_scope.yaml`` the same sections, each topic with a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openteller.capabilities.understanding.content_files import messages, read_mapping
from openteller.domain.errors import ConfigurationError

ByLanguage = Mapping[str, tuple[str, ...]]
Translated = Mapping[str, ByLanguage]
"""Name of a list (``examples``, ``unrelated/weather``) → language → messages."""

_ABOUT = {"language", "written_by", "reviewed_by_native", "name"}


def read_translation(path: Path, base: Translated) -> dict[str, tuple[str, ...]]:
    """The lists of the file, each of which its base has too. ConfigurationError names the fault."""
    content = read_mapping(path)
    _check_head(content, path)
    lists: dict[str, tuple[str, ...]] = {}
    for key, value in content.items():
        if key in _ABOUT:
            continue
        named = {f"{key}/{topic}": texts for topic, texts in value.items()} if isinstance(value, dict) else {key: value}
        for what, texts in named.items():
            if what not in base:
                raise ConfigurationError(f"{what!r} is not in the base file: {_expected(base)}", file=str(path))
            lists[what] = messages(texts, what, path)
    if not any(lists.values()):
        raise ConfigurationError(f"holds no messages: {_expected(base)}", file=str(path))
    return lists


def joined(base: Translated, translation: Mapping[str, tuple[str, ...]], path: Path) -> Translated:
    """``base`` with the texts of ``path`` under its language, which must not be there yet."""
    language = path.parent.name
    result: dict[str, ByLanguage] = dict(base)
    for what, texts in translation.items():
        if result[what].get(language):
            fault = f"{what!r} has texts in {language!r} in the base file too: keep them in one place"
            raise ConfigurationError(fault, file=str(path))
        result[what] = {**result[what], language: texts}
    return result


def _check_head(content: Mapping[str, Any], path: Path) -> None:
    folder = path.parent.name
    if not (folder.isascii() and folder.isalpha() and folder.islower() and len(folder) in (2, 3)):
        raise ConfigurationError(f"the folder {folder!r} is not a language such as es", file=str(path))
    if content.get("language") != folder:
        fault = f"'language' is {content.get('language')!r}, but the file lies in the folder {folder!r}"
        raise ConfigurationError(fault, file=str(path))
    if not isinstance(content.get("written_by"), str):
        raise ConfigurationError("'written_by' is missing: say who wrote these texts", file=str(path))
    if "reviewed_by_native" not in content:
        raise ConfigurationError("'reviewed_by_native' is missing: a name, or null if nobody has", file=str(path))
    if content.get("name", path.stem) != path.stem:
        raise ConfigurationError(f"'name' is {content['name']!r}; expected {path.stem!r} or none", file=str(path))


def _expected(base: Translated) -> str:
    return "expected " + ", ".join(sorted({what.partition("/")[0] for what in base}))
