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


# --- words of a language --------------------------------------------------------------------------------------------

LANGUAGE_FREE = ("openteller.capabilities.understanding", "openteller.capabilities.flows", "openteller.loops")
"""What reads customers' words: the words themselves stand in ``understanding/words/`` and in the pack."""
NO_WORDS = {"https", "money", "period", "date", "iban", "phone", "email", "merchant", "category", "payee", "count"}
"""The beginning of an address; types of entities."""
NOT_LETTERS = re.compile(r"\(\?P=\w+\)|\(\?P?[<=!][^>)]*>|\\[a-zA-Z]|\[[^\]]*\]|⟦[^⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{3,}")
PATTERN_MAKERS = {"re.compile", "re.search", "re.match", "re.fullmatch", "re.split", "re.sub", "re.findall"}


def words_of_a_language(file: SourceFile) -> Iterator[tuple[ast.AST, str]]:
    """Patterns with words in them, and lists of words that are split from a text."""
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        inside = [
            each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
        if called in PATTERN_MAKERS:
            found = WORD.findall(NOT_LETTERS.sub(" ", " ".join(inside)))
        elif called.endswith(".split") and isinstance(node.func, ast.Attribute):
            found = [word for text in inside if len(text.split()) > 2 for word in text.split()]
        elif called.endswith((".startswith", ".endswith", ".removesuffix")):
            found = [word for text in inside for word in WORD.findall(text) if " " in text or "'" in text]
        else:
            continue
        for word in found:
            if word not in NO_WORDS and "_" not in word:
                yield node, f"{word!r} is a word of a language: it belongs to words/<language>.yaml or to the pack"


def test_what_reads_customers_knows_no_word_of_any_language() -> None:
    read = [file for file in python_files("openteller") if file.module.startswith(LANGUAGE_FREE)]
    assert len(read) > 60
    report(offences(words_of_a_language, read))


@pytest.mark.parametrize(
    "text",
    [
        "import re\nre.compile(r'\\b(?:yesterday|today)\\b')",
        "STOP = frozenset('the and of'.split())",
        "said.startswith(('and ', 'what about'))",
    ],
)
def test_a_word_in_code_is_seen(text: str) -> None:
    assert offences(words_of_a_language, [parsed(text)])


def test_patterns_without_words_are_let_through() -> None:
    for text in (
        "import re\nre.compile(r'(?P<last4>\\d{4})[a-z]*\\bx')",
        "'a b'.split()",
        "name.startswith('unsupported')",
    ):
        assert not offences(words_of_a_language, [parsed(text)])
