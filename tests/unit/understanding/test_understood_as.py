"""A few examples stand on what the pack has been taught: as one more view, and to tell what no label is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from openteller.capabilities.privacy.redaction import redact
from openteller.capabilities.understanding import Understander
from openteller.capabilities.understanding.material import Example, Material
from openteller.capabilities.understanding.model import Model
from openteller.capabilities.understanding.scope import covered
from openteller.capabilities.understanding.store import load_model, save_model
from openteller.capabilities.understanding.training import train
from openteller.capabilities.understanding.understood_as import UnderstoodAs, shares_of
from openteller.capabilities.understanding.wording import plain
from openteller.domain.texts import PersonalText
from openteller.domain.understanding import Understanding
from openteller.ports import Encoder

FEW = {
    "plastic_gone": [
        "my card was nicked on the bus",
        "lost the card somewhere in town",
        "purse stolen with my card in it",
    ],
    "plastic_late": ["where is my new card", "the card I ordered is still not here", "card hasn't come in the post"],
    "rate": ["what rate do I get for euros", "your exchange rate for dollars", "how do you convert yen"],
    "wrong_pin": ["I typed the pin wrong three times", "my pin is blocked", "pin locked after too many tries"],
}


@pytest.fixture(scope="module")
def material() -> Material:
    rows = tuple(Example(text, (label,)) for label, texts in FEW.items() for text in texts)
    return Material(rows, (), (), {}, ("en",))


@pytest.fixture(scope="module")
def taught(material: Material, encoders: tuple[Encoder, ...], understander: Understander) -> Model:
    return train(material, encoders, base=understander.model, strange=True)


def heard(model: Model, encoders: Sequence[Encoder], text: str) -> Understanding:
    said = redact(PersonalText(text), locale="en-GB")
    return Understander(model, encoders).understand(said, locale="en-GB", today=date(2026, 11, 24))


def test_what_the_pack_knows_and_no_label_is_about_is_out_of_scope(
    material: Material, taught: Model, encoders: tuple[Encoder, ...], understander: Understander
) -> None:
    alone = train(material, encoders, base=understander.model)
    ours = ["someone stole my card", "which rate will you use for my dollars"]
    others = ["how do I close my account", "what does an overdraft cost", "can my daughter have an account"]

    def apart(model: Model) -> float:
        scores = [[heard(model, encoders, text).out_of_scope for text in texts] for texts in (ours, others)]
        return min(scores[1]) - max(scores[0])

    assert apart(taught) > max(0.0, apart(alone))


def test_such_a_model_comes_back_as_it_was_saved(taught: Model, encoders: tuple[Encoder, ...], tmp_path: Path) -> None:
    save_model(taught, tmp_path / "mine")
    again = load_model(tmp_path / "mine", encoders)
    assert again.known is not None
    assert again.facts == taught.facts
    text = "my card is not in my bag any more"
    assert heard(again, encoders, text) == heard(taught, encoders, text)


def test_a_text_is_the_same_vector_whether_it_was_seen_before_or_not(
    encoders: tuple[Encoder, ...], understander: Understander
) -> None:
    model, texts = understander.model, [plain("where is my card"), plain("¿dónde está mi tarjeta?")]
    encoder = UnderstoodAs(model, encoders)
    seen = [view.seen(one.encode(texts)) for one, view in zip(encoders, model.views, strict=True)]
    assert np.allclose(encoder.encode(texts), encoder.of(seen, texts), atol=1e-4)
    assert np.allclose(np.linalg.norm(encoder.encode(texts), axis=1), 1, atol=1e-4)
    assert np.allclose(shares_of(model, seen, texts).sum(axis=1), 1, atol=1e-4)


def test_an_intent_is_covered_by_the_label_that_has_most_of_it() -> None:
    shares = np.array([[0.9, 0.1, 0.0], [0.7, 0.3, 0.0], [0.0, 0.6, 0.4]])
    targets = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    assert np.allclose(covered(shares, targets), [0.8, 0.6, 0.4])
