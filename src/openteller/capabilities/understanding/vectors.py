"""Vectors of training texts, kept on disk: a pack of which one example has changed is encoded in a moment.

A file for each encoder holds hashes and vectors, never words. Vectors are rounded to half precision whether they come
from the file or not, so that a model does not depend on what was there.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from openteller.ports import Encoder

_AT_ONCE = 256
_HASH = 16


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def encoded(
    texts: Sequence[str], encoder: Encoder, folder: Path | None, done: Callable[[float], None] = lambda _: None
) -> NDArray[np.float32]:
    """The vectors of many texts (texts × d), from the file in ``folder`` where they are there, else by the encoder on
    all cores. ``done`` hears the share (0–1) that is made.
    """
    path = None if folder is None else folder / f"vectors-{encoder.name}.npz"
    known = {} if path is None else _read(path)
    keys = [sha256(text.encode("utf-8", "surrogatepass")).digest()[:_HASH] for text in texts]
    missing = [place for place, key in enumerate(keys) if key not in known]
    parts = [missing[start : start + _AT_ONCE] for start in range(0, len(missing), _AT_ONCE)]
    with ThreadPoolExecutor(cores()) as pool:
        found = pool.map(lambda part: encoder.encode([texts[place] for place in part]), parts)
        for number, (part, rows) in enumerate(zip(parts, found, strict=True), start=1):
            known |= zip((keys[place] for place in part), rows.astype(np.float16), strict=True)
            done(number / len(parts))
    if path is not None and missing:
        _write(path, known)
    empty = np.zeros((0, encoder.dimensions), dtype=np.float32)
    return np.stack([known[key] for key in keys]).astype(np.float32) if keys else empty


def _read(path: Path) -> dict[bytes, NDArray[np.float16]]:
    """What is kept; nothing where the file is missing or broken."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            keys, rows = stored["keys"].tobytes(), stored["vectors"]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return {}
    return {keys[_HASH * place : _HASH * (place + 1)]: row for place, row in enumerate(rows)}


def _write(path: Path, known: dict[bytes, NDArray[np.float16]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".vectors-", suffix=".npz", delete=False) as building:
        keys = np.frombuffer(b"".join(known), dtype=np.uint8)
        np.savez(building, allow_pickle=False, keys=keys, vectors=np.stack(list(known.values())))
    Path(building.name).chmod(0o644)
    Path(building.name).rename(path)
