"""What we are about to say: a key of the catalogue with typed values, and the passport it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from openteller.domain.conversations import Part
from openteller.domain.knowledge import Quote
from openteller.domain.money import Money
from openteller.domain.texts import SealedValue
from openteller.domain.understanding import Period


@dataclass(frozen=True, slots=True)
class Called:
    """What something is called: ``<list>.<name>`` of the catalogue (``account_kind.savings``), in the customer's words.

    ``own`` is the bank's own name for it. It is said as it is, unless it is only the general one in another language.
    """

    list: str
    name: str
    own: str = ""

    def __str__(self) -> str:
        """Without a catalogue: the bank's own name, or the bare one."""
        return self.own or self.name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """A number of the customer's own account in full: it stands alone in a row of facts, and nowhere else."""

    text: str = field(repr=False)

    def __str__(self) -> str:
        return self.text


Value = (
    Called
    | OwnNumber
    | Money
    | date
    | datetime
    | timedelta
    | Period
    | SealedValue
    | Quote
    | int
    | str
    | tuple[str, ...]
)
"""What a reply may be filled with. Formatting is the catalogue's, by locale; ``str`` is untrusted and made inert; a
``Quote`` is looked up when it is said.
"""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence to be said: ``key`` of the pack's catalogue and the values of its named fields.

    ``everywhere``: as a paragraph in each language of the pack, for somebody whose language is none of them.
    ``reference`` is of the case or the hand-over that stands behind a sentence that promises something.
    """

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    everywhere: bool = False
    reference: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Promise:
    """What a sentence promises (a kind of obligation), and under which reference it is written down."""

    kind: str
    reference: str


@dataclass(frozen=True, slots=True)
class OptionPhrase:
    """A button before wording: what comes back, and what it says (a phrase)."""

    id: str
    label: Phrase


@dataclass(frozen=True, slots=True)
class RowPhrase:
    """One row of facts before wording."""

    label: Phrase
    value: Phrase


@dataclass(frozen=True, slots=True)
class LinkPhrase:
    """A link before wording."""

    label: Phrase
    url: str
    purpose: str


@dataclass(frozen=True, slots=True)
class BarPhrase:
    """One bar of a chart before wording."""

    label: Phrase
    amount: Money


@dataclass(frozen=True, slots=True)
class ChartPhrase:
    """A bar chart before wording: amounts of one currency, none negative. ``alt`` says what the picture shows."""

    title: Phrase
    alt: Phrase
    bars: tuple[BarPhrase, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot wants to say, before wording. Several phrases make several paragraphs of one message.

    ``sources`` are the articles (ids) that the phrases quote: each is shown with its title and date.
    """

    phrases: tuple[Phrase, ...]
    rows: tuple[RowPhrase, ...] = ()
    options: tuple[OptionPhrase, ...] = ()
    links: tuple[LinkPhrase, ...] = ()
    chart: ChartPhrase | None = None
    sources: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The catalogue keys said, for the record of the turn (no personal text)."""
        return tuple(phrase.key for phrase in self.phrases)


@dataclass(frozen=True, slots=True)
class CheckedReply:
    """PASSPORT. All that a channel sends, an agent's sentence too: made by ``capabilities/replies/guard.py`` alone."""

    parts: tuple[Part, ...]
    language: str
    keys: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()
