"""py3langid, limited to the bank's languages."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any


class LangidIdentifier:
    """Fulfils ``ports.LanguageIdentifier``.

    The model (about 100 MB while it loads, half a second) is read at the first text that needs it: for a bank with one
    language that is the first long message of which it knows hardly a word.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    def identify(self, text: str, languages: Sequence[str]) -> tuple[str, float]:
        """The best of ``languages`` and its share (0–1) of their joint probability; an empty text gives the first.

        Without ``languages`` the best of all it knows (97), with its share of everything.
        """
        if len(languages) == 1:
            return languages[0], 1.0
        ranked = self._loaded().rank(text)
        if not languages:
            return str(ranked[0][0]), float(ranked[0][1])
        shares = dict(ranked)
        chances = [float(shares.get(language, 0.0)) for language in languages]
        total = sum(chances)
        best = max(range(len(languages)), key=lambda place: chances[place])
        return languages[best], chances[best] / total if total else 1 / len(languages)

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                # Imported here, because a bank with one language never needs it.
                from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

                self._model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
            return self._model
