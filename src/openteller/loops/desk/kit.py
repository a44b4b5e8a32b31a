"""What the desk works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from openteller.capabilities.privacy.sealing import Sealer
from openteller.domain.replies import CheckedReply
from openteller.ports import Clock, Ids, Store


class DeskVoice(Protocol):
    """The few sentences around a person's, and the check of the person's own."""

    def agent_joined(self, agent: str, locale: str) -> CheckedReply:
        """The customer is told who has joined."""
        ...

    def agent_left(self, locale: str) -> CheckedReply:
        """The customer is told that the assistant is back."""
        ...

    def from_agent(self, text: str, locale: str) -> CheckedReply:
        """An agent's sentence, redacted and guarded. CustomerError says which rule it breaks."""
        ...


@dataclass(frozen=True, slots=True)
class DeskKit:
    """Joined in ``bootstrap.py``."""

    store: Store
    clock: Clock
    ids: Ids
    sealer: Sealer
    voice: DeskVoice
