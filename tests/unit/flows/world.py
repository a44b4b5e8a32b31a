"""The world around the engine, as dictionaries: a bank, a policy, an app, and the loop that joins them purely.

It performs effects as ``loops/conversation/perform.py`` does and checks on the way what must never happen: that an
action is executed that was not shown, not confirmed or not approved, or was voided.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from openteller.capabilities.actions.policy import Policy, load_policy
from openteller.capabilities.flows.advance import advance
from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.load import load_flows
from openteller.capabilities.thread import codec
from openteller.domain.assurance import Level
from openteller.domain.banking import Account, Action, ActionResult, Card, Payee, Transaction
from openteller.domain.conversations import Holder, InboxKind
from openteller.domain.decisions import Answer, Clarify, Decision, HandOver, LeaveToAgent, OfferPerson, Refuse, RunFlow
from openteller.domain.flows import (
    ActDone,
    ActParked,
    Ask,
    AskLogin,
    AwaitClarification,
    AwaitConfirmation,
    AwaitLogin,
    AwaitPersonOffer,
    AwaitStepUp,
    CheckStepUp,
    Command,
    Confirmed,
    DialogueState,
    Effect,
    Finished,
    FlowValue,
    HandOverNow,
    Mentions,
    Outcome,
    Propose,
    Read,
    ReadDone,
    ReadFailed,
    Say,
    Voided,
)
from openteller.domain.money import Money
from openteller.domain.replies import OptionPhrase, Phrase, Reply
from openteller.domain.understanding import Intent, Period, Signal, Understanding
from openteller.loops.conversation.decide import TurnContext, decide

_SHIPPED = Path(__file__).parents[3] / "src/openteller/packs/retail_banking"
PACK = Path(os.environ.get("OPENTELLER_PACK", _SHIPPED))
"""The pack whose talks are led: a bank runs its own through here too (docs/tutorials/your-first-flow.md)."""
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@cache
def the_flows() -> FlowBook:
    return load_flows([PACK])


@cache
def the_policy() -> Policy:
    return load_policy([PACK])


def gbp(pounds: float) -> Money:
    return Money(round(pounds * 100), "GBP")


CURRENT = Account("a-1", "current", "Current account", "GB29NWBK60161331926819", gbp(1200), gbp(1100))
SAVINGS = Account("a-2", "savings", "Savings account", "GB94BARC10201530093459", gbp(5000), gbp(5000))
CREDIT = Account("a-3", "credit_card", "Credit card", "GB33BUKB20201555555555", gbp(-200), gbp(1800))
DEBIT_CARD = Card("k-1", "debit", "Harbour Debit", "1234", "active", "a-1")
CREDIT_CARD = Card("k-2", "credit", "Harbour Gold", "9876", "active", "a-3")
ANNA = Payee("p-1", "Anna Smith", "GB82WEST12345698765432")
BEN = Payee("p-2", "Ben Okafor", "DE89370400440532013000")
WATER = Payee("p-3", "Thames Water", "GB11MIDL40051512345678")


def spend(number: int, day: date, merchant: str, category: str, pounds: float) -> Transaction:
    return Transaction(f"t-{number}", "a-1", day, gbp(pounds), merchant, category, merchant.upper(), "booked")


TRANSACTIONS = (
    spend(1, date(2026, 11, 20), "Tesco", "groceries", -34.20),
    spend(2, date(2026, 11, 12), "Tesco Express", "groceries", -8.10),
    spend(3, date(2026, 11, 10), "Costa", "coffee", -3.60),
    spend(4, date(2026, 10, 28), "Tesco", "groceries", -51.00),
    spend(5, date(2026, 10, 27), "Harbour Employer", "salary", 2300.00),
    spend(6, date(2026, 10, 3), "Argos", "shopping", -19.99),
)


@dataclass
class Bank:
    """What the bank has, and how it misbehaves."""

    accounts: tuple[Account, ...] = (CURRENT, SAVINGS, CREDIT)
    cards: tuple[Card, ...] = (DEBIT_CARD, CREDIT_CARD)
    payees: tuple[Payee, ...] = (ANNA, BEN, WATER)
    unreadable: frozenset[str] = frozenset()
    rejects: dict[str, str] = field(default_factory=dict)
    parks: frozenset[str] = frozenset()
    done: list[Action] = field(default_factory=list)

    def read(self, read: Read) -> Outcome:
        if read.query in self.unreadable:
            return ReadFailed()
        if read.query != "transactions":
            value: FlowValue = getattr(self, read.query)
            return ReadDone(value)
        period = read.parameters["period"]
        assert isinstance(period, Period)
        return ReadDone(tuple(each for each in TRANSACTIONS if period.start <= each.booked_on <= period.end))

    def execute(self, action: Action) -> Outcome:
        if action.kind in self.parks:
            return ActParked("R-PARKED")
        if action.kind in self.rejects:
            return ActDone(ActionResult(executed=False, reference="", reason=self.rejects[action.kind]))
        self.done.append(action)
        if action.card is not None:
            status = {"freeze_card": "frozen", "block_card": "blocked", "unfreeze_card": "active"}.get(action.kind)
            self.cards = tuple(
                replace(card, status=status) if status and card.card_id == action.card.card_id else card
                for card in self.cards
            )
        return ActDone(ActionResult(executed=True, reference=f"HB{len(self.done)}"))


@dataclass
class Shown:
    """An action that was drawn up: what the store would hold."""

    action: Action
    confirmed: bool = False
    approved: bool | None = None
    dead: bool = False


class World:
    """One conversation."""

    def __init__(self, bank: Bank | None = None, *, level: Level = Level.LOGGED_IN) -> None:
        self.bank = bank or Bank()
        self.level = level
        self.state = DialogueState()
        self.holder = Holder.WITH_BOT
        self.off: frozenset[str] = frozenset()
        self.shown: dict[UUID, Shown] = {}
        self.decision: Decision | None = None
        self.replies: list[Reply] = []
        self.effects: list[Effect] = []
        self.handed_over: list[str] = []

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
        waits = [self.state.awaiting, *(frame.step_up for frame in self.state.frames)]
        return next(wait.intent_id for wait in waits if isinstance(wait, AwaitStepUp))

    # --- the turn ---

    def _turn(self, kind: InboxKind, mentions: Mentions, meaning: Understanding) -> None:
        self.replies, self.effects = [], []
        context = TurnContext(
            kind=kind,
            mentions=mentions,
            meaning=meaning,
            state=self.state,
            holder=self.holder,
            level=self.level,
            flows=the_flows(),
            policy=the_policy(),
            switched_off=self.off,
            now=NOW,
        )
        self.decision = decide(context)
        assert decide(context) == self.decision
        match self.decision:
            case RunFlow(command, _):
                self._run(command)
            case Answer(reply, _):
                self._say(reply)
            case Refuse(reply, _):
                self._say(reply)
                self._failed()
            case Clarify(flows, _):
                self._say(
                    Reply(
                        (Phrase("conversation.clarify" if flows else "conversation.say_differently"),),
                        options=tuple(OptionPhrase(f"flow:{name}", Phrase(f"{name}.title")) for name in flows),
                    )
                )
                self.state = replace(self.state, awaiting=AwaitClarification(flows) if flows else self.state.awaiting)
                self._failed()
            case OfferPerson(_):
                self._say(Reply((Phrase("conversation.offer_person"),)))
                self.state = replace(self.state, awaiting=AwaitPersonOffer())
                self._failed()
            case HandOver(reason):
                self._hand_over(reason)
            case LeaveToAgent():
                pass
        assert codec.load(codec.dump(self.state)) == self.state, "a state must survive being stored"

    def _failed(self) -> None:
        self.state = replace(self.state, failed_turns=self.state.failed_turns + 1)

    def _run(self, command: Command) -> None:
        move: Command | Outcome | None = command
        for _ in range(200):
            if move is None:
                return
            progress = advance(self.state, move, the_flows(), level=self.level, today=TODAY)
            assert progress == advance(self.state, move, the_flows(), level=self.level, today=TODAY), "advance is pure"
            self.state = progress.state
            move = None
            for number, effect in enumerate(progress.effects, 1):
                self.effects.append(effect)
                move = self._perform(effect)
                assert move is None or number == len(progress.effects), "only the last effect may want an outcome"
        raise AssertionError("the engine does not come to rest")

    def _perform(self, effect: Effect) -> Outcome | None:
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
                self.state = replace(self.state, awaiting=AwaitLogin(level))
                self._say(Reply((Phrase("conversation.login_needed"),)))
            case HandOverNow(reason):
                self._hand_over(reason)
            case Finished():
                pass
        return None

    def _propose(self, action: Action, confirm: Reply) -> Outcome | None:
        rule = the_policy().rule_for(action)
        if self.level < rule.level:
            self.state = replace(self.state, awaiting=AwaitLogin(rule.level))
            self._say(Reply((Phrase("conversation.login_needed"),)))
            return None
        intent_id = UUID(int=len(self.shown) + 1)
        self.shown[intent_id] = Shown(action)
        if not rule.confirm:
            return self._execute(intent_id)
        awaiting = AwaitConfirmation(intent_id)
        self.state = replace(self.state, awaiting=awaiting)
        yes, no = OptionPhrase(awaiting.yes, Phrase("confirm.yes")), OptionPhrase(awaiting.no, Phrase("confirm.no"))
        self._say(replace(confirm, options=(yes, no)))
        return None

    def _confirmed(self, intent_id: UUID) -> Outcome | None:
        self.shown[intent_id].confirmed = True
        if not the_policy().rule_for(self.shown[intent_id].action).step_up:
            return self._execute(intent_id)
        self.state = replace(self.state, awaiting=AwaitStepUp(intent_id, f"ch-{intent_id}"))
        self._say(Reply((Phrase(f"step_up.ask_{self.shown[intent_id].action.kind}"),)))
        return None

    def _check(self, intent_id: UUID) -> Outcome | None:
        approved = self.shown[intent_id].approved
        if approved is None:
            self._say(Reply((Phrase("step_up.pending"),)))
            return None
        if approved:
            return self._execute(intent_id)
        return ActDone(ActionResult(executed=False, reference="", reason="step_up_declined"))

    def _execute(self, intent_id: UUID) -> Outcome:
        shown = self.shown[intent_id]
        rule = the_policy().rule_for(shown.action)
        assert not shown.dead, "a voided action must never be executed"
        assert shown.confirmed or not rule.confirm, "an unconfirmed action must never be executed"
        assert shown.approved or not rule.step_up, "an unapproved action must never be executed"
        shown.dead = True
        if self.level < rule.level and not shown.approved:
            return ActDone(ActionResult(executed=False, reference="", reason="login_needed"))
        return self.bank.execute(shown.action)

    def _hand_over(self, reason: str) -> None:
        self.handed_over.append(reason)
        self.holder = Holder.WAITING_FOR_AGENT
        self._say(Reply((Phrase("handover.waiting"),)))

    def _say(self, reply: Reply) -> None:
        self.replies.append(reply)
        self.state = replace(self.state, last_reply=reply)

    # --- what can be asked of it afterwards ---

    @property
    def said(self) -> list[str]:
        """The keys said in this turn."""
        return [key for reply in self.replies for key in reply.keys]

    @property
    def buttons(self) -> dict[str, str]:
        """The buttons of this turn: what each says (its key, or the name on it) → its id."""
        options = [option for reply in self.replies for option in reply.options]
        return {
            str(option.label.values.get("name") or option.label.values.get("label") or option.label.key): option.id
            for option in options
        }


def meaning_of(
    *intents: str,
    signals: tuple[str, ...] = (),
    out_of_scope: float = 0.0,
    unsure: tuple[str, ...] = (),
    entities: tuple[object, ...] = (),
) -> Understanding:
    """An understanding that means exactly this."""
    sure = tuple(Intent(name, 0.9, active=True) for name in intents)
    maybe = tuple(Intent(name, 0.3) for name in unsure) or (() if sure else (Intent("unrelated", 0.1),))
    return Understanding(
        "en",
        1.0,
        (*sure, *maybe),
        entities,  # type: ignore[arg-type]
        tuple(Signal(name, 0.99, active=True) for name in signals),
        out_of_scope,
        "by hand",
    )
