from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from openteller.capabilities.privacy import detect, redact
from openteller.domain.texts import PersonalText

SENTENCES = yaml.safe_load((Path(__file__).parent / "told.yaml").read_text(encoding="utf-8"))
TOLD = [(kind, text, secret) for kind, rows in SENTENCES["told"].items() for text, secret in rows]


@pytest.mark.parametrize(("kind", "text", "secret"), TOLD)
def test_a_secret_that_is_told_is_dropped(kind: str, text: str, secret: str) -> None:
    redacted = redact(PersonalText(text))
    assert f"⟦{kind}⟧" in redacted.text
    assert secret not in redacted.text
    assert not any(secret in value.value for value in redacted.sealed)


@pytest.mark.parametrize("text", SENTENCES["asked"])
def test_talking_about_a_secret_is_not_telling_it(text: str) -> None:
    assert detect(text) == []


def test_an_account_number_after_the_word_pin_is_an_account_number() -> None:
    assert redact(PersonalText("PIN for account 12345678 is blocked")).text == "PIN for account ⟦ACCOUNT:1⟧ is blocked"
