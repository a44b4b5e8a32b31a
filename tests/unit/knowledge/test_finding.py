"""Questions find their article by meaning and words; what no article answers is not answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from openteller.adapters.encoders.remembering import RememberingEncoder
from openteller.adapters.encoders.use import UniversalSentenceEncoder
from openteller.bootstrap import PACKS, open_encoders
from openteller.bootstrap.knowledge import load_library
from openteller.capabilities.knowledge.agreeing import agreed
from openteller.capabilities.knowledge.documents import Document, Parts, WholeDocuments, parts_of, sentences_of
from openteller.capabilities.knowledge.evaluating import Question, ask, figures_of
from openteller.capabilities.knowledge.index import Learned, learn
from openteller.capabilities.knowledge.library import Library
from openteller.capabilities.knowledge.units import Unit
from openteller.capabilities.knowledge.words import plain
from openteller.capabilities.understanding.joint import JointEncoder
from openteller.capabilities.understanding.store import load_or_train
from openteller.domain.understanding import Intent

DAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def encoder(models: Path) -> UniversalSentenceEncoder:
    return UniversalSentenceEncoder(models)


@pytest.fixture(scope="module")
def joint(models: Path) -> JointEncoder:
    return load_or_train(PACKS / "retail_banking", models, open_encoders(models)).joint


@pytest.fixture(scope="module")
def library(models: Path, joint: JointEncoder) -> Library:
    return load_library([PACKS / "retail_banking"], ["en", "es", "ar"], models, joint, lambda _: None)


@pytest.mark.parametrize(
    ("language", "question", "article"),
    [
        ("en", "what does a transfer to India cost", "transfer-fees"),
        ("en", "are my savings safe if the bank goes bust", "deposit-protection"),
        ("es", "¿cuánto tarda en llegar una transferencia?", "transfer-times"),
        ("ar", "كم تكلف الحوالة الى الهند", "transfer-fees"),
    ],
)
def test_a_question_finds_its_article(
    library: Library, joint: JointEncoder, language: str, question: str, article: str
) -> None:
    said = plain(question)
    best, *_ = library.look_up(said, joint.encode([said])[0], language=language, today=DAY)
    assert best.article_id == article


def test_nothing_is_found_among_articles_that_may_not_be_said(library: Library, joint: JointEncoder) -> None:
    vector = joint.encode(["transfer fee"])[0]
    assert library.look_up("transfer fee", vector, language="en", today=date(2028, 1, 1)) == ()
    assert library.look_up("transfer fee", vector, language="fr", today=DAY) == ()
    assert library.look_up("?!", vector, language="en", today=DAY) == ()


def test_what_understanding_reads_makes_an_article_surer_or_less_sure(library: Library, joint: JointEncoder) -> None:
    text = "can my son run the account for me"

    def found(*intents: Intent) -> list[tuple[str, float]]:
        passages = library.look_up(text, joint.encode([text])[0], language="en", today=DAY, intents=intents)
        return [(one.article_id, one.confidence) for one in passages]

    alone = dict(found())
    meant = dict(found(Intent("power_of_attorney", 0.97, active=True)))
    other = dict(found(Intent("child_account", 0.97, active=True)))
    assert other["power-of-attorney"] < alone["power-of-attorney"] < meant["power-of-attorney"] < 1
    ranked = [confidence for _, confidence in found(Intent("thanks", 0.9, active=True))]
    assert ranked == sorted(ranked, reverse=True)


@pytest.mark.parametrize("confidence", [0.0, 0.2, 0.9, 1.0])
def test_agreement_stays_a_chance_and_a_neutral_intent_changes_nothing(confidence: float) -> None:
    assert agreed(confidence, 0.2) == pytest.approx(min(confidence, 0.9999))
    assert 0 <= agreed(confidence, 0.0) <= agreed(confidence, 1.0) <= 1


def test_our_own_questions_are_seldom_answered_wrongly(library: Library) -> None:
    for language, figures in library.sureness.figures.items():
        assert figures["wrong"] <= 0.03, language
        assert figures["recall_at_1"] >= 0.7, language
        assert figures["recall_at_3"] >= 0.87, language


def test_what_has_nothing_to_do_with_the_bank_is_not_answered(library: Library, joint: JointEncoder) -> None:
    texts = [
        "how far is the moon",
        "who won the match last night",
        "my cat will not eat",
        "hello there",
        "write a poem",
    ]
    figures = figures_of(ask(library, joint, [Question("en", text, None) for text in texts], DAY, lambda _: ()))
    assert figures.refused == 1.0
    assert figures.wrong == 0.0


def small(tmp_path: Path) -> Learned:
    del tmp_path
    chance = np.random.default_rng(3)
    units = [
        Unit(place % 3, "en", "question" if place % 4 else "title", f"word{place % 3} text{place}")
        for place in range(24)
    ]
    vectors = chance.normal(size=(24, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return learn(["a", "b", "c"], units, vectors)


def test_leaving_out_is_the_same_as_never_having_learned(tmp_path: Path) -> None:
    """Against learning anew without them; words count alike because each unit's own pieces stay known."""
    learned = small(tmp_path)
    left = np.array([5, 9])
    kept = np.setdiff1d(np.arange(24), left)
    kernel = np.linalg.inv(learned.inverse)
    weights = np.linalg.solve(kernel[np.ix_(kept, kept)], learned.targets[kept])
    assert np.allclose(learned.without(left), kernel[np.ix_(left, kept)] @ weights, atol=1e-3)


def test_a_message_is_encoded_once_for_all_who_compare_it() -> None:
    class Counting:
        name, dimensions, calls = "counting", 2, 0
        languages: frozenset[str] | None = None

        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            self.calls += len(texts)
            return np.array([[len(text), 1] for text in texts], dtype=np.float32)

    behind = Counting()
    remembering = RememberingEncoder(behind)
    first = remembering.encode(["a question", "two"])
    again = remembering.encode(["two", "new"])
    assert behind.calls == 3
    assert (first[1] == again[0]).all()
    assert remembering.encode(["x"] * 100).shape == (100, 2)


def test_a_request_searches_sentence_by_sentence_over_parts(encoder: UniversalSentenceEncoder) -> None:
    documents = [
        Document("cash", "Cash", "Cash machines are free.\n" + "Some other line about nothing much at all.\n" * 12),
        Document("loan", "Loans", "A personal loan is repaid in months."),
        Document("card", "Cards", "A lost card is blocked at once."),
    ]
    request = "I am a teacher from Leeds. I have lost my card on the bus. How do I repay the loan early?"
    assert len(sentences_of(request)) == 3
    assert len(parts_of(documents[0])) > 1
    assert set(Parts(documents, encoder).search(request, 2)) == {"loan", "card"}
    assert WholeDocuments(documents).search("personal loan months", 1) == ["loan"]
