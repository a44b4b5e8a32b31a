"""The learned index on disk, found again by the hash of what it was learned from: plain arrays and JSON."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import numpy as np

from openteller.capabilities.knowledge.calibrating import Sureness, calibrate
from openteller.capabilities.knowledge.index import Index, Matrix, learn
from openteller.capabilities.knowledge.library import Library
from openteller.capabilities.knowledge.units import Shelf, Unit, article_ids, units_of
from openteller.capabilities.knowledge.words import Terms, plain
from openteller.ports import Encoder

FORMAT = 2
"""Raised whenever learning, calibration or the file changes: an older one is then learned anew."""

_ARRAYS = ("vectors", "meaning", "sequences", "holding")


def open_library(
    shelf: Shelf,
    cache_dir: Path,
    encoder: Encoder,
    outside: Sequence[str],
    asked_as: Mapping[str, Sequence[str]],
) -> Library:
    """The library of these articles, learned at the first start (seconds). ``outside`` are texts none of them answers,
    ``asked_as`` the intents that ask what an article answers, by article.

    Processes that start at once may both learn; each puts its file in place whole, and they are equal.
    """
    units = units_of(shelf)
    if not units:
        return Library(shelf, None, Sureness((), {}))
    texts = [(unit.article, unit.language, unit.kind, unit.text) for unit in units]
    content = json.dumps([FORMAT, encoder.name, article_ids(shelf), texts, sorted(outside)], ensure_ascii=False)
    file = cache_dir / f"knowledge-{sha256(content.encode()).hexdigest()[:24]}.npz"
    if not file.exists():
        index, sureness = _learned(shelf, units, encoder, sorted(set(outside)))
        _save(file, index, sureness)
    index, sureness = _load(file, article_ids(shelf), units)
    return Library(shelf, index, sureness, asked_as)


def _learned(shelf: Shelf, units: Sequence[Unit], encoder: Encoder, outside: Sequence[str]) -> tuple[Index, Sureness]:
    learned = learn(article_ids(shelf), units, encoder.encode([plain(unit.text) for unit in units]))
    strangers: Matrix = encoder.encode([plain(text) for text in outside])
    return learned.index, calibrate(learned, outside, strangers)


def _save(file: Path, index: Index, sureness: Sureness) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, building = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}-", suffix=".npz")
    try:
        with os.fdopen(handle, "wb") as out:
            facts = json.dumps({"terms": list(index.terms.places), "sureness": asdict(sureness)}, ensure_ascii=False)
            arrays = {name: getattr(index, name) for name in _ARRAYS}
            np.savez(out, allow_pickle=False, idf=index.terms.idf, facts=np.array(facts), **arrays)
        Path(building).chmod(0o644)
        Path(building).replace(file)
    except BaseException:
        Path(building).unlink(missing_ok=True)
        raise


def _load(file: Path, articles: Sequence[str], units: Sequence[Unit]) -> tuple[Index, Sureness]:
    with np.load(file, allow_pickle=False) as stored:
        facts = json.loads(str(stored["facts"]))
        arrays = {name: stored[name] for name in _ARRAYS}
        terms = Terms({term: place for place, term in enumerate(facts["terms"])}, stored["idf"])
    sureness = facts["sureness"]
    known = Sureness(tuple(sureness["weights"]), sureness["thresholds"], sureness["figures"])
    return Index(tuple(articles), tuple(units), terms, **arrays), known
