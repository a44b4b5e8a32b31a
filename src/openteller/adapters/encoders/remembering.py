"""An encoder that remembers the last texts, so that understanding and knowledge encode a message once between them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from openteller.ports import Encoder

_KEPT = 256


class RememberingEncoder:
    """Fulfils ``ports.Encoder``. It keeps hashes and vectors, never words; safe to share between threads."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()
        self.name = encoder.name
        self.dimensions = encoder.dimensions
        self.languages = encoder.languages

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the encoder behind it; what is long (training) passes by."""
        if len(texts) > _KEPT // 4:
            return self._encoder.encode(texts)
        keys = [sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        with self._lock:
            known = {key: self._kept[key] for key in keys if key in self._kept}
        new = [place for place, key in enumerate(keys) if key not in known]
        if new:
            rows = self._encoder.encode([texts[place] for place in new])
            known |= {keys[place]: row for place, row in zip(new, rows, strict=True)}
            self._keep(known)
        result: NDArray[np.float32] = np.stack([known[key] for key in keys]) if keys else self._encoder.encode(texts)
        return result

    def _keep(self, rows: dict[bytes, NDArray[np.float32]]) -> None:
        with self._lock:
            for key, row in rows.items():
                self._kept[key] = row
                self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
