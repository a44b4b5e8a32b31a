"""A dialogue while it is advanced: the state so far and the effects so far. It lives for one call of ``advance``."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.choosing import candidates
from openteller.capabilities.flows.flow import Flow, Slot, Step
from openteller.capabilities.flows.values import PERSON, Scope, label
from openteller.domain.assurance import Level
from openteller.domain.flows import (
    Ask,
    Await,
    AwaitConfirmation,
    AwaitSlot,
    AwaitStepUp,
    DialogueState,
    Effect,
    Finished,
    FlowValue,
    Frame,
    Mark,
    Mentions,
    Say,
    Voided,
    Wish,
)
from openteller.domain.replies import OptionPhrase, Phrase, Reply

_MAX_BUTTONS = 10
_HEARD_AT_MOST = 8


@dataclass(slots=True)
class Dialogue:
    """Reads and changes the state.

    ``trusted``: the channel may be told the customer's own account numbers. ``halted`` once an effect needs the world
    or the customer.
    """

    state: DialogueState
    flows: FlowBook
    level: Level
    today: date
    trusted: bool = False
    effects: list[Effect] = field(default_factory=list)
    trail: list[Mark] = field(default_factory=list)
    halted: bool = False

    @property
    def top(self) -> Frame:
        """The frame under way."""
        return self.state.frames[-1]

    @property
    def flow(self) -> Flow:
        """The flow of the frame under way."""
        return self.flows[self.top.flow]

    @property
    def step(self) -> Step:
        """Where the frame under way stands."""
        return self.flow.steps[self.flow.index(self.top.step)]

    @property
    def scope(self) -> Scope:
        """What paths mean in the frame under way."""
        return Scope(self.top.values, self.level, self.today, languages=self.flows.languages)

    def mark(self, arm: str = "") -> None:
        """The step where the frame under way stands was done, or went this way."""
        self.trail.append(Mark(self.top.flow, self.top.step, arm))

    def say(self, reply: Reply | str) -> None:
        """Tell the customer; a key stands for a sentence without fields."""
        self.effects.append(Say(Reply((Phrase(reply),)) if isinstance(reply, str) else reply))

    def stop(self, effect: Effect, awaiting: Await | None = None) -> None:
        """Nothing more can be done before ``effect`` is answered."""
        self.effects.append(effect)
        self.state = replace(self.state, awaiting=awaiting)
        self.halted = True

    def ask(self, slot: Slot, *first: Phrase, key: str, records: tuple[FlowValue, ...], person: bool = False) -> None:
        """Ask for ``slot``. Below a login the records are not shown: there the question alone must do."""
        number = self.state.asked + 1
        self.state = replace(self.state, asked=number)
        buttons = []
        if len(records) <= _MAX_BUTTONS and (self.level >= Level.LOGGED_IN or not slot.sources):
            places = enumerate(candidates(slot, self.scope))
            buttons = [OptionPhrase(f"{number}:{place}", label(each)) for place, each in places if each in records]
        if slot.every_label is not None and len(records) > 1:
            buttons.append(OptionPhrase(f"{number}:all", Phrase(slot.every_label)))
        ids = tuple(button.id for button in buttons)
        if person:
            buttons.append(PERSON)
        self.stop(Ask(Reply((*first, Phrase(key)), options=tuple(buttons))), AwaitSlot(slot.name, ids))

    def change(self, **values: object) -> None:
        """Replace fields of the frame under way."""
        frame = replace(self.top, **values)  # type: ignore[arg-type]
        self.state = replace(self.state, frames=(*self.state.frames[:-1], frame))

    def hear(self, mentions: Mentions) -> None:
        """Keep what was said to the frame under way; of much, the latest."""
        self.change(heard=(*self.top.heard, mentions)[-_HEARD_AT_MOST:])

    def put(self, name: str, value: FlowValue) -> None:
        """Let the frame hold ``value``."""
        self.change(values={**self.top.values, name: value})

    def go(self, step: str) -> None:
        """Stand at another step."""
        self.change(step=step)

    def go_on(self) -> None:
        """Stand at the next step of the file; the validator has seen to it that there is one."""
        self.change(step=self.flow.steps[self.flow.index(self.top.step) + 1].id)

    def push(self, name: str, mentions: Mentions) -> None:
        """Begin a flow on top of what is under way, which waits."""
        self.set_aside()
        flow = self.flows[name]
        frame = Frame(name, flow.version, flow.steps[0].id, heard=(mentions,))
        self.state = replace(self.state, frames=(*self.state.frames, frame))

    def queue(self, names: tuple[str, ...], mentions: Mentions) -> None:
        """Remember wishes for later, each once."""
        waiting = {wish.flow for wish in self.state.queued}
        wishes = tuple(Wish(name, mentions) for name in names if name not in waiting)
        self.state = replace(self.state, queued=(*self.state.queued, *wishes))

    def set_aside(self) -> None:
        """Leave the question open: what was only shown is dead, what may be approved in the app goes on waiting."""
        awaiting = self.state.awaiting
        if isinstance(awaiting, AwaitStepUp) and self.state.frames:
            self.change(step_up=awaiting)
            self.state = replace(self.state, awaiting=None)
        self.void()

    def void(self) -> None:
        """Nothing that was shown may be executed any more."""
        awaiting = self.state.awaiting
        if isinstance(awaiting, AwaitConfirmation | AwaitStepUp):
            self.effects.append(Voided(awaiting.intent_id))
        self.state = replace(self.state, awaiting=None)

    def finish(self, outcome: str) -> None:
        """The flow on top is over; what waits behind it is gone on with by ``run``."""
        self.effects.append(Finished(self.top.flow, outcome))
        self.state = replace(self.state, frames=self.state.frames[:-1], awaiting=None)

    def understood(self) -> None:
        """A turn that got somewhere: the count of failed turns starts anew."""
        self.state = replace(self.state, failed_turns=0)
