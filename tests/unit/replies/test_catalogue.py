"""The catalogue refuses what could not be said, by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from openteller.capabilities.replies.catalogue import load_catalogue, missing_replies, read_catalogue
from openteller.domain.errors import ConfigurationError, InvariantError
from tests.unit.replies.conftest import HEAD, Write, entries

SSTI = (
    "{{7*7}}",
    "{a.b}",
    "{a[0]}",
    "{a!r}",
    "{a:>10}",
    "{0}",
    "{}",
    "{ a }",
    "{A}",
    "{a",
    "a}",
    "{__class__}",
    "{%if%}",
)


@pytest.mark.parametrize("text", SSTI)
def test_a_field_is_a_name_and_nothing_else(write: Write, text: str) -> None:
    _, faults = read_catalogue([write(entries(a__b=text))], ["en"], "en")
    assert [fault.line for fault in faults] == [HEAD.count("\n") + 1]
    assert faults[0].file.endswith("replies/en/words.po")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ('msgid "a.b"\nmsgstr ""\n', "no text"),
        ('msgid "Hello there"\nmsgstr "x"\n', "is not a key"),
        ('#, fuzzy\nmsgid "a.b"\nmsgstr "x"\n', "fuzzy"),
        ('msgctxt "menu"\nmsgid "a.b"\nmsgstr "x"\n', "msgctxt"),
        ('msgid "a.b"\nmsgid_plural "a.c"\nmsgstr[0] "x"\nmsgstr[1] "y"\n', "same key"),
        ('msgid "a.b"\nmsgid_plural "a.b"\nmsgstr[0] "x"\n', "no text"),
        ('msgid "a.b"\n', "missing msgstr"),
        ('msgd "a.b"\nmsgstr "x"\n', "not a PO file"),
        ('msgid "a.b"\nmsgstr "x"\nmsgid "a.b"\nmsgstr "y"\n', "said twice"),
    ],
)
def test_a_fault_is_named(write: Write, entry: str, expected: str) -> None:
    folder = write(entry)
    _, faults = read_catalogue([folder], ["en"], "en")
    assert len(faults) == 1
    assert expected in faults[0].message
    with pytest.raises(ConfigurationError, match=r"replies/en/words\.po:\d+: "):
        load_catalogue([folder], ["en"], "en")


def test_a_file_says_who_wrote_and_who_reviewed_it(write: Write) -> None:
    _, faults = read_catalogue([write(entries(a__b="x"), head="")], ["en"], "en")
    assert ["written_by" in fault.message or "reviewed_by_native" in fault.message for fault in faults] == [True, True]


def test_a_file_that_is_not_text_is_a_fault(write: Write) -> None:
    folder = write("")
    (folder / "en" / "words.po").write_bytes(b"\xff\xfe\x00")
    _, faults = read_catalogue([folder], ["en"], "en")
    assert "unreadable" in faults[0].message


def test_the_same_key_in_two_files_is_a_fault(write: Write) -> None:
    write(entries(a__b="x"))
    folder = write(entries(a__b="y"), name="more.po")
    _, faults = read_catalogue([folder], ["en"], "en")
    assert [fault.message for fault in faults] == [f"a.b: said twice, first at {folder}/en/more.po:8"]


def test_a_translation_may_lose_and_invent_nothing(write: Write) -> None:
    write(entries(a__b="pay {amount}", a__c="x"))
    folder = write(entries(a__b="zahle {betrag}", a__d="y"), "de")
    _, faults = read_catalogue([folder], ["en", "de"], "en")
    assert [fault.message for fault in faults] == [
        f"a.c: no translation ({folder}/en/words.po:11 has it)",
        "a.b: loses {amount}, invents {betrag}",
        "a.d: a key that the default language does not have",
    ]


def test_languages_and_folders_belong_together(write: Write) -> None:
    write(entries(a__b="x"))
    folder = write(entries(a__b="x"), "fr")
    _, faults = read_catalogue([folder], ["en", "de"], "en")
    assert {fault.file for fault in faults} == {f"{folder}/de", f"{folder}/fr"}


def test_a_pack_that_extends_another_says_some_things_itself(write: Write, tmp_path: Path) -> None:
    base = write(entries(a__b="base", a__c="base"))
    own = tmp_path / "own" / "replies"
    (own / "en").mkdir(parents=True)
    (own / "en" / "ours.po").write_text(HEAD + entries(a__b="ours"), encoding="utf-8")
    catalogue, faults = read_catalogue([base, own], ["en"], "en")
    assert not faults
    assert [catalogue.template(key, "en").texts for key in ("a.b", "a.c")] == [("ours",), ("base",)]


@pytest.mark.parametrize("locale", ["tlh-XX", "", "de"])
def test_the_default_locale_must_be_one_of_the_languages(write: Write, locale: str) -> None:
    with pytest.raises(ConfigurationError):
        read_catalogue([write(entries(a__b="x"))], ["en"], locale)


def test_wording_falls_back_from_region_to_language_to_default(write: Write) -> None:
    write(entries(a__b="colour", a__c="only here"))
    write(entries(a__b="color"), "en_US")
    catalogue, _ = read_catalogue([write(entries(a__b="Farbe"), "de")], ["en", "en_US", "de"], "en-GB")
    said = {locale: catalogue.template("a.b", locale).texts[0] for locale in ("en-US", "en-AU", "de-AT", "xx", "fr")}
    assert said == {"en-US": "color", "en-AU": "colour", "de-AT": "Farbe", "xx": "colour", "fr": "colour"}
    assert catalogue.template("a.c", "en-US").texts == ("only here",)
    assert (catalogue.language("de-AT"), catalogue.language("fr-FR")) == ("de", "en")
    with pytest.raises(InvariantError):
        catalogue.template("a.z", "en-US")


def test_values_are_written_in_the_sentences_language_and_the_customers_country(write: Write) -> None:
    catalogue, _ = read_catalogue([write(entries(a__b="x"))], ["en"], "en-GB")
    written = {locale: str(catalogue.locale("en", locale)) for locale in ("en-US", "en", "de-DE", "pl-PL", "nonsense")}
    assert written == {"en-US": "en_US", "en": "en_GB", "de-DE": "en_DE", "pl-PL": "en_PL", "nonsense": "en_GB"}


def test_what_is_missing_is_named(write: Write) -> None:
    catalogue, _ = read_catalogue([write(entries(a__b="x"))], ["en"], "en")
    assert missing_replies(catalogue, {"a.b", "b.c", "a.c"}) == ("a.c", "b.c")


def test_faces_get_their_words_as_written(write: Write) -> None:
    catalogue, _ = read_catalogue([write(entries(widget__a="Hi {name}", desk__a="x"))], ["en"], "en")
    assert catalogue.strings("widget.", "en-GB") == {"widget.a": "Hi {name}"}
    assert not catalogue.right_to_left("en")
    assert catalogue.languages == ("en",)
