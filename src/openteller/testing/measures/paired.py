"""Two models on the same messages: is one better, or is it chance? A paired bootstrap says how sure one can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from openteller.testing.measures.costs import points
from openteller.testing.measures.understanding import Measured

Verdict = Literal["better", "not distinguishable", "worse"]
_RESAMPLES, _SEED = 10_000, 20
_LEAST_CHANGED = 6
"""With fewer messages answered differently not even all of them going one way says anything: five heads in five throws
happen once in sixteen tries on either side, and a bootstrap of so few is surer than it may be."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is gained (the first less the second), with its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """``accuracy`` decides; ``cost`` (points for a hundred messages, less is better) is told beside it. ``gained`` and
    ``lost``: messages that only the first, and only the second gets right.
    """

    accuracy: Difference
    cost: Difference
    gained: int
    lost: int

    @property
    def verdict(self) -> Verdict:
        """Whether the first is better than the second."""
        if self.gained + self.lost < _LEAST_CHANGED:
            return "not distinguishable"
        return "better" if self.accuracy.low > 0 else "worse" if self.accuracy.high < 0 else "not distinguishable"


def compare(first: Measured, second: Measured) -> Comparison:
    """Compare on what is in scope, message by message."""
    both = [(a.right, b.right) for a, b in zip(first.heard, second.heard, strict=True) if a.inside]
    gains = [int(a) - int(b) for a, b in both]
    cost = [100 * (points(a) - points(b)) for a, b in zip(first.costs, second.costs, strict=True)]
    return Comparison(bootstrap(gains), bootstrap(cost), gains.count(1), gains.count(-1))


def bootstrap(differences: Sequence[float]) -> Difference:
    """The mean and its 95 % percentile interval. How often each value is drawn is a multinomial: no draw is needed."""
    if not differences:
        return Difference(0.0, 0.0, 0.0)
    values, counts = np.unique(np.array(differences, dtype=np.float64), return_counts=True)
    total = len(differences)
    drawn = np.random.default_rng(_SEED).multinomial(total, counts / total, size=_RESAMPLES) @ values / total
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Difference(float(np.mean(differences)), float(low), float(high))


def likely_range(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson): what it may be among all messages like these."""
    if not count:
        return 0.0, 1.0
    z, share = 1.96, hits / count
    middle, spread = share + z * z / (2 * count), z * (share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5
    return max(0.0, (middle - spread) / (1 + z * z / count)), min(1.0, (middle + spread) / (1 + z * z / count))
