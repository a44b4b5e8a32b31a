"""What can be known about a flow before anybody talks to it: it ends, says what the pack can say, and asks for nothing
that is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from openteller.capabilities.flows.content import Fault
from openteller.capabilities.flows.flow import (
    Act,
    Branch,
    Collect,
    FileFacts,
    Filter,
    Flow,
    Group,
    MakePayee,
    Note,
    ReadBank,
    Slot,
    Speak,
    StartFlow,
    Step,
    Tell,
)
from openteller.capabilities.flows.holding import READS, SLOTS, can_show, has_field, held_by
from openteller.capabilities.flows.paths import ends, follow, going_round, unreachable
from openteller.capabilities.flows.sentences import Sentences
from openteller.capabilities.flows.telling import Fill, Telling
from openteller.capabilities.flows.values import OWN_NUMBERS
from openteller.domain.actions import INPUTS
from openteller.domain.assurance import Level

ENTITIES = frozenset(
    "money period date iban phone email account_number sort_code".split()
    + "card_last4 account_name merchant category payee count".split()
)
"""What understanding can cut out of a message (``domain/understanding.Entity``)."""

ENGINE_KEYS = (
    "answer.no",
    "answer.yes",
    "bank.unreachable",
    "choice.account",
    "choice.card",
    "choice.direct_debit",
    "choice.language",
    "choice.limit",
    "choice.order",
    "choice.payee",
    "choice.payment",
    "choice.statement",
    "confirm.again",
    "confirm.no",
    "confirm.yes",
    "conversation.cancelled",
    "conversation.cancelled_case",
    "conversation.nothing_to_cancel",
    "conversation.offer_person",
    "conversation.say_differently",
    "conversation.stale_choice",
    "journeys.amount_not_positive",
    "journeys.next_wish",
    "journeys.passed_on",
    "journeys.several",
    "journeys.wrong_currency",
    "person.button",
    "step_up.pending",
)
"""Sentences that the engine says in any flow."""

_LINK_PURPOSES = ("statement",)


def validate(flows: Mapping[str, Flow], names: Collection[str], sentences: Sentences) -> list[Fault]:
    """Every fault of these flows; ``names`` are all flows of the pack, those that cannot be read too."""
    faults = [fault for flow in flows.values() for fault in _Checking(flow, names, sentences).faults()]
    started: dict[str, Flow] = {}
    for flow in flows.values():
        for cause in (*flow.starts_on, *(f"signal {name}" for name in flow.on_signals)):
            other = started.setdefault(cause, flow)
            if other is not flow:
                faults.append(Fault(flow.file, 1, f"{cause!r} starts this flow and {other.name!r}; it can start one"))
    somewhere = next((flow.file for flow in flows.values()), "")
    faults += [Fault(somewhere, 1, f"the pack does not say {key!r}") for key in ENGINE_KEYS if key not in sentences]
    return faults


class _Checking:
    """Checks one flow."""

    def __init__(self, flow: Flow, names: Collection[str], sentences: Sentences) -> None:
        self._flow = flow
        self._names = names
        self._sentences = sentences
        self._held = held_by(flow)
        self._numbers = False

    def faults(self) -> Iterator[Fault]:
        flow = self._flow
        if not flow.steps:
            yield self._fault(1, "a flow needs steps")
            return
        yield from self._keys(1, flow.title, flow.back_to)
        targets = list(self._targets())
        yield from targets or self._ways()
        for slot in flow.slots.values():
            yield from self._slot(slot)
            yield from self._lists(slot)
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
        last = self._flow.steps[-1]
        if not ends(last):
            yield self._fault(last.line, "the last step must end the flow: end, hand_over, start or go")

    def _ways(self) -> Iterator[Fault]:
        for step in unreachable(self._flow):
            yield self._fault(step.line, f"nothing leads to the step {step.id!r}")
        for step in going_round(self._flow):
            yield self._fault(step.line, f"the step {step.id!r} leads back to itself: a flow goes forward only")

    def _slot(self, slot: Slot) -> Iterator[Fault]:
        others = (slot.unlike, slot.belongs_to, slot.currency_of and slot.currency_of.split(".")[0])
        complaints = {
            f"{slot.type!r} is no type of slot; there is {', '.join(SLOTS)}": slot.type not in SLOTS,
            "a record needs 'from': the lists it is chosen from": slot.type == "record" and not slot.sources,
            "a choice needs 'options', and nothing else does": (slot.type == "choice") != bool(slot.options),
            "money needs 'currency_of': it is made in one currency": slot.type == "money" and not slot.currency_of,
            "a slot needs 'ask', the key of its question": not slot.ask and not slot.optional,
            **{f"there is no entity {entity!r}": entity not in ENTITIES for entity in slot.entities},
            **{f"there is no slot {other!r}": other not in self._flow.slots for other in others if other is not None},
        }
        for complaint, holds in complaints.items():
            if holds:
                yield self._fault(slot.line, f"slot {slot.name!r}: {complaint}")
        labels = (option.label for option in slot.options.values())
        yield from self._keys(slot.line, *(key for key in (slot.ask, slot.again, slot.every_label, *labels) if key))

    def _lists(self, slot: Slot) -> Iterator[Fault]:
        collected = [step for step in self._flow.steps if isinstance(step, Collect) and step.slot == slot.name]
        if not collected:
            yield self._fault(slot.line, f"slot {slot.name!r} is never collected")
            return
        before = self._flow.steps[: self._flow.steps.index(collected[0])]
        read = {step.query for step in before if isinstance(step, ReadBank)}
        for source in slot.sources:
            if source.values not in read:
                fault = f"slot {slot.name!r} is chosen from {source.values!r}, which is not read before"
                yield self._fault(slot.line, fault)
                continue
            for name in (*source.where, *slot.prefer):
                if not has_field((READS[source.values][0],), name):
                    yield self._fault(slot.line, f"slot {slot.name!r}: {source.values} have no {name!r}")

    def _step(self, step: Step) -> Iterator[Fault]:  # noqa: C901, PLR0912 (a kind of step a case)
        match step:
            case Collect():
                yield from self._collect(step)
            case ReadBank():
                yield from self._read(step)
            case Act():
                yield from self._act(step)
            case Tell(line=line, telling=telling, elsewhere=elsewhere):
                self._numbers = elsewhere is not None and self._flow.level_at(step.id) >= Level.LOGGED_IN
                yield from self._telling(line, telling)
                self._numbers = False
            case Branch(line=line, on=on, cases=cases):
                yield from self._paths(line, on)
                if not cases:
                    yield self._fault(line, "'branch' needs a case: is, empty, more_than or less_than")
            case Group(line=line, of=of, by=by):
                yield from self._paths(line, of)
                if by not in ("category", "month"):
                    yield self._fault(line, "'group' goes by category or month")
            case Speak(line=line, language=language):
                yield from self._paths(line, language)
            case Filter(line=line, of=of, merchant=merchant, category=category):
                yield from self._paths(line, of, merchant, category)
            case MakePayee(line=line, name=name, iban=iban):
                yield from self._paths(line, name, iban)
            case FileFacts(line=line, facts=facts):
                yield from self._paths(line, "case", *facts.values())
            case Note(line=line, codes=codes):
                yield from self._paths(line, *codes.values())
            case StartFlow(line=line, flow=name) if name not in self._names:
                yield self._fault(line, f"there is no flow {name!r}")
            case _:
                pass

    def _collect(self, step: Collect) -> Iterator[Fault]:
        slot = self._flow.slots.get(step.slot)
        if slot is None:
            yield self._fault(step.line, f"there is no slot {step.slot!r}")
            return
        if slot.type == "record" and not slot.optional and step.none is None:
            yield self._fault(
                step.line, f"'collect: {slot.name}' needs 'none': where to go with nothing to choose from"
            )
        if step.keep is not None and step.keep not in self._flow.slots:
            yield self._fault(step.line, f"there is no slot {step.keep!r} to keep the name in")

    def _read(self, step: ReadBank) -> Iterator[Fault]:
        if step.query not in READS:
            yield self._fault(step.line, f"{step.query!r} cannot be read; there is {', '.join(READS)}")
            return
        kind, needed = READS[step.query]
        if self._flow.level_at(step.id) < needed:
            has = int(self._flow.level_at(step.id))
            yield self._fault(step.line, f"reading {step.query!r} needs level {int(needed)}; the flow has {has}")
        period = self._flow.slots.get(step.period or "")
        timed = period is not None and period.type == "period"
        if timed != (step.query == "transactions") and not (timed and step.query == "statements"):
            fault = "'transactions' is read for a 'period' (a slot of that type); 'statements' may be, nothing else is"
            yield self._fault(step.line, fault)
        yield from self._paths(step.line, step.account)
        for name in step.where:
            if not has_field((kind,), name):
                yield self._fault(step.line, f"{step.query} have no {name!r}")

    def _act(self, step: Act) -> Iterator[Fault]:
        needed = INPUTS[step.kind]
        if step.inputs.keys() != needed:
            yield self._fault(step.line, f"'act: {step.kind}' needs 'with' for {', '.join(sorted(needed))}")
        yield from self._paths(step.line, *step.inputs.values(), step.each)
        yield from self._telling(step.line, step.confirm)
        yield from self._keys(step.line, step.declined, *step.rejected.values())
        yield from self._sentence(step.line, Fill(step.parked, {"reference": "reference"}))

    def _telling(self, line: int, telling: Telling) -> Iterator[Fault]:
        yield from self._sentence(line, telling.fill)
        for row in telling.rows:
            yield from self._sentence(line, row.label)
            yield from self._sentence(line, row.value)
            yield from self._paths(line, row.over)
        for link in telling.links:
            yield from self._sentence(line, link.label)
            yield from self._paths(line, link.url, link.over)
            if link.purpose not in _LINK_PURPOSES:
                yield self._fault(line, f"a link of a flow is for {', '.join(_LINK_PURPOSES)}, not {link.purpose!r}")
        if telling.chart is not None:
            chart = telling.chart
            for fill in (chart.title, chart.alt, chart.label):
                yield from self._sentence(line, fill)
            yield from self._paths(line, chart.over, chart.amount)
        for button in telling.buttons:
            if button != "person" and button not in self._names:
                yield self._fault(line, f"there is no flow {button!r} for a button")

    def _sentence(self, line: int, fill: Fill) -> Iterator[Fault]:
        yield from self._keys(line, fill.key)
        for name in sorted(self._sentences.get(fill.key, frozenset()) - fill.values.keys()):
            yield self._fault(line, f"{fill.key!r} says {{{name}}}, which the step does not give")
        yield from self._paths(line, *fill.values.values())

    def _keys(self, line: int, *keys: str) -> Iterator[Fault]:
        for key in keys:
            if key not in self._sentences:
                yield self._fault(line, f"the pack does not say {key!r}")

    def _paths(self, line: int, *paths: str | None) -> Iterator[Fault]:
        for path in paths:
            root, _, rest = (path or "level").partition(".")
            if root not in self._held:
                yield self._fault(line, f"nothing in this flow is called {root!r}")
            elif (
                rest
                and not (self._numbers and rest.rpartition(".")[2] in OWN_NUMBERS)
                and not can_show(self._held[root], rest.partition(".")[0])
            ):
                yield self._fault(line, f"{root!r} has no {rest!r} to show")

    def _fault(self, line: int, message: str) -> Fault:
        return Fault(self._flow.file, line, message)
