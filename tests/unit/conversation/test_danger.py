"""How surely a signal must be heard, and what it then stands above: despair, fraud, a person, a stop (CR-02, CR-09)."""

from __future__ import annotations

from uuid import UUID

import pytest

from openteller.domain.assurance import Level
from openteller.domain.conversations import Holder, InboxKind
from openteller.domain.decisions import Clarify, Decision, HandOver, RunFlow
from openteller.domain.flows import AwaitConfirmation, Cancel, DialogueState, Frame, Mentions, Start
from openteller.domain.understanding import Intent, Signal, Understanding
from openteller.loops.conversation.decide import decide
from openteller.loops.conversation.turn_context import TurnContext
from openteller.testing.twins import START
from tests.unit.conversation.shipped import the_flows, the_policy

SAID = Mentions("so be it")
FLOW = the_flows()["transfer_money"]
BUSY = DialogueState((Frame(FLOW.name, FLOW.version, FLOW.steps[0].id),), awaiting=AwaitConfirmation(UUID(int=7)))
"""A transfer has been shown, and waits for its yes."""


def decided(*intents: str, state: DialogueState | None = None, **signals: float) -> Decision:
    """The decision about a message that shows these signals, each with its chance."""
    heard = tuple(Signal(name, chance, active=True) for name, chance in signals.items())
    sure = tuple(Intent(name, 0.9, active=True) for name in intents)
    meaning = Understanding("en", 1.0, sure or (Intent("unrelated", 0.1),), (), heard, 0.0, "by hand")
    return decide(
        TurnContext(
            kind=InboxKind.TEXT,
            mentions=SAID,
            meaning=meaning,
            state=state or DialogueState(),
            holder=Holder.WITH_BOT,
            level=Level.LOGGED_IN,
            flows=the_flows(),
            policy=the_policy(),
            switched_off=frozenset(),
            now=START,
        )
    )


@pytest.mark.parametrize("state", [DialogueState(), BUSY], ids=["at rest", "under way"])
def test_despair_is_heard_rather_too_often_and_goes_before_the_thief_cr_04(state: DialogueState) -> None:
    care = HandOver("self_harm")
    assert decided(state=state, self_harm=0.2) == care
    assert decided(state=state, self_harm=0.2, fraud_in_progress=0.99, card_lost_stolen=0.99) == care
    assert decided("transfer_money", "talk_to_person", state=state, self_harm=0.99) == care
    assert decided(state=state, self_harm=0.19) != care


@pytest.mark.parametrize("signal", ["fraud_in_progress", "account_takeover"])
@pytest.mark.parametrize("state", [DialogueState(), BUSY], ids=["at rest", "under way"])
def test_a_thief_at_work_is_stopped_whatever_is_under_way_cr_03(state: DialogueState, signal: str) -> None:
    stop = RunFlow(Start(("fraud_in_progress",), Mentions("")), "fraud_in_progress")
    assert decided(state=state, **{signal: 0.5}) == stop
    assert decided(state=state, **{signal: 0.34}) != stop


def test_a_thief_at_work_goes_before_another_wish_cr_03() -> None:
    stop = RunFlow(Start(("fraud_in_progress",), Mentions("")), "fraud_in_progress")
    assert decided("check_balance", fraud_in_progress=0.4) == stop
    assert decided("check_balance", fraud_in_progress=0.4, account_takeover=0.9) == stop
    assert decided("check_balance", account_takeover=0.9) == stop


@pytest.mark.parametrize("state", [DialogueState(), BUSY], ids=["at rest", "under way"])
def test_a_person_is_given_to_whoever_asks_by_the_wish_or_by_its_signal_cr_02(state: DialogueState) -> None:
    given = HandOver("customer_asked")
    assert decided("talk_to_person", state=state) == given
    assert decided("check_balance", "talk_to_person", state=state) == given
    assert decided(state=state, human_request=0.2) == given
    assert decided(state=state, human_request=0.19) != given


@pytest.mark.parametrize("state", [DialogueState(), BUSY], ids=["at rest", "under way"])
def test_a_stop_to_our_messages_is_heard_whatever_is_under_way_cr_09(state: DialogueState) -> None:
    assert decided(state=state, opt_out=0.5) == RunFlow(Start(("stop_messages",), SAID), "signal")


def test_a_plain_stop_ends_what_is_under_way_and_opts_nobody_out_cr_09() -> None:
    """At rest there is nothing else that it could mean."""
    assert decided("cancel", state=BUSY, opt_out=0.9) == RunFlow(Cancel(SAID), "cancel")
    assert decided("cancel", opt_out=0.9) == RunFlow(Start(("stop_messages",), SAID), "signal")


def test_what_is_heard_too_faintly_to_open_a_case_is_asked_about_cr_03() -> None:
    assert decided(complaint=0.4) == Clarify(("complaint",), "faint_signal")
    assert decided(complaint=0.5) == RunFlow(Start(("complaint",), SAID), "signal")
