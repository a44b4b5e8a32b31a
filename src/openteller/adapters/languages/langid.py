"""py3langid, a naive Bayes classifier over bytes that knows 97 languages."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any


class LangidIdentifier:
    """Fulfils ``ports.LanguageIdentifier``.

    The model (about 100 MB while it loads, half a second) is read at the first text that needs it: for a bank with one
    language that is the first long message of which it knows hardly a word.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    def identify(self, text: str) -> Mapping[str, float]:
        """For each language the natural logarithm of its probability, up to a constant; for no letters all equal."""
        return dict((self._model or self._loaded()).rank(text))

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                # Imported here, because a bank with one language never needs it.
                from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

                self._model = LanguageIdentifier.from_model_file(MODEL_FILE)
            return self._model
