"""A label's own name as one more example, where it has few: "lost_or_stolen_card" says what it is about.

With five examples a label it is worth two points on BANKING77, with ten a quarter of a point, with more nothing.
"""

from __future__ import annotations

import re
from collections import Counter

from openteller.capabilities.understanding.folds import is_outside
from openteller.capabilities.understanding.material import Example, Material

_FEW = 10
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SIGNS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
_LEAST_LETTERS = 4


def named_examples(material: Material) -> tuple[Example, ...]:
    """An example for each label of few examples whose name has words to read; "kind_1" and "kind_2" have none."""
    if material.multi_label:
        return ()
    counts = Counter(label for row in material.examples for label in row.labels)
    taken = {row.text.casefold() for row in material.examples}
    named = Counter(_DIGITS.sub("", label) for label in counts)
    found = []
    for label, count in sorted(counts.items()):
        words = _SIGNS.sub(" ", _HUMP.sub(" ", label)).strip().lower()
        readable = sum(mark.isalpha() for mark in words) >= _LEAST_LETTERS and named[_DIGITS.sub("", label)] == 1
        if count <= _FEW and readable and words not in taken and not is_outside(label, material.groups):
            found.append(Example(words, (label,)))
    return tuple(found)
