"""Reading a pack's YAML files: each fault names the file, and the line where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from openteller.domain.errors import ConfigurationError
from openteller.yaml_loaders import safe_load


def read_mapping(path: Path) -> Mapping[str, Any]:
    """The mapping that a whole file is. ConfigurationError when it is not UTF-8, not YAML, or something else."""
    try:
        content = safe_load(path.read_text(encoding="utf-8"))
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


def texts_by_language(content: Mapping[str, Any], key: str, path: Path) -> dict[str, tuple[str, ...]]:
    """The messages under ``key`` of a base file, by language."""
    by_language = content.get(key)
    if not isinstance(by_language, dict) or not all(isinstance(texts, list) for texts in by_language.values()):
        raise ConfigurationError(f"'{key}' must map a language to a list of messages", file=str(path))
    return {str(language): messages(by_language[language], key, path) for language in sorted(by_language)}


def messages(texts: object, key: str, path: Path) -> tuple[str, ...]:
    """A list of messages, each once."""
    if not isinstance(texts, list):
        raise ConfigurationError(f"'{key}' must be a list of messages", file=str(path))
    for text in texts:
        if not isinstance(text, str) or not text.strip():
            fault = f"'{key}' holds {text!r}, which is not a message; put it in quotes"
            raise ConfigurationError(fault, file=str(path))
    return tuple(dict.fromkeys(texts))


def files_in(pack_dirs: Sequence[Path], folder: str) -> dict[str, Path]:
    """The YAML files right in ``folder`` of the packs by name; a later pack's file takes an earlier one's place."""
    found: dict[str, Path] = {}
    for pack in pack_dirs:
        found.update({path.name: path for path in sorted((pack / folder).glob("*.yaml"))})
    return dict(sorted(found.items()))


def overlays_in(pack_dirs: Sequence[Path], folder: str) -> dict[tuple[str, str], Path]:
    """The files of ``folder/LANGUAGE/`` by (language, name)."""
    found: dict[tuple[str, str], Path] = {}
    for pack in pack_dirs:
        for path in sorted((pack / folder).glob("*/*.yaml")):
            found[path.parent.name, path.name] = path
    return dict(sorted(found.items()))
