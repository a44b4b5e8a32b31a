from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openteller.capabilities.privacy import blank, clean, detect, redact, redact_across, scrub
from openteller.capabilities.privacy.detectors.cards import is_card
from openteller.capabilities.privacy.normalise import read
from openteller.domain.errors import CustomerError
from openteller.domain.texts import PersonalText, Span
from tests.unit.privacy.card_shapes import SIXTEEN, card, dice, fours

PARTS = st.sampled_from(
    [
        "4111 1111 1111 1111",
        "DE89370400440532013000",
        "ann@example.com",
        "+49 30 901820",
        "my pin is 4821",
        "cvv 123",
        "⟦PAN⟧",
        "é",
        "e\u0301",
        "\u200b",
        "😀",
        "4️⃣1️⃣",
        "&#52;",
        "password is hunter2",
        "\n",
        " and ",
        "١٢٣",
        "card",
        "[[x]]",
        "%20",
        "12/27",
        "\ud800",
    ]
)
MESSAGES = st.one_of(
    st.text(max_size=80), st.lists(PARTS, max_size=8).map(" ".join), st.lists(PARTS, max_size=8).map("".join)
)


@given(MESSAGES)
def test_spans_and_offsets_are_places_in_the_given_text(text: str) -> None:
    redacted = redact(PersonalText(text))
    assert list(redacted.spans) == detect(text)
    here = 0
    for span in redacted.spans:
        assert here <= span.start < span.end <= len(text)
        here = span.end
    plain = re.split(r"⟦[A-Z_]+(?::\d+)?⟧", redacted.text)
    assert len(plain) == len(redacted.spans) + 1
    for match in re.finditer(r"[a-z]+", re.sub(r"⟦[^⟧]*⟧", lambda m: "#" * len(m.group()), redacted.text)):
        start = redacted.original_index(match.start())
        assert text[start : start + len(match.group())] == match.group()


@given(MESSAGES)
def test_reading_keeps_the_way_back(text: str) -> None:
    reading = read(text)
    assert len(reading.text) == len(reading.starts) == len(reading.ends)
    assert all(start < end <= len(text) for start, end in zip(reading.starts, reading.ends, strict=True))


@given(MESSAGES)
def test_no_run_of_digits_that_is_a_card_is_left_in_a_log(text: str) -> None:
    assert not any(is_card(run) for run in re.findall(r"[0-9]+", scrub(text)))


def test_the_same_value_has_the_same_placeholder() -> None:
    text = "from DE89370400440532013000 to GB29NWBK60161331926819, no: de89 3704 0044 0532 0130 00"
    redacted = redact(PersonalText(text))
    assert redacted.text == "from ⟦IBAN:1⟧ to ⟦IBAN:2⟧, no: ⟦IBAN:1⟧"
    assert [value.last4 for value in redacted.sealed] == ["3000", "6819"]


def test_a_placeholder_cannot_be_forged() -> None:
    text = "pay ⟦IBAN:1⟧ or [[IBAN:1]]"
    redacted = redact(PersonalText(text))
    assert redacted.text == "pay (IBAN:1) or ((IBAN:1))"
    assert len(redacted.text) == len(text)


def test_spans_cover_hidden_characters_and_escapes() -> None:
    text = "pay 4\u200b111&#49;111 1111 111&#x31; now"
    (span,) = detect(text)
    assert (text[: span.start], text[span.end :]) == ("pay ", " now")


def test_a_log_line_is_scrubbed() -> None:
    assert scrub("card 4111 1111 1111 1111 of ann@example.com") == "card ⟦PAN⟧ of ⟦EMAIL⟧"


def test_a_lone_surrogate_is_refused_at_the_edge_and_harmless_behind_it() -> None:
    with pytest.raises(CustomerError) as caught:
        clean("a\ud800b")
    assert caught.value.code == "invalid_text"
    assert redact(PersonalText("a\ud800b")).text == "a\ufffdb"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("cafe\u0301", "café"),
        ("a\u200bb\u202ec\x00d\u00ade", "abcde"),
        ("a\r\nb\u2028c\td", "a\nb\nc\td"),
        ("hi\U000e0041\U000e0042", "hi"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200cb", "ab"),
        ("👩\u200d💻 ok", "👩\u200d💻 ok"),
        ("שלום עליכם", "שלום עליכם"),
        ("क्\u200dष", "क्\u200dष"),
        ("\u200dx\u200d", "x"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("a\u3164b", "ab"),
    ],
)
def test_cleaning_removes_what_cannot_be_seen_and_nothing_else(text: str, expected: str) -> None:
    assert clean(text) == expected
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize("cuts", [(8,), (4, 8), (12,), (6, 11), (1, 15)])
def test_a_card_over_several_messages_loses_its_last_part_and_names_the_others(cuts: tuple[int, ...]) -> None:
    source = dice(3)
    number = card(source, source.choice(SIXTEEN))
    edges = (0, *cuts, len(number))
    *earlier, last = [number[a:b] for a, b in pairwise(edges)]
    stored = [redact(PersonalText(part)).text for part in earlier]
    outcome = redact_across(PersonalText(f"and {last}"), stored)
    assert outcome.redacted.text == "and ⟦PAN⟧"
    assert {part.message for part in outcome.earlier} == set(range(len(stored)))
    blanked = [blank(text, [p for p in outcome.earlier if p.message == i]) for i, text in enumerate(stored)]
    assert not re.search(r"\d", "".join(blanked))


def test_digits_that_go_on_after_a_dropped_part_are_dropped() -> None:
    stored = [redact(PersonalText("my card number is 4111 1111")).text]
    assert stored == ["my card number is ⟦PAN⟧"]
    assert redact_across(PersonalText("1111 1112"), stored).redacted.text == "⟦PAN⟧"
    assert redact_across(PersonalText("123"), stored).redacted.text == "⟦CVV⟧"


@pytest.mark.parametrize(
    ("previous", "text"),
    [
        ([], "1111 1111"),
        (["hello"], "1111 1111"),
        (["order 4839"], "please send 250 to Bob"),
        (["⟦PAN⟧"], "send 500 to Bob"),
        (["4111"], "thanks"),
    ],
)
def test_ordinary_messages_are_not_taken_for_the_rest_of_a_card(previous: list[str], text: str) -> None:
    outcome = redact_across(PersonalText(text), previous)
    assert (outcome.redacted.text, outcome.earlier) == (text, ())


def test_only_the_last_two_messages_count() -> None:
    number = fours(card(dice(5), "visa"))
    outcome = redact_across(PersonalText(number[10:]), [number[:9], "hello", "there"])
    assert outcome.earlier == ()


def test_a_card_whole_in_one_message_asks_nothing_of_the_others() -> None:
    outcome = redact_across(PersonalText("4111 1111 1111 1111 and DE89370400440532013000"), ["4111"])
    assert outcome.redacted.text == "⟦PAN⟧ and ⟦IBAN:1⟧"
    assert outcome.earlier == ()


def test_a_password_around_a_card_leaves_nothing() -> None:
    text = "password: ab!4111111111111111!cd"
    assert detect(text)[0].start == 10
    assert "ab" not in redact(PersonalText(text)).text
    assert "cd" not in redact(PersonalText(text)).text


PATHOLOGICAL = [
    "1 ",
    "4",
    "call 1",
    "a",
    "@",
    "a.",
    "password ",
    "pin 1 ",
    "one ",
    "&#4",
    "%3",
    "card 41",
    "⟦",
    "12/",
    "gb29",
    ": ",
    "a at b dot ",
    "1.",
    "street ",
    "born 1 ",
    "l1 ",
    "é",
    "，",
    "code a",
    "\u200b",
    "my pin is 12 ",
    "a:b:",
    "rue a ",
    "12 a ",
    "account 1",
]


@pytest.mark.parametrize("unit", PATHOLOGICAL)
def test_twenty_thousand_characters_of_anything_are_read(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    assert all(isinstance(span, Span) for span in detect(text))
