"""Typed values in every language that there are words of: the tables are ``spoken/<language>.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from openteller.capabilities.privacy.redaction import redact
from openteller.capabilities.understanding.entities import extract
from openteller.capabilities.understanding.letters import plain_text
from openteller.capabilities.understanding.lexicon import known_languages, lexicon
from openteller.domain.texts import PersonalText
from openteller.domain.understanding import Amount, Entity, Period
from tests.unit.understanding.conftest import TODAY

TABLES = Path(__file__).parent / "spoken"
HOME = {
    "ar": "ar-AE", "da": "da-DK", "de": "de-DE", "es": "es-ES", "fr": "fr-FR", "hi": "hi-IN", "it": "it-IT",
    "ja": "ja-JP", "nb": "nb-NO", "pl": "pl-PL", "pt": "pt-BR", "sv": "sv-SE", "tr": "tr-TR", "vi": "vi-VN",
    "zh": "zh-CN",
}  # fmt: skip
LANGUAGES = sorted(HOME)


def rows(kind: str) -> list[Any]:
    return list(_rows(kind))


def _rows(kind: str) -> Iterator[Any]:
    for language in LANGUAGES:
        table = yaml.safe_load((TABLES / f"{language}.yaml").read_text(encoding="utf-8"))
        for row in table[kind]:
            values = [row] if isinstance(row, str) else row
            yield pytest.param(language, *values, id=f"{language}: {' '.join(v for v in values if isinstance(v, str))}")


def entities(language: str, said: str, locale: str | None = None, *, unsure: bool = False) -> tuple[Entity, ...]:
    locale = locale or HOME[language]
    text = redact(PersonalText(said), locale=locale)
    languages = [language, *(other for other in ("en", "es") if unsure and other != language)]
    found = extract(text, locale=locale, today=TODAY, languages=languages)
    assert all(0 <= entity.start < entity.end <= len(text.text) for entity in found)
    return found


def values(type_: str, found: tuple[Entity, ...]) -> list[object]:
    return [entity.value for entity in found if entity.type == type_]


def sums(found: tuple[Entity, ...]) -> list[list[object]]:
    return [[value.amount_minor, value.currency] for value in values("money", found) if isinstance(value, Amount)]


def test_every_language_with_words_is_tested() -> None:
    assert known_languages() == tuple(sorted([*LANGUAGES, "en"]))


@pytest.mark.parametrize("row", [row.values for row in rows("money")], ids=[row.id for row in rows("money")])
def test_money_is_read(row: tuple[Any, ...]) -> None:
    language, said, expected, *locale = row
    assert sums(entities(language, said, *locale)) == expected


def test_most_is_read_when_the_language_is_not_sure() -> None:
    """With the words of three languages at once a few values are read too many; the sums themselves must hold."""
    cases = [row.values for row in rows("money")]
    right = [sums(entities(case[0], case[1], *case[3:], unsure=True)) == case[2] for case in cases]
    assert sum(right) >= 0.95 * len(cases)


@pytest.mark.parametrize(("language", "said"), rows("not_money"))
def test_what_is_not_money(language: str, said: str) -> None:
    assert sums(entities(language, said)) == []


@pytest.mark.parametrize(("language", "said", "survivor"), rows("corrected"))
def test_a_correction_marks_its_survivor(language: str, said: str, survivor: int) -> None:
    found = [entity for entity in entities(language, said) if entity.type == "money"]
    assert len(found) == 2
    kept = [entity.value for entity in found if entity.corrected]
    assert [value.amount_minor for value in kept if isinstance(value, Amount)] == [survivor]


@pytest.mark.parametrize(("language", "said", "start", "end"), rows("period"))
def test_periods_are_read(language: str, said: str, start: date, end: date) -> None:
    assert values("period", entities(language, said)) == [Period(start, end)]


@pytest.mark.parametrize(("language", "said", "expected"), rows("date"))
def test_dates_are_read(language: str, said: str, expected: date) -> None:
    assert values("date", entities(language, said)) == [expected]


@pytest.mark.parametrize(("language", "said"), rows("no_day"))
def test_what_is_no_day_is_none(language: str, said: str) -> None:
    assert not [entity for entity in entities(language, said) if entity.type in {"date", "period"}]


@pytest.mark.parametrize(("language", "type_", "said", "expected"), rows("other"))
def test_other_values_are_read(language: str, type_: str, said: str, expected: list[object]) -> None:
    assert values(type_, entities(language, said)) == expected


@pytest.mark.parametrize(
    ("language", "said", "expects", "expected"),
    [
        ("en", "to Anna", "payee", "Anna"),
        ("es", "a Ana", "payee", "Ana"),
        ("es", "Ana", "payee", "Ana"),
        ("ar", "إلى أحمد", "payee", "أحمد"),
        ("ar", "أحمد علي", "payee", "أحمد علي"),
        ("ar", "ليلى", "payee", "ليلى"),
        ("es", "cincuenta", "money", Amount(5000, None)),
        ("ar", "مئتان وخمسون", "money", Amount(25000, None)),
        ("ar", "٤٢٤٢", "card_last4", "4242"),
        ("es", "ayer", "period", Period(date(2026, 11, 23), date(2026, 11, 23))),
        ("ar", "أمس", "period", Period(date(2026, 11, 23), date(2026, 11, 23))),
    ],
)
def test_a_word_alone_answers_the_question(language: str, said: str, expects: str, expected: object) -> None:
    locale = {**HOME, "en": "en-GB"}[language]
    text = redact(PersonalText(said), locale=locale)
    [found] = extract(text, locale=locale, today=TODAY, expects=expects, languages=[language])
    assert (found.type, found.value) == (expects, expected)


def test_places_are_those_of_what_was_written() -> None:
    said = "حوّل 50 جنيهًا إسترلينيًا إلى سارة"
    found = entities("ar", said)
    assert [said[entity.start : entity.end] for entity in found] == ["50 جنيهًا إسترلينيًا", "سارة"]


@pytest.mark.parametrize(
    ("language", "said", "goes_on"),
    [
        ("en", "and last month?", True),
        ("es", "y el mes pasado?", True),
        ("ar", "والشهر الماضي؟", True),
        ("ar", "وقف البطاقة", False),
        ("en", "android", False),
    ],
)
def test_a_message_that_goes_on_is_told_by_its_first_word(language: str, said: str, goes_on: bool) -> None:
    assert (lexicon(language).match("follow_up", plain_text(said)) is not None) is goes_on
