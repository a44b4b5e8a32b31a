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
from openteller.capabilities.understanding.lexicon import known_languages
from openteller.domain.texts import PersonalText
from openteller.domain.understanding import Amount, Entity, Period
from tests.unit.understanding.conftest import TODAY

TABLES = Path(__file__).parent / "spoken"
HOME = {"es": "es-ES", "ar": "ar-AE"}
LANGUAGES = sorted(HOME)


def rows(kind: str) -> list[Any]:
    return list(_rows(kind))


def _rows(kind: str) -> Iterator[Any]:
    for language in LANGUAGES:
        table = yaml.safe_load((TABLES / f"{language}.yaml").read_text(encoding="utf-8"))
        for row in table[kind]:
            values = [row] if isinstance(row, str) else row
            yield pytest.param(language, *values, id=f"{language}: {' '.join(v for v in values if isinstance(v, str))}")


def entities(language: str, said: str, locale: str | None = None) -> tuple[Entity, ...]:
    locale = locale or HOME[language]
    text = redact(PersonalText(said), locale=locale)
    found = extract(text, locale=locale, today=TODAY, languages=[language])
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


@pytest.mark.parametrize(("language", "said"), rows("not_money"))
def test_what_is_not_money(language: str, said: str) -> None:
    assert sums(entities(language, said)) == []


@pytest.mark.parametrize(("language", "said", "survivor"), rows("corrected"))
def test_a_correction_marks_its_survivor(language: str, said: str, survivor: int) -> None:
    found = [entity for entity in entities(language, said) if entity.type == "money"]
    assert len(found) == 2
    assert [entity.value for entity in found if entity.corrected] == [Amount(survivor, None)]


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
