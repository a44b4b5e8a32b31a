"""Actions at the bank: confirm → step-up → *intend* commit → execute → look up what got lost.

The bank is asked under the intent's id as idempotency key, so "again" means once. An outcome that cannot be known now
is never guessed: it is parked with a reference, a sweep keeps asking, and the customer is told the truth (principle 3).
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from openteller.capabilities.actions import gate
from openteller.capabilities.actions.intents import (
    Intent,
    attach_approval,
    done_since,
    move_intent,
    read_intent,
    show_intent,
)
from openteller.capabilities.identity.subjects import hold_subject
from openteller.capabilities.thread import codec, inbox
from openteller.domain.actions import Action, ActionResult, ConfirmedAction, IntentState
from openteller.domain.assurance import ApprovalClaims, Challenge, CustomerRef
from openteller.domain.errors import AdapterError, NotAllowed
from openteller.domain.events import Event
from openteller.domain.flows import ActDone, ActParked, AwaitConfirmation, AwaitStepUp, Outcome
from openteller.domain.money import Money
from openteller.loops.conversation import asking
from openteller.loops.conversation.heard import Heard
from openteller.loops.conversation.kit import Kit
from openteller.loops.conversation.passing import pass_to_person
from openteller.loops.conversation.performed import Performed
from openteller.loops.conversation.seeing import customer_of
from openteller.ports import CoreBanking, UnitOfWork

_PAUSES_S = (0.2, 0.6, 1.2)
"""Waits between tries within the turn; afterwards the sweep takes over."""
_PATIENCE_S = 9.0
"""All tries together: well within a lease, so that a bank that hangs ends in a reference and not in silence."""
_OPEN = frozenset({IntentState.EXECUTING, IntentState.UNKNOWN})
_SETTLED = frozenset({IntentState.EXECUTED, IntentState.REJECTED, IntentState.FAILED})
_SENT = _OPEN | _SETTLED | {IntentState.PARKED}


class Acting:
    """The action part of one turn."""

    def __init__(self, kit: Kit, heard: Heard, done: Performed) -> None:
        self._kit = kit
        self._heard = heard
        self._done = done
        self._now = kit.clock.now()

    async def step_up_answered(self, intent_id: UUID, challenge_id: str) -> Outcome | None:
        """Ask the bank how the step-up stands, and act on it."""
        try:
            status, approval = await self._kit.identity.approval(challenge_id)
        except AdapterError:
            self._done.say(asking.step_up("unreachable"))
            return None
        except NotAllowed:  # an approval found too late: it has run out meanwhile
            status, approval = "expired", None
        if status == "pending":
            self._done.say(asking.step_up("pending"))
            return None
        intent, action = await self._stored(intent_id)
        if intent is None or action is None:
            return ActDone(ActionResult(False, "", "expired"))
        if approval is None and intent.state not in _SENT:
            self._done.events.append(self._event("step_up.refused", {"status": status}))
            return ActDone(ActionResult(False, "", f"step_up_{status}"))
        self._done.events.append(self._event("action.authorised", {"intent": str(intent_id)}))
        return await self._execute(intent, action, approval)

    async def confirmed(self, intent_id: UUID) -> Outcome | None:
        """The customer said yes: ask for the step-up the policy wants, or execute."""
        intent, action = await self._stored(intent_id)
        if intent is None or action is None:
            return ActDone(ActionResult(False, "", "expired"))
        rule = self._kit.policy.rule_for(action, on=self._heard.conversation.channel)
        self._done.events.append(self._event("action.confirmed", {"intent": str(intent_id)}))
        if intent.state is IntentState.SHOWN and self._now < intent.expires_at and rule.step_up:
            return await self._step_up(intent, action)
        return await self._execute(intent, action, None, said_yes=True)

    async def execute_unasked(self, intent: Intent, action: Action) -> Outcome | None:
        """What the policy lets through without a question (freezing or blocking the customer's own card)."""
        return await self._execute(intent, action, None)

    async def _step_up(self, intent: Intent, action: Action) -> Outcome | None:
        grant = self._heard.grant
        if grant.customer is None:
            return ActDone(ActionResult(False, "", "login_needed"))
        challenge = await self._challenge(grant.customer, intent, action)
        if challenge is None:
            self._done.say(asking.step_up("unreachable"))
            self._done.state = replace(self._done.state, awaiting=AwaitConfirmation(intent.intent_id))
            return None
        now = self._now

        async def write(uow: UnitOfWork) -> None:
            await move_intent(uow, intent, IntentState.CONFIRMED, now, challenge_id=challenge.challenge_id)

        self._done.writes.append(write)
        self._done.events.append(self._event("step_up.asked", {"intent": str(intent.intent_id)}))
        self._done.state = replace(self._done.state, awaiting=AwaitStepUp(intent.intent_id, challenge.challenge_id))
        self._done.say(asking.approve(action, challenge))
        return None

    async def _challenge(self, customer: CustomerRef, intent: Intent, action: Action) -> Challenge | None:
        """Asking again is safe: the bank gives the same open challenge. None when its app cannot be reached."""
        for pause in (*_PAUSES_S, None):
            try:
                return await self._kit.identity.challenge(customer, action, intent.intent_id, intent.expires_at)
            except AdapterError:
                if pause is not None:
                    await asyncio.sleep(pause)
        return None

    async def _execute(
        self, intent: Intent, action: Action, approval: ApprovalClaims | None, *, said_yes: bool = False
    ) -> Outcome:
        try:
            intended = await self._intend(intent, action, approval, said_yes=said_yes)
        except gate.Refused as refusal:
            self._done.events.append(self._event("action.refused", {"code": refusal.code}))
            return ActDone(ActionResult(False, "", refusal.code))
        if intended is None:
            return await self._unknown(intent)
        if isinstance(intended, ActionResult):
            return ActDone(intended)
        confirmed, again, may_send = intended
        self._done.events.append(self._event("action.sent", {"intent": str(intent.intent_id), "kind": action.kind}))
        result = await ask_bank(self._kit.bank, confirmed, again=again, may_send=may_send)
        if result is None:
            return await self._unknown(intent)
        state = IntentState.EXECUTED if result.executed else IntentState.REJECTED
        self._settle(intent, state, result.reference, result.reason)
        details = {"intent": str(intent.intent_id), "reference": result.reference, "reason": result.reason or ""}
        self._done.events.append(self._event(f"action.{state}", details))
        return ActDone(result)

    async def _intend(
        self, intent: Intent, action: Action, approval: ApprovalClaims | None, *, said_yes: bool
    ) -> tuple[ConfirmedAction, bool, bool] | ActionResult | None:
        """The *intend* commit (TX-03): fence, intent, approval, limits and switches are read together, last of all.

        The passport, whether the bank may have been asked before, and whether it may still be asked; or the result,
        when a sweep has settled it; or None, when a sweep has found that nobody can know it.
        """
        heard, now = self._heard, self._kit.clock.now()
        rule = self._kit.policy.rule_for(action, on=heard.conversation.channel)
        async with self._kit.store.begin(heard.conversation.tenant) as uow:
            await inbox.extend_lease(uow, heard.lease, now)
            await show_intent(uow, intent)
            current = await read_intent(uow, intent.intent_id, lock=True)
            assert current is not None
            switched_off = await self._kit.switches.off_now(uow)
            if current.state in _OPEN:
                token = approval.token if approval else None
                owner = approval.customer if approval else heard.grant.customer
                before = gate.authorised_before(current, action, heard.grant.tenant, owner, token)
                return before, True, now < current.expires_at and not gate.is_off(action, switched_off)
            if current.state is IntentState.PARKED:
                return None
            if current.state in _SETTLED:
                return ActionResult(current.state is IntentState.EXECUTED, current.reference or "")
            if said_yes and current.state is IntentState.SHOWN:
                await move_intent(uow, current, IntentState.CONFIRMED, now)
                current = replace(current, state=IntentState.CONFIRMED)
            confirmed = gate.authorise(
                current,
                action,
                heard.grant,
                rule,
                approval,
                owner=await customer_of(self._kit, uow, intent.subject),
                switched_off=switched_off,
                spent_today=await self._spent_today(uow, action),
                now=now,
            )
            if confirmed.approval is not None:
                sealed = await self._seal(uow, confirmed.approval.encode(), "action_intents.approval")
                await attach_approval(uow, intent.intent_id, sealed)
            await move_intent(uow, current, IntentState.EXECUTING, now)
        return confirmed, False, True

    async def _spent_today(self, uow: UnitOfWork, action: Action) -> Money | None:
        if action.amount is None:
            return None
        zone = ZoneInfo(self._kit.pack.time_zone)  # the bank's day: a client names its own zone
        midnight = datetime.combine(self._now.astimezone(zone).date(), time(), zone).astimezone(UTC)
        total = Money(0, action.amount.currency)
        await hold_subject(uow, self._heard.grant.subject)  # two conversations of one customer share the day's limit
        for subject, sealed in await done_since(uow, self._heard.grant.subject, str(action.kind), midnight):
            other: Action = codec.load(await self._kit.sealer.unseal(uow, subject, sealed, "action_intents.sealed"))
            alike = other.between_own_accounts == action.between_own_accounts
            if other.amount is not None and alike and other.amount.currency == total.currency:
                total = total + other.amount
        return total

    async def _stored(self, intent_id: UUID) -> tuple[Intent | None, Action | None]:
        async with self._kit.store.begin(self._heard.conversation.tenant) as uow:
            intent = await read_intent(uow, intent_id)
            if intent is None or intent.conversation_id != self._heard.conversation.conversation_id:
                return None, None
            data = await self._kit.sealer.unseal(
                uow, self._heard.conversation.subject, intent.sealed, "action_intents.sealed"
            )
        return intent, codec.load(data)

    async def _unknown(self, intent: Intent) -> ActParked:
        """What became of it cannot be known now: a person gets it, with a promise, and a sweep keeps asking."""
        handover = await pass_to_person(self._kit, self._heard, self._done, "parked", last=True)
        reference = handover.reference
        self._settle(intent, IntentState.UNKNOWN, reference, "unknown")
        details = {"intent": str(intent.intent_id), "reference": reference}
        self._done.events.append(self._event("action.outcome_unknown", details))
        return ActParked(reference)

    def _settle(self, intent: Intent, to: IntentState, reference: str, outcome: str | None) -> None:
        now = self._now
        already = {to, IntentState.PARKED} if to is IntentState.UNKNOWN else {to}

        async def write(uow: UnitOfWork) -> None:
            current = await read_intent(uow, intent.intent_id, lock=True)
            if current is not None and current.state not in already:
                await move_intent(uow, current, to, now, reference=reference, outcome=outcome)

        self._done.writes.append(write)

    async def _seal(self, uow: UnitOfWork, data: bytes, place: str) -> bytes:
        return await self._kit.sealer.seal(uow, self._heard.conversation.subject, data, place)

    def _event(self, kind: str, details: dict[str, str]) -> Event:
        return Event(kind, self._now, "bot", self._heard.grant.subject, self._heard.item.turn_id, dict(details))


async def ask_bank(
    bank: CoreBanking, confirmed: ConfirmedAction, *, again: bool, may_send: bool = True
) -> ActionResult | None:
    """Ask the bank to act, at most once in effect: the result, or None when it cannot be known now.

    ``again``: it may have been asked before (a crash), so look first. A lost reply is looked up; only what the bank
    says it has never seen is sent again, under the same key, and only if it still ``may_send``.
    """
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await _ask(bank, confirmed, again=again, may_send=may_send)
    except TimeoutError:
        return None


async def _ask(bank: CoreBanking, confirmed: ConfirmedAction, *, again: bool, may_send: bool) -> ActionResult | None:
    for pause in (*_PAUSES_S, None):
        try:
            if again and not bank.guarantees.looks_up:
                return None  # it may be done and it may not, and nobody can say: a person finds out
            if again:
                known = await bank.outcome(confirmed)
                if known is not None:
                    return known
                if not may_send:
                    return ActionResult(False, "", "expired")
                if not bank.guarantees.once:
                    return None  # it may still be on its way there: sent again it could be done twice
            return await bank.execute(confirmed)
        except AdapterError as error:
            if not error.retryable and error.outcome_known:
                return ActionResult(False, "", "bank_failed")
            again = again or not error.outcome_known
        if pause is not None:
            await asyncio.sleep(pause)
    # Not one of the tries can have had an effect, or one of them may have had.
    return None if again else ActionResult(False, "", "bank_failed")
