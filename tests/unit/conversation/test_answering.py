"""What is decided about a question, given what was looked up for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from openteller.domain.assurance import Level
from openteller.domain.conversations import Holder, InboxKind
from openteller.domain.decisions import Answer, Clarify, HandOver, OfferPerson, Refuse, RunFlow
from openteller.domain.flows import AwaitConfirmation, AwaitSlot, Deny, DialogueState, Mentions, Provide, Start
from openteller.domain.knowledge import Passage, Quote
from openteller.domain.replies import Phrase, Reply
from openteller.domain.understanding import Intent, Signal, Understanding
from openteller.loops.conversation.asking import faintly_heard
from openteller.testing.talks.world import meaning_of
from tests.unit.conversation.test_decide import INTENT, decided, waiting

ASKED = "ask_knowledge"


def passage(name: str = "fees", confidence: float = 0.95, section: int | None = None) -> Passage:
    return Passage(name, section, date(2026, 11, 20), confidence, confidence >= 0.9)


def asked(*passages: Passage, **more: Any) -> Any:
    return decided(ASKED, passages=passages, **more)


def test_a_sure_article_answers_with_its_source() -> None:
    found = asked(passage(section=2))
    assert isinstance(found, Answer)
    assert found.passage == passage(section=2)
    assert found.reply.sources == ("fees",)
    assert [phrase.values["text"] for phrase in found.reply.phrases] == [
        Quote("fees", "answer"),
        Quote("fees", "section:2"),
    ]
    assert found.reply.options == ()


def test_an_article_that_is_close_is_a_button_below_the_answer() -> None:
    found = asked(passage(), passage("limits", 0.3), passage("times", 0.05))
    assert [option.id for option in found.reply.options] == ["article:limits"]


def test_several_that_may_be_meant_are_asked_about() -> None:
    found = asked(passage(confidence=0.5), passage("limits", 0.3), passage("times", 0.05))
    assert found == Clarify((), "which_article", ("fees", "limits"))


@pytest.mark.parametrize("passages", [(), (passage(confidence=0.05),)])
def test_what_no_article_answers_is_not_known(passages: tuple[Passage, ...]) -> None:
    found = asked(*passages)
    assert isinstance(found, Refuse)
    assert found.reason == "not_known"
    assert [option.id for option in found.reply.options] == ["person"]


def test_not_knowing_again_and_again_brings_a_person() -> None:
    assert asked(state=DialogueState(failed_turns=2)) == HandOver("stuck")
    assert isinstance(asked(passage(), state=DialogueState(failed_turns=2)), Answer)


def test_a_wish_goes_before_a_question() -> None:
    found = decided(means=wished("check_balance", 0.95), passages=(passage(),))
    assert isinstance(found, RunFlow)
    assert isinstance(found.command, Start)


def wished(name: str, confidence: float) -> Understanding:
    return replace(meaning_of(), intents=(Intent(name, confidence, active=True),))


def test_a_sure_article_goes_before_a_wish_that_is_less_sure_and_leaves_it_a_button() -> None:
    found = decided(means=wished("explain_decline", 0.66), passages=(passage("declined-payment"),))
    assert isinstance(found, Answer)
    assert found.reply.sources == ("declined-payment",)
    assert [option.id for option in found.reply.options] == ["flow:explain_decline"]


def test_a_question_beside_a_wish_asks_more_of_it() -> None:
    intents = (Intent("fee_refund", 0.99, active=True), Intent("account_fees", 0.93, active=True))
    asks = replace(meaning_of(), intents=intents, asks=True)
    assert isinstance(decided(means=asks, passages=(passage("fee-dispute"),)), Answer)
    assert isinstance(decided(means=replace(asks, asks=False), passages=(passage("fee-dispute"),)), RunFlow)


@pytest.mark.parametrize(
    ("wish", "confidence", "article"),
    [
        ("explain_decline", 0.9, passage()),
        ("explain_decline", 0.66, passage(confidence=0.8)),
        ("lost_or_stolen_card", 0.66, passage()),
    ],
    ids=["a sure wish", "an article that is not sure", "an urgent wish"],
)
def test_an_article_does_not_go_before(wish: str, confidence: float, article: Passage) -> None:
    assert isinstance(decided(means=wished(wish, confidence), passages=(article,)), RunFlow)


def test_a_sure_answer_goes_before_a_faint_trace_of_fraud_whose_end_is_a_button() -> None:
    faint, clear = (
        replace(meaning_of(ASKED), signals=(Signal("fraud_in_progress", one, active=True),)) for one in (0.4, 0.6)
    )
    found = decided(means=faint, passages=(passage("change-phone-email"),))
    assert isinstance(found, Answer)
    assert [option.id for option in found.reply.options] == ["flow:fraud_in_progress", "person"]
    pressed = decided(text="flow:fraud_in_progress", kind=InboxKind.CHOICE)
    assert decided(means=clear, passages=(passage(),)) == decided(means=faint) == pressed
    assert pressed == RunFlow(Start(("fraud_in_progress",), Mentions("")), "fraud_in_progress")
    nobody = decided(text="flow:fraud_in_progress", kind=InboxKind.CHOICE, level=Level.ANONYMOUS)
    assert nobody == HandOver("fraud")


def test_faint_despair_stops_nothing_and_somebody_who_listens_is_named_below() -> None:
    faint, clear = (replace(meaning_of(ASKED), signals=(Signal("self_harm", one, active=True),)) for one in (0.15, 0.4))
    assert isinstance(decided(means=faint, passages=(passage("bereavement"),)), Answer)
    assert isinstance(decided("check_balance", means=replace(faint, asks=False)), Clarify | RunFlow | Refuse)
    assert decided(means=clear, passages=(passage(),)) == HandOver("self_harm")
    below = faintly_heard(faint, (), "116 123")
    assert below is not None
    assert (below.keys, [option.id for option in below.options]) == (("conversation.care",), ["person"])


def test_a_faint_wish_for_a_person_is_a_button_below_whatever_is_said() -> None:
    faint, clear = (
        replace(meaning_of(ASKED), signals=(Signal("human_request", one, active=True),)) for one in (0.15, 0.6)
    )
    assert isinstance(decided(means=faint, passages=(passage(),)), Answer)
    assert decided(means=clear, passages=(passage(),)) == HandOver("customer_asked")
    said = Reply((Phrase("conversation.help"),))
    below = faintly_heard(faint, (said,), "116 123")
    assert below is not None
    assert [option.id for option in below.options] == ["person"]
    assert faintly_heard(faint, (replace(said, options=below.options),), "116 123") is None
    assert faintly_heard(meaning_of(), (said,), "116 123") is None


@pytest.mark.parametrize("intent", ["talk_to_person"])
def test_a_person_goes_before_an_answer(intent: str) -> None:
    assert decided(ASKED, intent, passages=(passage(),)) == HandOver("customer_asked")


def test_in_mid_flow_only_a_sure_answer_is_given() -> None:
    state = waiting(AwaitSlot("amount"), "transfer_money")
    assert isinstance(asked(passage(), state=state), Answer)
    unsure = asked(passage(confidence=0.5), state=state)
    assert isinstance(unsure, RunFlow)
    assert isinstance(unsure.command, Provide)


def test_a_yes_with_a_question_confirms_nothing() -> None:
    state = waiting(AwaitConfirmation(INTENT), "transfer_money")
    assert isinstance(decided("affirm", ASKED, state=state, passages=(passage(),)), Answer)
    assert isinstance(decided("deny", ASKED, state=state, passages=(passage(),)).command, Deny)  # type: ignore[union-attr]


def test_a_question_not_heard_as_one_is_answered_before_it_is_refused() -> None:
    outside = meaning_of(unsure=("unsupported_bank_question",), out_of_scope=0.9)
    assert isinstance(decided(means=outside, passages=(passage(),)), Answer)
    likely = decided(means=outside, passages=(passage(confidence=0.5), passage("limits", 0.2)))
    assert likely == Clarify((), "which_article", ("fees", "limits"))
    assert isinstance(decided(means=outside, passages=(passage(confidence=0.3),)), Refuse)


def test_what_has_nothing_to_do_with_the_bank_is_refused_whatever_was_found() -> None:
    unrelated = meaning_of(unsure=("unrelated",), out_of_scope=0.9)
    assert isinstance(decided(means=unrelated, passages=(passage(),)), Refuse)


def test_asking_which_article_is_not_repeated_for_ever() -> None:
    outside, unsure = meaning_of(unsure=("unsupported_bank_question",), out_of_scope=0.9), (passage(confidence=0.5),)
    assert isinstance(decided(means=outside, passages=unsure, state=DialogueState(failed_turns=1)), OfferPerson)


def test_who_waits_for_a_person_may_still_be_answered() -> None:
    assert isinstance(asked(passage(), holder=Holder.WAITING_FOR_AGENT), Answer)


def test_the_button_of_an_article_answers() -> None:
    pressed: dict[str, Any] = {"kind": InboxKind.CHOICE, "mentions": Mentions("article:fees")}
    found = decided(passages=(passage(),), **pressed)
    assert isinstance(found, Answer)
    assert found.reason == "article_chosen"
    gone = decided(**pressed)
    assert isinstance(gone, Refuse)
    assert gone.reason == "article_gone"
