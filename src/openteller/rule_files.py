"""Files of rules, in YAML: read strictly, and every complaint carries the file's name."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, NoReturn

import yaml

from openteller.domain.errors import ConfigurationError
from openteller.yaml_loaders import safe_load


class RuleFile:
    """One file. What is wrong in it is a ConfigurationError that says so in words: rules are never half-understood."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def _content(self) -> Any:
        try:
            return safe_load(self._file.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark is not None else None
            raise ConfigurationError("not valid YAML in UTF-8", file=str(self._file), line=line) from error

    def _mapping(self, given: object, what: str, names: Collection[str] | None) -> dict[str, Any]:
        """A mapping with just these names; with any, where ``names`` is None."""
        if not isinstance(given, dict):
            self._fault(f"{what} must be a mapping")
        if names is not None:
            missing = sorted(set(names) - given.keys())
            strange = sorted(str(name) for name in given.keys() - set(names))
            said = [f"lacks {', '.join(missing)}"] * bool(missing)
            said += [f"has {', '.join(strange)}, which means nothing here"] * bool(strange)
            if said:
                self._fault(f"{what} {' and '.join(said)}")
        return given

    def _fault(self, message: str) -> NoReturn:
        raise ConfigurationError(message, file=str(self._file))
