"""The flow engine: a pure reducer. ``advance`` takes the state, and what the customer did or the world answered, and
gives the next state and what to do about it.

It runs steps until one needs the world (Read, Propose, Confirmed, CheckStepUp), the customer (Ask, AskLogin) or a
person, or until nothing is under way. The loop performs the effects in order and calls again with the Outcome of the
last one.
Nothing is hidden: the same state and move give the same progress, so a turn can be replayed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import assert_never

from openteller.capabilities.flows import answering
from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.dialogue import Dialogue
from openteller.capabilities.flows.flow import Act, OpenCase, ReadBank
from openteller.capabilities.flows.stepping import count, failed_reading, finish, let_go, run
from openteller.capabilities.flows.values import PERSON, fits
from openteller.domain.actions import ActionResult
from openteller.domain.assurance import Level
from openteller.domain.banking import Account, Statement
from openteller.domain.errors import InvariantError
from openteller.domain.flows import (
    ActDone,
    ActParked,
    Affirm,
    AwaitConfirmation,
    AwaitStepUp,
    Cancel,
    CaseOpened,
    CheckStepUp,
    Choose,
    Command,
    Deny,
    DialogueState,
    Frame,
    Outcome,
    Progress,
    Provide,
    ReadDone,
    ReadFailed,
    Remind,
    Resume,
    Start,
)
from openteller.domain.obligations import Case
from openteller.domain.replies import Phrase, Reply
from openteller.domain.understanding import Period


def advance(
    state: DialogueState,
    move: Command | Outcome,
    flows: FlowBook,
    *,
    level: Level,
    today: date,
    trusted: bool = False,
) -> Progress:
    """The next state and its effects; at most the last of them wants an Outcome back.

    ``level`` is what the sender's grant opens now, ``today`` the customer's calendar day, ``trusted`` whether the
    channel may be told their own account numbers. InvariantError for an outcome that nobody waits for.
    """
    dialogue = Dialogue(state, flows, level, today, trusted)
    _renew(dialogue)
    _take(dialogue, move)
    run(dialogue)
    return Progress(dialogue.state, tuple(dialogue.effects), tuple(dialogue.trail))


def abandon(state: DialogueState, flows: FlowBook, *, level: Level, today: date) -> Progress:
    """End everything under way (a person takes over): nothing that was shown can be executed any more."""
    dialogue = Dialogue(state, flows, level, today)
    let_go(dialogue)
    return Progress(dialogue.state, tuple(dialogue.effects))


def _take(dialogue: Dialogue, move: Command | Outcome) -> None:
    match move:
        case Start(names, mentions):
            answering.start(dialogue, names, mentions)
        case Provide(mentions, then):
            dialogue.queue(then, mentions)
            answering.provide(dialogue, mentions)
        case Affirm(mentions, then):
            dialogue.queue(then, mentions)
            answering.affirm(dialogue, mentions)
        case Deny(mentions, then):
            dialogue.queue(then, mentions)
            answering.deny(dialogue, mentions)
        case Cancel(mentions, then):
            dialogue.queue(then, mentions)
            _cancel(dialogue)
        case Choose(option):
            answering.choose(dialogue, option)
        case Resume(challenge_id):
            _resume(dialogue, challenge_id)
        case Remind():
            answering.remind(dialogue)
        case ReadDone() | ReadFailed():
            _read(dialogue, move)
        case ActDone() | ActParked():
            _acted(dialogue, move)
        case CaseOpened(case, known):
            _case_opened(dialogue, case, known=known)
        case _:
            assert_never(move)


def _renew(dialogue: Dialogue) -> None:
    """A flow that was changed in the pack starts afresh with all that was said to it; what it had shown is dead.

    One that has acted already ends instead: doing its steps again could do its deed again.
    """
    frames: list[Frame] = []
    for frame in dialogue.state.frames:
        flow = dialogue.flows.flows.get(frame.flow)
        if flow is not None and flow.version == frame.version:
            frames.append(frame)
        elif flow is not None and not frame.settled:
            frames.append(Frame(flow.name, flow.version, flow.steps[0].id, heard=frame.heard))
    if tuple(frames) != dialogue.state.frames:
        dialogue.void()
        dialogue.state = replace(dialogue.state, frames=tuple(frames))


def _cancel(dialogue: Dialogue) -> None:
    if not dialogue.state.frames:
        dialogue.say("conversation.nothing_to_cancel")
        return
    if isinstance(dialogue.state.awaiting, AwaitConfirmation | AwaitStepUp):
        dialogue.mark("cancelled")
    dialogue.void()
    case = dialogue.top.values.get("case")
    if isinstance(case, Case):  # what was written down stays so: only a person closes it
        dialogue.say(Reply((Phrase("conversation.cancelled_case", {"reference": case.reference}),)))
    else:
        dialogue.say("conversation.cancelled")
    dialogue.understood()
    finish(dialogue, "cancelled")


def _resume(dialogue: Dialogue, challenge_id: str) -> None:
    awaiting = dialogue.state.awaiting
    if isinstance(awaiting, AwaitStepUp) and challenge_id in ("", awaiting.challenge_id):
        dialogue.stop(CheckStepUp(awaiting.intent_id, awaiting.challenge_id), awaiting)
    elif any(frame.step_up and frame.step_up.challenge_id == challenge_id for frame in dialogue.state.frames):
        _raise(dialogue, challenge_id)
    elif challenge_id:
        dialogue.halted = True  # the step-up of something taken back since: there is nothing to say about it
    else:
        dialogue.void()


def _raise(dialogue: Dialogue, challenge_id: str) -> None:
    """What was approved goes on at once; what the customer was talking about meanwhile waits beneath."""
    dialogue.set_aside()
    frames = dialogue.state.frames
    wanted = next(frame for frame in frames if frame.step_up and frame.step_up.challenge_id == challenge_id)
    others = tuple(frame for frame in frames if frame is not wanted)
    dialogue.state = replace(dialogue.state, frames=(*others, replace(wanted, step_up=None)))
    assert wanted.step_up is not None
    dialogue.stop(CheckStepUp(wanted.step_up.intent_id, challenge_id), wanted.step_up)


def _read(dialogue: Dialogue, outcome: ReadDone | ReadFailed) -> None:
    step = dialogue.step if dialogue.state.frames else None
    if not isinstance(step, ReadBank):
        raise InvariantError("an answer came to a read that nobody waits for")
    if isinstance(outcome, ReadFailed):
        failed_reading(dialogue, step)
        return
    dialogue.mark("read")
    value = outcome.value
    if isinstance(value, tuple):
        value = tuple(record for record in value if fits(record, step.where) and _is_of(record, step, dialogue))
    dialogue.put(step.query, value)
    dialogue.go_on()


def _is_of(record: object, step: ReadBank, dialogue: Dialogue) -> bool:
    """True for a record of the account and of the time that the step asks for, where it asks for one."""
    account = dialogue.scope.get(step.account) if step.account else None
    period = dialogue.scope.get(step.period) if step.period else None
    if isinstance(account, Account) and getattr(record, "account_id", account.account_id) != account.account_id:
        return False
    if isinstance(record, Statement) and isinstance(period, Period):
        return record.period.start <= period.end and period.start <= record.period.end
    return True


def _case_opened(dialogue: Dialogue, case: Case, *, known: bool) -> None:
    step = dialogue.step if dialogue.state.frames else None
    if not isinstance(step, OpenCase):
        raise InvariantError("a case came that nobody waits for")
    dialogue.mark("known" if known else "opened")
    dialogue.put("case", case)
    dialogue.change(settled=dialogue.flow.index(step.id) + 1)  # doing it again would open another
    dialogue.go(step.known) if known and step.known is not None else dialogue.go_on()


def _acted(dialogue: Dialogue, outcome: ActDone | ActParked) -> None:
    step = dialogue.step if dialogue.state.frames else None
    if not isinstance(step, Act):
        raise InvariantError("a result came to an action that nobody waits for")
    dialogue.state = replace(dialogue.state, awaiting=None, failed_turns=0)
    failed = True
    match outcome:
        case ActParked(reference):
            dialogue.mark("parked")
            dialogue.say(Reply((Phrase(step.parked, {"reference": reference}),), options=(PERSON,)))
        case ActDone(ActionResult(executed=True, reference=reference, effective_at=moment)):
            dialogue.mark("done")
            dialogue.put("reference", reference)
            if moment is not None:
                dialogue.put("effective_at", moment)
            dialogue.change(settled=dialogue.flow.index(step.id) + 1)
            count(dialogue, step, "done")
            failed = False
        case ActDone(ActionResult(reason=reason)):
            code = reason if reason is not None and reason in step.rejected else "other"
            dialogue.mark(f"rejected: {code}")
            key = step.rejected[code]
            dialogue.say(Reply((Phrase(key),), options=(PERSON,)))
    count(dialogue, step, "at")
    if failed and step.each is None and step.otherwise is None:
        finish(dialogue, "failed")
    elif failed:
        count(dialogue, step, "failed")
