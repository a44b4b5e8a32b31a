"""SQL is written out, gets its values as parameters, and gets the time as one of them (IN-04).

A statement may be put together from constants (names in capitals) and by ``psycopg.sql``. Where names of tables or
roles must be put in by other means (they cannot be parameters), a comment there or above says ``# sql: reason``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import ROOT, SOURCE, SourceFile, dotted, offences, parsed, python_files, report

SQL = re.compile(
    r"^\s*(select\s.*(\sfrom\s|\()|insert\s+into\s|update\s+\w+[\w.\s]*\sset\s|delete\s+from\s|with\s+\w+\s+as\s*\(|set\s+(local|role)\s"
    r"|(create|alter|drop)\s+(table|index|role|schema|policy|database|function|type|view|extension)\s|grant\s+\w+.*\son\s"
    r"|truncate\s+\w|copy\s+\w+.*\s(from|to)\s|notify\s+\w|listen\s+\w)",
    re.IGNORECASE | re.DOTALL,
)
REASON = re.compile(r"# sql: \w.{9,}")
OWN_TIME = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(\s*\)"
    r"|\b(current_timestamp|current_date|current_time|localtimestamp|localtime)\b",
    re.IGNORECASE,
)


def text_of(node: ast.AST) -> str:
    """A string expression with what is not constant in it as ``x``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(value) or " x " for value in node.values)
    if isinstance(node, ast.BinOp):
        return text_of(node.left) + (text_of(node.right) or " x ")
    return ""


def constant(node: ast.AST) -> bool:
    """True for literals and for names in capitals, put together in whatever way."""
    if isinstance(node, ast.Name | ast.Attribute):
        return dotted(node).rpartition(".")[2].isupper()
    if isinstance(node, ast.JoinedStr):
        return all(constant(value) for value in node.values)
    if isinstance(node, ast.FormattedValue):
        return constant(node.value)
    if isinstance(node, ast.BinOp):
        return constant(node.left) and constant(node.right)
    return isinstance(node, ast.Constant)


def built_sql(file: SourceFile) -> Iterator[tuple[ast.AST, str]]:
    yield from ((node, said) for node, said in pieced_together(file) if not REASON.search(file.said_at(node)))


def pieced_together(file: SourceFile) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(file.tree):
        pieced = isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod)
        )
        if pieced and SQL.match(text_of(node)) and not constant(node):
            yield node, "SQL is pieced together from values: give them as parameters"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            method, receiver = node.func.attr, node.func.value
            if method in {"format", "format_map", "replace"} and SQL.match(text_of(receiver)):
                yield node, "SQL is filled in by text: give values as parameters, or names by psycopg.sql"
            if method == "join" and any(SQL.match(text_of(inner)) for inner in ast.walk(node)):
                yield node, "SQL is joined from pieces: write it out"


def docstrings(tree: ast.Module) -> set[ast.AST]:
    return {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def own_time(file: SourceFile) -> Iterator[tuple[ast.AST, str]]:
    prose = docstrings(file.tree)
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and node not in prose:
            text = text_of(node)
            found = OWN_TIME.search(text)
            if found and (SQL.match(text) or found[0].endswith(")")):
                yield node, f"SQL asks the database for the time ({found[0]}): give it as a parameter, from the Clock"


def without_comments(sql: str) -> str:
    return re.sub(r"--[^\n]*|/\*.*?\*/", lambda comment: "\n" * comment[0].count("\n"), sql, flags=re.DOTALL)


def test_sql_is_never_pieced_together() -> None:
    report(offences(built_sql, python_files()))


def test_time_enters_sql_as_a_parameter() -> None:
    report(offences(own_time, python_files("openteller")))


def test_time_enters_sql_files_as_a_parameter() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: the database tells the time; have it given"
        for path in sorted(SOURCE.glob("openteller/**/*.sql"))
        for number, line in enumerate(without_comments(path.read_text("utf-8")).splitlines(), start=1)
        if OWN_TIME.search(line)
    ]
    report(found)


@pytest.mark.parametrize(
    "text",
    [
        "f'select * from turn where id = {turn}'",
        "'select * from turn where id = %s' % turn",
        "'delete from turn where id = ' + turn",
        "'update turn set state = {}'.format(state)",
        "f'''\n    insert into {table} values (1)'''",
        "f'set local role {role}'",
        "' '.join(['select * from turn', where])",
        "QUERY = f'select {columns} from turn'",
        "run('select ' + columns + ' from turn')",
    ],
)
def test_pieced_sql_is_seen(text: str) -> None:
    assert offences(built_sql, [parsed(text)])


@pytest.mark.parametrize(
    "text",
    [
        "'select * from turn where id = %(id)s'",
        "f'select {COLUMNS} from turn'",
        "'select ' + COLUMNS + ' from turn'",
        "sql.SQL('create role {}').format(sql.Identifier(role))",
        "# sql: a role's name, from a list of ours\nrun(f'set local role {role}')",
        "f'update: {count} rows'",
        "f'Select a card, {name}'",
        "f'with {name} as the payee'",
    ],
)
def test_whole_sql_and_plain_words_are_let_through(text: str) -> None:
    assert offences(built_sql, [parsed(text)]) == []


@pytest.mark.parametrize(
    "text", ["q = 'select now()'", "run('where due < now()')", "run(f'update turn set at = current_date')"]
)
def test_sql_that_tells_the_time_is_seen(text: str) -> None:
    assert offences(own_time, [parsed(text)])


def test_a_clock_and_a_docstring_are_let_through() -> None:
    assert not offences(own_time, [parsed("'''Never now() in SQL.'''\nat = clock.now()")])
