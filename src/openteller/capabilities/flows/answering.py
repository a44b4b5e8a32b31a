"""What a customer's message does to the flows: it answers, changes, starts, or is not understood."""

from __future__ import annotations

from dataclasses import replace

from openteller.capabilities.flows.choosing import candidates, preferred
from openteller.capabilities.flows.correcting import changes, rewind, take_back, take_up
from openteller.capabilities.flows.dialogue import Dialogue
from openteller.capabilities.flows.flow import Act, Slot
from openteller.capabilities.flows.stepping import come_back, count, finish, hand_over
from openteller.capabilities.flows.values import PERSON
from openteller.domain.flows import (
    Ask,
    AskLogin,
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

_PATIENCE = 2
"""After this many failed turns in a row the next one brings a person (complaint 19)."""


def start(dialogue: Dialogue, names: tuple[str, ...], mentions: Mentions) -> None:
    """Begin the riskiest now, the others after it. A flow that is under way already hears the message instead."""
    under_way = {frame.flow for frame in dialogue.state.frames if not frame.settled}
    first, *others = dialogue.flows.riskiest_first(names)
    dialogue.queue(tuple(name for name in others if name not in under_way), mentions)
    if first not in under_way:
        dialogue.push(first, mentions)
    elif dialogue.top.flow == first and isinstance(dialogue.state.awaiting, AwaitLogin):
        provide(dialogue, mentions)
        return
    elif dialogue.top.flow == first:
        if not take_up(dialogue, mentions):
            not_understood(dialogue, said_before=True)
        return
    else:
        _bring_up(dialogue, first)
        if dialogue.halted or not take_up(dialogue, mentions):
            return
    dialogue.understood()


def provide(dialogue: Dialogue, mentions: Mentions) -> None:
    """Take the message as an answer or a change; if it is neither, ask differently, offer a person, bring one."""
    if not dialogue.state.frames:
        not_understood(dialogue)
    elif isinstance(dialogue.state.awaiting, AwaitLogin):
        if dialogue.state.failed_turns >= _PATIENCE:
            not_understood(dialogue)
            return
        dialogue.hear(mentions)
        failed = dialogue.state.failed_turns + 1  # talking on without logging in leads to a person, not round and round
        dialogue.state = replace(dialogue.state, awaiting=None, failed_turns=failed)
    elif not take_up(dialogue, mentions):
        not_understood(dialogue)


def affirm(dialogue: Dialogue, mentions: Mentions) -> None:
    """Yes: to what was shown, and only if nothing was changed in the same breath."""
    awaiting = dialogue.state.awaiting
    if isinstance(awaiting, AwaitConfirmation | AwaitStepUp) and take_up(dialogue, mentions):
        return
    match awaiting:
        case AwaitConfirmation():
            _confirm(dialogue, awaiting)
        case AwaitStepUp(intent_id, challenge_id):
            dialogue.stop(CheckStepUp(intent_id, challenge_id), awaiting)
        case AwaitSlot(name) if dialogue.state.frames and dialogue.flow.slots[name].type == "yes_no":
            if not (changes(dialogue, mentions) and take_up(dialogue, mentions)):  # "yes, but only the chats"
                _choose_record(dialogue, dialogue.flow.slots[name], "0")
        case _:
            provide(dialogue, mentions)


def deny(dialogue: Dialogue, mentions: Mentions) -> None:
    """No: a change ("no, 60"), a refusal of one thing ("not Anna"), or of all that was shown."""
    awaiting = dialogue.state.awaiting
    slot = dialogue.flow.slots[awaiting.slot] if isinstance(awaiting, AwaitSlot) and dialogue.state.frames else None
    if slot is not None and slot.type == "yes_no":
        if not (changes(dialogue, mentions) and take_up(dialogue, mentions)):
            _choose_record(dialogue, slot, "1")
    elif slot is not None and slot.optional and slot.asked_anyway:
        _leave_out(dialogue, slot)
    elif not isinstance(awaiting, AwaitConfirmation | AwaitStepUp):
        provide(dialogue, mentions)
    elif not take_up(dialogue, mentions) and not take_back(dialogue, mentions):
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


def not_understood(dialogue: Dialogue, *, said_before: bool = False) -> None:
    """First ask differently, then offer a person, then bring one: counted over all flows, never a loop.

    ``said_before``: the wish is the one under way, so its question is put again, with no word of not understanding.
    """
    failed = dialogue.state.failed_turns
    dialogue.state = replace(dialogue.state, failed_turns=failed + 1)
    if failed >= _PATIENCE:
        hand_over(dialogue, "stuck")
        return
    first = [Phrase("conversation.offer_person" if failed else "conversation.say_differently")]
    if said_before and not failed:
        first = []
    _ask_again(dialogue, *first, person=failed > 0)


def remind(dialogue: Dialogue) -> None:
    """Back from an answer to something else: what the flow on top waits for is said again, and nothing is counted."""
    awaiting = dialogue.state.awaiting
    if not dialogue.state.frames:
        dialogue.halted = True
    elif isinstance(awaiting, AwaitLogin):
        dialogue.stop(AskLogin(awaiting.level), awaiting)
    elif isinstance(awaiting, AwaitSlot | AwaitConfirmation | AwaitStepUp):
        _ask_again(dialogue, Phrase(dialogue.flow.back_to), person=False)
    else:
        dialogue.halted = True


def _ask_again(dialogue: Dialogue, *first: Phrase, person: bool) -> None:
    """Put the open question once more, differently."""
    awaiting = dialogue.state.awaiting
    match awaiting:
        case AwaitSlot(name) if dialogue.state.frames:
            dialogue.mark("asked again")
            slot = dialogue.flow.slots[name]
            records = preferred(slot, candidates(slot, dialogue.scope))
            dialogue.ask(slot, *first, key=slot.again or slot.ask, records=records, person=person)
        case AwaitConfirmation():
            buttons = (
                OptionPhrase(awaiting.yes, Phrase("confirm.yes")),
                OptionPhrase(awaiting.no, Phrase("confirm.no")),
            )
            options = (*buttons, PERSON) if person else buttons
            dialogue.stop(Ask(Reply((*first, Phrase("confirm.again")), options=options)), awaiting)
        case AwaitStepUp():
            dialogue.stop(Ask(Reply((*first, Phrase("step_up.pending")), options=(PERSON,))), awaiting)
        case _:
            said = first or (Phrase("conversation.say_differently"),)
            dialogue.stop(Ask(Reply(said, options=(PERSON,))), awaiting)


def _confirm(dialogue: Dialogue, awaiting: AwaitConfirmation) -> None:
    """Yes, to exactly this intent; where the login has lapsed meanwhile it is shown afresh after the next one."""
    dialogue.understood()
    if dialogue.level < dialogue.flow.level_at(dialogue.top.step):
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


def _decline(dialogue: Dialogue) -> None:
    """No to all that was shown: it is dead, and said so."""
    step = dialogue.step
    dialogue.void()
    dialogue.understood()
    if not isinstance(step, Act):
        finish(dialogue, "cancelled")
        return
    dialogue.mark("declined")
    dialogue.say(step.declined)
    if step.each is None:
        finish(dialogue, "cancelled")
    else:
        count(dialogue, step, "at")


def _leave_out(dialogue: Dialogue, slot: Slot) -> None:
    """There is nothing to tell."""
    dialogue.understood()
    dialogue.state = replace(dialogue.state, awaiting=None)
    dialogue.mark("left empty")
    rewind(dialogue, {slot.name: ""})


def _choose_record(dialogue: Dialogue, slot: Slot, place: str) -> None:
    choice = candidates(slot, dialogue.scope)
    value: FlowValue = preferred(slot, choice) if place == "all" else choice[int(place)]
    dialogue.understood()
    dialogue.state = replace(dialogue.state, awaiting=None)
    rewind(dialogue, {slot.name: value})
