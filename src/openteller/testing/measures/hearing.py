"""Labelled messages read by a model as in life, redaction first, and set beside what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.privacy.redaction import redact
from openteller.capabilities.understanding.content import Taxon
from openteller.capabilities.understanding.folds import is_outside
from openteller.capabilities.understanding.material import OUT_OF_SCOPE_GROUPS, public_name
from openteller.capabilities.understanding.model import ModelFacts
from openteller.capabilities.understanding.understander import Understander
from openteller.domain.texts import PersonalText
from openteller.testing.measures.labelled import Labelled

OUTSIDE = "(out of scope)"
TURNED_AWAY_FROM = 0.5
"""From this ``out_of_scope`` on a message without an active intent is turned away."""
_TALK_GROUPS = frozenset({"dialogue", "small_talk", "question"})


@dataclass(frozen=True)
class Names:
    """What labels of data mean to a model: ``aliases`` are other data sets' names for an intent of the pack; ``acting``
    are intents and signals whose journey moves money or changes a card.
    """

    groups: Mapping[str, str]
    aliases: Mapping[str, frozenset[str]]
    acting: frozenset[str]

    def of(self, label: str) -> str:
        """The model's intent for a label, ``OUTSIDE``, or the label itself where the model knows no such thing."""
        name = public_name(label)
        if is_outside(label, self.groups):
            return OUTSIDE
        if name in self.groups:
            return name
        known = sorted(self.aliases.get(label, frozenset()) & self.groups.keys())
        return known[0] if len(known) == 1 else name

    def knows(self, label: str) -> bool:
        """Whether the model could say it."""
        return self.of(label) == OUTSIDE or self.of(label) in self.groups


def names_for(facts: ModelFacts, taxa: Sequence[Taxon], flows: FlowBook) -> Names:
    """Names for a model. A label that no journey of the pack tells anything about counts as acting: an error that is
    reckoned too dear is better than one that is reckoned too cheap.
    """
    aliases: dict[str, frozenset[str]] = {}
    for taxon in taxa:
        for label in (label for labels in taxon.aliases.values() for label in labels):
            aliases[label] = aliases.get(label, frozenset()) | {taxon.name}
    pack = {taxon.name for taxon in taxa}

    def acts(name: str) -> bool:
        if facts.groups.get(name) in _TALK_GROUPS | OUT_OF_SCOPE_GROUPS:
            return False
        meant = {name} if name in pack else set(aliases.get(name, ()))
        return not meant or any(_acts(flows, one) for one in meant)

    signals = {signal.name for signal in facts.signals if _acts(flows, signal.name)}
    return Names(facts.groups, aliases, frozenset(filter(acts, facts.groups)) | signals)


def _acts(flows: FlowBook, cause: str) -> bool:
    flow = flows.started_by(cause)
    return flow is not None and flow.first_action is not None


@dataclass(frozen=True, slots=True)
class Heard:
    """A message, redacted, with what is meant and what was understood. ``meant`` (None: nobody says) has ``OUTSIDE``
    for what is out of scope; ``best`` is the first intent of the ranking, with its ``confidence``.
    """

    text: str
    language: str
    meant: frozenset[str] | None
    several: bool
    best: str
    confidence: float
    active: frozenset[str]
    out_of_scope: float
    shown: frozenset[str] | None
    alarms: frozenset[str]

    @property
    def inside(self) -> bool:
        """A labelled message about something that we do."""
        return bool(self.meant) and OUTSIDE not in (self.meant or ())

    @property
    def outside(self) -> bool:
        """A message labelled as out of scope."""
        return self.meant is not None and OUTSIDE in self.meant

    @property
    def right(self) -> bool:
        """One label: it is the best guess. Several: they are the active intents, all and no others."""
        return self.active == self.meant if self.several else self.best in (self.meant or ())

    @property
    def refused(self) -> bool:
        """It would be turned away as out of scope."""
        return not self.active and (self.out_of_scope >= TURNED_AWAY_FROM or self.best == OUTSIDE)

    @property
    def taken_for(self) -> frozenset[str]:
        """What the assistant would go by."""
        if self.refused:
            return frozenset({OUTSIDE})
        return self.active if self.several else frozenset({self.best})


def hear(
    rows: Sequence[Labelled], reader: Understander, names: Names, today: date, tell: Callable[[int], None]
) -> list[Heard]:
    """Read every message as the first of a conversation in its language, else in the first that the model knows."""
    home, found = reader.model.facts.languages[0], []
    for number, row in enumerate(rows, start=1):
        locale = row.language or home
        text = redact(PersonalText(row.text), locale=locale)
        meaning = reader.understand(text, locale=locale, today=today)
        best = meaning.intents[0]
        found.append(
            Heard(
                text.text,
                (row.language or meaning.language).lower().partition("-")[0],
                None if row.labels is None else frozenset(map(names.of, row.labels)),
                row.several,
                OUTSIDE if is_outside(best.name, names.groups) else best.name,
                best.confidence,
                frozenset(intent.name for intent in meaning.active_intents()),
                meaning.out_of_scope,
                row.signals,
                frozenset(signal.name for signal in meaning.signals if signal.active),
            )
        )
        tell(number)
    return found
