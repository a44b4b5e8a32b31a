"""Two readings of one question, made apart: what the articles say of it, and which intent understanding has read.

Understanding has learned from the articles' own questions too, so how far it is right about them says nothing of
strangers' questions, and this cannot be learned with the rest. Chosen on the questions of ``benchmarks/knowledge``: as
many are answered wrongly as without, and four of a hundred more rightly.
"""

from __future__ import annotations

_SHARE = 0.2
"""How much of what understanding says counts (in log odds)."""
_NEUTRAL, _LEAST, _MOST = 0.2, 0.01, 0.9999
"""The chance of an intent that changes nothing; and the chances below and above which it says no more."""


def agreed(confidence: float, chance: float) -> float:
    """``confidence`` that an article answers, seeing that its questions are meant with this ``chance``; both 0–1."""
    said = _odds(min(max(chance, _LEAST), _MOST)) / _odds(_NEUTRAL)
    odds: float = _odds(min(confidence, _MOST)) * said**_SHARE
    return odds / (1 + odds)


def _odds(chance: float) -> float:
    return chance / (1 - chance)
