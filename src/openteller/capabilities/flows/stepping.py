"""What each kind of step does. Everything here is pure: it reads the frame and writes the dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import assert_never

from openteller.capabilities.flows.choosing import candidates, default, preferred
from openteller.capabilities.flows.dialogue import Dialogue
from openteller.capabilities.flows.filters import group, keep, totals
from openteller.capabilities.flows.fitting import Fit, Found, Several, Unknown, Wrong, fit, still_fits
from openteller.capabilities.flows.flow import (
    Act,
    Branch,
    Collect,
    End,
    FileFacts,
    Filter,
    Go,
    Group,
    MakePayee,
    Note,
    OpenCase,
    PassOn,
    ReadBank,
    RequireLogin,
    SetConsent,
    Slot,
    Speak,
    StartFlow,
    Tell,
)
from openteller.capabilities.flows.paths import arm_of
from openteller.capabilities.flows.values import PERSON, tell
from openteller.domain.actions import Action
from openteller.domain.banking import (
    Account,
    Card,
    DirectDebit,
    NewPayee,
    Payee,
    ScheduledPayment,
    SpendingLimit,
    StandingOrder,
    Transaction,
)
from openteller.domain.errors import InvariantError
from openteller.domain.flows import (
    AskLogin,
    AwaitLogin,
    CaseWanted,
    ConsentSet,
    FactsFiled,
    FlowValue,
    HandOverNow,
    Noted,
    Pick,
    Propose,
    Read,
    SwitchLanguage,
)
from openteller.domain.money import Money
from openteller.domain.obligations import Case
from openteller.domain.replies import Phrase, Reply
from openteller.domain.texts import SealedValue
from openteller.domain.understanding import Period

_MOST_STEPS = 500
"""The validator lets no loop through that asks nothing; this is the fence behind it."""


def run(dialogue: Dialogue) -> None:
    """Do steps until something needs the world or the customer, or nothing is left to do."""
    for _ in range(_MOST_STEPS):
        if dialogue.halted:
            return
        if not dialogue.state.frames:
            if not dialogue.state.queued:
                return
            _next_wish(dialogue)
        elif dialogue.level < (needed := dialogue.flow.level_at(dialogue.top.step)):
            if isinstance(dialogue.step, RequireLogin):
                dialogue.mark("asked")
            dialogue.stop(AskLogin(needed), AwaitLogin(needed))
        else:
            _step(dialogue)
    raise InvariantError("a flow goes round without asking anything")


def finish(dialogue: Dialogue, outcome: str) -> None:
    """End the flow on top, then turn to the next wish, or back to what was interrupted."""
    dialogue.finish(outcome)
    if dialogue.state.queued:
        _next_wish(dialogue)
    elif dialogue.state.frames:
        come_back(dialogue)


def come_back(dialogue: Dialogue) -> None:
    """Take the customer back to the flow that is on top again."""
    dialogue.say(dialogue.flow.back_to)
    waiting = dialogue.top.step_up
    if waiting is not None:
        dialogue.change(step_up=None)
        dialogue.say("step_up.pending")
        dialogue.state = replace(dialogue.state, awaiting=waiting)
        dialogue.halted = True


def collect(dialogue: Dialogue, slot: Slot, step: Collect) -> None:
    """Fill the slot from what was heard, or by default, or ask."""
    scope = dialogue.scope
    if slot.sources and slot.type == "record" and not candidates(slot, scope):
        dialogue.mark("none")
        dialogue.go(step.none) if step.none is not None else dialogue.go_on()
        return
    if still_fits(slot, scope):
        dialogue.mark("filled")
        dialogue.go_on()
        return
    for mentions in reversed(dialogue.top.heard):
        found = fit(slot, dialogue.flow, scope, mentions, asked=False)
        if found is not None and settle(dialogue, slot, step, found):
            return
    value = default(slot, scope)
    if value is not None:
        dialogue.mark("by default")
        dialogue.put(slot.name, value)
    elif slot.optional and not slot.asked_anyway:
        dialogue.mark("left empty")
    if value is not None or (slot.optional and not slot.asked_anyway):
        dialogue.go_on()
    else:
        dialogue.mark("asked")
        dialogue.ask(slot, key=slot.ask, records=preferred(slot, candidates(slot, scope)))


def settle(dialogue: Dialogue, slot: Slot, step: Collect, found: Fit | None) -> bool:
    """Act on what a message held for the slot; False when it held nothing to act on."""
    match found:
        case Found(value):
            dialogue.mark("filled")
            dialogue.put(slot.name, value)
            dialogue.go_on()
        case Several(records):
            dialogue.ask(slot, Phrase("journeys.several"), key=slot.ask, records=records)
        case Unknown(name) if step.unknown is not None:
            dialogue.mark("unknown")
            if step.keep is not None:
                dialogue.put(step.keep, name)
            dialogue.go(step.unknown)
        case Unknown(_) if not slot.optional:
            dialogue.ask(slot, key=slot.again or slot.ask, records=preferred(slot, candidates(slot, dialogue.scope)))
        case Wrong(why):
            dialogue.ask(slot, why, key=slot.ask, records=(), person=True)
        case _:
            return False
    return True


def _next_wish(dialogue: Dialogue) -> None:
    wish, *others = dialogue.state.queued
    dialogue.state = replace(dialogue.state, queued=tuple(others))
    dialogue.say("journeys.next_wish")
    dialogue.push(wish.flow, wish.mentions)


def _step(dialogue: Dialogue) -> None:  # noqa: C901, PLR0912 (a kind of step a case)
    step = dialogue.step
    dialogue.mark()
    match step:
        case Collect():
            collect(dialogue, dialogue.flow.slots[step.slot], step)
        case ReadBank():
            _read(dialogue, step)
        case Branch():
            _branch(dialogue, step)
        case Filter():
            _filter(dialogue, step)
        case MakePayee():
            _make_payee(dialogue, step)
        case Act():
            _act(dialogue, step)
        case Group():
            found = group(dialogue.scope.records(step.of), step.by)
            dialogue.put(step.into, found)
            dialogue.put(f"{step.into}_count", len(found))
            dialogue.go_on()
        case Tell():
            _tell(dialogue, step)
        case Speak():
            dialogue.effects.append(SwitchLanguage(str(dialogue.scope.get(step.language))))
            dialogue.go_on()
        case RequireLogin():
            dialogue.go_on()
        case OpenCase(kind=kind):
            dialogue.stop(CaseWanted(kind))
        case FileFacts():
            _file(dialogue, step)
        case SetConsent(purpose=purpose, given=given):
            dialogue.effects.append(ConsentSet(purpose, given))
            dialogue.go_on()
        case Note():
            _note(dialogue, step)
        case PassOn():
            hand_over(dialogue, step.reason)
        case StartFlow():
            heard = dialogue.top.heard
            dialogue.finish("done")
            dialogue.push(step.flow, heard[-1])
        case Go():
            dialogue.go(step.to)
        case End():
            finish(dialogue, "done")
        case _:
            assert_never(step)


def _tell(dialogue: Dialogue, step: Tell) -> None:
    if step.elsewhere is not None and not dialogue.trusted:
        dialogue.mark("elsewhere")
        dialogue.go(step.elsewhere)
        return
    scope = replace(dialogue.scope, numbers=step.elsewhere is not None)
    dialogue.say(tell(step.telling, scope))
    dialogue.go_on()


def hand_over(dialogue: Dialogue, reason: str) -> None:
    """A person takes it from here: nothing is left half-open behind their back."""
    let_go(dialogue)
    dialogue.stop(HandOverNow(reason))


def let_go(dialogue: Dialogue) -> None:
    """End every flow under way and forget the wishes; what was shown can no longer be executed."""
    dialogue.void()
    while dialogue.state.frames:
        dialogue.state = replace(dialogue.state, awaiting=dialogue.top.step_up)
        dialogue.void()
        dialogue.finish("failed")
    dialogue.state = replace(dialogue.state, queued=(), failed_turns=0)


def _read(dialogue: Dialogue, step: ReadBank) -> None:
    parameters: dict[str, FlowValue] = {}
    if step.period is not None:
        parameters["period"] = dialogue.top.values[step.period]
    dialogue.stop(Read(step.query, parameters))


def _branch(dialogue: Dialogue, step: Branch) -> None:
    value = dialogue.scope.get(step.on)
    for case in step.cases:
        if _holds(case.test, case.against, value):
            dialogue.mark(arm_of(case))
            dialogue.go(case.to)
            return
    dialogue.mark("otherwise")
    dialogue.go_on()


def _holds(test: str, against: str | int | None, value: object) -> bool:
    size = len(value) if isinstance(value, tuple) else value
    match test:
        case "empty":
            return value is None or value == ()
        case "is":
            return value == against
        case "more_than":
            return isinstance(size, int) and isinstance(against, int) and size > against
        case _:
            return isinstance(size, int) and isinstance(against, int) and size < against


def _filter(dialogue: Dialogue, step: Filter) -> None:
    scope = dialogue.scope
    kept = keep(
        scope.records(step.of),
        scope.get(step.merchant) if step.merchant else None,
        scope.get(step.category) if step.category else None,
    )
    spent, received = totals(kept)
    dialogue.put(step.into, kept)
    dialogue.put(f"{step.into}_count", len(kept))
    dialogue.put(f"{step.into}_spent", spent)
    dialogue.put(f"{step.into}_received", received)
    dialogue.go_on()


def _file(dialogue: Dialogue, step: FileFacts) -> None:
    """With nothing said for it a fact is left out; without any nothing is filed."""
    case = dialogue.top.values.get("case")
    facts = {name: dialogue.scope.get(path) for name, path in step.facts.items()}
    said = {name: value for name, value in facts.items() if value not in (None, "", ())}
    if isinstance(case, Case) and said:
        dialogue.effects.append(FactsFiled(case.reference, said))
    dialogue.go_on()


def _note(dialogue: Dialogue, step: Note) -> None:
    picks = {name: dialogue.scope.get(path) for name, path in step.codes.items()}
    codes = {name: value.code for name, value in picks.items() if isinstance(value, Pick)}
    dialogue.effects.append(Noted(step.what, codes))
    dialogue.go_on()


def _make_payee(dialogue: Dialogue, step: MakePayee) -> None:
    name, iban = dialogue.top.values[step.name], dialogue.top.values[step.iban]
    if not isinstance(name, str) or not isinstance(iban, SealedValue):
        raise InvariantError("a payee is made of a name and an IBAN")
    dialogue.put(step.value, NewPayee(name, iban.value))
    dialogue.go_on()


def _act(dialogue: Dialogue, step: Act) -> None:
    items: tuple[FlowValue | None, ...] = dialogue.scope.records(step.each) if step.each is not None else (None,)
    number = _counted(dialogue, step, "at")
    if number == len(items):
        failed = _counted(dialogue, step, "failed")
        dialogue.go(step.otherwise) if failed and step.otherwise is not None else dialogue.go_on()
        return
    scope = replace(dialogue.scope, item=items[number])
    action = _action(step, {name: scope.get(path) for name, path in step.inputs.items()})
    dialogue.put("action", action)
    dialogue.stop(Propose(action, tell(step.confirm, dialogue.scope)))


def _counted(dialogue: Dialogue, step: Act, what: str) -> int:
    count = dialogue.top.values.get(f"{step.id}_{what}", 0)
    return count if isinstance(count, int) else 0


def count(dialogue: Dialogue, step: Act, what: str) -> None:
    """One more item of this step that was dealt with (``at``), that was ``done``, or that ``failed``."""
    dialogue.put(f"{step.id}_{what}", _counted(dialogue, step, what) + 1)


def _action(step: Act, given: dict[str, object]) -> Action:
    values = {name: value.code if isinstance(value, Pick) else value for name, value in given.items()}
    for name, value in values.items():
        if not isinstance(value, _OF_TYPE[name]):
            raise InvariantError(f"line {step.line} gives an action a {name} of the wrong type")
    return Action(step.kind, **values)  # type: ignore[arg-type]


_OF_TYPE: Mapping[str, tuple[type, ...]] = {
    "card": (Card,),
    "source": (Account,),
    "to": (Account, Payee, NewPayee),
    "amount": (Money,),
    "standing_order": (StandingOrder,),
    "scheduled_payment": (ScheduledPayment,),
    "direct_debit": (DirectDebit,),
    "limit": (SpendingLimit,),
    "transaction": (Transaction,),
    "frequency": (str,),
    "day": (date,),
    "period": (Period,),
    "contact": (SealedValue,),
    "product": (str,),
}
"""What each field of an action may be."""


def failed_reading(dialogue: Dialogue, step: ReadBank) -> None:
    """The bank could not be read: say so, and offer a person unless the flow has a better way on."""
    dialogue.mark("unreadable")
    if step.otherwise is not None:
        dialogue.say("bank.unreachable")
        dialogue.go(step.otherwise)
        return
    dialogue.say(Reply((Phrase("bank.unreachable"),), options=(PERSON,)))
    finish(dialogue, "failed")
