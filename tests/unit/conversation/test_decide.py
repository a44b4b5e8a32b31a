"""The decision: who is given a person at once, what stands above what, and that nobody is ever left in a loop."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from openteller.domain.assurance import Level
from openteller.domain.conversations import Holder, InboxKind
from openteller.domain.decisions import Answer, Clarify, Decision, HandOver, LeaveToAgent, OfferPerson, Refuse, RunFlow
from openteller.domain.flows import (
    Affirm,
    Await,
    AwaitClarification,
    AwaitConfirmation,
    AwaitLogin,
    AwaitPersonOffer,
    AwaitSlot,
    AwaitStepUp,
    Cancel,
    Choose,
    Deny,
    DialogueState,
    Frame,
    Mentions,
    Provide,
    Resume,
    Start,
)
from openteller.domain.replies import Phrase, Reply
from openteller.domain.understanding import Intent, Signal, Understanding
from openteller.loops.conversation.decide import decide
from openteller.loops.conversation.turn_context import TurnContext
from openteller.testing.talks.bank import CURRENT, SAVINGS
from openteller.testing.talks.house import NOW
from openteller.testing.talks.world import meaning_of
from tests.unit.flows.house import the_flows, the_policy

INTENT = UUID(int=7)
STEP_UP = AwaitStepUp(INTENT, "challenge")


def frame(flow: str = "transfer_money", **values: Any) -> Frame:
    return Frame(flow, the_flows()[flow].version, the_flows()[flow].steps[0].id, values=values)


def waiting(awaiting: Await | None, *flows: str, **changes: Any) -> DialogueState:
    return replace(DialogueState(tuple(frame(name) for name in flows), awaiting=awaiting), **changes)


def decided(
    *intents: str,
    text: str = "so be it",
    state: DialogueState | None = None,
    means: Understanding | None = None,
    **more: Any,
) -> Decision:
    context = TurnContext(
        kind=InboxKind.TEXT,
        mentions=Mentions(text),
        meaning=means or meaning_of(*intents),
        state=state or DialogueState(),
        holder=Holder.WITH_BOT,
        level=Level.LOGGED_IN,
        flows=the_flows(),
        policy=the_policy(),
        switched_off=frozenset(),
        now=NOW,
    )
    return decide(replace(context, **more))


# --- a person -----------------------------------------------------------------------------------------------------


def test_with_an_agent_the_bot_is_silent() -> None:
    for kind in set(InboxKind) - {InboxKind.STEP_UP, InboxKind.OUTCOME, InboxKind.COMMAND}:
        assert decided("check_balance", holder=Holder.WITH_AGENT, kind=kind) == LeaveToAgent()


def test_what_became_of_the_customers_money_is_told_whoever_has_the_word() -> None:
    for holder in Holder:
        told = decided(text="executed:HB1", kind=InboxKind.OUTCOME, holder=holder, switched_off=frozenset({"bot"}))
        assert told == Answer(Reply((Phrase("action.later_executed", {"reference": "HB1"}),)), "outcome_known")
    approved = decided(text="ch-1", kind=InboxKind.STEP_UP, holder=Holder.WITH_AGENT)
    assert isinstance(approved, RunFlow)


@pytest.mark.parametrize("state", [DialogueState(), waiting(AwaitConfirmation(INTENT), "transfer_money")])
@pytest.mark.parametrize("off", [frozenset(), frozenset({"bot"})])
def test_the_control_brings_a_person_at_once_whatever_is_under_way(state: DialogueState, off: frozenset[str]) -> None:
    assert decided(kind=InboxKind.PERSON, state=state, switched_off=off) == HandOver("customer_asked")
    assert decided(kind=InboxKind.CHOICE, text="person", state=state, switched_off=off) == HandOver("customer_asked")


def test_words_that_ask_for_a_person_bring_one_and_are_never_asked_twice() -> None:
    for state in (DialogueState(), waiting(AwaitSlot("amount"), "transfer_money")):
        assert decided("talk_to_person", state=state) == HandOver("customer_asked")
        assert decided(means=meaning_of(signals=("human_request",)), state=state) == HandOver("customer_asked")
    waiting_already = decided("talk_to_person", holder=Holder.WAITING_FOR_AGENT)
    assert waiting_already == HandOver("customer_asked")


def test_a_bot_that_is_switched_off_hands_over() -> None:
    assert decided("check_balance", switched_off=frozenset({"bot"})) == HandOver("bot_off")


# --- danger -------------------------------------------------------------------------------------------------------


def test_despair_comes_before_everything() -> None:
    means = meaning_of("transfer_money", signals=("self_harm", "fraud_in_progress", "card_lost_stolen"))
    assert decided(means=means) == HandOver("self_harm")


def test_fraud_freezes_first_and_a_person_follows() -> None:
    means = meaning_of("transfer_money", signals=("fraud_in_progress", "card_lost_stolen"))
    started = RunFlow(Start(("fraud_in_progress",), Mentions("")), "fraud_in_progress")
    assert decided(means=means) == started
    assert decided(means=means, level=Level.LINKED) == started


@pytest.mark.parametrize(
    "why",
    [
        {"level": Level.ANONYMOUS},
        {"switched_off": frozenset({"actions"})},
        {"switched_off": frozenset({"action:freeze_card"})},
    ],
)
def test_fraud_that_cannot_be_frozen_brings_the_person_alone(why: dict[str, Any]) -> None:
    assert decided(means=meaning_of(signals=("fraud_in_progress",)), **why) == HandOver("fraud")


def test_a_lost_card_comes_before_the_other_wish_of_the_message() -> None:
    means = meaning_of("check_balance", signals=("card_lost_stolen",))
    wanted = Start(("lost_or_stolen_card", "check_balance"), Mentions("so be it"))
    assert decided(means=means) == RunFlow(wanted, "card_lost_stolen")


def test_a_lost_card_while_blocking_is_switched_off_brings_a_person() -> None:
    means = meaning_of(signals=("card_lost_stolen",))
    assert decided(means=means, switched_off=frozenset({"action:block_card"})) == HandOver("action_off")


def test_a_signal_that_starts_no_flow_of_this_pack_is_no_dead_end() -> None:
    few = replace(the_flows(), flows={"check_balance": the_flows()["check_balance"]})
    means = meaning_of("check_balance", signals=("card_lost_stolen",))
    assert decided(means=means, flows=few) == RunFlow(Start(("check_balance",), Mentions("so be it")), "intent")


# --- buttons and events -------------------------------------------------------------------------------------------


def test_a_button_answers_its_question() -> None:
    assert decided(kind=InboxKind.CHOICE, text="3:1") == RunFlow(Choose("3:1"), "choice")
    assert decided(kind=InboxKind.CHOICE, text="flow:nonsense") == RunFlow(Choose("flow:nonsense"), "choice")


def test_a_button_of_a_flow_starts_it() -> None:
    wanted = RunFlow(Start(("check_balance",), Mentions("")), "flow_chosen")
    assert decided(kind=InboxKind.CHOICE, text="flow:check_balance") == wanted


def test_the_app_tells_of_its_answer() -> None:
    assert decided(kind=InboxKind.STEP_UP, text="challenge") == RunFlow(Resume("challenge"), "step_up_answered")


# --- the open question --------------------------------------------------------------------------------------------


def test_an_exact_answer_is_no_new_wish() -> None:
    here = frame(accounts=(CURRENT, SAVINGS))
    state = DialogueState((here,), awaiting=AwaitSlot("source"))
    decision = decided("check_balance", text="savings", state=state)
    assert decision == RunFlow(Provide(Mentions("savings")), "answer")
    digression = decided("check_balance", text="what is on my savings", state=state)
    assert digression == RunFlow(Start(("check_balance",), Mentions("what is on my savings")), "intent")


@pytest.mark.parametrize("signal", ["self_harm", "fraud_in_progress", "card_lost_stolen", "human_request"])
def test_an_exact_answer_is_no_alarm_unless_it_is_a_clear_one(signal: str) -> None:
    state = DialogueState((frame(accounts=(CURRENT, SAVINGS)),), awaiting=AwaitSlot("source"))
    faint, clear = (replace(meaning_of(), signals=(Signal(signal, one, active=True),)) for one in (0.3, 0.6))
    answer = RunFlow(Provide(Mentions("savings")), "answer")
    assert decided(text="savings", means=faint, state=state) == answer
    assert decided(text="savings", means=clear, state=state) != answer
    assert decided(text="I lost my savings", means=faint, state=state) != answer
    assert decided("talk_to_person", text="savings", state=state) == HandOver("customer_asked")


def test_say_that_again() -> None:
    last = Reply((Phrase("check_balance.none"),))
    assert decided("repeat", state=DialogueState(last_reply=last)) == Answer(last, "repeat")
    nothing = decided("repeat")
    assert isinstance(nothing, Answer)
    assert nothing.reply.keys == ("conversation.nothing_to_repeat",)
    both = decided("repeat", "check_balance")
    assert isinstance(both, RunFlow)


def test_cancelling() -> None:
    state = waiting(AwaitSlot("amount"), "transfer_money")
    here = Mentions("so be it")
    assert decided("cancel", state=state) == RunFlow(Cancel(here), "cancel")
    assert decided("cancel", "check_balance", state=state) == RunFlow(Cancel(here, ("check_balance",)), "cancel")
    nothing = decided("cancel")
    assert isinstance(nothing, Answer)
    assert nothing.reason == "nothing_to_cancel"
    assert decided("cancel", "freeze_card") == RunFlow(Start(("freeze_card",), here), "intent")


@pytest.mark.parametrize("awaiting", [AwaitConfirmation(INTENT), STEP_UP])
def test_yes_and_no_to_what_was_shown(awaiting: Await) -> None:
    state, here = waiting(awaiting, "transfer_money"), Mentions("so be it")
    assert decided("affirm", state=state) == RunFlow(Affirm(here), "affirmed")
    ok = decided("affirm", "check_balance", state=state)  # "OK, what's my balance?" must not move money
    assert ok == RunFlow(Start(("check_balance",), here), "intent")
    assert decided("deny", state=state) == RunFlow(Deny(here), "denied")
    assert decided("correct", state=state) == RunFlow(Provide(here), "correction")
    assert decided("deny", "correct", state=state) == RunFlow(Deny(here), "denied")


def test_yes_to_a_person_brings_one() -> None:
    assert decided("affirm", state=waiting(AwaitPersonOffer())) == HandOver("customer_asked")
    offered_with_the_question = waiting(AwaitSlot("amount"), "transfer_money", failed_turns=2)
    assert decided("affirm", state=offered_with_the_question) == HandOver("customer_asked")


def test_no_to_a_person_goes_on() -> None:
    decision = decided("deny", state=waiting(AwaitPersonOffer()))
    assert isinstance(decision, Answer)
    assert decision.reply.keys == ("conversation.help",)
    wish = decided("deny", "check_balance", state=waiting(AwaitPersonOffer()))
    assert wish == RunFlow(Start(("check_balance",), Mentions("so be it")), "intent")


def test_logged_in_or_not() -> None:
    state = waiting(AwaitLogin(Level.LOGGED_IN), "check_balance")
    assert decided("affirm", state=state) == RunFlow(Resume(), "login_said_done")
    assert decided("deny", state=state) == RunFlow(Cancel(Mentions("so be it")), "login_declined")


def test_any_word_after_the_login_goes_on_and_before_it_does_not() -> None:
    state = waiting(AwaitLogin(Level.LOGGED_IN), "check_balance")
    assert decided("goodbye", state=state) == RunFlow(Provide(Mentions("so be it")), "logged_in_since")
    assert isinstance(decided("goodbye", state=state, level=Level.ANONYMOUS), Answer)
    assert decided("freeze_card", state=state) == RunFlow(Start(("freeze_card",), Mentions("so be it")), "intent")


def test_which_of_these_did_you_mean() -> None:
    one, two = AwaitClarification(("freeze_card",)), AwaitClarification(("freeze_card", "check_balance"))
    assert decided("affirm", state=waiting(one)) == RunFlow(Start(("freeze_card",), Mentions("so be it")), "clarified")
    assert isinstance(decided("affirm", state=waiting(two)), Answer)
    assert decided("deny", state=waiting(one)) == Clarify((), "none_of_these")
    wish = decided("deny", "check_balance", state=waiting(one))
    assert wish == RunFlow(Start(("check_balance",), Mentions("so be it")), "intent")


def test_yes_and_no_to_nothing() -> None:
    yes, no = decided("affirm"), decided("deny")
    assert isinstance(yes, Answer)
    assert isinstance(no, Answer)
    assert (yes.reason, no.reason) == ("nothing_to_confirm", "nothing_more")


def test_yes_and_no_with_a_wish_are_about_the_wish() -> None:
    wanted = RunFlow(Start(("check_balance",), Mentions("so be it")), "intent")
    assert decided("affirm", "check_balance") == wanted
    assert decided("deny", "check_balance") == wanted


def test_yes_and_no_to_a_question_for_a_slot_are_answers() -> None:
    state, here = waiting(AwaitSlot("amount"), "transfer_money"), Mentions("so be it")
    assert decided("affirm", state=state) == RunFlow(Affirm(here), "affirmed")
    assert decided("deny", state=state) == RunFlow(Deny(here), "denied")


def test_a_correction_without_anything_to_correct_is_not_understood() -> None:
    assert decided("correct") == Clarify((), "unsure")


# --- wishes and words ---------------------------------------------------------------------------------------------


def test_several_wishes_start_together() -> None:
    wanted = Start(("check_balance", "freeze_card"), Mentions("so be it"))
    assert decided("check_balance", "freeze_card") == RunFlow(wanted, "intent")


def test_what_is_switched_off_is_said_at_once() -> None:
    decision = decided("transfer_money", switched_off=frozenset({"actions"}))
    assert isinstance(decision, Refuse)
    assert decision.reason == "switched_off"
    assert decision.reply.options[0].id == "person"
    assert isinstance(decided("check_balance", switched_off=frozenset({"actions"})), RunFlow)


@pytest.mark.parametrize("said", ["greeting", "thanks", "hold_on", "goodbye", "abuse"])
def test_small_talk_is_answered_and_leaves_everything_open(said: str) -> None:
    for state in (DialogueState(), waiting(AwaitSlot("amount"), "transfer_money")):
        decision = decided(said, state=state)
        assert isinstance(decision, Answer)
        assert decision.reason == said


def test_whatever_else_is_said_under_way_is_for_the_flow() -> None:
    state = waiting(AwaitSlot("amount"), "transfer_money")
    assert decided(text="the usual", state=state) == RunFlow(Provide(Mentions("the usual")), "answer")


# --- not understood -----------------------------------------------------------------------------------------------


def test_not_understood_asks_which_then_offers_a_person_then_brings_one() -> None:
    means = meaning_of(unsure=("freeze_card", "unfreeze_card", "greeting", "freeze_card"))
    assert decided(means=means) == Clarify(("freeze_card", "unfreeze_card"), "unsure")
    assert decided(means=means, state=DialogueState(failed_turns=1)) == OfferPerson("not_understood_twice")
    assert decided(means=means, state=DialogueState(failed_turns=2)) == HandOver("stuck")
    assert decided(means=means, state=DialogueState(failed_turns=9)) == HandOver("stuck")


@pytest.mark.parametrize(
    ("best", "key"),
    [("unsupported_bank_question", "conversation.unsupported"), ("unrelated", "conversation.out_of_scope")],
)
def test_what_the_bot_cannot_do_is_said_with_a_person_beside_it(best: str, key: str) -> None:
    decision = decided(means=meaning_of(unsure=(best,), out_of_scope=0.9))
    assert isinstance(decision, Refuse)
    assert decision.reply.keys == (key,)
    assert decision.reply.options[0].id == "person"


def test_while_a_person_is_on_the_way_what_the_bot_does_not_understand_is_for_them() -> None:
    decision = decided(holder=Holder.WAITING_FOR_AGENT, state=DialogueState(failed_turns=5))
    assert isinstance(decision, Answer)
    assert decision.reason == "kept_for_agent"
    assert isinstance(decided("check_balance", holder=Holder.WAITING_FOR_AGENT), RunFlow)


# --- news from outside --------------------------------------------------------------------------------------------


def test_a_login_goes_on_with_what_waited_for_it() -> None:
    waited = waiting(AwaitLogin(Level.LOGGED_IN), "check_balance")
    assert decided(kind=InboxKind.LOGGED_IN, state=waited) == RunFlow(Resume(), "logged_in")
    assert isinstance(decided(kind=InboxKind.LOGGED_IN), Answer)


@pytest.mark.parametrize(("told", "fields"), [("executed:HB1", {"reference"}), ("failed:", set[str]())])
def test_an_outcome_that_is_known_later_is_told(told: str, fields: set[str]) -> None:
    decision = decided(kind=InboxKind.OUTCOME, text=told)
    assert isinstance(decision, Answer)
    (phrase,) = decision.reply.phrases
    assert phrase.key == f"action.later_{told.partition(':')[0]}"
    assert set(phrase.values) == fields


def test_contrary_wishes_about_a_card_are_asked_about_because_a_block_is_for_good() -> None:
    means = meaning_of("unfreeze_card", "lost_or_stolen_card", signals=("card_lost_stolen",))
    assert decided(means=means) == Clarify(("lost_or_stolen_card", "unfreeze_card"), "contrary_wishes")


@pytest.mark.parametrize("wish", ["activate_card", "explain_decline", "replace_card"])
def test_a_card_in_the_hand_is_not_blocked_for_good_because_it_sounds_like_a_lost_one(wish: str) -> None:
    alone = meaning_of(wish, signals=("card_lost_stolen",))
    assert decided(means=alone) == Clarify(("lost_or_stolen_card", wish), "contrary_wishes")
    both = meaning_of(wish, "lost_or_stolen_card", signals=("card_lost_stolen",))
    assert isinstance(decided(means=both), RunFlow)


def test_a_journey_that_is_rather_meant_is_asked_for_and_not_turned_away() -> None:
    unsure = replace(
        meaning_of(unsure=("explain_payment",), out_of_scope=0.55), intents=(Intent("explain_payment", 0.6),)
    )
    assert decided(means=unsure) == Clarify(("explain_payment",), "unsure")
    less = replace(unsure, intents=(Intent("explain_payment", 0.4),))
    assert isinstance(decided(means=less), Refuse)
