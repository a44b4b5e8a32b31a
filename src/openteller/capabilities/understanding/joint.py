"""All encoders of a model as one, for others who compare texts by meaning: the articles of a bank."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from openteller.capabilities.understanding.vectors import encoded
from openteller.capabilities.understanding.views import Matrix, View
from openteller.ports import Encoder

_MANY = 256
"""More texts than that are learnt from, and kept; fewer are asked, and leave nothing behind."""


class JointEncoder:
    """Fulfils ``ports.Encoder``: what the views see, side by side. ``name`` is that of the model they were learnt with.

    A message that has been understood is encoded already, wherever the encoders remember.
    """

    languages: frozenset[str] | None = None

    def __init__(self, name: str, encoders: Sequence[Encoder], views: Sequence[View], kept: Path | None = None) -> None:
        """``kept``: the folder in which vectors of many texts are kept."""
        self.name = f"views-of-{name}"
        self.dimensions = sum(view.basis.shape[1] for view in views)
        self._pairs = tuple(zip(encoders, views, strict=True))
        self._kept = kept

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row of length 1 for each text (texts × all directions of all views)."""
        parts = [view.seen(self._vectors(encoder, texts)) for encoder, view in self._pairs]
        joined: Matrix = np.concatenate(parts, axis=1) / np.float32(len(parts) ** 0.5)
        return joined

    def _vectors(self, encoder: Encoder, texts: Sequence[str]) -> Matrix:
        if len(texts) <= _MANY:
            return encoder.encode(texts)
        return encoded(texts, encoder, self._kept)
