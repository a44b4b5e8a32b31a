"""Wording plus values makes parts; a value stays where its field is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from openteller.capabilities.replies.catalogue import Catalogue, load_catalogue, read_catalogue
from openteller.capabilities.replies.compose import Draft, compose, compose_phrase
from openteller.capabilities.replies.guard import Guard
from openteller.domain.conversations import ChoicePart, FactsPart, LinkPart, Option, Row, TextPart
from openteller.domain.errors import InvariantError
from openteller.domain.money import Money
from openteller.domain.replies import Called, LinkPhrase, OptionPhrase, Phrase, Promise, Reply, RowPhrase, Value
from tests.unit.replies.conftest import FORMATS, Write, entries
from tests.unit.replies.test_inert import ANYTHING

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)


def composed(reply: Reply, catalogue: Catalogue, locale: str = "en-GB") -> Draft:
    return compose(reply, locale=locale, time_zone="Europe/London", catalogue=catalogue, now=NOW)


def said(catalogue: Catalogue, key: str, locale: str = "en-GB", **values: Value) -> str:
    phrase = Phrase(key, values, reference=str(values.get("reference", "")))
    part = composed(Reply((phrase,)), catalogue, locale).parts[0]
    assert isinstance(part, TextPart)
    return part.text


@given(ANYTHING)
def test_no_value_breaks_out_of_its_field(catalogue: Catalogue, guard: Guard, hostile: str) -> None:
    template = catalogue.template("step_up.ask_transfer", "en-GB")
    before, after = template.texts[0].replace("{amount}", "£1.00").split("{payee}")
    draft = composed(Reply((Phrase(template.key, {"amount": Money(100, "GBP"), "payee": hostile}),)), catalogue)
    checked = guard.check(draft)
    part = checked.parts[0]
    assert isinstance(part, TextPart)
    assert part.text.startswith(before)
    assert part.text.endswith(after)


@given(ANYTHING, ANYTHING)
def test_two_values_of_strangers_make_nothing_together(catalogue: Catalogue, guard: Guard, one: str, two: str) -> None:
    values = {"action": one, "amount": two, "payee": one}
    guard.check(composed(Reply((Phrase("step_up.ask", values),)), catalogue))


def test_several_phrases_are_paragraphs_then_facts_links_and_buttons(write: Write) -> None:
    folder = write(FORMATS + entries(a__b="One.", a__c="Two {n}.", a__d="{money}"))
    catalogue = load_catalogue([folder], ["en"], "en-GB")
    reply = Reply(
        (Phrase("a.b"), Phrase("a.c", {"n": 1234})),
        rows=(RowPhrase(Phrase("a.b"), Phrase("a.d", {"money": Money(5, "GBP")})),),
        options=(OptionPhrase("yes", Phrase("a.b")),),
        links=(LinkPhrase(Phrase("a.b"), "https://www.harbour.example/x", "login"),),
    )
    draft = composed(reply, catalogue)
    assert draft.parts == (
        TextPart("One.\n\nTwo 1,234."),
        FactsPart("", (Row("One.", "£0.05"),)),
        LinkPart("One.", "https://www.harbour.example/x", "login"),
        ChoicePart((Option("yes", "One."),)),
    )
    assert (draft.language, draft.keys) == ("en", ("a.b", "a.c"))


def test_plurals_follow_the_languages_own_rule(write: Write) -> None:
    forms = ("{count} karta", "{count} karty", "{count} kart")
    polish = 'msgid "a.b"\nmsgid_plural "a.b"\n' + "".join(f'msgstr[{n}] "{form}"\n' for n, form in enumerate(forms))
    head = (
        '# written_by: x\n# reviewed_by_native: null\nmsgid ""\nmsgstr ""\n'
        '"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"\n\n'
    )
    catalogue = load_catalogue([write(polish, "pl", head=head)], ["pl"], "pl-PL")
    assert [said(catalogue, "a.b", "pl-PL", count=n) for n in (1, 3, 5, 22)] == [
        "1 karta",
        "3 karty",
        "5 kart",
        "22 karty",
    ]
    with pytest.raises(InvariantError, match="count"):
        said(catalogue, "a.b", "pl-PL", count="3")


def test_times_and_waits_are_worded_by_the_catalogue(catalogue: Catalogue) -> None:
    text = said(catalogue, "handover.waiting", wait=timedelta(minutes=3, seconds=10), reference="HB-7F3K")
    assert "in about 4 minutes" in text
    text = said(catalogue, "handover.ticket", due=NOW + timedelta(hours=20), reference="HB-7F3K")
    assert "by 09:30 tomorrow" in text


def test_a_missing_value_or_wording_is_our_bug_not_the_customers(catalogue: Catalogue) -> None:
    with pytest.raises(InvariantError, match="reference"):
        said(catalogue, "action.parked")
    with pytest.raises(InvariantError, match=r"no\.such"):
        said(catalogue, "no.such")


def test_no_promise_is_worded_without_what_stands_behind_it(catalogue: Catalogue) -> None:
    """CR-03: a time that somebody is promised is a row with an owner, or it is not said."""
    wait: dict[str, Value] = {"wait": timedelta(minutes=3), "reference": "HB-7F3K"}
    with pytest.raises(InvariantError, match="promises call_back"):
        composed(Reply((Phrase("handover.waiting", wait),)), catalogue)
    draft = composed(Reply((Phrase("handover.waiting", wait, reference="HB-7F3K"),)), catalogue)
    assert draft.promises == (Promise("call_back", "HB-7F3K"),)


def test_a_zone_nobody_knows_is_told_in_utc(catalogue: Catalogue) -> None:
    phrase = Phrase("handover.already", {"reference": "HB-1", "due": NOW})
    words = compose_phrase(phrase, locale="en-GB", time_zone="../etc/passwd", catalogue=catalogue, now=NOW)
    assert "13:30 UTC today" in words


def test_composing_is_fast(catalogue: Catalogue) -> None:
    """The bar is 0.2 ms; here with room for a busy machine."""
    reply = Reply((Phrase("step_up.ask_transfer", {"amount": Money(100, "GBP"), "payee": "AMAZON.CO.UK*1"}),))
    composed(reply, catalogue)
    best = min(_timed(reply, catalogue) for _ in range(50))
    assert best < 0.0005


def _timed(reply: Reply, catalogue: Catalogue) -> float:
    began = time.perf_counter()
    composed(reply, catalogue)
    return time.perf_counter() - began


SPANISH = (
    'msgid ""\nmsgstr ""\n"Language: es\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


@pytest.fixture
def two_languages(write: Write) -> Catalogue:
    words = {"a__b": "It is {name}.", "kind__savings": "Savings account", "sorry__language": "Write English."}
    folder = write(FORMATS + entries(**words))
    spanish = entries(a__b="Es {name}.", kind__savings="Cuenta de ahorros", sorry__language="Escribe español.")
    write(spanish, "es", "palabras.po", SPANISH)
    catalogue, _ = read_catalogue([folder], ["en", "es"], "en-GB")
    return catalogue


@pytest.mark.parametrize(
    ("name", "locale", "expected"),
    [
        (Called("kind", "savings", "Savings account"), "es-ES", "Es Cuenta de ahorros."),
        (Called("kind", "savings", "Cuenta de ahorros"), "en-GB", "It is Savings account."),
        (Called("kind", "savings", "Holiday pot"), "es-ES", "Es Holiday pot."),
        (Called("kind", "savings"), "es-ES", "Es Cuenta de ahorros."),
        (Called("kind", "unheard_of", "Silver account"), "es-ES", "Es Silver account."),
        (Called("kind", "unheard_of"), "en-GB", "It is unheard of."),
    ],
)
def test_a_kind_is_called_by_its_name_in_the_customers_language(
    two_languages: Catalogue, name: Called, locale: str, expected: str
) -> None:
    """What the bank itself has named stays as the bank has named it."""
    assert said(two_languages, "a.b", locale, name=name) == expected


def test_a_banks_name_for_an_account_is_a_strangers_word(two_languages: Catalogue) -> None:
    hostile = said(two_languages, "a.b", name=Called("kind", "savings", "<b>{name}</b> evil.com"))
    assert "<b>" not in hostile
    assert "{" not in hostile


def test_some_things_are_said_in_every_language_the_customers_first(two_languages: Catalogue) -> None:
    for locale, expected in (
        ("es-ES", "Escribe español.\n\nWrite English."),
        ("fr-FR", "Write English.\n\nEscribe español."),
    ):
        part = composed(Reply((Phrase("sorry.language", everywhere=True),)), two_languages, locale).parts[0]
        assert part == TextPart(expected)
