"""A strict reader of one YAML mapping: what is missing, unknown, said twice or of the wrong shape is named by line.

Everything is read as text, so that YAML's own guesses (``no`` for Norway, ``08:00`` as a number) have no effect. Files
can be laid over one another (``Section.over``); each fault then names the file that it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from openteller.domain.errors import ConfigurationError
from openteller.yaml_loaders import SafeLoader

_NULLS = frozenset({"", "null", "~"})


class Section:
    """A mapping of the file; each key is taken once, and ``finish`` refuses what nobody took."""

    def __init__(self, node: MappingNode, file: str) -> None:
        self._node = node
        self._file = file
        self.line = node.start_mark.line + 1
        self._nodes: dict[str, tuple[Node, int]] = {}
        self._files: dict[str, str] = {}
        self._taken: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                raise ConfigurationError("a key is a word", file=file, line=line)
            if key.value in self._nodes:
                raise ConfigurationError(f"{key.value!r} is said twice", file=file, line=line)
            self._nodes[key.value] = (value, line)
            self._files[key.value] = file

    def over(self, base: Section) -> Section:
        """This section laid over ``base``: what is said here counts, what is not said is taken from there."""
        merged = Section(self._node, self._file)
        for key, found in base._nodes.items():
            if key not in merged._nodes:
                merged._nodes[key] = found
                merged._files[key] = base._files[key]
        return merged

    def fail(self, message: str, key: str | None = None) -> NoReturn:
        """ConfigurationError where ``key`` stands (default: where the section begins)."""
        if key is not None and key in self._nodes:
            raise ConfigurationError(message, file=self._files[key], line=self._nodes[key][1])
        raise ConfigurationError(message, file=self._file, line=self.line)

    def has(self, key: str) -> bool:
        """True if the key is there and not null; a null one counts as taken."""
        found = self._nodes.get(key)
        if found is None or (isinstance(found[0], ScalarNode) and found[0].value in _NULLS):
            self._taken.add(key)
            return False
        return True

    def text(self, key: str, pattern: str = r".+", expected: str = "text") -> str:
        """A scalar that matches the whole ``pattern``; ``expected`` says in words what that means."""
        node = self._take(key)
        if not isinstance(node, ScalarNode) or not re.fullmatch(pattern, node.value):
            self.fail(f"{key!r} should be {expected}", key)
        return str(node.value)

    def texts(self, key: str, pattern: str, expected: str) -> tuple[str, ...]:
        """A list of scalars, at least one, none twice."""
        node = self._take(key)
        items = node.value if isinstance(node, SequenceNode) else []
        values = [item.value for item in items if isinstance(item, ScalarNode) and re.fullmatch(pattern, item.value)]
        if not items or len(values) != len(items) or len(set(values)) != len(values):
            self.fail(f"{key!r} should be a list, each once, of {expected}", key)
        return tuple(values)

    def section(self, key: str) -> Section:
        """A mapping below this one."""
        node = self._take(key)
        if not isinstance(node, MappingNode):
            self.fail(f"{key!r} should have fields of its own", key)
        return Section(node, self._files[key])

    def pass_over(self, *keys: str) -> None:
        """These fields are read elsewhere, or are of no matter here."""
        self._taken.update(keys)

    def keys(self) -> Iterator[str]:
        """Every key, in the file's order."""
        return iter(tuple(self._nodes))

    def finish(self) -> None:
        """Refuse fields that nobody asked for: a misspelt one would be silently without effect."""
        for key in self._nodes:
            if key not in self._taken:
                self.fail(f"there is no field {key!r} here", key)

    def _take(self, key: str) -> Node:
        if key not in self._nodes:
            self.fail(f"{key!r} is missing")
        self._taken.add(key)
        return self._nodes[key][0]


def read_section(path: Path) -> Section:
    """The mapping that a whole file is. ConfigurationError when it cannot be read or is none."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=SafeLoader)
    except OSError as error:
        raise ConfigurationError(f"cannot be read: {error.strerror}", file=str(path)) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("not text in UTF-8", file=str(path)) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ConfigurationError(f"not YAML: {error.problem}", file=str(path), line=line) from error
    except yaml.YAMLError as error:
        raise ConfigurationError("not YAML: it holds control characters", file=str(path)) from error
    if not isinstance(node, MappingNode):
        raise ConfigurationError("should be a mapping of fields", file=str(path), line=1)
    return Section(node, str(path))
