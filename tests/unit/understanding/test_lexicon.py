"""What is known of a language stands in a file, and a faulty one is refused by name."""

from __future__ import annotations

from importlib.resources import files

import pytest

from openteller.capabilities.understanding.clauses import clauses
from openteller.capabilities.understanding.letters import plain_text, without_marks
from openteller.capabilities.understanding.lexicon import known_languages, lexicon, lexicons, read_lexicon
from openteller.domain.errors import ConfigurationError

SPANISH = files("openteller.capabilities.understanding").joinpath("words/es.yaml").read_text(encoding="utf-8")


def test_every_file_is_sound() -> None:
    assert [lexicon(language).language for language in known_languages()] == list(known_languages())


def test_languages_without_words_are_read_with_those_that_have_some() -> None:
    assert [each.language for each in lexicons(["xx", "es"])] == ["es"]
    assert [each.language for each in lexicons(["xx"])] == ["en"]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("language: es", "language: pt", "language: es"),
        ("  1: [enero, ene]", "  first: [enero, ene]", "'month' has 'first' where a number should be"),
        ("  1: [enero, ene]", "  1: enero", "'month.1' should be a list"),
        ("  2: [febrero, feb]", "  2: [febrero, enero]", "'enero' twice, with two meanings"),
        ("month_unsure:", "month_unsur:", "lists missing: month_unsure"),
        ("  month_end:", "  end_of_month:", "patterns missing: month_end"),
        ("<month:first>", "<mes:first>", "there is no list or fragment 'mes'"),
        ("<relative_day:name>", "<relative_day:nam>", "has the groups"),
        ("  ordinal_after:\n    - '(", "  ordinal_after:\n    - '((", "pattern.ordinal_after, number 1: missing \\)"),
        ("  bought:", "  bougt:", "fragments missing: bought"),
        ("month:\n", "month: [\n", "not valid YAML"),
        ("  week: [semanas, semana]", "  weak: [semanas, semana]", "'unit' and 'pair' know only"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused(before: str, after: str, fault: str) -> None:
    assert before in SPANISH
    with pytest.raises(ConfigurationError, match=fault) as refused:
        read_lexicon(SPANISH.replace(before, after, 1), "es", "words/es.yaml")
    assert "words/es.yaml" in str(refused.value)


def test_places_stay_true_whatever_stands_on_the_letters() -> None:
    kept, places = without_marks("جنيهًا")
    assert kept == "جنيها"
    assert [places[place] for place in (0, 4, 5)] == [0, 5, 6]
    assert plain_text("Últimos 30 DÍAS – ٣٠ إلى أمينة؟") == "ultimos 30 dias - 30 الي امينه?"


@pytest.mark.parametrize(
    ("language", "said", "parts"),
    [
        ("en", "freeze my card and what's my balance", ["freeze my card", "what's my balance"]),
        ("es", "congela mi tarjeta y dime mi saldo", ["congela mi tarjeta", "dime mi saldo"]),
        ("es", "quiero ver mi saldo", []),
        ("ar", "جمد بطاقتي وكم رصيدي", ["جمد بطاقتي", "كم رصيدي"]),
    ],
)
def test_a_message_of_two_wishes_is_cut_in_each_language(language: str, said: str, parts: list[str]) -> None:
    assert clauses(said, lexicons([language])) == parts
