"""The comparison itself: what counts as the same fact, and that a difference is seen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from openteller.capabilities.replies.templates import Template, parse_text
from openteller.domain.errors import ConfigurationError
from openteller.testing.measures.consistency import (
    WITHHELD,
    Consistency,
    Facts,
    compare,
    facts_of,
    figures_of,
    read_questions,
)
from openteller.testing.measures.spelled import SpelledCounts


def test_a_figure_is_the_same_however_it_is_written() -> None:
    told = [
        facts_of([text], ["a"], []) for text in ("£1,000.50 on 7 May", "1.000,50 £ el 7 de mayo", "في ٧ مايو ١٬٠٠٠٫٥٠")
    ]
    assert told[0] == told[1] == told[2]
    assert facts_of(["£1,000.51 on 7 May"], ["a"], []) != told[0]


def test_a_figure_said_twice_is_not_one_said_once() -> None:
    assert facts_of(["5 and 5"], [], []) != facts_of(["5"], [], [])


def test_buttons_are_compared_by_kind() -> None:
    assert facts_of([], [], ["3:0", "3:1", "person"]) == facts_of([], [], ["7:0", "7:1", "person"])
    assert facts_of([], [], ["3:0", "person"]) != facts_of([], [], ["3:0"])


async def test_another_fact_in_one_language_is_a_difference() -> None:
    async def steady(language: str, words: str) -> Facts:
        return facts_of(["10"], ["fees"], [])

    async def wavering(language: str, words: str) -> Facts:
        return facts_of(["12" if language == "es" else "10"], ["fees"], [])

    found = await compare([{"en": "a", "es": "b"}], {"web": steady, "telegram": wavering})
    assert (found.questions, found.answers, len(found.differences)) == (1, 4, 1)
    assert found.differences[0].where == "telegram/es"


async def test_a_question_back_is_counted_by_itself() -> None:
    async def hesitant(language: str, words: str) -> Facts:
        return facts_of([], ["knowledge.which"], ["x"]) if language == "es" else facts_of(["10"], ["fees.are"], [])

    found = await compare([{"es": "b", "en": "a"}], {"web": hesitant})
    assert (len(found.differences), [one.where for one in found.asked_back]) == (0, ["web/es"])


def test_an_article_is_the_fact_however_much_of_it_is_said() -> None:
    brief, long = (
        facts_of(["10"], ["knowledge.answer"], [], ["fees"]),
        facts_of(["10, 20"], ["k"], ["person"], ["fees"]),
    )
    assert brief == long
    assert brief != facts_of(["10"], ["knowledge.answer"], [], ["limits"])


WEB = facts_of(["IBAN 12", "fee 3"], ["details.are", "details.fee"], [])


def _withheld(*said: str, figures: str = "", wishes: tuple[str, ...] = ()) -> Facts:
    facts = facts_of([figures], [WITHHELD, *said], ["flow:statement"])
    return replace(facts, wishes=wishes, instead=frozenset({WITHHELD}))


async def _by_channel(web: Facts, telegram: Facts) -> Consistency:
    async def on_the_web(language: str, words: str) -> Facts:
        return web

    async def in_telegram(language: str, words: str) -> Facts:
        return telegram

    return await compare([{"en": "a"}], {"web": on_the_web, "telegram": in_telegram})


async def test_what_the_channels_rule_has_withheld_is_counted_by_itself() -> None:
    found = await _by_channel(WEB, _withheld("details.fee", figures="fee 3"))
    assert (found.channels, len(found.differences)) == (("web", "telegram"), 0)
    assert [one.where for one in found.withheld] == ["telegram/en"]


@pytest.mark.parametrize(
    "told",
    [
        facts_of([], ["details.fee"], []),
        _withheld("details.fee", figures="fee 4"),
        _withheld("payments.found"),
        _withheld(wishes=("balance",)),
    ],
    ids=["without a word of it", "another figure", "another journey", "another wish"],
)
async def test_withholding_hides_no_difference(told: Facts) -> None:
    found = await _by_channel(WEB, told)
    assert (len(found.differences), len(found.withheld)) == (1, 0)


def _table(*figures: str) -> Facts:
    return replace(facts_of(figures, ["payments.found"], []), rows=tuple((figure,) for figure in figures))


@pytest.mark.parametrize(
    ("figures", "differing", "capped"),
    [(["10", "20", "1"], 0, 1), (["10", "25", "1"], 1, 0), (["10", "20", "2"], 1, 0), (["10", "30", "1"], 1, 0)],
    ids=["the first rows", "another figure", "another number of rows left out", "other rows"],
)
async def test_of_a_capped_table_the_first_rows_are_compared(figures: list[str], differing: int, capped: int) -> None:
    told = replace(facts_of(figures, ["payments.found", "channel.more"], []), most_rows=2)
    found = await _by_channel(_table("10", "20", "30"), told)
    assert (len(found.differences), len(found.capped)) == (differing, capped)


def test_a_count_that_is_said_in_a_word_is_a_figure() -> None:
    forms = ("وجدتُ دفعة واحدة.", "وجدتُ {count} دفعات.")
    pieces = tuple(parse_text(form) for form in forms)
    template = Template("found", "ar", pieces, forms, "a.po", 1, "n != 1")
    told = SpelledCounts.of([template]).in_figures("وجدتُ دفعة واحدة. 5", "ar")
    assert figures_of([told]) == {"1": 1, "5": 1}
    assert SpelledCounts.of([template]).in_figures(forms[0], "es") == forms[0]


def test_our_questions_are_a_hundred_in_three_languages() -> None:
    questions = read_questions()
    assert len(questions) >= 100
    assert {frozenset(question) for question in questions} == {frozenset({"en", "es", "ar"})}


@pytest.mark.parametrize("text", ["{}", "- a", "- {en: a}\n- {es: b}", "[", "[]"])
def test_a_file_that_holds_no_such_questions_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "questions.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError):
        read_questions(file)
