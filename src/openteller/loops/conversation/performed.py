"""What came of a decision, collected while it is performed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from openteller.capabilities.thread.record import Write
from openteller.domain.conversations import Holder
from openteller.domain.events import Event
from openteller.domain.flows import DialogueState
from openteller.domain.handovers import Handover
from openteller.domain.replies import Reply


@dataclass(slots=True)
class Performed:
    """What came of a decision: the next state, what to say, what else to write in the record's commit."""

    state: DialogueState
    holder: Holder
    replies: list[Reply] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    parked: bool = False
    last: list[Reply] = field(default_factory=list)
    handover: Handover | None = None
    """The hand-over that this turn has asked for: it is asked for once."""
    locale: str | None = None
    """The conversation's locale from this turn's replies on; None: as before (``languages.py``)."""

    def say_last(self, reply: Reply) -> None:
        """Say this after everything else of the turn."""
        self.last.append(reply)

    def close(self) -> None:
        """Nothing more will be performed: what was kept for the end is said."""
        for reply in self.last:
            self.say(reply)
        self.last.clear()

    def say(self, reply: Reply) -> None:
        """Say this too, and remember it for "say that again"."""
        self.replies.append(reply)
        self.state = replace(self.state, last_reply=reply)
