"""The shipped pack's model, trained once for the whole run with the real encoder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from openteller.adapters.encoders.use import UniversalSentenceEncoder
from openteller.bootstrap import open_encoders
from openteller.capabilities.privacy.redaction import redact
from openteller.capabilities.understanding import TurnContext, Understander, load_or_train
from openteller.capabilities.understanding.understander import NO_CONTEXT
from openteller.domain.texts import PersonalText
from openteller.domain.understanding import Understanding
from openteller.ports import Encoder

PACK = Path(__file__).resolve().parents[3] / "src/openteller/packs/retail_banking"
TODAY = date(2026, 11, 24)
"""A Tuesday."""

Read = Callable[..., Understanding]


@pytest.fixture(scope="session")
def encoder(models: Path) -> UniversalSentenceEncoder:
    return UniversalSentenceEncoder(models)


@pytest.fixture(scope="session")
def encoders(models: Path) -> tuple[Encoder, ...]:
    return open_encoders(models)


@pytest.fixture(scope="session")
def understander(encoders: tuple[Encoder, ...], models: Path) -> Understander:
    return load_or_train(PACK, models, encoders)


@pytest.fixture(scope="session")
def read(understander: Understander) -> Read:
    def read(said: str, *, locale: str = "en-GB", context: TurnContext = NO_CONTEXT) -> Understanding:
        text = redact(PersonalText(said), locale=locale)
        return understander.understand(text, locale=locale, today=TODAY, context=context)

    return read
