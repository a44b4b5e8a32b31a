"""What the shipped pack understands on day one."""

from __future__ import annotations

import time

import pytest

from openteller.capabilities.understanding import TurnContext, Understander
from openteller.domain.understanding import Amount, Understanding
from tests.unit.understanding.conftest import Read

SAID = [
    ("how much have i got left", "check_balance"),
    ("what did I spend at Tesco in October", "find_transactions"),
    ("pls freeze teh card", "freeze_card"),
    ("i found my card so you can take the block off", "unfreeze_card"),
    ("my purse was nicked on the tube", "lost_or_stolen_card"),
    ("send fifty quid to my brother", "transfer_money"),
    ("could I speak with a human being", "talk_to_person"),
    ("hiya", "greeting"),
    ("cheers, much appreciated", "thanks"),
    ("ok bye now", "goodbye"),
    ("you useless stupid bot", "abuse"),
    ("what sort of things can you do", "help_capabilities"),
    ("yep go ahead", "affirm"),
    ("not that one", "deny"),
    ("never mind", "cancel"),
    ("say that again please", "repeat"),
    ("no I meant 60", "correct"),
]


def active(meaning: Understanding) -> set[str]:
    return {intent.name for intent in meaning.active_intents()}


def alarms(meaning: Understanding) -> set[str]:
    return {signal.name for signal in meaning.signals if signal.active}


@pytest.mark.parametrize(
    ("said", "locale", "amount"),
    [
        ("überweise 1.000,50 € an Anna", "de-DE", Amount(100_050, "EUR")),
        ("给妈妈转三百五十元", "zh-CN", Amount(35_000, "CNY")),
        ("wyślij stówę", "pl-PL", Amount(10_000, "PLN")),
        ("राहुल को ढाई हज़ार रुपये भेजो", "hi-IN", Amount(250_000, "INR")),
        ("please send fifty quid to Anna", "fr-FR", Amount(5_000, "GBP")),
    ],
)
def test_the_locale_says_in_which_words_a_sum_is_read(read: Read, said: str, locale: str, amount: Amount) -> None:
    assert [entity.value for entity in read(said, locale=locale).entities if entity.type == "money"] == [amount]


@pytest.mark.parametrize(("said", "intent"), SAID)
def test_everyday_words_are_understood(read: Read, said: str, intent: str) -> None:
    meaning = read(said)
    assert meaning.intents[0].name == intent
    assert meaning.intents[0].active
    assert meaning.out_of_scope < 0.5


@pytest.mark.parametrize("said", ["YES", "Yes.", "  yes  ", "yes!!"])
def test_capitals_spaces_and_marks_change_nothing(read: Read, said: str) -> None:
    assert read(said).intents[0].name == "affirm"


def test_two_wishes_in_one_message_are_both_active(read: Read) -> None:
    assert {"freeze_card", "check_balance"} <= active(read("freeze my card and what's my balance"))


def test_a_wish_goes_before_a_greeting(read: Read) -> None:
    meaning = read("hi there, can you freeze my card please")
    assert meaning.intents[0].name == "freeze_card"


def test_stop_at_the_end_of_a_story_cancels_nothing(read: Read) -> None:
    assert "cancel" not in active(read("I was in Tesco yesterday and I think I left my card there, can you stop it"))


def test_a_follow_up_goes_on_with_the_last_question(read: Read) -> None:
    meaning = read("and the week before?", context=TurnContext(previous_intent="find_transactions"))
    assert meaning.intents[0].name == "find_transactions"
    assert meaning.intents[0].active


def test_a_bare_word_counts_as_the_amount_that_was_asked_for(read: Read) -> None:
    found = read("two thousand please", context=TurnContext(expects="money")).entity("money")
    assert found is not None
    assert found.value == Amount(200_000, None)


@pytest.mark.parametrize("said", ["can I buy bitcoin here", "I would like to invest in shares"])
def test_what_the_bank_does_but_the_bot_does_not_is_told_apart(read: Read, said: str) -> None:
    meaning = read(said)
    assert meaning.out_of_scope > 0.5
    assert meaning.intents[0].name == "unsupported_bank_question"
    assert not meaning.active_intents()


@pytest.mark.parametrize("said", ["how do I bake bread", "what's the capital of Peru", "will it rain tomorrow"])
def test_what_is_no_bank_matter_is_out_of_scope(read: Read, said: str) -> None:
    meaning = read(said)
    assert meaning.out_of_scope > 0.5
    assert meaning.intents[0].name == "unrelated"


@pytest.mark.parametrize(
    "said", ["", "   ", "😀😀😀", "?!?!", "\x00\x07", "\u200f\u202e", "⟦⟧", "漢" * 10, "a" * 100_000, "1 " * 20_000]
)
def test_nothing_a_customer_can_type_breaks_it(read: Read, said: str) -> None:
    meaning = read(said)
    assert meaning.intents
    assert meaning.language in {"en", "zh"}
    assert 0 <= meaning.out_of_scope <= 1


@pytest.mark.parametrize("said", ["", "😀😀😀", "..."])
def test_what_says_nothing_is_unknown(read: Read, said: str) -> None:
    meaning = read(said)
    assert meaning.out_of_scope == 1
    assert not meaning.active_intents()
    assert not alarms(meaning)


SIGNALS = [
    ("put me through to a real human", "human_request"),
    ("some lad just stole my bank card", "card_lost_stolen"),
    ("someone is taking money out of my account right now", "fraud_in_progress"),
    ("I just want to kill myself", "self_harm"),
]


@pytest.mark.parametrize(("said", "signal"), SIGNALS)
def test_signals_are_seen(read: Read, said: str, signal: str) -> None:
    assert signal in alarms(read(said))


@pytest.mark.parametrize(("said", "signal"), SIGNALS)
def test_another_wish_in_the_message_hides_no_signal(read: Read, said: str, signal: str) -> None:
    assert signal in alarms(read(f"what's my balance please. {said}"))


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("this app is killing me", "self_harm"),
        pytest.param(
            "I found my lost card again",
            "card_lost_stolen",
            marks=pytest.mark.xfail(strict=True, reason="a lost card that was found is still heard as lost"),
        ),
        ("is there a fraud helpline?", "fraud_in_progress"),
    ],
)
def test_benign_twins_raise_no_alarm(read: Read, said: str, name: str) -> None:
    assert name not in alarms(read(said))


@pytest.mark.parametrize("said", ["what's my balance", "send £20 to mum", "yes", "thanks", "last 5 transactions"])
def test_ordinary_messages_raise_no_alarm(read: Read, said: str) -> None:
    assert not alarms(read(said))


def test_the_ranking_is_ordered_and_adds_up(read: Read) -> None:
    chances = [intent.confidence for intent in read("can I see my balance").intents]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1, abs=0.01)


def test_the_shipped_model_is_good_enough_to_ship(understander: Understander) -> None:
    figures = understander.model.facts.figures
    assert figures["held_out_accuracy"] > 0.75
    assert figures["held_out_ece"] < 0.09
    assert figures["held_out_scope_auroc"] > 0.84
    for name in (signal.name for signal in understander.model.facts.signals):
        assert figures[f"signal_{name}_recall"] > 0.55, name
        assert figures[f"signal_{name}_ordinary_alarms"] < 0.02, name
    for name in ("human_request", "card_lost_stolen", "self_harm", "opt_out"):
        assert figures[f"signal_{name}_recall"] > 0.78, name


def test_reading_is_fast(read: Read) -> None:
    read("warm up")
    times = []
    for number in range(40):
        start = time.perf_counter()
        read(f"what did I spend at Tesco in October {number}")
        times.append(time.perf_counter() - start)
    assert sorted(times)[10] < 0.02, "a quarter of the readings on a busy machine; measured 2 ms on an idle core"
