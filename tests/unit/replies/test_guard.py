"""The guard: nothing leaves that should not, and an agent is told why."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openteller.capabilities.replies.account_numbers import find_numbers, mask_numbers
from openteller.capabilities.replies.catalogue import load_catalogue
from openteller.capabilities.replies.compose import Draft
from openteller.capabilities.replies.guard import Guard
from openteller.capabilities.replies.inert import make_inert
from openteller.capabilities.replies.links import leads_to
from openteller.capabilities.replies.rules import Rule, broken_rule
from openteller.domain.conversations import (
    Bar,
    ChartPart,
    ChoicePart,
    FactsPart,
    LinkPart,
    Option,
    Part,
    Row,
    TextPart,
)
from openteller.domain.errors import CustomerError, InvariantError
from tests.unit.replies.conftest import Write, entries

PAN = "4111111111111111"
IBAN = "GB29NWBK60161331926819"

BREACHES = [
    (f"Your card is {PAN}.", Rule.ACCOUNT_NUMBER),
    ("Your card is 4111 1111 1111 1111.", Rule.ACCOUNT_NUMBER),
    ("Your card is 4111-1111-1111-1111.", Rule.ACCOUNT_NUMBER),
    ("ref 12 4111111111111111", Rule.ACCOUNT_NUMBER),
    ("4111111111111111 123", Rule.ACCOUNT_NUMBER),
    ("378282246310005", Rule.ACCOUNT_NUMBER),
    ("４１１１１１１１１１１１１１１１", Rule.ACCOUNT_NUMBER),
    (f"to {IBAN}", Rule.ACCOUNT_NUMBER),
    ("to gb29 nwbk 6016 1331 9268 19 today", Rule.ACCOUNT_NUMBER),
    ("DE89 3704 0044 0532 0130 00", Rule.ACCOUNT_NUMBER),
    ("See https://evil.example/login", Rule.LINK),
    ("See http://www.harbour.example", Rule.LINK),
    ("See https://www.harbour.example@evil.example/", Rule.LINK),
    ("See https://www.harbour.example.evil.example/", Rule.LINK),
    ("See evil.com", Rule.LINK),
    ("See EVIL.COM/x", Rule.LINK),
    ("Write to help@evil.com", Rule.LINK),
    ("javascript:alert(1)", Rule.LINK),
    ("open 10.0.0.1 now", Rule.LINK),
    ("See http://[::1", Rule.LINK),
    ("<b>Hello</b>", Rule.MARKUP),
    ("<img src=x onerror=alert(1)>", Rule.MARKUP),
    ("[click](x)", Rule.MARKUP),
    ("this is *bold* text", Rule.MARKUP),
    ("this is __bold__ text", Rule.MARKUP),
    ("`code`", Rule.MARKUP),
    ("Hello {{name}}", Rule.MARKUP),
    ("abc\u202edef", Rule.CONTROL),
    ("abc\u200bdef", Rule.CONTROL),
    ("abc\ud800def", Rule.CONTROL),
    ("", Rule.EMPTY),
    ("   \n ", Rule.EMPTY),
    ("\u2068\u2069", Rule.EMPTY),
    ("word " * 900, Rule.TOO_LONG),
]
FINE = [
    "Your card ending in 1111 is frozen.",
    "I sent £1,234.56 to ••••6819 on 24 November 2026, 14:05.",
    "That's < £5, i.e. 3 * 2 = 6, and file_name_here is fine.",
    "See www.harbour.example or https://www.harbour.example/help, please.",
    "I've checked your account.Please wait.",
    "Call +44 20 7946 0123 (24/7).",
    "Your reference is HB-1234-5678-9012.",
    "مرحبًا، كيف يمكنني مساعدتك؟",
    "First line.\nSecond line • bullet",
]


def draft(*parts: Part, keys: tuple[str, ...] = ("a.b",)) -> Draft:
    return Draft(parts, "en", keys)


@pytest.mark.parametrize(("text", "rule"), BREACHES)
def test_the_bots_breach_wakes_somebody(guard: Guard, text: str, rule: Rule) -> None:
    with pytest.raises(InvariantError, match=rule):
        guard.check(draft(TextPart(text)))


@pytest.mark.parametrize(("text", "rule"), BREACHES)
def test_an_agent_is_told_which_rule(guard: Guard, text: str, rule: Rule) -> None:
    with pytest.raises(CustomerError) as caught:
        guard.check_staff_text(text, language="en")
    assert (caught.value.code, caught.value.field) == (rule, "text")
    assert not text.strip() or text not in caught.value.message


@pytest.mark.parametrize("text", FINE)
def test_ordinary_sentences_pass(guard: Guard, text: str) -> None:
    assert guard.check(draft(TextPart(text))).parts == (TextPart(text),)
    assert guard.check_staff_text(f" {text}\r\n", language="en").parts == (TextPart(text),)


def test_an_agents_secret_is_stopped_by_privacys_own_rules(guard: Guard) -> None:
    with pytest.raises(CustomerError) as caught:
        guard.check_staff_text("your password is hunter2", language="en")
    assert caught.value.code == Rule.SECRET


@pytest.mark.parametrize(
    "part",
    [
        FactsPart("", (Row("Card", PAN),)),
        FactsPart(IBAN, (Row("Card", "x"),)),
        ChoicePart((Option("a", "evil.com"),)),
        LinkPart("<b>x", "https://www.harbour.example/", "login"),
        LinkPart("x", "https://evil.example/", "login"),
        LinkPart("x", "https://www.harbour.example/", "shop"),
        LinkPart("x", "tel:+15550100", "phone"),
        LinkPart("x", "https://www.harbour.example/", "phone"),
        ChoicePart(()),
        ChoicePart((Option("a", "x"), Option("a", "y"))),
        ChoicePart((Option("a b", "x"),)),
        FactsPart("", ()),
        FactsPart("", (Row("x", "y"),) * 61),
        ChoicePart((Option("a", "x" * 121),)),
    ],
)
def test_every_part_is_checked_not_only_the_text(guard: Guard, part: Part) -> None:
    with pytest.raises(InvariantError):
        guard.check(draft(TextPart("Hello."), part))


def test_sound_parts_of_every_kind_pass(guard: Guard) -> None:
    parts = (
        TextPart("Hello."),
        FactsPart("Balances", (Row("Current", "£5.00"),)),
        LinkPart("Log in", "http://127.0.0.1:8801/login?next=/", "login"),
        LinkPart("Call us", "tel:+442079460123", "phone"),
        ChoicePart((Option("yes:0191", "Yes"),)),
    )
    assert guard.check(draft(*parts)).parts == parts


def test_no_reply_at_all_is_a_breach(guard: Guard) -> None:
    with pytest.raises(InvariantError, match=Rule.EMPTY):
        guard.check(draft())


def test_the_first_reply_discloses_the_machine(guard: Guard) -> None:
    with pytest.raises(InvariantError, match=Rule.DISCLOSURE):
        guard.check(draft(TextPart("Hello.")), must_disclose=True)
    checked = guard.check(draft(TextPart("Hello."), keys=("conversation.disclosure",)), must_disclose=True)
    assert checked.keys == ("conversation.disclosure",)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.harbour.example/", "https://www.harbour.example:8443/", "https://a@www.harbour.example/",
        "https://WWW.harbour.example\\@evil.example", "https://www.harbоur.example/", "//www.harbour.example/",
        "javascript://www.harbour.example/%0aalert(1)", "https://127.0.0.1:8801/", "http://127.0.0.1:8802/",
        "http://127.0.0.1/", "ftp://127.0.0.1:8801/", "https://www.harbour.example/ x", "https://[", "", "https://",
        "https://www.harbour.example:99999/",
    ],
)  # fmt: skip
def test_a_link_that_only_looks_like_the_banks_is_none(url: str) -> None:
    assert not leads_to(url, {"www.harbour.example", "http://127.0.0.1:8801"})


@given(st.integers(0, 2**31), st.sampled_from(["", " ", "-", ".", "\u00a0"]), st.text(alphabet="ab ,;", max_size=5))
def test_any_card_number_in_any_spacing_is_found_and_cut_to_its_last_four(seed: int, joint: str, around: str) -> None:
    pan = _pan(random.Random(seed))  # noqa: S311 (test data)
    text = f"{around}{joint.join(pan[at : at + 4] for at in range(0, len(pan), 4))}{around}"
    assert find_numbers(text)
    masked = mask_numbers(text)
    assert f"••••{pan[-4:]}" in masked
    assert not find_numbers(masked)


@given(st.text(alphabet="4125670 -./", max_size=60))
def test_masking_leaves_nothing_to_find(text: str) -> None:
    assert not find_numbers(mask_numbers(text))


def test_wording_that_breaks_a_rule_is_found_before_a_customer_is(write: Write, guard: Guard) -> None:
    text = entries(a__b="See evil.com", a__c="fine {name}", a__d="*bold* {name}")
    catalogue = load_catalogue([write(text)], ["en"], "en")
    assert [(fault.line, fault.message.split(":")[0]) for fault in guard.wording_faults(catalogue)] == [
        (8, "a.b"),
        (14, "a.d"),
    ]


@pytest.mark.parametrize("part", ["*a ", "a.", "a-", "ａ", "AA00 ", "AA00A", "4 ", "4111 1111 ", "1.1.", "a@a.", "A:"])
def test_no_pattern_can_be_made_to_run_long(part: str) -> None:
    """IN-09: 50 ms, here with room for a busy machine."""
    text = (part * 4000)[:4000]
    began = time.perf_counter()
    broken_rule(text, ())
    make_inert(text)
    assert time.perf_counter() - began < 0.25


def _pan(dice: random.Random) -> str:
    body = dice.choice("3456") + "".join(dice.choice("0123456789") for _ in range(14))
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (1 if place % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled
    return body + str(-total % 10)


def test_an_own_number_stands_alone_in_its_row_or_nowhere(guard: Guard) -> None:
    own = FactsPart("", (Row("IBAN", "GB29 NWBK 6016 1331 9268 19", own=True), Row("Sort code", "60-16-13", own=True)))
    assert guard.check(Draft((own,), "en", ())).parts == (own,)
    for value in (f"{IBAN} is yours", f"see https://evil.example {IBAN}", PAN, "4111 1111 1111 1111", ""):
        with pytest.raises(InvariantError):
            guard.check(Draft((FactsPart("", (Row("IBAN", value, own=True),)),), "en", ()))
    with pytest.raises(InvariantError, match=Rule.ACCOUNT_NUMBER):
        guard.check(Draft((FactsPart("", (Row("IBAN", IBAN),)),), "en", ()))


def test_a_statement_opens_at_the_bank_or_not_at_all(guard: Guard) -> None:
    at_the_bank = LinkPart("October", "https://www.harbour.example/statements/1", "statement")
    assert guard.check(Draft((at_the_bank,), "en", ())).parts == (at_the_bank,)
    for url in ("https://evil.example/statements/1", "http://www.harbour.example/statements/1", "javascript:alert(1)"):
        with pytest.raises(InvariantError, match=Rule.LINK):
            guard.check(Draft((LinkPart("October", url, "statement"),), "en", ()))


def test_a_chart_is_bars_between_nothing_and_the_longest(guard: Guard) -> None:
    sound = ChartPart("Spending", "Bars", (Bar("groceries", "£8.00", 1.0), Bar("coffee", "£2.00", 0.25)))
    assert guard.check(Draft((sound,), "en", ())).parts == (sound,)
    for bars in ((), (Bar("coffee", "£2.00", 1.5),), (Bar("coffee", "£2.00", -0.1),), sound.bars * 7):
        with pytest.raises(InvariantError, match=Rule.SHAPE):
            guard.check(Draft((ChartPart("Spending", "Bars", bars),), "en", ()))
    with pytest.raises(InvariantError, match=Rule.LINK):
        guard.check(Draft((ChartPart("Spending", "See https://evil.example", sound.bars),), "en", ()))
