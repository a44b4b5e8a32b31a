"""The intents and signals of a pack, checked while they are read.

``intents/*.yaml`` holds one intent a file (name, group, description, examples by language, written_by,
reviewed_by_native) or, in ``out_of_scope.yaml``, sections of what the bank's bot does not do. ``signals/*.yaml`` holds
one signal a file. A pack that extends another overrides a file by giving one of the same name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from openteller.capabilities.understanding.material import UNRELATED, UNSUPPORTED, Example, Material, SignalContent
from openteller.capabilities.understanding.questions import ASK, GROUP, read_questions
from openteller.domain.errors import ConfigurationError

_GROUPS = ("journey", "dialogue", "small_talk")
_OUT_OF_SCOPE = "out_of_scope.yaml"


def read_pack(pack_dirs: Sequence[Path]) -> Material:
    """The training material of a pack and those it extends, base first.

    Raises ConfigurationError naming file and fault when a file is not as described, or when there is no intent.
    """
    intents = _files(pack_dirs, "intents")
    examples: list[Example] = []
    groups: dict[str, str] = {}
    languages: set[str] = set()
    for file_name, path in intents.items():
        content = _mapping(path)
        found, group_of = _sections(content, path) if file_name == _OUT_OF_SCOPE else _intent(content, path)
        examples.extend(found)
        groups.update(group_of)
        languages.update(_languages(content))
    if not examples:
        raise ConfigurationError("no intents/*.yaml with examples in the pack", file=str(pack_dirs[-1]))
    rows = tuple(examples)
    ordered = tuple(sorted(languages, key=lambda language: (language != "en", language)))
    questions = _questions(pack_dirs, ordered, {row.text for row in rows})
    groups |= {ASK: GROUP} if questions else {}
    return Material((*rows, *questions), read_signals(pack_dirs), rows, groups, ordered, reads_clauses=True)


def _questions(pack_dirs: Sequence[Path], languages: Sequence[str], taken: set[str]) -> list[Example]:
    """Examples of asking, but for texts that are examples of a wish. They teach no signal: a question about a stolen
    card may come from somebody whose card has just been stolen.
    """
    asked = read_questions(pack_dirs, languages)
    return [Example(text, (f"{ASK}/{topic}",)) for _, topic, text in asked if text not in taken]


def read_signals(pack_dirs: Sequence[Path]) -> tuple[SignalContent, ...]:
    """The signals of a pack, by name. Raises ConfigurationError as ``read_pack`` does."""
    return tuple(_signal(_mapping(path), path) for _, path in sorted(_files(pack_dirs, "signals").items()))


def _files(pack_dirs: Sequence[Path], folder: str) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for pack in pack_dirs:
        found.update({path.name: path for path in sorted((pack / folder).glob("*.yaml"))})
    return dict(sorted(found.items()))


def _mapping(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigurationError("the file is not UTF-8", file=str(path)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        fault = f"not valid YAML: {getattr(error, 'problem', error)}"
        raise ConfigurationError(fault, file=str(path), line=line) from error
    if not isinstance(content, dict):
        raise ConfigurationError("expected a mapping with name and examples", file=str(path))
    return content


def _text_lists(content: Mapping[str, Any], key: str, path: Path) -> tuple[str, ...]:
    by_language = content.get(key)
    if not isinstance(by_language, dict) or not all(isinstance(texts, list) for texts in by_language.values()):
        raise ConfigurationError(f"'{key}' must map a language to a list of messages", file=str(path))
    texts = [text for language in sorted(by_language) for text in by_language[language]]
    wrong = next((text for text in texts if not isinstance(text, str) or not text.strip()), None)
    if wrong is not None or None in texts:
        raise ConfigurationError(f"'{key}' holds {wrong!r}, which is not a message; put it in quotes", file=str(path))
    return tuple(dict.fromkeys(texts))


def _name(content: Mapping[str, Any], path: Path) -> str:
    name = content.get("name")
    if not isinstance(name, str) or not name.isidentifier():
        raise ConfigurationError("'name' must be a word of letters, digits and underscores", file=str(path))
    return name


def _intent(content: Mapping[str, Any], path: Path) -> tuple[list[Example], dict[str, str]]:
    name, group = _name(content, path), content.get("group", "journey")
    if group not in _GROUPS:
        raise ConfigurationError(f"'group' is {group!r}; expected one of {', '.join(_GROUPS)}", file=str(path))
    return [Example(text, (name,)) for text in _text_lists(content, "examples", path)], {name: group}


def _sections(content: Mapping[str, Any], path: Path) -> tuple[list[Example], dict[str, str]]:
    rows: list[Example] = []
    for key, public in (("unsupported_bank_questions", UNSUPPORTED), ("unrelated", UNRELATED)):
        topics = content.get(key)
        if not isinstance(topics, dict):
            raise ConfigurationError(f"'{key}' must map topics to examples by language", file=str(path))
        for topic in sorted(topics):
            rows.extend(Example(text, (f"{public}/{topic}",)) for text in _text_lists(topics, topic, path))
    return rows, {UNSUPPORTED: "unsupported", UNRELATED: "unrelated"}


def _languages(content: Mapping[str, Any]) -> set[str]:
    examples = content.get("examples")
    return set(examples) if isinstance(examples, dict) else set()


def _signal(content: Mapping[str, Any], path: Path) -> SignalContent:
    for key in ("definition", "source"):
        if not isinstance(content.get(key), str):
            fault = f"'{key}' is missing: say what the signal is and where that comes from"
            raise ConfigurationError(fault, file=str(path))
    return SignalContent(
        _name(content, path),
        _text_lists(content, "examples", path),
        _text_lists(content, "benign_twins", path),
        tuple(content.get("shown_by") or ()),
        tuple(content.get("undecided") or ()),
    )
