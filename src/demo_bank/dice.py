"""Random numbers that depend only on what they are for, never on when they are drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from math import exp
from random import Random
from typing import TypeVar

T = TypeVar("T")


def dice_for(seed: int, *purpose: str | int) -> Random:
    """Return a generator that is a pure function of the seed and the purpose.

    Args:
        seed: The bank's seed, any integer.
        purpose: Words naming the use, for example ``("history", 42)``.

    Returns:
        A :class:`random.Random`; the same arguments always give the same stream.
    """
    text = "\x1f".join([str(seed), *(str(part) for part in purpose)])
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    return Random(int.from_bytes(digest, "big"))


def pick(dice: Random, options: Sequence[T]) -> T:
    """Return one option, all equally likely (quicker than ``Random.choice``)."""
    return options[int(dice.random() * len(options))]


def pick_weighted(dice: Random, options: Sequence[tuple[T, float]]) -> T:
    """Return one option of ``(option, weight)`` pairs; weights need not sum to one."""
    left = dice.random() * sum(weight for _, weight in options)
    for option, weight in options:
        left -= weight
        if left < 0:
            return option
    return options[-1][0]


def chance(dice: Random, probability: float) -> bool:
    """Return true with the given probability (0 to 1)."""
    return dice.random() < probability


def around(dice: Random, middle: float, spread: float) -> float:
    """Return a log-normal draw whose median is ``middle``; ``spread`` is sigma."""
    return middle * exp(dice.gauss(0.0, spread))
