"""The version of a model: a hash over what it holds, so that equal data and code give an equal name."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace

from openteller.capabilities.understanding.model import Model

FORMAT = 2
"""Raised whenever training or the files of a model change: an older cached model is then trained anew."""


def model_version(model: Model) -> str:
    """The first 16 hex digits of a SHA-256 over facts (without the version), vocabulary and arrays."""
    content = hashlib.sha256(f"format {FORMAT}".encode())
    content.update(json.dumps(asdict(replace(model.facts, version="")), sort_keys=True, ensure_ascii=False).encode())
    content.update("\n".join(model.vocabulary.terms).encode())
    content.update(json.dumps(model.spoken, sort_keys=True, ensure_ascii=False).encode())
    for array in (model.vocabulary.idf, model.landmarks, model.dense_weights, model.sparse_weights, model.priors):
        content.update(array.round(4).tobytes())
    return content.hexdigest()[:16]
