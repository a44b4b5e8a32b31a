"""A talk as it is written: one document of a flow's ``talks/*.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from openteller.capabilities.flows.book import FlowBook
from openteller.domain.errors import ConfigurationError

_KNOWN = {"talk", "trouble", "level", "channel", "bank", "switched_off", "open_cases", "turns", "under_way"}


@dataclass(frozen=True)
class Talk:
    """One conversation and what must come of it. ``line`` is where it begins in ``file``."""

    file: Path
    line: int
    flow: str
    name: str
    trouble: str
    content: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.flow}: {self.name}"


def read_talks(book: FlowBook, names: Iterable[str] = ()) -> list[Talk]:
    """The talks beside these flows (of all flows when none is named), by flow and file.

    ConfigurationError says where one cannot be read.
    """
    chosen = sorted(names) or sorted(book.flows)
    files = (file for name in chosen for file in sorted((Path(book[name].file).parent / "talks").glob("*.yaml")))
    return [talk for file in files for talk in _talks(file)]


def _talks(file: Path) -> Iterator[Talk]:
    loader = yaml.SafeLoader(file.read_text(encoding="utf-8"))
    try:
        while loader.check_node():
            node = loader.get_node()
            assert node is not None
            line = node.start_mark.line + 1
            yield _talk(file, line, loader.construct_document(node))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise ConfigurationError(
            f"not YAML: {error.problem}", file=str(file), line=mark.line + 1 if mark else 1
        ) from error


def _talk(file: Path, line: int, content: Any) -> Talk:
    if not isinstance(content, dict) or not {"talk", "trouble", "turns"} <= content.keys():
        raise ConfigurationError("a talk needs 'talk', 'trouble' and 'turns'", file=str(file), line=line)
    strange = ", ".join(sorted(content.keys() - _KNOWN))
    if strange:
        raise ConfigurationError(f"a talk has {strange}, which means nothing here", file=str(file), line=line)
    return Talk(file, line, file.parent.parent.name, str(content["talk"]), str(content["trouble"]), content)
