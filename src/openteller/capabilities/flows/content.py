"""YAML with line numbers: every value knows where it stands, and every fault is kept instead of ending the reading."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from openteller.domain.errors import ConfigurationError
from openteller.yaml_loaders import SafeLoader


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something a content owner must change, and where."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"

    def error(self) -> ConfigurationError:
        """The fault as the error that refuses to start."""
        return ConfigurationError(self.message, file=self.file, line=self.line)


@dataclass(slots=True)
class Content:
    """One file while it is read. What is asked for and is not there becomes a fault and a harmless stand-in."""

    file: str
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, message: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.file, line, message))

    def root(self, path: Path) -> yaml.Node | None:
        """The file as nodes; None when it is not YAML."""
        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=SafeLoader)
        except UnicodeDecodeError:
            self.fault(1, "the file is not UTF-8")
            return None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            self.fault(mark.line + 1 if mark is not None else 1, f"not YAML: {getattr(error, 'problem', error)}")
            return None
        if node is None:
            self.fault(1, "the file is empty")
        return node

    def fields(
        self, node: yaml.Node, what: str, needed: Collection[str], allowed: Collection[str] = ()
    ) -> dict[str, yaml.Node]:
        """The fields of a mapping; those missing and those that mean nothing here are faults."""
        found = dict(self.pairs(node, what))
        for name in needed:
            if name not in found:
                self.fault(line_of(node), f"{what} needs {name!r}")
        for name, value in found.items():
            if name not in needed and name not in allowed:
                self.fault(line_of(value), f"{what} has {name!r}, which means nothing here")
        return found

    def pairs(self, node: yaml.Node, what: str) -> Iterator[tuple[str, yaml.Node]]:
        """Name and value of each entry of a mapping; a name given twice is a fault."""
        if not isinstance(node, yaml.MappingNode):
            self.fault(line_of(node), f"{what} must be a mapping (name: value)")
            return
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                self.fault(line_of(key), f"{what} has {name!r} twice")
            seen.add(name)
            yield name, value

    def items(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        """The entries of a list."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.fault(line_of(node), f"{what} must be a list")
            return []
        return list(node.value)

    def text(self, node: yaml.Node | None, what: str) -> str:
        """One word or path."""
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip():
            self.fault(line_of(node), f"{what} must be a word")
            return ""
        return str(node.value)

    def maybe(self, node: yaml.Node | None, what: str) -> str | None:
        """One word or path, if it is there."""
        return None if node is None else self.text(node, what)

    def texts(self, node: yaml.Node | None, what: str) -> tuple[str, ...]:
        """A list of words."""
        return tuple(self.text(item, what) for item in self.items(node, what))

    def number(self, node: yaml.Node | None, what: str) -> int:
        """A whole number."""
        if node is None:
            return 0
        if node.tag != "tag:yaml.org,2002:int":
            self.fault(line_of(node), f"{what} must be a whole number")
            return 0
        return int(node.value)

    def flag(self, node: yaml.Node | None, what: str) -> bool:
        """True or false; false when it is not there."""
        if node is None:
            return False
        if node.tag != "tag:yaml.org,2002:bool":
            self.fault(line_of(node), f"{what} must be true or false")
        return str(node.value).lower() in {"true", "yes", "on"}

    def lists(self, node: yaml.Node | None, what: str) -> dict[str, tuple[str, ...]]:
        """A list of words by name (by language, by field)."""
        if node is None:
            return {}
        return {name: self.texts(value, f"{what}: {name}") for name, value in self.pairs(node, what)}

    def words(self, node: yaml.Node | None, what: str) -> dict[str, str]:
        """A word or path by name."""
        if node is None:
            return {}
        return {name: self.text(value, f"{what}: {name}") for name, value in self.pairs(node, what)}


def line_of(node: yaml.Node) -> int:
    """The line a node begins on, from 1."""
    return int(node.start_mark.line) + 1
