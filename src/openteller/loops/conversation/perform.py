"""Step 7: carry a decision out. Flows advance purely; here their effects meet the bank, identity and the queue.

What must be written is collected (``Performed.writes``) and goes into the record's commit. Only one thing is written
before: the *intend* commit, in ``acting.py``, right before the bank is asked to do something.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from uuid import UUID, uuid5

from openteller.capabilities.actions.intents import VALID_FOR, Intent, move_intent, read_intent, show_intent
from openteller.capabilities.flows.advance import abandon, advance
from openteller.capabilities.resolution.feedback import save_feedback
from openteller.capabilities.thread import codec
from openteller.capabilities.thread.record import Write
from openteller.capabilities.understanding.questions import ASK
from openteller.domain.actions import MOVES_MONEY, Action, ActionResult, IntentState
from openteller.domain.assurance import Grant, Level
from openteller.domain.decisions import (
    Answer,
    Clarify,
    Decision,
    HandOver,
    LeaveToAgent,
    OfferPerson,
    Refuse,
    RunFlow,
    Unlink,
)
from openteller.domain.errors import AdapterError, NotAllowed
from openteller.domain.events import Event
from openteller.domain.flows import (
    ActDone,
    Ask,
    AskLogin,
    AwaitConfirmation,
    AwaitLogin,
    CaseWanted,
    CheckStepUp,
    Command,
    Confirmed,
    ConsentSet,
    Effect,
    FactsFiled,
    Finished,
    FlowValue,
    HandOverNow,
    Noted,
    Outcome,
    Propose,
    Read,
    ReadDone,
    ReadFailed,
    Remind,
    Say,
    Start,
    SwitchLanguage,
    Voided,
)
from openteller.domain.knowledge import Passage
from openteller.domain.replies import Phrase, Reply
from openteller.domain.understanding import Period, Understanding
from openteller.loops.conversation import asking, casework, channel_rules
from openteller.loops.conversation.acting import Acting
from openteller.loops.conversation.heard import Heard
from openteller.loops.conversation.kit import Kit
from openteller.loops.conversation.languages import set_language
from openteller.loops.conversation.passing import pass_to_person
from openteller.loops.conversation.performed import Performed
from openteller.loops.conversation.solving import mark_of
from openteller.ports import UnitOfWork


class Performer:
    """Performs one decision of one turn."""

    def __init__(self, kit: Kit, heard: Heard, meaning: Understanding) -> None:
        self._kit = kit
        self._heard = heard
        self._meaning = meaning
        self._now = kit.clock.now()
        self._done = Performed(heard.state, heard.conversation.holder)
        self._acting = Acting(kit, heard, self._done)

    async def perform(self, decision: Decision) -> Performed:
        """Everything the decision asks for."""
        self._warn_of_secrets()
        casework.stop_if_told(self._kit, self._heard, self._done, self._meaning)
        match decision:
            case RunFlow(command, _):
                await self._run(command)
            case Answer(reply, _, Passage()):
                await self._answer(reply)
            case Answer(reply, reason):
                self._done.say(reply)
                self._mark(reason, reply)
            case Refuse(reply, _):
                self._done.say(reply)
                self._done.state = replace(self._done.state, failed_turns=self._done.state.failed_turns + 1)
            case Clarify(flows, _, articles):
                asking.clarify(self._done, flows, self._kit.flows, articles)
            case OfferPerson(_):
                asking.offer_person(self._done)
            case HandOver(reason):
                await self._hand_over(reason)
            case Unlink():
                await self._unlink()
            case LeaveToAgent():
                pass
        self._stand_by(decision)
        self._done.close()
        channel_rules.keep_rule(self._kit, self._heard, self._done)
        return self._done

    async def _answer(self, reply: Reply) -> None:
        """Say what an article says; a flow that was interrupted by the question goes on."""
        self._done.say(reply)
        state = replace(self._done.state, failed_turns=0)
        self._done.state = state if state.frames else replace(state, last_intent=ASK, asked_solved=False)
        if state.frames:
            await self._run(Remind())

    def _stand_by(self, decision: Decision) -> None:
        """What was heard too faintly to go before everything is not passed over either."""
        if self._done.handover is not None or isinstance(decision, LeaveToAgent):
            return
        below = asking.faintly_heard(self._meaning, self._done.replies, self._kit.pack.crisis_line)
        if below is not None:
            self._done.replies.append(below)  # not to be said again by "say that again"

    def _warn_of_secrets(self) -> None:
        """Somebody typed a card number or a password: say that it is gone, and never ask for one (ID-08, DP-08)."""
        dropped = sorted({span.type for span in self._heard.text.spans if span.type.dropped})
        if dropped:
            self._done.say(asking.dropped_secret())
            details = {"types": ",".join(dropped)}
            self._done.events.append(
                Event("privacy.dropped", self._now, "system", self._heard.grant.subject, None, details)
            )

    def _mark(self, reason: str, reply: Reply) -> None:
        """Keep what the customer says of their matter; remember that they were asked."""
        if any(option.id.startswith("solved") for option in reply.options):
            self._done.state = replace(self._done.state, asked_solved=True)
        mark = mark_of(reason)
        if mark is not None:
            (kind, good), conversation_id, now = mark, self._heard.conversation.conversation_id, self._now
            about = str(self._heard.item.turn_id)

            async def write(uow: UnitOfWork) -> None:
                await save_feedback(uow, conversation_id, kind, about, good=good, at=now)

            self._done.writes.append(write)

    async def _run(self, command: Command) -> None:
        """Advance until the flow waits for the customer or ends; each outcome of the world goes back in."""
        if isinstance(command, Start):
            cause = self._kit.flows[command.flows[0]].cause
            self._done.state = replace(self._done.state, last_intent=cause, asked_solved=False)
        move: Command | Outcome | None = command
        while move is not None:
            progress = advance(
                self._done.state,
                move,
                self._kit.flows,
                level=self._heard.grant.level,
                today=self._heard.today(self._now),
                trusted=self._kit.policy.channel(self._heard.conversation.channel).full_account_numbers,
            )
            self._done.state = progress.state
            move = None
            for effect in progress.effects:
                move = await self._effect(effect)

    async def _effect(self, effect: Effect) -> Outcome | None:  # noqa: C901 (a kind of effect a case)
        match effect:
            case Say(reply) | Ask(reply):
                self._done.say(reply)
            case Read():
                return await self._read(effect)
            case Propose(action, confirm):
                return await self._propose(action, confirm)
            case Confirmed(intent_id):
                return await self._acting.confirmed(intent_id)
            case CheckStepUp(intent_id, challenge_id):
                return await self._acting.step_up_answered(intent_id, challenge_id)
            case Voided(intent_id):
                self._void(intent_id)
            case AskLogin(level):
                self._ask_login(level)
            case SwitchLanguage(language):
                set_language(self._kit, self._heard, self._done, language, pinned=True)
            case HandOverNow(reason):
                await pass_to_person(self._kit, self._heard, self._done, reason)
            case CaseWanted(kind):
                return await casework.open_case(self._kit, self._heard, self._done, kind)
            case FactsFiled() | ConsentSet() | Noted():
                casework.write_down(self._kit, self._heard, self._done, effect)
            case Finished(flow, outcome):
                details = {"flow": flow, "outcome": outcome}
                self._done.events.append(self._event("flow.finished", details))
        return None

    async def _read(self, read: Read) -> Outcome:
        grant, bank = self._heard.grant, self._kit.bank
        lists: Mapping[str, Callable[[Grant], Awaitable[FlowValue]]] = {
            "accounts": bank.accounts,
            "cards": bank.cards,
            "payees": bank.payees,
            "standing_orders": bank.standing_orders,
            "scheduled_payments": bank.scheduled_payments,
            "statements": bank.statements,
            "direct_debits": bank.direct_debits,
            "limits": bank.limits,
            "contact": bank.contact,
        }
        try:
            if read.query == "transactions":
                period = read.parameters["period"]
                assert isinstance(period, Period)
                return ReadDone(await bank.transactions(grant, period))
            return ReadDone(await lists[read.query](grant))
        except (AdapterError, NotAllowed) as error:
            self._done.events.append(
                self._event("bank.read_failed", {"query": read.query, "error": type(error).__name__})
            )
            return ReadFailed()

    async def _propose(self, action: Action, confirm: Reply) -> Outcome | None:
        """Authorise → show → confirm; what the policy lets through without a question is executed at once."""
        channel = self._heard.conversation.channel
        if action.kind in MOVES_MONEY and not self._kit.policy.may_move_money(
            channel, self._heard.linked_since, self._now
        ):
            return ActDone(ActionResult(False, "", "not_on_channel"))
        rule = self._kit.policy.rule_for(action, on=channel)
        if self._heard.grant.level < min(rule.level, Level.LOGGED_IN):
            self._ask_login(rule.level)
            return None
        intent = await self._draw_up(action, rule.level)
        if not rule.confirm:
            return await self._acting.execute_unasked(intent, action)
        self._done.writes.append(_writing(show_intent, intent))
        self._done.events.append(self._event("action.shown", {"kind": action.kind, "intent": str(intent.intent_id)}))
        awaiting = AwaitConfirmation(intent.intent_id)
        self._done.state = replace(self._done.state, awaiting=awaiting)
        self._done.say(asking.confirmation(confirm, awaiting))
        return None

    async def _draw_up(self, action: Action, level: Level) -> Intent:
        conversation = self._heard.conversation
        # Derived, not random: the same turn done again after a crash draws up the same intent (RL-02).
        intent_id = uuid5(self._heard.item.turn_id, f"intent:{action.kind}:{action.payee}:{len(self._done.replies)}")
        async with self._kit.store.begin(conversation.tenant) as uow:
            sealed = await self._kit.sealer.seal(uow, conversation.subject, codec.dump(action), "action_intents.sealed")
        return Intent(
            intent_id,
            conversation.conversation_id,
            self._heard.grant.subject,
            str(action.kind),
            IntentState.SHOWN,
            level,
            sealed,
            None,
            self._now,
            self._now + VALID_FOR,
        )

    def _void(self, intent_id: UUID) -> None:
        now = self._now

        async def write(uow: UnitOfWork) -> None:
            intent = await read_intent(uow, intent_id, lock=True)
            if intent is not None and intent.state in (IntentState.SHOWN, IntentState.CONFIRMED):
                await move_intent(uow, intent, IntentState.VOID, now)

        self._done.writes.append(write)
        self._done.events.append(self._event("action.voided", {"intent": str(intent_id)}))

    def _ask_login(self, level: Level) -> None:
        self._done.state = replace(self._done.state, awaiting=AwaitLogin(level))
        top = self._done.state.frames[-1].flow if self._done.state.frames else ""
        self._done.say(channel_rules.login(self._kit, self._heard, self._done, top=top))

    async def _unlink(self) -> None:
        """End what is under way, so that nothing that was shown can be done, and cut the chat off."""
        if self._heard.linked_since is None:
            self._done.say(Reply((Phrase("channel.not_linked"),)))
            return
        await self._end_all()
        channel_rules.cut_link(self._kit, self._heard, self._done)

    async def _hand_over(self, reason: str) -> None:
        """Whoever asked goes on with what is under way while they wait; danger and being stuck end it."""
        if reason != "customer_asked":
            await self._end_all()
        await pass_to_person(self._kit, self._heard, self._done, reason)

    async def _end_all(self) -> None:
        today = self._heard.today(self._now)
        ended = abandon(self._done.state, self._kit.flows, level=self._heard.grant.level, today=today)
        self._done.state = ended.state
        for effect in ended.effects:
            await self._effect(effect)

    def _event(self, kind: str, details: dict[str, str]) -> Event:
        return Event(kind, self._now, "bot", self._heard.grant.subject, self._heard.item.turn_id, dict(details))


def _writing(function: Callable[..., object], *arguments: object) -> Write:
    async def write(uow: UnitOfWork) -> None:
        await function(uow, *arguments)  # type: ignore[misc]

    return write


async def park(kit: Kit, heard: Heard) -> Performed:
    """A message that keeps failing: a person takes the conversation, and the ones behind it go on (RL-04)."""
    done = Performed(replace(heard.state, awaiting=None), heard.conversation.holder, parked=True)
    done.say(asking.trouble())
    await pass_to_person(kit, heard, done, "fault")
    return done
