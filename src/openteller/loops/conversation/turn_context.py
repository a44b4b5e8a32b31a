"""What a decision is made from, and what its rules ask of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from openteller.capabilities.actions.policy import Policy
from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.flow import Flow
from openteller.capabilities.flows.values import PERSON
from openteller.domain.assurance import Level
from openteller.domain.conversations import Holder, InboxKind
from openteller.domain.decisions import Decision, HandOver, Refuse, RunFlow
from openteller.domain.flows import DialogueState, Mentions, Start
from openteller.domain.knowledge import Passage
from openteller.domain.replies import Phrase, Reply
from openteller.domain.understanding import Understanding


@dataclass(frozen=True, slots=True)
class TurnContext:
    """Everything a decision depends on.

    ``mentions`` is what the message holds: for a button its id, for a step-up the challenge's id. ``switched_off``
    holds the kill switches: bot, actions, action:<kind>. ``passages`` are the articles that may answer it, best first.
    """

    kind: InboxKind
    mentions: Mentions
    meaning: Understanding
    state: DialogueState
    holder: Holder
    level: Level
    flows: FlowBook
    policy: Policy
    switched_off: frozenset[str]
    now: datetime
    passages: tuple[Passage, ...] = ()

    def start(self, names: tuple[str, ...], mentions: Mentions, reason: str) -> Decision:
        """Begin the flows; what the bank has switched off is said before anything is asked for it."""
        first = self.flows[self.flows.riskiest_first(names)[0]]
        if not self.is_off(first):
            return RunFlow(Start(names, mentions), reason)
        if first.urgent:
            return HandOver("action_off")
        return Refuse(Reply((Phrase("action.unavailable"),), options=(PERSON,)), "switched_off")

    def is_off(self, flow: Flow) -> bool:
        """Whether the bank has switched off what the flow does. A matter is written down all the same."""
        action = flow.first_action
        switches = {"actions", f"action:{action}"}
        return action is not None and not flow.opens_case and not self.switched_off.isdisjoint(switches)

    def active(self) -> frozenset[str]:
        """The intents that the customer means."""
        return frozenset(intent.name for intent in self.meaning.active_intents())

    def flows_meant(self) -> Iterator[Flow]:
        """The flows that these start, in the order of the intents; of what is wished for, the only one that does it."""
        for intent in self.meaning.active_intents():
            flow = self.flows.started_by(intent.name)
            if flow is not None:
                yield flow
            elif intent.wish and len(offered := self.flows.offered_with(intent.name)) == 1:
                yield offered[0]

    def wished(self) -> tuple[str, ...]:
        """The flows wished for besides the one on top, each once."""
        top = self.state.frames[-1].flow if self.state.frames else None
        return tuple(dict.fromkeys(flow.name for flow in self.flows_meant() if flow.name != top))
