"""Which language a message is in, and when a conversation follows it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from openteller.adapters.languages.langid import LangidIdentifier
from openteller.capabilities.understanding.content import read_pack
from openteller.capabilities.understanding.language import LanguageReader, Spoken, script_of, words_spoken
from openteller.domain.understanding import Intent, Understanding
from openteller.loops.conversation.languages import followed
from openteller.testing.measures.languages import measure, read_texts
from tests.unit.understanding.conftest import PACK


@pytest.fixture(scope="module")
def reader() -> LanguageReader:
    """Three languages and no examples at all: what the words of the languages alone can do."""
    return LanguageReader(("en", "es", "ar"), {}, LangidIdentifier())


@pytest.fixture(scope="module")
def everywhere() -> LanguageReader:
    """All languages that the pack understands, with its examples."""
    material = read_pack([PACK])
    return LanguageReader(material.languages, words_spoken(material), LangidIdentifier())


def test_hardly_anything_that_is_written_in_english_leads_a_conversation_away(reader: LanguageReader) -> None:
    """Every example of the pack, none of which this reader has seen; "habla español" may."""
    examples = [
        row for row in read_pack([PACK]).examples if row.language == "en" and "change_language" not in row.labels
    ]
    away = [row.text for row in examples if _leads_away(reader.read(row.text, "en"))]
    assert len(examples) > 1_000
    assert len(away) <= 2, away


def _leads_away(spoken: Spoken) -> bool:
    return spoken.language != "en" and spoken.confidence >= 0.92


class Deaf:
    """An identifier that must not be asked."""

    def identify(self, text: str) -> Mapping[str, float]:
        raise AssertionError(f"asked about {text!r}")


def test_scripts_are_known_from_how_a_language_writes_its_own_name() -> None:
    assert {name: script_of(name) for name in ("en", "es", "ar", "ru", "hi")} == {
        "en": "LATIN", "es": "LATIN", "ar": "ARABIC", "ru": "CYRILLIC", "hi": "DEVANAGARI",
    }  # fmt: skip


def test_a_script_of_its_own_decides_at_once() -> None:
    spoken = LanguageReader(("en", "ar"), {}, Deaf()).read("كم", "en")
    assert spoken.language == "ar"
    assert spoken.confidence > 0.99


def test_short_messages_are_told(reader: LanguageReader) -> None:
    ours = {language: messages for language, messages in read_texts().items() if language in ("en", "es", "ar")}
    measured = measure(ours, lambda said, home: reader.read(said, home).language)
    assert all(len(messages) >= 150 for messages in ours.values())
    assert measured.share(3) >= 0.97
    assert measured.share() >= 0.95


def test_short_messages_are_told_among_thirteen_languages(everywhere: LanguageReader) -> None:
    texts = read_texts()
    measured = measure(texts, lambda said, home: everywhere.read(said, home).language)
    assert len(texts) == 13
    assert all(len(messages) >= 30 for messages in texts.values())
    assert measured.share(3) >= 0.99, measured.missed
    assert measured.share() >= 0.98, measured.missed
    assert all(measured.share(language=language) >= 0.94 for language in texts), measured.missed


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("残高を教えて", "ja"),
        ("カード紛失", "ja"),
        ("振込手数料の一覧", "ja"),
        ("口座残高照会", "ja"),
        ("agentお願い", "ja"),
        ("我的卡丢了", "zh"),
        ("優の良品网上付款失败怎么办", "zh"),
        ("请block我的card", "zh"),
        ("「转账失败」是什么意思", "zh"),
        ("मेरा कार्ड block करो please", "hi"),
        ("mujhe apna balance batao", "hi"),
        ("paise wapas kab milenge", "hi"),
        ("quiero to block mi card", "es"),
        ("peux-tu checker mon account", "fr"),
        ("kannst du bitte meine card blocken asap", "de"),
        ("toi muon khoa the", "vi"),
        ("zgubilem karte", "pl"),
        ("kartimi kaybettim", "tr"),
        ("nao consigo entrar na conta", "pt"),
        ("perche il pagamento e stato rifiutato", "it"),
        ("a quanto sta l’euro oggi", "it"),
        ("Netflix à 15 € annulé ?", "fr"),
        ("WO IST MEIN GELD", "de"),
        ("mi nombre es John Smith y vivo en London", "es"),
        ("😡😡 où est mon argent", "fr"),
    ],
)
def test_scripts_mixtures_and_missing_accents(everywhere: LanguageReader, said: str, language: str) -> None:
    assert everywhere.read(said, "").language == language


def test_the_name_of_a_payee_leads_no_conversation_away(reader: LanguageReader) -> None:
    spoken = reader.read("Send €5.81 to Guardería El Nido", "en")
    assert not _leads_away(spoken)


@pytest.mark.parametrize("home", ["", "en", "pl", "ja"])
@pytest.mark.parametrize("said", ["", "50", "20 €", "👍", "⟦IBAN:1⟧", "https://harbour.example/a", "a@b.example"])
def test_a_message_without_words_is_in_the_language_of_the_conversation(
    everywhere: LanguageReader, said: str, home: str
) -> None:
    assert everywhere.read(said, home) == Spoken(home or "en", 0.0)


@pytest.mark.parametrize("said", ["ok", "Madrid", "Anna", "taxi", "Netflix", "Revolut", "no", "hotel", "好"])
def test_a_single_word_is_never_sure_of_its_language(everywhere: LanguageReader, said: str) -> None:
    assert everywhere.read(said, "en").confidence <= 0.92


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("ik wil graag weten waarom mijn pas is geblokkeerd", "nl"),
        ("jag vill veta varför mitt kort är spärrat", "sv"),
        ("vreau să știu de ce mi-a fost blocat cardul", "ro"),
        ("я хочу знати чому заблокована моя картка", "und"),
        ("почему заблокировали мою карту", "und"),
        ("왜 내 카드가 정지됐나요", "und"),
        ("main apna card band karna chahta hu kyunki kho gaya", None),
        ("por que o meu cartão foi bloqueado ontem à noite", None),
    ],
)
def test_a_language_that_is_none_of_thirteen_is_told(everywhere: LanguageReader, said: str, other: str | None) -> None:
    assert everywhere.read(said, "").other == other


@pytest.mark.parametrize(
    "said", ["ok", "no", "Madrid", "Ana García", "50", "20 €", "Netflix", "👍", "⟦PHONE:1⟧", "???"]
)
@pytest.mark.parametrize("home", ["en", "es"])
def test_what_says_nothing_leaves_the_language_as_it_is(reader: LanguageReader, said: str, home: str) -> None:
    spoken = reader.read(said, home)
    assert spoken.language == home or spoken.confidence < 0.92


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("quiero hacer un transfer de 50 pounds a mi hermana", "es"),
        ("I need to hacer una transferencia to my sister please", "en"),
        ("QUIERO HABLAR CON UNA PERSONA", "es"),
        ("بدي أحول 50 pounds لأحمد", "ar"),
    ],
)
def test_where_languages_are_mixed_the_greater_part_counts(reader: LanguageReader, said: str, language: str) -> None:
    for home in ("en", "es", "ar"):
        assert reader.read(said, home).language == language


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("je voudrais savoir pourquoi mon virement n'est pas arrivé", "fr"),
        ("ich möchte wissen warum meine Überweisung nicht angekommen ist", "de"),
        ("где мои деньги", "und"),
        ("pago", None),
        ("what is my balance on the savings account", None),
    ],
)
def test_a_language_of_none_of_ours_is_told(reader: LanguageReader, said: str, other: str | None) -> None:
    assert reader.read(said, "en").other == other


def test_a_bank_of_one_language_asks_nobody_about_its_own() -> None:
    spoken = LanguageReader(("en",), {}, Deaf()).read("what is on my account today please", "fr")
    assert (spoken.language, spoken.confidence, spoken.other) == ("en", 1.0, None)


def meaning(language: str, sure: float, other: str | None = None) -> Understanding:
    return Understanding(language, sure, (Intent("thanks", 1.0),), (), (), 0.0, "test", other)


@pytest.mark.parametrize(
    ("leaning", "means", "first", "expected"),
    [
        (None, meaning("es", 0.99), False, ("es", None)),
        (None, meaning("es", 0.8), False, ("en", "es")),
        ("es", meaning("es", 0.8), False, ("es", None)),
        ("es", meaning("en", 0.8), False, ("en", None)),
        ("es", meaning("en", 0.5), False, ("en", "es")),
        ("fr", meaning("es", 0.8), False, ("en", "es")),
        (None, meaning("es", 0.8), True, ("es", None)),
        (None, meaning("es", 0.5), True, ("en", None)),
        (None, meaning("es", 0.99, "fr"), True, ("en", None)),
    ],
)
def test_a_conversation_follows_what_is_surely_said_or_probably_twice(
    leaning: str | None, means: Understanding, first: bool, expected: tuple[str, str | None]
) -> None:
    assert followed("en", leaning, means, first=first) == expected
