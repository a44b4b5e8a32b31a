"""A reply as Telegram shows it: nothing lost, nothing cut within a word, no word of anybody's markup (R6)."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from openteller.adapters.channels import plain
from openteller.adapters.channels.telegram_messages import LONGEST, calls
from openteller.domain.channels import travelling_id
from openteller.domain.conversations import Bar, ChartPart, ChoicePart, FactsPart, LinkPart, Option, Part, Row, TextPart
from openteller.testing.telegram.world import fault_of

signs = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])
words = st.text(signs, min_size=1, max_size=40).filter(str.strip)
rows = st.lists(st.builds(Row, words, words), min_size=1, max_size=60).map(lambda rows: FactsPart("", tuple(rows)))
options = st.lists(
    st.builds(Option, st.from_regex(r"[a-z:.]{1,128}", fullmatch=True), words),
    min_size=1, max_size=30, unique_by=lambda option: option.id,
).map(lambda options: ChoicePart(tuple(options)))  # fmt: skip
links = st.builds(LinkPart, words, st.just("https://www.harbour.example/x"), st.just("login"))
parts = st.lists(st.one_of(st.builds(TextPart, words), rows, links, options), min_size=1, max_size=6)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(parts)
def test_every_reply_is_one_that_the_api_takes_and_loses_nothing(given_parts: list[Part]) -> None:
    made = calls("42", given_parts)
    assert made
    assert [fault_of(call) for call in made] == [None] * len(made)
    shown = squeezed(str([call["text"] for call in made]) + "".join(call["text"] for call in made))
    below = squeezed(str([button["text"] for row in _keyboard(made[-1]) for button in row]))
    for text in _words(given_parts):
        assert squeezed(text) in shown or squeezed(repr(text))[1:-1] in below


@given(st.text(st.sampled_from("ab é😀\u0301\n👨\u200d👩\u200d👧"), min_size=1, max_size=300), st.integers(5, 60))
def test_pieces_fit_and_put_together_are_the_text(text: str, longest: int) -> None:
    pieces = list(plain.pieces(text, longest))
    assert all(0 < plain.units(piece) <= longest for piece in pieces)
    assert squeezed("".join(pieces)) == squeezed(text)


def test_a_text_is_cut_between_words() -> None:
    text = " ".join(f"word{number}" for number in range(2000))
    pieces = list(plain.pieces(text, LONGEST))
    assert len(pieces) > 2
    assert " ".join(pieces) == text


def test_paragraphs_are_kept_whole_where_they_fit() -> None:
    paragraphs = ["a" * 1500, "b" * 1500, "c" * 1500]
    assert list(plain.pieces("\n\n".join(paragraphs), LONGEST)) == ["\n\n".join(paragraphs[:2]), paragraphs[2]]


def test_no_letter_is_parted_from_its_marks_and_no_family_from_its_members() -> None:
    family = "👨\u200d👩\u200d👧"
    for first, second in pairwise(plain.pieces(family * 40, 50)):
        assert not first.endswith("\u200d")
        assert not second.startswith("\u200d")


def test_markup_stays_text_and_no_parse_mode_is_ever_asked_for() -> None:
    text = "<b>bold</b> *stars* [x](http://evil.example) `code`"
    (call,) = calls("42", [TextPart(text)])
    assert call == {"chat_id": 42, "text": text, "link_preview_options": {"is_disabled": True}}


def test_short_rows_stand_in_columns_marked_by_place() -> None:
    (call,) = calls("42", [TextPart("😀"), FactsPart("", (Row("Booked", "£5.00"), Row("Available", "£1,200.00")))])
    assert call["text"] == "😀\n\nBooked         £5.00\nAvailable  £1,200.00"
    assert call["entities"] == [{"type": "pre", "offset": 4, "length": 41}]


def test_rows_that_would_not_stand_straight_are_lines() -> None:
    for row in (Row("الرصيد", "5"), Row("口座", "5"), Row("A very long label of an account", "£1,200.00")):
        (call,) = calls("42", [FactsPart("", (row,))])
        assert call["text"] == f"{row.label}: {row.value}"
        assert "entities" not in call


def test_a_chart_is_its_title_above_its_facts_and_its_facts_where_there_is_no_table() -> None:
    chart = ChartPart("What you spent", "A bar chart", (Bar("Groceries", "£40.00", 1.0), Bar("Travel", "£20.00", 0.5)))
    (call,) = calls("42", [TextPart("In October"), FactsPart("", (Row("Groceries", "£40.00"),)), chart])
    assert call["text"] == "In October\n\nGroceries  £40.00\n\nWhat you spent"
    (call,) = calls("42", [chart])
    assert call["text"] == "What you spent\n\nGroceries  £40.00\nTravel     £20.00"


def test_a_few_options_are_buttons_and_many_are_numbered() -> None:
    few = tuple(Option(f"1:{number}", f"Payee {number}") for number in range(8))
    (call,) = calls("42", [TextPart("Who?"), ChoicePart(few)])
    assert [row[0]["callback_data"] for row in _keyboard(call)] == [option.id for option in few]
    (call,) = calls("42", [TextPart("Who?"), ChoicePart((*few, Option("1:8", "Payee 8")))])
    assert call["text"].endswith("9. Payee 8")
    assert "reply_markup" not in call


def test_a_long_id_travels_as_its_hash() -> None:
    assert travelling_id("yes:0") == "yes:0"
    assert len(travelling_id("x" * 65).encode()) <= 64
    assert travelling_id("x" * 65) != travelling_id("x" * 66)


def test_a_phone_number_is_written_out() -> None:
    (call,) = calls("42", [TextPart("Ring us"), LinkPart("The emergency line", "tel:+442079460123", "phone")])
    assert call["text"] == "Ring us\n\nThe emergency line: +442079460123"


def _keyboard(call: dict[str, object]) -> list[list[dict[str, str]]]:
    markup = call.get("reply_markup")
    return markup["inline_keyboard"] if isinstance(markup, dict) else []


def _words(given_parts: list[Part]) -> list[str]:
    found: list[str] = []
    for part in given_parts:
        match part:
            case TextPart(text):
                found.append(text)
            case FactsPart(_, facts):
                found += [word for row in facts for word in (row.label, row.value)]
            case LinkPart(label):
                found.append(label)
            case ChoicePart(options):
                found += [option.label for option in options]
    return found
