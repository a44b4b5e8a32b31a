"""A message cut into the wishes it may hold: "freeze my card and what's my balance" → two clauses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openteller.capabilities.understanding.letters import plain_text
from openteller.capabilities.understanding.lexicon import Lexicon

MAX_CLAUSES = 8
_HARD_STOP = re.compile(r"(?<=[.!?;])\s+|[\n\r]+|[。！？；؟।]\s*|\s[-–—]\s")
_JOINT = re.compile(r"[,،]\s+|\s&\s")
_LEAST_WORDS = 2


def clauses(text: str, lexicons: Sequence[Lexicon]) -> list[str]:
    """The clauses of a plain text in order, ``[]`` when it has only one; a clause has at least two words."""
    parts = [part for sentence in _HARD_STOP.split(text) if sentence for part in _parts(sentence, lexicons)]
    kept = [part.strip(" ,.;") for part in parts]
    kept = [part for part in kept if _words(part) >= _LEAST_WORDS or part.rstrip("!?").isalpha()]
    long_enough = [part for part in kept if _words(part) >= _LEAST_WORDS]
    if len(kept) < 2 or not long_enough:
        return []
    return kept if len(kept) <= MAX_CLAUSES else kept[: MAX_CLAUSES // 2] + kept[-MAX_CLAUSES // 2 :]


def _words(part: str) -> int:
    """Different words: what stands for a sealed number ("iban iban") wishes for nothing."""
    return len(set(part.split()))


def _parts(sentence: str, lexicons: Sequence[Lexicon]) -> list[str]:
    """The sentence cut where a word of joining stands, or a comma."""
    read = plain_text(sentence)
    joints = [match.span() for lexicon in lexicons for match in lexicon.finditer("clause_joint", read)]
    joints += [match.span() for match in _JOINT.finditer(sentence)]
    parts, at = [], 0
    for start, end in sorted(joints, key=lambda joint: (joint[0], -joint[1])):
        if start >= at:
            parts.append(sentence[at:start])
            at = end
    return [*parts, sentence[at:]]
