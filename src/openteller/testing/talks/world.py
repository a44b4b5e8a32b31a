"""The world around the engine, as dictionaries: a bank, a policy, an app, and the loop that joins them purely.

It performs effects as ``loops/conversation/perform.py`` does and checks on the way what must never happen: that an
action is executed that was not shown, not confirmed or not approved, or was voided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from openteller.capabilities.flows.advance import advance
from openteller.capabilities.obligations.cases import draw_up
from openteller.capabilities.thread import codec
from openteller.capabilities.understanding.questions import ASK
from openteller.domain.actions import Action, ActionResult
from openteller.domain.assurance import Challenge, Level
from openteller.domain.banking import Transaction
from openteller.domain.conversations import ConversationId, Holder, InboxKind
from openteller.domain.decisions import Answer, Clarify, Decision, HandOver, LeaveToAgent, OfferPerson, Refuse, RunFlow
from openteller.domain.flows import (
    ActDone,
    ActParked,
    Ask,
    AskLogin,
    AwaitConfirmation,
    AwaitLogin,
    AwaitStepUp,
    CaseOpened,
    CaseWanted,
    CheckStepUp,
    Command,
    Confirmed,
    ConsentSet,
    DialogueState,
    Effect,
    FactsFiled,
    Finished,
    FlowValue,
    HandOverNow,
    Mark,
    Mentions,
    Noted,
    Outcome,
    Pick,
    Propose,
    Read,
    Say,
    SwitchLanguage,
    Voided,
)
from openteller.domain.handovers import Handover, HandoverState
from openteller.domain.replies import Reply
from openteller.domain.texts import SealedValue
from openteller.domain.understanding import Entity, Intent, Signal, Understanding
from openteller.loops.conversation import asking
from openteller.loops.conversation.decide import decide
from openteller.loops.conversation.performed import Performed
from openteller.loops.conversation.turn_context import TurnContext
from openteller.testing.talks.bank import Bank
from openteller.testing.talks.house import NOW, TODAY, House

_MOST_MOVES = 200


@dataclass
class Shown:
    """An action that was drawn up: what the store would hold."""

    action: Action
    confirmed: bool = False
    approved: bool | None = None
    dead: bool = False


class World:
    """One conversation. ``aloud``: every reply is said in every language of the pack."""

    def __init__(
        self, house: House, bank: Bank | None = None, *, level: Level = Level.LOGGED_IN, aloud: bool = True
    ) -> None:
        self.house = house
        self.bank = bank or Bank()
        self.level = level
        self.aloud = aloud
        self.state = DialogueState()
        self.holder = Holder.WITH_BOT
        self.language = ""
        self.channel = "web"
        self.off: frozenset[str] = frozenset()
        self.shown: dict[UUID, Shown] = {}
        self.decision: Decision | None = None
        self.replies: list[Reply] = []
        self.effects: list[Effect] = []
        self.handed_over: list[str] = []
        self.opened: list[str] = []
        self.open_cases: set[str] = set()
        self.consents: list[str] = []
        self.filed: dict[str, str] = {}
        self.noted: dict[str, str] = {}
        self.trail: set[Mark] = set()
        self.pressed: dict[str, str] = {}
        self._last: list[Reply] = []

    # --- what a customer can do ---

    def hear(self, mentions: Mentions, meaning: Understanding) -> None:
        """A written message."""
        self._turn(InboxKind.TEXT, mentions, meaning)

    def press(self, option: str) -> None:
        """A button by its id."""
        self._turn(InboxKind.CHOICE, Mentions(option), meaning_of())

    def ask_for_person(self) -> None:
        """The control that is always there."""
        self._turn(InboxKind.PERSON, Mentions(""), meaning_of())

    def answer_in_app(self, *, approve: bool, challenge: str | None = None) -> None:
        """The bank's app tells of an answer to the latest (or the named) step-up."""
        intent_id = UUID(challenge.removeprefix("ch-")) if challenge else self.challenged()
        self.shown[intent_id].approved = approve
        self._turn(InboxKind.STEP_UP, Mentions(f"ch-{intent_id}"), meaning_of())

    def log_in(self) -> None:
        """The front door tells of a login; the level has been raised."""
        self._turn(InboxKind.LOGGED_IN, Mentions(""), meaning_of())

    def challenged(self) -> UUID:
        """The intent that waits in the app."""
        waits = [self.state.awaiting, *(frame.step_up for frame in self.state.frames)]
        return next(wait.intent_id for wait in waits if isinstance(wait, AwaitStepUp))

    # --- the turn ---

    def _turn(self, kind: InboxKind, mentions: Mentions, meaning: Understanding) -> None:
        self.replies, self.effects, self.filed, self.noted = [], [], {}, {}
        context = TurnContext(
            kind=kind,
            mentions=mentions,
            meaning=meaning,
            state=self.state,
            holder=self.holder,
            level=self.level,
            flows=self.house.flows,
            policy=self.house.policy,
            switched_off=self.off,
            now=NOW,
        )
        self.decision = decide(context)
        assert decide(context) == self.decision, "a decision is pure"
        self._perform_decision(self.decision)
        for reply in self._last:
            self._say(reply)
        self._last.clear()
        assert codec.load(codec.dump(self.state)) == self.state, "a state must survive being stored"

    def _perform_decision(self, decision: Decision) -> None:
        match decision:
            case RunFlow(command, _):
                self._run(command)
            case Answer(reply, _):
                self._say(reply)
            case Refuse(reply, _):
                self._say(reply)
                self.state = replace(self.state, failed_turns=self.state.failed_turns + 1)
            case Clarify(flows, _):
                done = self._performed()
                asking.clarify(done, flows, self.house.flows)
                self._take(done)
            case OfferPerson(_):
                done = self._performed()
                asking.offer_person(done)
                self._take(done)
            case HandOver(reason):
                self._hand_over(reason)
            case LeaveToAgent():
                pass

    def _performed(self) -> Performed:
        return Performed(self.state, self.holder)

    def _take(self, done: Performed) -> None:
        for reply in done.replies:
            self._say(reply)
        self.state = done.state

    def _run(self, command: Command) -> None:
        move: Command | Outcome | None = command
        flows, trusted = self.house.flows, self.house.policy.channel(self.channel).full_account_numbers
        for _ in range(_MOST_MOVES):
            if move is None:
                return
            progress = advance(self.state, move, flows, level=self.level, today=TODAY, trusted=trusted)
            again = advance(self.state, move, flows, level=self.level, today=TODAY, trusted=trusted)
            assert progress == again, "advance is pure"
            self.state = progress.state
            self.trail.update(progress.trail)
            move = None
            for number, effect in enumerate(progress.effects, 1):
                self.effects.append(effect)
                move = self._perform(effect)
                assert move is None or number == len(progress.effects), "only the last effect may want an outcome"
        raise AssertionError("the engine does not come to rest")

    def _perform(self, effect: Effect) -> Outcome | None:  # noqa: C901 (a kind of effect a case)
        match effect:
            case Say(reply) | Ask(reply):
                self._say(reply)
            case Read():
                return self.bank.read(effect)
            case Propose(action, confirm):
                return self._propose(action, confirm)
            case Confirmed(intent_id):
                return self._confirmed(intent_id)
            case CheckStepUp(intent_id):
                return self._check(intent_id)
            case Voided(intent_id):
                self.shown[intent_id].dead = True
            case AskLogin(level):
                self._ask_login(level)
            case HandOverNow(reason):
                self._hand_over(reason)
            case SwitchLanguage(language):
                self.language = language
            case CaseWanted(kind):
                return self._open_case(kind)
            case FactsFiled() | ConsentSet() | Noted():
                self._write_down(effect)
            case Finished():
                pass
        return None

    def _write_down(self, effect: FactsFiled | ConsentSet | Noted) -> None:
        match effect:
            case FactsFiled(_, facts):
                self.filed |= {name: told(value) for name, value in facts.items()}
            case ConsentSet(purpose, given):
                self.consents.append(f"{purpose} {'given' if given else 'withdrawn'}")
            case Noted(what, codes):
                self.noted |= {what: ", ".join(codes.values())}

    def _open_case(self, kind: str) -> Outcome:
        rule = self.house.obligations.cases[kind]
        known = rule.one_at_a_time and kind in self.open_cases
        if not known:
            self.opened.append(kind)
            self.open_cases.add(kind)
        case = draw_up(rule, UUID(int=3), "CASE-0001", NOW, self.house.facts.opening).case
        return CaseOpened(case, known)

    def _propose(self, action: Action, confirm: Reply) -> Outcome | None:
        rule = self.house.policy.rule_for(action)
        if self.level < rule.level:
            self._ask_login(rule.level)
            return None
        intent_id = UUID(int=len(self.shown) + 1)
        self.shown[intent_id] = Shown(action)
        if not rule.confirm:
            return self._execute(intent_id)
        awaiting = AwaitConfirmation(intent_id)
        self.state = replace(self.state, awaiting=awaiting)
        self._say(asking.confirmation(confirm, awaiting))
        return None

    def _confirmed(self, intent_id: UUID) -> Outcome | None:
        shown = self.shown[intent_id]
        shown.confirmed = True
        if not self.house.policy.rule_for(shown.action).step_up:
            return self._execute(intent_id)
        challenge = Challenge(f"ch-{intent_id}", self.house.facts.login_url, NOW + timedelta(minutes=5))
        self.state = replace(self.state, awaiting=AwaitStepUp(intent_id, challenge.challenge_id))
        self._say(asking.approve(shown.action, challenge))
        return None

    def _check(self, intent_id: UUID) -> Outcome | None:
        approved = self.shown[intent_id].approved
        if approved is None:
            self._say(asking.step_up("pending"))
            return None
        if approved:
            return self._execute(intent_id)
        return ActDone(ActionResult(executed=False, reference="", reason="step_up_declined"))

    def _execute(self, intent_id: UUID) -> Outcome:
        shown = self.shown[intent_id]
        rule = self.house.policy.rule_for(shown.action)
        assert not shown.dead, "a voided action must never be executed"
        assert shown.confirmed or not rule.confirm, "an unconfirmed action must never be executed"
        assert shown.approved or not rule.step_up, "an unapproved action must never be executed"
        shown.dead = True
        if self.level < rule.level and not shown.approved:
            return ActDone(ActionResult(executed=False, reference="", reason="login_needed"))
        outcome = self.bank.execute(shown.action)
        if isinstance(outcome, ActParked):
            self._hand_over("parked", last=True)
        return outcome

    def _ask_login(self, level: Level) -> None:
        self.state = replace(self.state, awaiting=AwaitLogin(level))
        top = self.state.frames[-1].flow if self.state.frames else ""
        self._say(asking.login(self.house.facts, self.house.flows, top))

    def _hand_over(self, reason: str, *, last: bool = False) -> None:
        rule = self.house.policy.handover(reason)
        handover = Handover(
            UUID(int=1),
            ConversationId(UUID(int=2)),
            "HO-0001",
            reason,
            rule.queue,
            rule.priority,
            HandoverState.WAITING,
            NOW,
            NOW + rule.within,
        )
        self.handed_over.append(reason)
        self.holder = Holder.WAITING_FOR_AGENT
        coming = asking.person_coming(handover, NOW, self.house.facts)
        self._last.append(coming) if last else self._say(coming)

    def _say(self, reply: Reply) -> None:
        if self.aloud:
            self.house.mouth(reply)
        self.replies.append(reply)
        self.state = replace(self.state, last_reply=reply)

    # --- what can be asked of it afterwards ---

    @property
    def said(self) -> list[str]:
        """The keys said in this turn."""
        return [key for reply in self.replies for key in reply.keys]

    @property
    def buttons(self) -> dict[str, str]:
        """The buttons of this turn: what each says (its key, or the name on it; ``Tesco #2``) → its id."""
        found: dict[str, str] = {}
        for option in (option for reply in self.replies for option in reply.options):
            said = str(option.label.values.get("name") or option.label.values.get("label") or option.label.key)
            alike = sum(name.partition(" #")[0] == said for name in found)
            found[f"{said} #{alike + 1}" if alike else said] = option.id
        return found


def told(value: FlowValue) -> str:
    """A fact that was filed, in one line."""
    match value:
        case Pick(code):
            return code
        case Transaction(merchant=merchant, amount=amount):
            return f"{merchant} {abs(amount.amount_minor) / 100:.2f}"
        case SealedValue(value=hidden):
            return hidden
        case tuple():
            return ", ".join(map(told, value))
    return str(value)


def meaning_of(
    *intents: str,
    signals: tuple[str, ...] = (),
    out_of_scope: float = 0.0,
    unsure: tuple[str, ...] = (),
    entities: tuple[Entity, ...] = (),
) -> Understanding:
    """An understanding that means exactly this."""
    sure = tuple(Intent(name, 0.9, active=True) for name in intents)
    maybe = tuple(Intent(name, 0.3) for name in unsure) or (() if sure else (Intent("unrelated", 0.1),))
    heard = tuple(Signal(name, 0.99, active=True) for name in signals)
    return Understanding("en", 1.0, (*sure, *maybe), entities, heard, out_of_scope, "by hand", asks=ASK in intents)
