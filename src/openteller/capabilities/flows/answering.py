"""What a customer's message does to the flows: it answers, changes, starts, or is not understood."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from openteller.capabilities.flows.dialogue import Dialogue
from openteller.capabilities.flows.fitting import (
    Fit,
    Found,
    Later,
    Several,
    Unknown,
    Wrong,
    candidates,
    fit,
    preferred,
)
from openteller.capabilities.flows.flow import Act, Collect, Filter, MakePayee, ReadBank, Slot
from openteller.capabilities.flows.stepping import come_back, count, finish, hand_over, settle
from openteller.capabilities.flows.values import PERSON
from openteller.domain.banking import Account, NewPayee, Payee
from openteller.domain.flows import (
    Ask,
    AwaitConfirmation,
    AwaitLogin,
    AwaitSlot,
    AwaitStepUp,
    CheckStepUp,
    Confirmed,
    FlowValue,
    Mentions,
)
from openteller.domain.replies import OptionPhrase, Phrase, Reply
from openteller.domain.texts import SpanType

_PATIENCE = 2
"""After this many failed turns in a row the next one brings a person (complaint 19)."""


def start(dialogue: Dialogue, names: tuple[str, ...], mentions: Mentions) -> None:
    """Begin the riskiest now, the others after it. A flow that is under way already hears the message instead."""
    under_way = {frame.flow for frame in dialogue.state.frames if not frame.settled}
    first, *others = dialogue.flows.riskiest_first(names)
    dialogue.queue(tuple(name for name in others if name not in under_way), mentions)
    if first not in under_way:
        dialogue.push(first, mentions)
    elif dialogue.top.flow == first:
        provide(dialogue, mentions)
        return
    else:
        _bring_up(dialogue, first)
        if dialogue.halted or not _take_up(dialogue, mentions):
            return
    dialogue.understood()


def provide(dialogue: Dialogue, mentions: Mentions) -> None:
    """Take the message as an answer or a change; if it is neither, ask differently, offer a person, bring one."""
    if not dialogue.state.frames:
        not_understood(dialogue)
    elif isinstance(dialogue.state.awaiting, AwaitLogin):
        dialogue.change(heard=(*dialogue.top.heard, mentions))
        dialogue.state = replace(dialogue.state, awaiting=None)
    elif not _take_up(dialogue, mentions):
        not_understood(dialogue)


def affirm(dialogue: Dialogue, mentions: Mentions) -> None:
    """Yes: to what was shown, and only if nothing was changed in the same breath."""
    awaiting = dialogue.state.awaiting
    if isinstance(awaiting, AwaitConfirmation | AwaitStepUp) and _take_up(dialogue, mentions):
        return
    match awaiting:
        case AwaitConfirmation():
            _confirm(dialogue, awaiting)
        case AwaitStepUp(intent_id, challenge_id):
            dialogue.stop(CheckStepUp(intent_id, challenge_id), awaiting)
        case _:
            provide(dialogue, mentions)


def deny(dialogue: Dialogue, mentions: Mentions) -> None:
    """No: a change ("no, 60"), a refusal of one thing ("not Anna"), or of all that was shown."""
    awaiting = dialogue.state.awaiting
    if not isinstance(awaiting, AwaitConfirmation | AwaitStepUp):
        provide(dialogue, mentions)
    elif not _take_up(dialogue, mentions) and not _take_back(dialogue, mentions):
        _decline(dialogue)


def choose(dialogue: Dialogue, option: str) -> None:
    """A button: it answers the question it belongs to, and no other."""
    awaiting = dialogue.state.awaiting
    match awaiting:
        case AwaitConfirmation() if option == awaiting.yes:
            _confirm(dialogue, awaiting)
        case AwaitConfirmation() if option == awaiting.no:
            _decline(dialogue)
        case AwaitSlot(slot, options) if option in options:
            _choose_record(dialogue, dialogue.flow.slots[slot], option.partition(":")[2])
        case _:
            dialogue.say("conversation.stale_choice")
            dialogue.halted = True


def not_understood(dialogue: Dialogue) -> None:
    """First ask differently, then offer a person, then bring one: counted over all flows, never a loop."""
    failed = dialogue.state.failed_turns
    dialogue.state = replace(dialogue.state, failed_turns=failed + 1)
    if failed >= _PATIENCE:
        hand_over(dialogue, "stuck")
        return
    first = Phrase("conversation.offer_person" if failed else "conversation.say_differently")
    awaiting = dialogue.state.awaiting
    match awaiting:
        case AwaitSlot(name) if dialogue.state.frames:
            slot = dialogue.flow.slots[name]
            records = preferred(slot, candidates(slot, dialogue.scope))
            dialogue.ask(slot, first, key=slot.again or slot.ask, records=records, person=failed > 0)
        case AwaitConfirmation():
            buttons = (
                OptionPhrase(awaiting.yes, Phrase("confirm.yes")),
                OptionPhrase(awaiting.no, Phrase("confirm.no")),
            )
            options = (*buttons, PERSON) if failed else buttons
            dialogue.stop(Ask(Reply((first, Phrase("confirm.again")), options=options)), awaiting)
        case AwaitStepUp():
            dialogue.stop(Ask(Reply((first, Phrase("step_up.pending")), options=(PERSON,))), awaiting)
        case _:
            dialogue.stop(Ask(Reply((first,), options=(PERSON,))), awaiting)


def _confirm(dialogue: Dialogue, awaiting: AwaitConfirmation) -> None:
    """Yes, to exactly this intent; where the login has lapsed meanwhile it is shown afresh after the next one."""
    dialogue.understood()
    if dialogue.level < dialogue.flow.level:
        dialogue.void()
    else:
        dialogue.stop(Confirmed(awaiting.intent_id))


def _bring_up(dialogue: Dialogue, name: str) -> None:
    """A flow beneath that the customer turns to again comes to the top."""
    dialogue.set_aside()
    wanted = next(frame for frame in dialogue.state.frames if frame.flow == name and not frame.settled)
    others = tuple(frame for frame in dialogue.state.frames if frame is not wanted)
    dialogue.state = replace(dialogue.state, frames=(*others, wanted))
    come_back(dialogue)


def _take_up(dialogue: Dialogue, mentions: Mentions) -> bool:
    """Use what the message holds for the flow on top; False when it holds nothing."""
    awaiting = dialogue.state.awaiting
    asked = awaiting.slot if isinstance(awaiting, AwaitSlot) else None
    fits = {
        name: found
        for name, slot in dialogue.flow.slots.items()
        if _open(dialogue, slot)
        and (found := fit(slot, dialogue.flow, dialogue.scope, mentions, asked=name == asked)) is not None
    }
    changes, others = _changes(dialogue, fits, asked), _others(dialogue, fits)
    partly = fits.get(asked) if asked is not None and not changes else None
    if not (changes or others or _leads_on(dialogue, partly) or _useful(dialogue, fits, asked)):
        return False
    dialogue.void()
    dialogue.understood()
    dialogue.change(heard=(*dialogue.top.heard, mentions))
    _rewind(dialogue, changes, others)
    if asked is not None and _leads_on(dialogue, partly):
        step = dialogue.step
        assert isinstance(step, Collect)
        settle(dialogue, dialogue.flow.slots[asked], step, partly)
    return True


def _open(dialogue: Dialogue, slot: Slot) -> bool:
    """True for a slot that may still be changed: nothing has been done yet with what it holds."""
    return dialogue.flow.collects(slot.name) >= dialogue.top.settled


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


def _others(dialogue: Dialogue, fits: dict[str, Fit]) -> set[str]:
    """The filled slots for which somebody was named now who is on no list, where the flow knows what to do then."""
    ways = {step.slot for step in dialogue.flow.steps if isinstance(step, Collect) and step.unknown is not None}
    held = dialogue.top.values
    return {
        name
        for name, found in fits.items()
        if isinstance(found, Unknown) and name in ways & held.keys() and found.name != _name(held[name])
    }


def _name(value: FlowValue) -> str | None:
    return value.name if isinstance(value, Account | Payee | NewPayee) else None


def _leads_on(dialogue: Dialogue, found: Fit | None) -> bool:
    """True for an answer that is none yet but says how to go on.

    Several bear the name; nobody does, and the flow knows what then; or there is a sentence why it cannot be used.
    """
    step = dialogue.step
    known_way = isinstance(step, Collect) and step.unknown is not None
    return isinstance(found, Several | Wrong) or (isinstance(found, Unknown) and known_way)


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


def _rewind(dialogue: Dialogue, changes: dict[str, FlowValue], others: Collection[str] = ()) -> None:
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
            case Filter(into=into):
                values.pop(into, None)
            case MakePayee(value=made):
                values.pop(made, None)
    owned = [flow.slots[name] for name in stale if flow.slots[name].belongs_to is not None]
    *earlier, latest = dialogue.top.heard
    heard = (*(_forget(mentions, owned) for mentions in earlier), latest)
    dialogue.change(values={**values, **changes}, step=flow.steps[start].id, heard=heard)


def _forget(mentions: Mentions, slots: Sequence[Slot]) -> Mentions:
    """What was said, without what it held for ``slots``: an IBAN said for one name must never serve another."""
    types = {entity for slot in slots for entity in slot.entities}
    kinds = {SpanType.IBAN for slot in slots if slot.type == "iban"}
    entities = tuple(entity for entity in mentions.entities if entity.type not in types)
    return replace(mentions, entities=entities, sealed=tuple(value for value in mentions.sealed if value.type not in kinds))


def _take_back(dialogue: Dialogue, mentions: Mentions) -> bool:
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
            dialogue.ask(slot, key=slot.ask, records=preferred(slot, candidates(slot, dialogue.scope)))
            return True
    return False


def _decline(dialogue: Dialogue) -> None:
    """No to all that was shown: it is dead, and said so."""
    step = dialogue.step
    dialogue.void()
    dialogue.understood()
    if not isinstance(step, Act):
        finish(dialogue, "cancelled")
        return
    dialogue.say(step.declined)
    if step.each is None:
        finish(dialogue, "cancelled")
    else:
        count(dialogue, step, "at")


def _choose_record(dialogue: Dialogue, slot: Slot, place: str) -> None:
    choice = candidates(slot, dialogue.scope)
    value: FlowValue = preferred(slot, choice) if place == "all" else choice[int(place)]
    dialogue.understood()
    dialogue.state = replace(dialogue.state, awaiting=None)
    _rewind(dialogue, {slot.name: value})
