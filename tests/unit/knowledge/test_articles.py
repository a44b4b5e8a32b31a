"""Articles are read strictly, and only what somebody has approved is said, on the days it is valid."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from openteller.bootstrap import PACKS
from openteller.capabilities.knowledge.approval import approved_words, may_be_said
from openteller.capabilities.knowledge.article import Article, read_article
from openteller.capabilities.knowledge.shelf import figures, load_shelf, read_shelf, untranslated
from openteller.capabilities.knowledge.words import pieces
from openteller.domain.errors import ConfigurationError

GOOD = """---
id: fees
topic: fees
title: What it costs
owner: payments
approved_by: "The board"
approved_on: 2026-11-20
valid_from: 2026-11-21
valid_until: 2026-12-31
written_by: "us"
reviewed_by_native: null
questions:
  - "what does it cost?"
---
It costs £1,000.50 a year.

## When
- On 1 March.
"""


def written(tmp_path: Path, text: str = GOOD, language: str = "en", name: str = "fees") -> Path:
    file = tmp_path / "knowledge" / language / f"{name}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def article(tmp_path: Path, text: str = GOOD) -> Article:
    return read_article(written(tmp_path, text))


def test_an_article_has_its_answer_and_sections_with_their_lines(tmp_path: Path) -> None:
    found = article(tmp_path)
    assert found.answer == "It costs £1,000.50 a year."
    assert [(section.heading, section.text, section.line) for section in found.sections] == [
        ("When", "- On 1 March.", 17)
    ]
    assert found.answer_line == 15
    assert found.title_line == 4


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("id: fees", "id: other", 2, "'id' must be the file's name"),
        ("topic: fees\n", "", 1, "lacks topic"),
        ("valid_until: 2026-12-31", "valid_until: 2026-01-01", 9, "on or after"),
        ("approved_on: 2026-11-20", "approved_on: soon", 7, "a day such as"),
        ('  - "what does it cost?"', "  - 7", 12, "list of example questions"),
        ("owner: payments", "owner: payments\nprice: 3", 6, "means nothing here"),
        ("It costs £1,000.50 a year.", "", 15, "the short answer"),
        ("- On 1 March.", "", 17, "a section is"),
        ("title: What it costs", "title: [", 6, "not valid YAML"),
    ],
)
def test_a_fault_is_told_by_file_and_line(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    file = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ConfigurationError) as told:
        read_article(file)
    assert (told.value.file, told.value.line) == (str(file), line)
    assert says in told.value.message


def test_a_file_without_facts_on_top_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="three dashes"):
        article(tmp_path, "just words")


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-11-20", False), ("2026-11-21", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_it_is_said_on_the_days_it_is_valid(tmp_path: Path, day: str, said: bool) -> None:
    found = article(tmp_path)
    assert may_be_said(found, date.fromisoformat(day)) is said
    assert (approved_words(found, "answer", date.fromisoformat(day)) is not None) is said


@pytest.mark.parametrize(
    "draft", [GOOD.replace('approved_by: "The board"', "approved_by: null"), GOOD.replace("2026-11-20", "null")]
)
def test_a_draft_is_never_said(tmp_path: Path, draft: str) -> None:
    found = article(tmp_path, draft)
    assert approved_words(found, "answer", date(2026, 12, 1)) is None


def test_a_part_that_is_not_there_is_not_said(tmp_path: Path) -> None:
    found, day = article(tmp_path), date(2026, 12, 1)
    assert approved_words(found, "section:0", day) is not None
    assert [approved_words(found, part, day) for part in ("section:1", "section:x", "questions")] == [None] * 3


def test_figures_are_the_same_however_a_language_writes_them(tmp_path: Path) -> None:
    spanish = GOOD.replace("£1,000.50", "1.000,50\u00a0£").replace("On 1 March", "El 1 de marzo")
    written(tmp_path)
    written(tmp_path, spanish, "es")
    assert read_shelf([tmp_path], ["en", "es"])[1] == []


def test_another_figure_in_another_language_is_told_with_its_file(tmp_path: Path) -> None:
    written(tmp_path)
    file = written(tmp_path, GOOD.replace("1,000.50", "1,000.05"), "es")
    (fault,) = read_shelf([tmp_path], ["en", "es"])[1]
    assert fault.file == str(file)
    assert "lacks 100050" in fault.message
    assert "adds 100005" in fault.message


def test_a_missing_translation_is_told(tmp_path: Path) -> None:
    written(tmp_path)
    (fault,) = untranslated(load_shelf([tmp_path], ["en", "es"]), ["en", "es"])
    assert "no translation into 'es'" in fault.message


def test_a_pack_overrides_an_article_of_the_pack_it_extends(tmp_path: Path) -> None:
    written(tmp_path / "base")
    own = written(tmp_path / "own", GOOD.replace("1,000.50", "7"))
    shelf, faults = read_shelf([tmp_path / "base", tmp_path / "own"], ["en"])
    assert not faults
    assert shelf["en"]["fees"].file == str(own)
    assert "7" in figures(shelf["en"]["fees"])


def test_the_shipped_articles_agree_in_their_figures() -> None:
    shelf, faults = read_shelf([PACKS / "retail_banking"], ["en", "es", "ar"])
    assert faults == []
    assert {language: len(articles) for language, articles in shelf.items()} == {"en": 60, "es": 60, "ar": 60}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("comisión", "COMISION"),
        ("الحوالة", "الحواله"),
        ("إرسال", "ارسال"),
        ("مُفعَّل", "مفعل"),
        ("Transfers", "transfers"),
    ],
)
def test_one_word_in_two_spellings_is_one(one: str, other: str) -> None:
    assert pieces(one) == pieces(other)


@pytest.mark.parametrize(("one", "other"), [("transfers", "transfer"), ("comisiones", "comisión"), ("والرسوم", "رسوم")])
def test_forms_of_a_word_share_pieces(one: str, other: str) -> None:
    assert len(set(pieces(one)) & set(pieces(other))) >= 3
