"""The flows of a pack, together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from openteller.capabilities.flows.flow import Flow, Words


@dataclass(frozen=True, slots=True)
class FlowBook:
    """Flows by name, the languages of the pack, and the words of each that say nothing beside an answer.

    Loaded by ``load.load_flows``, so that every flow in a book is a checked one.
    """

    flows: Mapping[str, Flow]
    languages: tuple[str, ...] = ()
    beside_answers: Words = field(default_factory=dict)

    def __getitem__(self, name: str) -> Flow:
        return self.flows[name]

    @property
    def urgent(self) -> frozenset[str]:
        """Flows whose login comes with the emergency number and a person."""
        return frozenset(flow.name for flow in self.flows.values() if flow.urgent)

    @property
    def recurring(self) -> frozenset[str]:
        """The intents of flows that people come back to without anything being wrong."""
        return frozenset(cause for flow in self.flows.values() if flow.recurring for cause in flow.starts_on)

    def started_by(self, cause: str) -> Flow | None:
        """The flow that this intent starts, if one does."""
        return next((flow for flow in self.flows.values() if cause in flow.starts_on), None)

    def on_signal(self, signal: str) -> Flow | None:
        """The flow that this signal starts, if one does."""
        return next((flow for flow in self.flows.values() if signal in flow.on_signals), None)

    def offered_with(self, intent: str) -> tuple[Flow, ...]:
        """The flows to be offered below an answer to a question of this intent, the riskiest first."""
        found = [flow for flow in self.flows.values() if intent in flow.offered_with]
        return tuple(sorted(found, key=lambda flow: -flow.risk))

    def riskiest_first(self, names: Iterable[str]) -> tuple[str, ...]:
        """These flows, each once, the riskiest first; of equal risk in the order given."""
        return tuple(sorted(dict.fromkeys(names), key=lambda name: -self.flows[name].risk))
