"""What a model is trained on, wherever it came from: a pack's files or a bank's own data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

UNSUPPORTED = "unsupported_bank_question"
UNRELATED = "unrelated"
OUT_OF_SCOPE_LABELS = frozenset(
    {"oos", "ood", "out_of_scope", "outofscope", "no_nodes_detected", UNRELATED, UNSUPPORTED}
)
OUT_OF_SCOPE_GROUPS = frozenset({"unsupported", "unrelated"})


@dataclass(frozen=True, slots=True)
class Example:
    """One written message and what it means. ``labels`` may be several; ``topic/…`` parts a label internally.

    ``language`` is "" where nobody has said it.
    """

    text: str
    labels: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class SignalContent:
    """A signal as the pack defines it.

    Examples of the intents in ``shown_by`` count as examples of the signal; examples of those in ``undecided`` are
    left out of its training, because some of them show it and some do not. A text that several signals list shows all.
    """

    name: str
    examples: tuple[Example, ...]
    benign_twins: tuple[Example, ...]
    shown_by: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[Example, ...]:
        """All that was written for the signal, what shows it before what does not."""
        return (*self.examples, *self.benign_twins)


@dataclass(frozen=True)
class Material:
    """Everything that training reads. ``groups`` says of each public intent name: journey, dialogue, small_talk,
    unsupported or unrelated. ``ordinary`` are messages that show no signal unless one claims their intent; ``notes``
    tell the reader of the model card what was odd in the data.
    """

    examples: tuple[Example, ...]
    signals: tuple[SignalContent, ...]
    ordinary: tuple[Example, ...]
    groups: Mapping[str, str]
    languages: tuple[str, ...]
    multi_label: bool = False
    reads_clauses: bool = False
    notes: tuple[str, ...] = ()

    @property
    def data_hash(self) -> str:
        """SHA-256 over all content in a fixed order: equal material, equal hash."""
        content = {
            "examples": sorted((row.text, row.labels, row.language) for row in self.examples),
            "ordinary": sorted((row.text, row.labels) for row in self.ordinary),
            "signals": [
                [s.name, _said(s.examples), _said(s.benign_twins), s.shown_by, s.undecided]
                for s in sorted(self.signals, key=lambda signal: signal.name)
            ],
            "groups": dict(sorted(self.groups.items())),
            "languages": self.languages,
            "multi_label": self.multi_label,
        }
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def lots_of(texts: Sequence[str]) -> NDArray[np.float64]:
    """A number 0–1 for each text that depends on nothing but the text: what else is taught moves no other lot."""
    lots = b"".join(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts)
    return np.frombuffer(lots, dtype=">u8") / float(2**64)


def _said(examples: tuple[Example, ...]) -> list[tuple[str, str]]:
    return sorted((example.text, example.language) for example in examples)


WISH = "/wish"
"""Ends the label of messages that want something done, where the intent's other examples ask about it."""


def public_name(label: str) -> str:
    """The intent that a label is shown as: ``unsupported_bank_question/mortgage`` → ``unsupported_bank_question``."""
    return label.partition("/")[0]
