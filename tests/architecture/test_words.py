"""What a customer reads stands in a pack's catalogue, never in code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import SourceFile, offences, parsed, python_files, real_name, real_names, report

SHOWN = {
    "Phrase", "OptionPhrase", "RowPhrase", "LinkPhrase", "Reply",
    "TextPart", "Option", "ChoicePart", "Row", "FactsPart", "LinkPart", "CheckedReply",
}  # fmt: skip
SENTENCE = re.compile(r"[^\W\d_]{2,}[,;:]?\s+[^\W\d_]")  # two words or more


def words_in_code(file: SourceFile) -> Iterator[tuple[ast.AST, str]]:
    names = real_names(file.tree)
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.Call):
            continue
        package, _, name = real_name(node.func, names).rpartition(".")
        if name in SHOWN and package.startswith("openteller.domain."):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and SENTENCE.search(inner.value):
                    yield inner, f"{inner.value!r} is for customers to read: put it into the catalogue"


def test_no_sentence_for_customers_stands_in_code() -> None:
    inside = [file for file in python_files("openteller") if not file.module.startswith("openteller.testing")]
    report(offences(words_in_code, inside))


@pytest.mark.parametrize(
    "text",
    [
        "from openteller.domain.conversations import TextPart\nTextPart('Your card is blocked')",
        "from openteller.domain import conversations\nconversations.TextPart(text=f'Hello {name}, how are you')",
        "from openteller.domain.replies import Phrase, Reply\nReply((Phrase('Which card do you mean?'),))",
    ],
)
def test_a_sentence_in_code_is_seen(text: str) -> None:
    assert offences(words_in_code, [parsed(text)])


def test_keys_and_values_are_let_through() -> None:
    imports = "import typer\nfrom openteller.domain.replies import Phrase, Reply\n"
    for text in ("Reply((Phrase('card.blocked', {'card': card.label}),))", "typer.Option(help='Where to write to.')"):
        assert not offences(words_in_code, [parsed(imports + text)])
