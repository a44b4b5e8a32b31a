from __future__ import annotations

import re

import pytest

from openteller.capabilities.privacy import detect, redact
from openteller.capabilities.privacy.detectors.cards import is_card, luhn
from openteller.domain.texts import PersonalText, SpanType
from tests.unit.privacy.card_shapes import ISSUERS, SHAPES, SIXTEEN, card, dice, fours

FRAMES = ("{}", "Hello, my card {} was declined", "please block {} now", "{} is what it says")


@pytest.mark.parametrize("shape", SHAPES)
def test_a_card_is_found_in_every_shape_and_of_every_issuer(shape: str) -> None:
    source = dice(shape)
    for issuer in ISSUERS:
        # "ninety nine" for 90 9 reads as 99: nineteen digits in pairs are not what anybody says.
        if shape in {"spoken pairs", "double and triple"} and ISSUERS[issuer][1] not in {14, 16}:
            continue
        number = card(source, issuer)
        text = source.choice(FRAMES).format(SHAPES[shape](number))
        redacted = redact(PersonalText(text)).text
        assert "⟦PAN⟧" in redacted, (issuer, text)
        assert not re.search(r"\d{2}", re.sub(r"12/29|%20|⟦[^⟧]*⟧", "", redacted)), (issuer, text, redacted)


def test_numbers_that_fail_the_checksum_and_have_no_context_are_left_alone() -> None:
    source, flagged, total = dice(1), 0, 0
    for _ in range(1500):
        number = "".join(source.choice("0123456789") for _ in range(source.randint(8, 19)))
        if source.random() < 0.5:
            number = card(source, source.choice(list(ISSUERS)), valid=False)
        if is_card(number):
            continue
        frame = source.choice(("order {}", "Reference {} please", "{}", "tracking number {} not found", "ticket {}?"))
        flagged += bool(detect(frame.format(source.choice((number, fours(number), fours(number, "-"))))))
        total += 1
    assert flagged / total <= 0.01


def test_a_mistyped_card_is_dropped_where_a_card_is_talked_of() -> None:
    source = dice(2)
    for frame in (
        "my card number is {}",
        "card: {}",
        "meine Karte {} geht nicht",
        "mi tarjeta {}",
        "बैंक कार्ड {}",
        "{} on my visa",
    ):
        number = card(source, source.choice(SIXTEEN), valid=False)
        text = frame.format(fours(number))
        assert [span.type for span in detect(text)] == [SpanType.PAN], text


@pytest.mark.parametrize(
    "text",
    [
        "my card number starts with 4111 1111",
        "my card is 4111 1111 11",
        "my card 5555 5555 4444",
        "my card number is 4111 1111 and then 1111 1112",
        "4111 1111 1111 and the last are 1111",
        "ma carte: quarante-neuf soixante-dix-sept quatre-vingt-onze vingt et un quatre-vingt-dix-neuf onze onze",
        "بطاقتي واحد وأربعون أحد عشر واحد عشر ثلاثة وعشرون واحد وأربعون واحد وأربعون واحد وأربعون",
        "my card is fifty-five hundred, triple 5 5, double 4 44, four hundred, ten",
        "my card is four thousand one hundred eleven, eleven eleven, eleven eleven, eleven eleven",
    ],
)
def test_a_long_part_of_a_card_beside_the_word_is_dropped(text: str) -> None:
    redacted = redact(PersonalText(text)).text
    assert "⟦PAN⟧" in redacted
    assert not re.search(r"\d|eleven|onze|triple|four|واحد", redacted)


@pytest.mark.parametrize(
    "text",
    [
        "my card ending 4242",
        "my card payment, order number 4839201748372616",
        "card ending in 4242 was charged 19.99 on 03/11/2026",
        "my card was charged 1,250.00 on 2026-11-24 10:30:22",
        "4111",
        "1763980200123",
    ],
)
def test_other_numbers_near_a_card_stay(text: str) -> None:
    assert detect(text) == []


def test_expiry_and_code_behind_a_card_go_too() -> None:
    redacted = redact(PersonalText("4111111111111111 12/27 123"))
    assert redacted.text == "⟦PAN⟧ ⟦CARD_EXPIRY⟧ ⟦CVV⟧"
    assert redacted.sealed == ()


def test_an_amount_behind_a_card_stays() -> None:
    assert redact(PersonalText("4111111111111111 500 EUR")).text == "⟦PAN⟧ 500 EUR"


def test_luhn_knows_the_standard_example() -> None:
    assert luhn("17893729974")
    assert not luhn("17893729975")
