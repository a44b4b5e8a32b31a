"""A language is added by adding files: ``intents/es/…``, ``signals/es/…``; what is wrong with one is said by name."""

from __future__ import annotations

from pathlib import Path

import pytest

import openteller
from openteller.capabilities.understanding.content import gaps, read_pack, read_signals
from openteller.capabilities.understanding.material import Example
from openteller.domain.errors import ConfigurationError

INTENT = """
name: freeze_card
examples:
  en: [freeze my card, stop my card]
"""
OUTSIDE = """
unsupported_bank_questions:
  loan: {en: [I want a loan]}
unrelated:
  weather: {en: [will it rain]}
"""
SIGNAL = """
name: human_request
definition: wants a person
source: a law
examples: {en: [a person please]}
benign_twins: {en: [a personal loan]}
"""
RETAIL = Path(openteller.__file__).parent / "packs/retail_banking"
HEAD = "language: es\nwritten_by: us\nreviewed_by_native: null\n"


def pack(tmp_path: Path, *, languages: str | None = "[en, es]", **files: str) -> Path:
    written = {"intents/freeze_card": INTENT, "intents/out_of_scope": OUTSIDE, "signals/human_request": SIGNAL, **files}
    for name, text in written.items():
        path = tmp_path / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if languages:
        (tmp_path / "pack.yaml").write_text(f"languages: {languages}\n", encoding="utf-8")
    return tmp_path


SPANISH = {
    "intents/es/freeze_card": f"{HEAD}examples: [congela mi tarjeta]",
    "intents/es/out_of_scope": f"{HEAD}unrelated: {{weather: [va a llover hoy]}}",
    "signals/es/human_request": f"{HEAD}examples: [una persona por favor]\nbenign_twins: [un préstamo personal]",
}


def test_the_texts_of_another_language_join_those_of_the_base_file(tmp_path: Path) -> None:
    material = read_pack([pack(tmp_path, **SPANISH)])
    rows = {(row.text, row.labels, row.language) for row in material.examples}
    assert ("congela mi tarjeta", ("freeze_card",), "es") in rows
    assert ("va a llover hoy", ("unrelated/weather",), "es") in rows
    assert ("freeze my card", ("freeze_card",), "en") in rows
    [signal] = material.signals
    assert Example("una persona por favor", (), "es") in signal.examples
    assert Example("un préstamo personal", (), "es") in signal.benign_twins
    assert material.languages == ("en", "es")


def test_a_language_that_the_pack_does_not_list_is_checked_and_left_out(tmp_path: Path) -> None:
    folder = pack(tmp_path, languages="[en]", **SPANISH)
    assert {row.language for row in read_pack([folder]).examples} == {"en"}
    assert "una persona por favor" not in {row.text for row in read_signals([folder])[0].examples}


def test_without_a_list_the_languages_are_those_that_are_there(tmp_path: Path) -> None:
    assert read_pack([pack(tmp_path, languages=None, **SPANISH)]).languages == ("en", "es")


def test_what_a_language_has_no_messages_for_is_listed(tmp_path: Path) -> None:
    found = gaps([pack(tmp_path, **SPANISH)], ["en", "es"])
    assert [(Path(gap.file).name, gap.what, gap.language) for gap in found] == [
        ("out_of_scope.yaml", "unsupported_bank_questions/loan", "es")
    ]
    assert {gap.language for gap in gaps([tmp_path], ["ar"])} == {"ar"}


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("intents/es/unknown", f"{HEAD}examples: [hola]", "there is no intents/unknown.yaml"),
        ("intents/es/freeze_card", HEAD.replace("es", "ar") + "examples: [x y]", "folder 'es'"),
        ("intents/Spanish/freeze_card", f"{HEAD}examples: [hola]", "is not a language"),
        ("intents/es/freeze_card", f"{HEAD}examples: [hola]\nexampels: [a]", "'exampels' is not in the base file"),
        ("intents/es/freeze_card", f"{HEAD}examples: [1000]", "put it in quotes"),
        ("intents/es/freeze_card", f"{HEAD}examples: {{es: [hola]}}", "'examples/es' is not in the base file"),
        ("intents/es/freeze_card", HEAD, "holds no messages"),
        ("intents/es/freeze_card", HEAD.replace("written_by: us\n", "") + "examples: [a b]", "'written_by' is missing"),
        ("intents/es/freeze_card", "language: es\nwritten_by: us\nexamples: [a b]", "'reviewed_by_native' is"),
        ("intents/es/freeze_card", f"{HEAD}name: other\nexamples: [a b]", "'name' is 'other'"),
        ("intents/es/out_of_scope", f"{HEAD}unrelated: {{sports: [gol]}}", "'unrelated/sports' is not in the base"),
        ("intents/es/freeze_card", "language: [es", "not valid YAML"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused_by_name(tmp_path: Path, name: str, text: str, fault: str) -> None:
    with pytest.raises(ConfigurationError, match="(?s)" + fault) as refused:
        read_pack([pack(tmp_path, **{name: text})])
    assert name in str(refused.value)


def test_the_same_language_in_two_places_is_refused(tmp_path: Path) -> None:
    base = INTENT + "  es: [bloquea la tarjeta]\n"
    with pytest.raises(ConfigurationError, match="keep them in one place"):
        read_pack([pack(tmp_path, **{"intents/freeze_card": base, **SPANISH})])


ORDINARY = "language: fr\nexamples:\n  freeze_card: [bloquez ma carte un moment]\n"


def test_ordinary_messages_of_an_understood_language_teach_signals_and_no_intent(tmp_path: Path) -> None:
    folder = pack(tmp_path, languages="[en, fr]", **{"ordinary/fr": ORDINARY})
    material = read_pack([folder])
    row = Example("bloquez ma carte un moment", ("freeze_card",), "fr")
    assert row in material.ordinary
    assert row not in material.examples
    changed = read_pack([pack(tmp_path, languages="[en, fr]", **{"ordinary/fr": ORDINARY.replace("un moment", "")})])
    assert changed.data_hash != material.data_hash
    assert "fr" not in {row.language for row in read_pack([pack(tmp_path, languages="[en]")]).ordinary}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (ORDINARY.replace("freeze_card", "dance"), "'dance', which is no intent"),
        (ORDINARY.replace("fr\n", "de\n", 1), "the file's name says 'fr'"),
        ("language: fr\nexamples: [bonjour]\n", "must map an intent"),
        (ORDINARY.replace("[bloquez ma carte un moment]", "[true]"), "which is not a message"),
    ],
)
def test_a_faulty_file_of_ordinary_messages_is_refused_by_name(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(ConfigurationError, match=fault) as refused:
        read_pack([pack(tmp_path, languages="[en, fr]", **{"ordinary/fr": text})])
    assert "ordinary/fr.yaml" in str(refused.value)


def test_the_shipped_pack_has_ordinary_messages_in_every_language_that_it_only_understands() -> None:
    material = read_pack([RETAIL])
    spoken = {row.language for row in material.examples}
    for language in set(material.languages) - spoken:
        told = {row.labels[0] for row in material.ordinary if row.language == language}
        assert len(told) > 140, language
