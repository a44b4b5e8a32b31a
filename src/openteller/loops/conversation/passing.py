"""Passing to a person: in one commit the queue's row, the promise with its time, and the sentence that says both.

Nobody there is no dead end: it becomes a ticket with a reference and a time (complaints 4, 7, 11; principle 5).
"""

from __future__ import annotations

from datetime import datetime
from uuid import uuid5

from openteller.capabilities.actions.policy import HandoverRule
from openteller.capabilities.handover.queue import (
    QueueState,
    current_handover,
    expected_wait,
    open_handover,
    queue_state,
    raise_handover,
)
from openteller.capabilities.handover.references import reference_from
from openteller.capabilities.obligations.ledger import open_obligation
from openteller.capabilities.thread.record import Write
from openteller.domain.conversations import Holder
from openteller.domain.events import Event
from openteller.domain.handovers import Handover, HandoverState
from openteller.domain.obligations import Obligation
from openteller.loops.conversation import asking
from openteller.loops.conversation.heard import Heard
from openteller.loops.conversation.kit import Kit
from openteller.loops.conversation.performed import Performed
from openteller.ports import UnitOfWork


async def pass_to_person(kit: Kit, heard: Heard, done: Performed, reason: str, *, last: bool = False) -> Handover:
    """Queue the conversation for a person and say what happens next (``last``: after all else of the turn).

    Asked again, the same reference is said again.
    """
    if done.handover is not None:  # what could not be known and what comes after it both want a person: one comes
        return done.handover
    say = done.say_last if last else done.say
    now, conversation = kit.clock.now(), heard.conversation
    rule = kit.policy.handover(reason)
    async with kit.store.begin(conversation.tenant) as uow:
        already = await current_handover(uow, conversation.conversation_id)
        queue = await queue_state(uow, rule.priority, now)
    if already is not None:
        if rule.priority < already.priority:
            done.writes.append(_more_urgent(already, reason, rule))
        say(asking.person_coming_already(already, reason, kit.pack))
        return already
    handover = _draw_up(kit, heard, reason, queue, now)
    obligation = Obligation(
        uuid5(handover.handover_id, "obligation"), "call_back", handover.reference, handover.due_at, rule.queue
    )

    async def write(uow: UnitOfWork) -> None:
        await open_handover(uow, handover)
        subject = heard.grant.subject
        await open_obligation(uow, obligation, conversation.conversation_id, subject, now)

    done.writes.append(write)
    done.holder, done.handover = Holder.WAITING_FOR_AGENT, handover
    details = {"reason": reason, "queue": rule.queue, "reference": handover.reference, "state": str(handover.state)}
    done.events.append(Event("handover.requested", now, "bot", heard.grant.subject, heard.item.turn_id, dict(details)))
    say(asking.person_coming(handover, now, kit.pack))
    return handover


def _more_urgent(handover: Handover, reason: str, rule: HandoverRule) -> Write:
    async def write(uow: UnitOfWork) -> None:
        await raise_handover(uow, handover.conversation_id, reason, rule.queue, rule.priority)

    return write


def _draw_up(kit: Kit, heard: Heard, reason: str, queue: QueueState, now: datetime) -> Handover:
    rule = kit.policy.handover(reason)
    wait = expected_wait(queue)
    # Derived from the turn: the same turn done again promises under the same reference.
    handover_id = uuid5(heard.item.turn_id, "handover")
    return Handover(
        handover_id,
        heard.conversation.conversation_id,
        reference_from(handover_id.int),
        reason,
        rule.queue,
        rule.priority,
        HandoverState.TICKET if wait is None else HandoverState.WAITING,
        now,
        now + wait if wait is not None else kit.pack.opening.after(now, rule.within),
    )
