"""The desk is in the language of whoever sits at it, as far as the pack has it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from openteller.entrypoints.http.desk_rendering import asked_for

TELLER: Any = SimpleNamespace(pack=SimpleNamespace(languages=("en", "es", "ar"), default_locale="en-GB"))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("es-ES,es;q=0.9,en;q=0.8", "es"),
        ("ar", "ar"),
        ("fr-FR,fr;q=0.9,ar;q=0.5", "ar"),
        ("en;q=0.1,es;q=0.9", "es"),
        ("es;q=0,en", "en"),
        ("", "en"),
        ("zz", "en"),
        ("*", "en"),
        ("es;q=much", "en"),
        (",,;;", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_the_best_language_the_pack_has(header: str, language: str) -> None:
    assert asked_for(header, TELLER) == language
