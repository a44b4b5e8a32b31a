"""What can be known about a flow before anybody talks to it: that it ends, says what it promises, and asks for nothing
that is not there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields

from openteller.capabilities.flows.content import Fault
from openteller.capabilities.flows.flow import (
    Act,
    Branch,
    Collect,
    Fill,
    Filter,
    Flow,
    MakePayee,
    ReadBank,
    Slot,
    StartFlow,
    Step,
    Tell,
    Telling,
)
from openteller.capabilities.flows.paths import ends, follow, going_round, unreachable
from openteller.capabilities.flows.sentences import Sentences
from openteller.domain.assurance import Level
from openteller.domain.banking import Account, Action, ActionKind, Card, Customer, NewPayee, Payee, Transaction
from openteller.domain.money import Money
from openteller.domain.understanding import Period

READS = {
    "customer": Level.LOGGED_IN,
    "accounts": Level.LOGGED_IN,
    "cards": Level.LINKED,
    "payees": Level.LOGGED_IN,
    "transactions": Level.LOGGED_IN,
}
"""What can be read, and the level that each needs. A linked channel may know its cards, to block one: nothing more."""

TYPES = ("money", "period", "text", "merchant", "iban", "record")
ENTITIES = frozenset(
    "money period date iban phone email account_number sort_code card_last4 account_name merchant category payee count".split()
)
ENGINE_KEYS = (
    "journeys.several",
    "journeys.next_wish",
    "journeys.passed_on",
    "journeys.wrong_currency",
    "journeys.amount_not_positive",
    "choice.account",
    "choice.card",
    "choice.payee",
    "person.button",
    "bank.unreachable",
    "confirm.yes",
    "confirm.no",
    "confirm.again",
    "step_up.pending",
    "conversation.say_differently",
    "conversation.offer_person",
    "conversation.stale_choice",
    "conversation.cancelled",
    "conversation.nothing_to_cancel",
)
"""Sentences that the engine says in any flow."""

_RECORDS: Mapping[str, tuple[type, ...]] = {
    "accounts": (Account,),
    "cards": (Card,),
    "payees": (Payee,),
    "transactions": (Transaction,),
    "customer": (Customer,),
}
_CARD_INPUTS = frozenset({"card"})
_TRANSFER_INPUTS = frozenset({"source", "to", "amount"})
_HIDDEN = {"iban", "value"}


def validate(flows: Mapping[str, Flow], names: Collection[str], sentences: Sentences) -> list[Fault]:
    """Every fault of these flows; ``names`` are all flows of the pack, those that cannot be read too."""
    faults = [fault for flow in flows.values() for fault in _Checking(flow, names, sentences).faults()]
    started: dict[str, Flow] = {}
    for flow in flows.values():
        for cause in flow.starts_on:
            other = started.setdefault(cause, flow)
            if other is not flow:
                faults.append(Fault(flow.file, 1, f"{cause!r} starts this flow and {other.name!r}; it can start one"))
        faults += [Fault(flow.file, 1, f"the pack does not say {key!r}") for key in ENGINE_KEYS if key not in sentences]
    return faults


class _Checking:
    """Checks one flow."""

    def __init__(self, flow: Flow, names: Collection[str], sentences: Sentences) -> None:
        self._flow = flow
        self._names = names
        self._sentences = sentences
        self._held = self._what_is_held()

    def faults(self) -> Iterator[Fault]:
        flow = self._flow
        if not flow.steps:
            yield self._fault(1, "a flow needs steps")
            return
        yield from self._keys(1, flow.title, flow.back_to)
        targets = list(self._targets())
        yield from targets
        if not targets:
            yield from self._ways()
        for slot in flow.slots.values():
            yield from self._slot(slot)
        for step in flow.steps:
            yield from self._step(step)

    def _targets(self) -> Iterator[Fault]:
        seen: set[str] = set()
        for step in self._flow.steps:
            if step.id in seen:
                yield self._fault(step.line, f"there are two steps {step.id!r}; give one of them an id")
            seen.add(step.id)
        for step in self._flow.steps:
            for target in follow(self._flow, step):
                if target not in seen:
                    yield self._fault(step.line, f"there is no step {target!r} to go to")
        if not ends(self._flow.steps[-1]):
            yield self._fault(self._flow.steps[-1].line, "the last step must end the flow (end, hand_over, start or go)")

    def _ways(self) -> Iterator[Fault]:
        for step in unreachable(self._flow):
            yield self._fault(step.line, f"nothing leads to the step {step.id!r}")
        for step in going_round(self._flow):
            yield self._fault(step.line, f"the step {step.id!r} leads back to itself: a flow goes forward only")

    def _slot(self, slot: Slot) -> Iterator[Fault]:
        flow = self._flow
        if slot.type not in TYPES:
            yield self._fault(slot.line, f"{slot.type!r} is no type of slot; there is {', '.join(TYPES)}")
        for entity in slot.entities:
            if entity not in ENTITIES:
                yield self._fault(slot.line, f"there is no entity {entity!r}")
        for other in (slot.unlike, slot.belongs_to, slot.currency_of and slot.currency_of.split(".")[0]):
            if other is not None and other not in flow.slots:
                yield self._fault(slot.line, f"there is no slot {other!r}")
        if slot.type == "record" and not slot.sources:
            yield self._fault(slot.line, f"slot {slot.name!r} needs 'from': the lists it is chosen from")
        if slot.type == "money" and slot.currency_of is None:
            yield self._fault(slot.line, f"slot {slot.name!r} needs 'currency_of': money is made in one currency")
        for source in slot.sources:
            if source.values not in _RECORDS:
                yield self._fault(slot.line, f"there is no list {source.values!r} to choose from")
        collected = [number for number, step in enumerate(flow.steps) if isinstance(step, Collect) and step.slot == slot.name]
        if not collected:
            yield self._fault(slot.line, f"slot {slot.name!r} is never collected")
        for source in slot.sources if collected else ():
            before = flow.steps[: collected[0]]
            if not any(isinstance(step, ReadBank) and step.query == source.values for step in before):
                yield self._fault(slot.line, f"slot {slot.name!r} is chosen from {source.values!r} before that is read")
        if not slot.ask and not slot.optional:
            yield self._fault(slot.line, f"slot {slot.name!r} needs 'ask': the key of its question")
        keys = [key for key in (slot.ask, slot.again, slot.every_label) if key]
        yield from self._keys(slot.line, *keys)

    def _step(self, step: Step) -> Iterator[Fault]:
        match step:
            case Collect():
                yield from self._collect(step)
            case ReadBank():
                yield from self._read(step)
            case Branch(line=line, on=on):
                yield from self._path(line, on)
                if not step.cases:
                    yield self._fault(line, "'branch' needs a case: is, empty, more_than or less_than")
            case Filter(line=line, of=of, merchant=merchant, category=category):
                for path in (of, merchant, category):
                    yield from self._path(line, path) if path else ()
            case MakePayee(line=line, name=name, iban=iban):
                for path in (name, iban):
                    yield from self._path(line, path)
            case Act():
                yield from self._act(step)
            case Tell():
                yield from self._telling(step.line, step.telling)
            case StartFlow(line=line, flow=name):
                if name not in self._names:
                    yield self._fault(line, f"there is no flow {name!r}")
            case _:
                pass

    def _collect(self, step: Collect) -> Iterator[Fault]:
        slot = self._flow.slots.get(step.slot)
        if slot is None:
            yield self._fault(step.line, f"there is no slot {step.slot!r}")
            return
        if slot.type == "record" and not slot.optional and step.none is None:
            yield self._fault(step.line, f"'collect: {slot.name}' needs 'none': where to go when there is nothing to choose")
        if step.keep is not None and step.keep not in self._flow.slots:
            yield self._fault(step.line, f"there is no slot {step.keep!r} to keep the name in")

    def _read(self, step: ReadBank) -> Iterator[Fault]:
        needed = READS.get(step.query)
        if needed is None:
            yield self._fault(step.line, f"{step.query!r} cannot be read; there is {', '.join(READS)}")
        elif self._flow.level < needed:
            yield self._fault(step.line, f"reading {step.query!r} needs level {int(needed)}, the flow has {int(self._flow.level)}")
        period = self._flow.slots.get(step.period or "")
        if (step.query == "transactions") != (period is not None and period.type == "period"):
            yield self._fault(step.line, "transactions are read for a 'period', which is a slot of that type; nothing else is")

    def _act(self, step: Act) -> Iterator[Fault]:
        needed = _TRANSFER_INPUTS if step.kind is ActionKind.TRANSFER else _CARD_INPUTS
        if step.inputs.keys() != needed:
            yield self._fault(step.line, f"'act: {step.kind}' needs 'with' for {', '.join(sorted(needed))}")
        for path in (*step.inputs.values(), *([step.each] if step.each else [])):
            yield from self._path(step.line, path)
        yield from self._telling(step.line, step.confirm)
        yield from self._keys(step.line, step.declined, *step.rejected.values())
        yield from self._sentence(step.line, Fill(step.parked, {"reference": "reference"}))

    def _telling(self, line: int, telling: Telling) -> Iterator[Fault]:
        yield from self._sentence(line, telling.fill)
        for row in telling.rows:
            yield from self._sentence(line, row.label)
            yield from self._sentence(line, row.value)
            yield from self._path(line, row.over) if row.over else ()
        for button in telling.buttons:
            if button != "person" and button not in self._names:
                yield self._fault(line, f"there is no flow {button!r} for a button")

    def _sentence(self, line: int, fill: Fill) -> Iterator[Fault]:
        if fill.key not in self._sentences:
            yield from self._keys(line, fill.key)
            return
        lacking = sorted(self._sentences[fill.key] - fill.values.keys())
        if lacking:
            yield self._fault(line, f"{fill.key!r} says {{{lacking[0]}}}, which the step does not give")
        for path in fill.values.values():
            yield from self._path(line, path)

    def _keys(self, line: int, *keys: str) -> Iterator[Fault]:
        for key in keys:
            if key not in self._sentences:
                yield self._fault(line, f"the pack does not say {key!r}")

    def _path(self, line: int, path: str) -> Iterator[Fault]:
        root, *rest = path.split(".")
        if root not in self._held:
            yield self._fault(line, f"nothing in this flow is called {root!r}")
            return
        kinds = self._held[root]
        if rest and kinds and not any(_has(kind, rest[0]) for kind in kinds):
            yield self._fault(line, f"{root!r} has no {rest[0]!r} to show")

    def _what_is_held(self) -> dict[str, tuple[type, ...]]:
        """Every name a path may begin with, and what it may be."""
        held: dict[str, tuple[type, ...]] = {"level": (int,), "today": (), "item": (), "action": (Action,), "reference": (str,)}
        kinds: dict[str, tuple[type, ...]] = {"money": (Money,), "period": (Period,), "text": (str,), "merchant": (str,)}
        for slot in self._flow.slots.values():
            chosen = tuple(kind for source in slot.sources for kind in _RECORDS.get(source.values, ()))
            held[slot.name] = kinds.get(slot.type, chosen)
        for step in self._flow.steps:
            match step:
                case ReadBank(query=query):
                    held[query] = _RECORDS.get(query, ())
                case Filter(into=into):
                    held |= {into: (Transaction,), f"{into}_count": (int,), f"{into}_spent": (), f"{into}_received": ()}
                case Act(id=name):
                    held[f"{name}_done"] = (int,)
                case MakePayee(value=value):
                    held[value] = (*held.get(value, ()), NewPayee)
                case _:
                    pass
        return held

    def _fault(self, line: int, message: str) -> Fault:
        return Fault(self._flow.file, line, message)


def _has(kind: type, name: str) -> bool:
    known = {each.name for each in fields(kind)} if hasattr(kind, "__dataclass_fields__") else set()
    return name not in _HIDDEN and (name in known or isinstance(getattr(kind, name, None), property))
