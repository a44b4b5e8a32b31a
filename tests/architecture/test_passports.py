"""Passports are minted in one module each.

Outside its mint a passport may be imported, annotated with, and asked for by ``isinstance`` or ``match``. Any other
use of the class, as a value, could make one: a call, ``map``, ``partial``, ``cast``, ``object.__new__``, a subclass,
a second name. ``dataclasses.replace`` makes a new one out of an old one, so it is refused on whatever is annotated
as a passport. This guards against mistakes, not malice.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import (
    SOURCE,
    Check,
    SourceFile,
    dotted,
    offences,
    parsed,
    python_files,
    real_name,
    real_names,
    report,
)

PASSPORTS = {  # class: (defined in, minted in)
    "RedactedText": ("openteller/domain/texts.py", "openteller/capabilities/privacy/redaction.py"),
    "Grant": ("openteller/domain/assurance.py", "openteller/capabilities/identity/grants.py"),
    "ConfirmedAction": ("openteller/domain/actions.py", "openteller/capabilities/actions/gate.py"),
    "ApprovedWords": ("openteller/domain/knowledge.py", "openteller/capabilities/knowledge/approval.py"),
    "CheckedReply": ("openteller/domain/replies.py", "openteller/capabilities/replies/guard.py"),
}


def annotated_with(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            yield node.annotation
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
            yield node.returns


def harmless_places(tree: ast.Module) -> set[ast.AST]:
    """Nodes under which the name of a class cannot make an instance of it."""
    roots: list[ast.AST] = list(annotated_with(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func) in {"isinstance", "issubclass"}:
            roots += node.args[1:]
        elif isinstance(node, ast.MatchClass):
            roots.append(node.cls)
        elif isinstance(node, ast.Subscript):  # Sequence[Grant], also as a base class
            roots.append(node.slice)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):  # Value = Grant | None
            roots.append(node.value)
    return {inner for root in roots for inner in ast.walk(root)}


def mentions(annotation: ast.AST, passport: str) -> bool:
    words = (
        node.value if isinstance(node, ast.Constant) else dotted(node).rpartition(".")[2]
        for node in ast.walk(annotation)
    )
    return any(isinstance(word, str) and passport in word.replace("|", " ").split() for word in words)


def is_one(annotation: ast.AST | None, passport: str) -> bool:
    """True for the passport itself and for it or None, not for a collection of it."""
    return annotation is not None and not isinstance(annotation, ast.Subscript) and mentions(annotation, passport)


def fields_holding(files: tuple[SourceFile, ...], passport: str) -> set[str]:
    return {
        dotted(line.target)
        for file in files
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ClassDef)
        for line in node.body
        if isinstance(line, ast.AnnAssign) and is_one(line.annotation, passport)
    }


def copies_by_name(file: SourceFile, passport: str) -> Iterator[ast.Call]:
    """``replace(x, …)`` where the function says that its argument or variable ``x`` is a passport."""
    for function in ast.walk(file.tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = list(ast.walk(function))
            held = {node.arg for node in inside if isinstance(node, ast.arg) and is_one(node.annotation, passport)}
            held |= {
                dotted(node.target)
                for node in inside
                if isinstance(node, ast.AnnAssign) and is_one(node.annotation, passport)
            }
            yield from (
                node for node in inside if isinstance(node, ast.Call) and node.args and dotted(node.args[0]) in held
            )


def minting(passport: str, fields: set[str]) -> Check:
    def check(file: SourceFile) -> Iterator[tuple[ast.AST, str]]:
        names = real_names(file.tree)
        harmless = harmless_places(file.tree)
        held = set(copies_by_name(file, passport))
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Name | ast.Attribute) and node not in harmless:
                real = real_name(node, names)
                if real.startswith("openteller.domain.") and real.endswith(f".{passport}"):
                    yield node, f"{passport} is used as a value: only its mint may make one"
            if isinstance(node, ast.Call):
                called = real_name(node.func, names)
                if called in {"typing.cast", "typing_extensions.cast"} and mentions(node.args[0], passport):
                    yield node, f"{passport} is made by cast"
                if called in {"dataclasses.replace", "copy.replace"} and node.args:
                    old = node.args[0]
                    if node in held or (isinstance(old, ast.Attribute) and old.attr in fields):
                        yield node, f"{passport} is made out of another one by replace"

    return check


@pytest.mark.parametrize("passport", PASSPORTS)
def test_a_passport_is_made_in_its_mint_alone(passport: str) -> None:
    _, mint = PASSPORTS[passport]
    files = python_files("openteller")
    check = minting(passport, fields_holding(files, passport))
    report(offences(check, [file for file in files if file.path != f"src/{mint}"]))


@pytest.mark.parametrize("passport", PASSPORTS)
def test_a_passport_and_its_mint_exist(passport: str) -> None:
    home, mint = (SOURCE / place for place in PASSPORTS[passport])
    assert home.exists(), f"{passport} was defined in {home}, which is gone"
    classes = {
        node.name: node for node in ast.walk(ast.parse(home.read_text("utf-8"))) if isinstance(node, ast.ClassDef)
    }
    assert passport in classes, f"{home} defines no {passport} any more"
    assert "PASSPORT" in (ast.get_docstring(classes[passport]) or ""), (
        f"the docstring of {passport} does not say PASSPORT"
    )
    frozen = any("frozen=True" in ast.unparse(decorator) for decorator in classes[passport].decorator_list)
    assert frozen, f"{passport} can be changed after it was made: it must be a frozen dataclass"
    assert mint.exists(), f"{passport} is to be made in {mint}, which does not exist"
    calls = [node for node in ast.walk(ast.parse(mint.read_text("utf-8"))) if isinstance(node, ast.Call)]
    assert any(dotted(call.func).rpartition(".")[2] == passport for call in calls), f"{mint} makes no {passport}"


FORGERIES = {
    "a call": "from openteller.domain.assurance import Grant\nGrant()",
    "another name": "from openteller.domain.assurance import Grant as G\nG()",
    "through its module": "from openteller.domain import assurance\nassurance.Grant()",
    "handed on": "from openteller.domain.assurance import Grant\nmap(Grant, rows)",
    "without its constructor": "from openteller.domain.assurance import Grant\nobject.__new__(Grant)",
    "a subclass": "from openteller.domain.assurance import Grant\nclass Mine(Grant): ...",
    "kept for later": "from openteller.domain.assurance import Grant\nmake = Grant",
    "a cast": "from typing import cast\ncast('Grant', token)",
    "a copy of an argument": "import dataclasses\ndef f(old: Grant | None): dataclasses.replace(old, level=3)",
    "a copy of a variable": "import copy\ndef f():\n  new: Grant = token\n  copy.replace(new, level=3)",
    "a copy of a field": "from dataclasses import replace\nclass Turn:\n  grant: Grant\nreplace(turn.grant, level=3)",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_seen(forgery: str) -> None:
    file = parsed(FORGERIES[forgery])
    assert offences(minting("Grant", fields_holding((file,), "Grant")), [file]), forgery


HONEST = """
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from openteller.domain.assurance import Grant, Level

Opened = Grant | None


@dataclass(frozen=True)
class State:
    grant: Grant | None
    open: tuple[Grant, ...]
    level: Level


class Reader(Sequence[Grant]):
    def read(self, grant: Grant, more: Mapping[str, Grant]) -> Grant | None:
        if isinstance(grant, Grant):
            return grant
        match grant:
            case Grant(level=Level.LOGGED_IN):
                return grant
        return None


def lose(state: State, grant: Grant) -> State:
    return replace(state, grant=grant)


def same_word_for_something_else(grant: Sum) -> Sum:
    return replace(grant, amount=3)
"""


def test_honest_use_is_let_through() -> None:
    file = parsed(HONEST)
    assert offences(minting("Grant", fields_holding((file,), "Grant")), [file]) == []
