"""A stranger's words stay words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from openteller.capabilities.replies.inert import GAP, LONGEST, NOTHING, isolate, make_inert
from openteller.capabilities.replies.rules import broken_rule

HOSTILE = st.lists(
    st.sampled_from(
        [
            "<script>", "</p>", "{", "}", "{amount}", "{{7*7}}", "${x}", "[a](b)", "![", "](", "`", "*", "_", "~",
            "http://", "https://evil.example/a", "evil.com", "evil。com", "www.", "javascript:", "data:", "//", "@",
            ".", "\n", "\r", "\u2028", "\u202e", "\u2066", "\u200b", "\u200d", "\u200a", "\ufeff", "\x00", "\ud800",
            "4111 1111 1111 1111", "4111-1111", "1111", "GB29NWBK60161331926819", "GB29 NWBK 6016 1331 9268 19", "١٢٣",
            "tel:", "a", "Ж", "ن", "é", "e\u0301", "10.0.0.1", "1.2", "%", "\\", "|",
            "*b*", ":", " ",
        ]
    )
)  # fmt: skip
ANYTHING = st.text() | HOSTILE.map("".join) | st.text(alphabet="4521 -./:0a", max_size=40)


@given(ANYTHING)
@example("a\u200db.com")
@example("x:\u200ay.z")
@example("-.A0")
@example("AA00A6011163931869 GB29NWBK60161331926819")
@example("4111111111111111" * 20)
@example("a" * (LONGEST - 3) + ".com")
def test_whatever_a_stranger_writes_breaks_no_rule_of_the_guard(text: str) -> None:
    inert = make_inert(text)
    assert broken_rule(inert, ()) is None
    assert 1 <= len(inert) <= LONGEST
    assert inert.splitlines() == [inert]
    assert not set(inert) & set("<>{}[]*_~`")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Anna Schmidt", "Anna Schmidt"),
        ("O'Brien & Sons (UK)", "O'Brien & Sons (UK)"),
        ("José  Núñez", "José Núñez"),
        ("AMAZON.CO.UK*AB12", f"AMAZON.{GAP}CO.{GAP}UK∗AB12"),
        ("pay at https://evil.example/x", f"pay at https:{GAP}//evil.{GAP}example/x"),
        ("call tel:+441234", f"call tel:{GAP}+441234"),
        ("<b>hi</b>", "‹b›hi‹/b›"),
        ("{amount}", "(amount)"),
        ("line one\nline two", "line one line two"),
        ("safe\u202eelbat", "safeelbat"),
        ("card 4111 1111 1111 1111 used", "card ••••1111 used"),
        ("to GB29 NWBK 6016 1331 9268 19 thanks", "to ••••6819 thanks"),
        ("٤١١١١١١١١١١١١١١١", "••••١١١١"),
        ("12.50 on 3.11.2026", "12.50 on 3.11.2026"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("\u200b\u2060", NOTHING),
        ("", NOTHING),
    ],
)
def test_what_is_shown_stays_close_to_what_was_written(text: str, shown: str) -> None:
    assert make_inert(text) == shown


def test_a_long_text_is_cut_and_says_so() -> None:
    assert make_inert("word " * 100).endswith("word…")


def test_towers_of_accents_are_taken_down() -> None:
    assert len(make_inert("z" + "\u0335" * 100)) <= 6


@given(st.text(min_size=1, max_size=30))
def test_a_direction_that_differs_is_isolated(text: str) -> None:
    assert isolate(text, right_to_left=True) == f"\u2068{text}\u2069"
    assert isolate("Anna", right_to_left=False) == "Anna"
    assert isolate("آنا", right_to_left=False) == "\u2068آنا\u2069"
