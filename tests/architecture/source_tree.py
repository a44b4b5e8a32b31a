"""The source, read once for every check of this folder."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"


@dataclass(frozen=True)
class SourceFile:
    """One Python file: ``module`` is its dotted name, ``tree`` its syntax, ``lines`` its text."""

    path: str
    module: str
    tree: ast.Module
    lines: tuple[str, ...]

    def said_at(self, node: ast.AST) -> str:
        """The lines of ``node`` and the one above, where a reason may stand in a comment."""
        first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
        return "\n".join(self.lines[max(first - 2, 0) : last])


Check = Callable[[SourceFile], Iterable[tuple[ast.AST, str]]]


def parsed(text: str, path: str = "src/openteller/loops/example.py") -> SourceFile:
    """A file that lies nowhere: what a check is shown to prove that it bites."""
    module = path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return SourceFile(path=path, module=module, tree=ast.parse(text), lines=tuple(text.splitlines()))


@cache
def python_files(package: str = "*") -> tuple[SourceFile, ...]:
    """Every Python file of ``package``, or of all packages."""
    found = sorted(SOURCE.glob(f"{package}/**/*.py"))
    assert found, f"no Python file under src/{package}"
    return tuple(parsed(path.read_text("utf-8"), path.relative_to(ROOT).as_posix()) for path in found)


def offences(check: Check, files: Iterable[SourceFile]) -> list[str]:
    """What ``check`` has to say, each with its file and line."""
    return [f"{file.path}:{getattr(node, 'lineno', 1)}: {sentence}" for file in files for node, sentence in check(file)]


def dotted(node: ast.AST) -> str:
    """``a.b.c`` for a name or a chain of attributes, else what can be told of its end (``.c``), else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def real_names(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for: ``{"dt": "datetime.datetime"}``."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def real_name(node: ast.AST, names: dict[str, str]) -> str:
    """``dotted`` with its first part replaced by what was imported under that name."""
    first, dot, rest = dotted(node).partition(".")
    return names.get(first, first) + dot + rest


def imported_modules(file: SourceFile) -> Iterator[tuple[ast.AST, str]]:
    """Each import with the full name of what it brings, member included: ``(node, "openteller.ports.Clock")``."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def report(found: list[str]) -> None:
    """Fail with all of them, one a line."""
    assert not found, "\n".join(["", *found])
