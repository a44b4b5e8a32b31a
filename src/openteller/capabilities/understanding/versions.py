"""The version of a model: a hash over what it holds, so that equal data and code give an equal name."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace

import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.understanding.model import Model

FORMAT = 32
"""Raised whenever training or the files of a model change: an older cached model is then trained anew."""


def arrays_of(model: Model) -> dict[str, NDArray[np.generic]]:
    """All arrays of a model by name: what is hashed and what is stored."""
    found: dict[str, NDArray[np.generic]] = {"owners": model.owners}
    for number, view in enumerate(model.views):
        found |= {f"view{number}_mean": view.mean, f"view{number}_basis": view.basis}
    for name, machine in (("intents", model.intents), ("signals", model.signals)):
        if machine is None:
            continue
        found[f"{name}_idf"] = machine.vocabulary.idf
        for number, landmarks in enumerate(machine.landmarks):
            found[f"{name}{number}_landmarks"] = landmarks.codes
            found[f"{name}{number}_steps"] = landmarks.steps
        for number, head in enumerate(machine.heads):
            found[f"{name}{number}_places"] = head.places
            found[f"{name}{number}_weights"] = head.weights
            found[f"{name}{number}_sparse_weights"] = head.sparse_weights
            found[f"{name}{number}_priors"] = head.priors
    return found


def model_version(model: Model) -> str:
    """The first 16 hex digits of a SHA-256 over facts (without the version), vocabulary and arrays."""
    content = hashlib.sha256(f"format {FORMAT}".encode())
    content.update(json.dumps(asdict(replace(model.facts, version="")), sort_keys=True, ensure_ascii=False).encode())
    content.update(json.dumps(model.spoken, sort_keys=True, ensure_ascii=False).encode())
    content.update("\n".join(model.examples).encode())
    for machine in filter(None, (model.intents, model.signals)):
        content.update("\n".join(machine.vocabulary.terms).encode())
    for _, array in sorted(arrays_of(model).items()):
        content.update(array.round(4).tobytes())
    return content.hexdigest()[:16]
