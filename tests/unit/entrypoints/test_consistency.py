"""The comparison itself: what counts as the same fact, and that a difference is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from openteller.domain.errors import ConfigurationError
from openteller.testing.measures.consistency import Facts, compare, facts_of, read_questions


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
