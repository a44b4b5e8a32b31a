"""What a message changes of what a flow holds: slots filled in any order, and corrected as long as nothing is done yet.

A slot keeps its value as long as it fits; a change stands again at the first step that it touches, and the steps after
it run anew with what was said before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from openteller.capabilities.flows.choosing import candidates, preferred
from openteller.capabilities.flows.dialogue import Dialogue
from openteller.capabilities.flows.fitting import STORIES, Fit, Found, Later, Several, Unknown, Wrong, fit
from openteller.capabilities.flows.flow import Collect, Filter, Group, MakePayee, ReadBank, Slot
from openteller.capabilities.flows.stepping import settle
from openteller.domain.banking import Account, NewPayee, Payee
from openteller.domain.flows import AwaitSlot, FlowValue, Mentions
from openteller.domain.texts import SpanType


def take_up(dialogue: Dialogue, mentions: Mentions) -> bool:
    """Use what the message holds for the flow on top; False when it holds nothing."""
    awaiting = dialogue.state.awaiting
    asked = awaiting.slot if isinstance(awaiting, AwaitSlot) else None
    aside = asked is not None and dialogue.flow.slots[asked].type in ("yes_no", "choice")
    told = asked is not None and dialogue.flow.slots[asked].type in STORIES
    fits = {
        name: found
        for name, slot in dialogue.flow.slots.items()
        if _open(dialogue, slot)
        and (not told or name == asked)  # a story tells of many things, and changes none of them
        and not (slot.type == "period" and aside)  # nor does a day that is named beside a yes or a choice
        and (found := fit(slot, dialogue.flow, dialogue.scope, mentions, asked=name == asked)) is not None
    }
    changes, others = _changes(dialogue, fits, asked), _others(dialogue, fits)
    partly = fits.get(asked) if asked is not None and not changes else None
    if not (changes or others or _leads_on(dialogue, partly) or _useful(dialogue, fits, asked)):
        return False
    dialogue.void()
    dialogue.understood()
    dialogue.hear(mentions)
    rewind(dialogue, changes, others)
    if asked is not None and _leads_on(dialogue, partly):
        step = dialogue.step
        assert isinstance(step, Collect)
        settle(dialogue, dialogue.flow.slots[asked], step, partly)
    return True


def changes(dialogue: Dialogue, mentions: Mentions) -> bool:
    """True when the message gives another value to a slot that has one."""
    values, scope = dialogue.top.values, dialogue.scope
    slots = (
        slot for name, slot in dialogue.flow.slots.items() if values.get(name) is not None and _open(dialogue, slot)
    )
    found = ((slot, fit(slot, dialogue.flow, scope, mentions, asked=False)) for slot in slots)
    return any(isinstance(one, Found) and one.value != values[slot.name] for slot, one in found)


def take_back(dialogue: Dialogue, mentions: Mentions) -> bool:
    """Refuse one thing ("not Anna"): the slot that holds what was named is free again, and asked for."""
    for name, slot in dialogue.flow.slots.items():
        held = dialogue.top.values.get(name)
        found = fit(slot, dialogue.flow, dialogue.scope, mentions, asked=False) if _open(dialogue, slot) else None
        if held is not None and isinstance(found, Found) and found.value == held:
            dialogue.void()
            dialogue.understood()
            values = {key: value for key, value in dialogue.top.values.items() if key != name}
            step = dialogue.flow.steps[dialogue.flow.collects(name)]
            dialogue.change(values=values, step=step.id)
            dialogue.mark("asked")
            dialogue.ask(slot, key=slot.ask, records=preferred(slot, candidates(slot, dialogue.scope)))
            return True
    return False


def rewind(dialogue: Dialogue, changes: dict[str, FlowValue], others: Collection[str] = ()) -> None:
    """Hold the new values, free the slots of ``others``, and stand again at the first step that one of them touches.

    What later steps made of the old values (lists read with them, sums) is dropped; so are slots that belong to a
    changed one (the IBAN of another name).
    """
    flow, values = dialogue.flow, dict(dialogue.top.values)
    stale = {*changes, *others}
    while more := {name for name, slot in flow.slots.items() if slot.belongs_to in stale} - stale:
        stale |= more
    here = flow.index(dialogue.top.step)
    start = min([here, *(flow.collects(name) for name in (*changes, *others))])
    for name in stale:
        values.pop(name, None)
    for step in flow.steps[start:]:
        match step:
            case ReadBank(query=query):
                values.pop(query, None)
            case Filter(into=into) | Group(into=into):
                values.pop(into, None)
            case MakePayee(value=made):
                values.pop(made, None)
    owned = [flow.slots[name] for name in stale if flow.slots[name].belongs_to is not None]
    *earlier, latest = dialogue.top.heard
    heard = (*(_forget(mentions, owned) for mentions in earlier), latest)
    dialogue.change(values={**values, **changes}, step=flow.steps[start].id, heard=heard)


def _open(dialogue: Dialogue, slot: Slot) -> bool:
    """True for a slot that may still be changed: nothing has been done yet with what it holds."""
    return dialogue.flow.collects(slot.name) >= dialogue.top.settled


def _changes(dialogue: Dialogue, fits: dict[str, Fit], asked: str | None) -> dict[str, FlowValue]:
    """The slots that get a value, or another one.

    A record that could be meant for two slots is for the one that was asked for, or that holds a record of that kind;
    if that does not decide it, for neither.
    """
    values = dialogue.top.values
    changes = {
        name: found.value
        for name, found in fits.items()
        if isinstance(found, Found) and values.get(name) != found.value and (name in values or name == asked)
    }
    for name, value in list(changes.items()):
        found = fits[name]
        rivals = [other for other, same in changes.items() if other != name and same == value]
        if not rivals or name == asked or (isinstance(found, Found) and found.cued):
            continue
        alike = [other for other in (name, *rivals) if type(values.get(other)) is type(value)]
        if asked in rivals or alike != [name]:
            del changes[name]
    return changes


def _others(dialogue: Dialogue, fits: dict[str, Fit]) -> set[str]:
    """The filled slots for which somebody was named now who is on no list, where the flow knows what to do then."""
    ways = {step.slot for step in dialogue.flow.steps if isinstance(step, Collect) and step.unknown is not None}
    held = dialogue.top.values
    return {
        name
        for name, found in fits.items()
        if isinstance(found, Unknown) and name in ways & held.keys() and found.name != _name(held[name])
    }


def _useful(dialogue: Dialogue, fits: dict[str, Fit], asked: str | None) -> bool:
    """True when something was said for a slot that is still to be asked for.

    A slot that belongs to another one is asked for only together with it.
    """
    slots, values = dialogue.flow.slots, dialogue.top.values

    def in_question(name: str) -> bool:
        parent = slots[name].belongs_to
        return parent is None or asked in {name, parent} or (parent not in values and in_question(parent))

    return any(
        isinstance(found, Found | Later) and name not in values and in_question(name) for name, found in fits.items()
    )


def _leads_on(dialogue: Dialogue, found: Fit | None) -> bool:
    """True for an answer that is none yet but says how to go on.

    Several bear the name; nobody does, and the flow knows what then; or there is a sentence why it cannot be used.
    """
    step = dialogue.step
    known_way = isinstance(step, Collect) and step.unknown is not None
    return isinstance(found, Several | Wrong) or (isinstance(found, Unknown) and known_way)


def _forget(mentions: Mentions, slots: Sequence[Slot]) -> Mentions:
    """What was said, without what it held for ``slots``: an IBAN said for one name must never serve another."""
    types = {entity for slot in slots for entity in slot.entities}
    kinds = {SpanType.IBAN for slot in slots if slot.type == "iban"}
    entities = tuple(entity for entity in mentions.entities if entity.type not in types)
    return replace(
        mentions, entities=entities, sealed=tuple(value for value in mentions.sealed if value.type not in kinds)
    )


def _name(value: FlowValue) -> str | None:
    return value.name if isinstance(value, Account | Payee | NewPayee) else None
