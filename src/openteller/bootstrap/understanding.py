"""What understands messages, as it runs: the pack's model or a bank's own, its encoders awake."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from openteller.adapters.languages.langid import LangidIdentifier
from openteller.bootstrap.encoders import open_encoders
from openteller.capabilities.understanding.store import load_model, load_or_train
from openteller.capabilities.understanding.understander import Understander


def open_understander(folders: Sequence[Path], models_dir: Path, model: Path | None = None) -> Understander:
    """The understander of the model in a folder; without one, of the pack in ``folders`` (base first), which is learnt
    where it is not yet.

    Raises ConfigurationError on faulty content, or when the folder holds no model of these encoders.
    """
    encoders, identifier = open_encoders(models_dir), LangidIdentifier()
    if model is None:
        found = load_or_train(folders, models_dir, encoders, identifier)
    else:
        found = Understander(load_model(model, encoders), encoders, identifier)
    # All of them load their weights at the first text: not at a customer's.
    for encoder in encoders:
        encoder.encode(["."])
    if len(found.model.facts.languages) > 1:
        identifier.identify(".")
    _give_back()
    return found


def _give_back() -> None:
    """What loading took for a moment goes back to the system, which the C library of Linux does only when asked."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
