"""How a contact came out: every class, and what tips it from one into another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from openteller.capabilities.resolution.episodes import Episode, Happened, Seen, episodes
from openteller.capabilities.resolution.figures import figures
from openteller.capabilities.resolution.outcome import Outcome, is_loop, outcome_of, turns_to_person

BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)
SOON, WEEK_LATER = BEGIN + timedelta(hours=1), BEGIN + timedelta(days=8)
SOMEBODY, TALK = uuid4(), uuid4()
RECURRING = frozenset({"check_balance"})


def turn(
    minute: float = 0,
    decision: str = "RunFlow",
    reason: str = "intent",
    topic: str = "freeze_card",
    finished: str | None = "done",
    *,
    talk: UUID = TALK,
    channel: str = "web",
) -> Seen:
    at = BEGIN + timedelta(minutes=minute)
    return Seen(uuid4(), SOMEBODY, talk, channel, "en", decision, reason, topic, at, finished)


def noted(kind: str, what: str, minute: float = 1) -> Happened:
    return Happened(TALK, kind, what, BEGIN + timedelta(minutes=minute))


def outcome(
    turns: Sequence[Seen], *also: Happened, later: Sequence[Episode] = (), now: datetime = SOON
) -> Outcome | None:
    return outcome_of(Episode(tuple(turns), also), later, RECURRING, now)


def again(days: float, topic: str = "freeze_card", channel: str = "web") -> Episode:
    return Episode((turn(days * 24 * 60, topic=topic, talk=uuid4(), channel=channel),), ())


def test_what_the_bank_has_changed_is_verified() -> None:
    assert outcome([turn()], noted("action", "executed")) is Outcome.VERIFIED


def test_a_yes_of_the_customers_is_verified() -> None:
    assert outcome([turn()], noted("solved", "good")) is Outcome.VERIFIED


def test_a_no_a_day_later_counts_more_than_the_yes_before() -> None:
    marks = noted("solved", "good", 1), noted("solved_later", "bad", 24 * 60)
    assert outcome([turn()], noted("action", "executed"), *marks) is Outcome.FAILED


def test_an_answer_is_unknown_until_a_week_has_passed_and_then_likely() -> None:
    assert outcome([turn()]) is Outcome.UNKNOWN
    assert outcome([turn()], now=WEEK_LATER) is Outcome.LIKELY


@pytest.mark.parametrize("channel", ["web", "telegram"])
def test_the_same_matter_within_a_week_on_any_channel_is_a_failure(channel: str) -> None:
    assert outcome([turn()], noted("action", "executed"), later=[again(6, channel=channel)]) is Outcome.FAILED
    assert outcome([turn()], noted("action", "executed"), later=[again(8, channel=channel)]) is Outcome.VERIFIED


def test_another_matter_or_one_that_recurs_is_no_failure() -> None:
    assert outcome([turn()], noted("action", "executed"), later=[again(1, "transfer_money")]) is Outcome.VERIFIED
    balance = [turn(topic="check_balance")]
    assert outcome(balance, later=[again(1, "check_balance")], now=WEEK_LATER) is Outcome.LIKELY


def test_a_thumb_down_on_the_last_answer_is_a_no() -> None:
    assert outcome([turn()], noted("thumb", "bad")) is Outcome.FAILED
    assert outcome([turn()], noted("thumb", "bad", 1), noted("thumb", "good", 2)) is Outcome.UNKNOWN


def test_a_complaint_is_a_failure() -> None:
    assert outcome([turn(), turn(1, "HandOver", "complaint")]) is Outcome.FAILED


@pytest.mark.parametrize("state", ["rejected", "failed", "parked"])
def test_what_the_bank_refused_has_failed_unless_it_went_through_later(state: str) -> None:
    assert outcome([turn()], noted("action", state)) is Outcome.FAILED
    assert outcome([turn()], noted("action", state), noted("action", "executed", 2)) is Outcome.VERIFIED


def test_whoever_leaves_our_question_unanswered_has_abandoned() -> None:
    assert outcome([turn(finished=None)]) is Outcome.ABANDONED
    assert outcome([turn(), turn(1, "Clarify", "unsure", "x", None)]) is Outcome.ABANDONED


def test_given_to_a_person_is_unknown_but_stuck_is_a_failure() -> None:
    asked = [turn(0, "HandOver", "customer_asked", "talk_to_person", None)]
    assert outcome(asked, noted("handover", "customer_asked"), now=WEEK_LATER) is Outcome.UNKNOWN
    assert outcome(asked, noted("handover", "stuck")) is Outcome.FAILED


def test_a_greeting_is_no_contact() -> None:
    assert outcome([turn(0, "Answer", "greeting", "greeting", None)]) is None


def test_three_turns_that_were_not_understood_are_a_loop() -> None:
    lost = [turn(0, "Clarify", "unsure"), turn(1, "OfferPerson", "not_understood_twice"), turn(2, "HandOver", "stuck")]
    assert is_loop(Episode(tuple(lost), ()))
    assert not is_loop(Episode(tuple(lost[:2]), ()))
    assert not is_loop(Episode((turn(0, "Clarify", "contrary_wishes"), *lost[:2]), ()))


def test_messages_before_a_person_are_counted_to_the_call() -> None:
    turns = (turn(0), turn(1), turn(3))
    assert turns_to_person(Episode(turns, (noted("handover", "customer_asked", 1),))) == 2
    assert turns_to_person(Episode(turns, ())) is None


def test_an_hour_of_silence_begins_another_contact_and_marks_go_where_they_belong() -> None:
    turns = [turn(0), turn(59), turn(130)]
    also = [noted("solved", "good", 100), noted("solved", "bad", 140)]
    first, second = episodes(turns, also)
    assert [len(first.turns), len(second.turns)] == [2, 1]
    assert ([one.what for one in first.also], [one.what for one in second.also]) == (["good"], ["bad"])


def test_the_figures_add_up() -> None:
    other = uuid4()
    turns = [turn(0), turn(5, "Answer", "thanks", "thanks", None), turn(24 * 60, channel="telegram", talk=other)]
    found = figures(episodes(turns, [noted("action", "executed")]), RECURRING, WEEK_LATER)
    assert found.episodes == sum(found.outcomes.values()) == 2
    assert found.outcomes[Outcome.FAILED] == 1, "the same matter again a day later"
    assert set(found.by_channel) == {"web", "telegram"}
    assert found.by_topic["freeze_card"][Outcome.FAILED] == 1
    assert (found.loop_rate, found.turns_to_person) == (0.0, None)
