"""A message cut into the wishes it may hold: "freeze my card and what's my balance" → two clauses."""

from __future__ import annotations

import re

MAX_CLAUSES = 8
_HARD_STOP = re.compile(r"(?<=[.!?;])\s+|[\n\r]+|[。！？；؟।]\s*|\s[-–—]\s")
_JOINT = re.compile(
    r",?\s+(?:and(?: (?:also|then))?|but|also|plus|then|oh and|as well as|after that)\s+|,\s+|\s&\s",
    re.IGNORECASE,
)
_LEAST_WORDS = 2


def clauses(text: str) -> list[str]:
    """The clauses of a plain text in order, ``[]`` when it has only one; a clause has at least two words."""
    parts = [part for sentence in _HARD_STOP.split(text) if sentence for part in _JOINT.split(sentence)]
    kept = [part.strip(" ,.;") for part in parts]
    kept = [part for part in kept if len(part.split()) >= _LEAST_WORDS or part.rstrip("!?").isalpha()]
    long_enough = [part for part in kept if len(part.split()) >= _LEAST_WORDS]
    if len(kept) < 2 or not long_enough:
        return []
    return kept if len(kept) <= MAX_CLAUSES else kept[: MAX_CLAUSES // 2] + kept[-MAX_CLAUSES // 2 :]
