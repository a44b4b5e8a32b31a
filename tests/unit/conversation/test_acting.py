"""The action part of a turn: what is read last of all, from whom, and what is done when the bank's answer is lost.

TX-03, TX-05, TX-06, TX-08, RL-02.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from openteller.capabilities.actions.gate import authorised_before
from openteller.capabilities.actions.intents import VALID_FOR, Intent
from openteller.capabilities.identity.grants import open_grant
from openteller.capabilities.identity.sessions import Session
from openteller.capabilities.thread import codec
from openteller.domain.actions import Action, ActionKind, ActionResult, ConfirmedAction, CoreGuarantees, IntentState
from openteller.domain.assurance import CustomerRef, Grant, Level, SubjectId
from openteller.domain.conversations import ConversationId, Holder
from openteller.domain.errors import AdapterError, LostLease
from openteller.domain.flows import ActDone, AwaitStepUp, DialogueState
from openteller.domain.money import Money
from openteller.loops.conversation import acting
from openteller.loops.conversation.acting import Acting, ask_bank
from openteller.loops.conversation.performed import Performed
from openteller.loops.conversation.switches import Switches
from openteller.ports import Row
from openteller.testing.twin_bank import ACCOUNTS, PAYEES, TwinBank
from openteller.testing.twins import START, SettableClock, TwinIdentity
from tests.unit.conversation.script import ADA, BEN, CONVERSATION, TENANT, Script, a_kit, heard_from
from tests.unit.conversation.shipped import the_policy

CUSTOMER = CustomerRef("c-000001")
OWN = Action(ActionKind.TRANSFER, source=ACCOUNTS[0], to=ACCOUNTS[1], amount=Money(2_000, "GBP"))
TO_ANNA = Action(ActionKind.TRANSFER, source=ACCOUNTS[0], to=PAYEES[0], amount=Money(2_000, "GBP"))
SESSION = Session(UUID(int=15), ADA, CONVERSATION, Level.LOGGED_IN, START, START + timedelta(hours=1))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "_PAUSES_S", (0.0, 0.0, 0.0))


def grant(who: SubjectId = ADA) -> Grant:
    return open_grant(TENANT, replace(SESSION, subject=who), CUSTOMER, START)


def intent(action: Action = OWN, state: IntentState = IntentState.SHOWN, **changes: Any) -> Intent:
    known = Intent(
        *(UUID(int=7), CONVERSATION, ADA, str(action.kind), state, Level.LOGGED_IN, codec.dump(action), None, START),
        expires_at=START + VALID_FOR,
    )
    return replace(known, **changes)


def row(stored: Intent) -> Mapping[str, Any]:
    return {**{name: getattr(stored, name) for name in Intent.__slots__ if name != "subject"}, "subject_id": ADA}


class Turn:
    """One turn about one intent, as it is ``stored``; ``moved`` is where it has gone."""

    def __init__(self, stored: Intent, *, channel: str = "web", leased: int = 1, done: Sequence[Row] = ()) -> None:
        self.clock, self.bank = SettableClock(), TwinBank()
        self.identity = TwinIdentity(self.clock)
        self.script = Script(
            {
                "UPDATE conversations SET lease_until": leased,
                "FROM action_intents i JOIN": done,
                "FROM action_intents WHERE intent_id": [row(stored)],
                "FROM switches": (),
                "FROM subject_links": [{"sealed": CUSTOMER.encode()}],
                "FROM subjects": (),
            }
        )
        parts = {"bank": self.bank, "identity": self.identity, "policy": the_policy(), "switches": Switches(self.clock)}
        self.kit = a_kit(self.script, self.clock, **parts)
        self.done = Performed(DialogueState(), Holder.WITH_BOT)
        self.acting = Acting(self.kit, heard_from(grant(), channel), self.done)

    @property
    def moved(self) -> list[str]:
        return [str(values["to"]) for values in self.script.values("UPDATE action_intents SET state")]


def refused(outcome: object) -> str | None:
    assert isinstance(outcome, ActDone)
    assert not outcome.result.executed
    return outcome.result.reason


# --- the intend commit ----------------------------------------------------------------------------------------------


async def test_everything_is_read_under_the_lock_and_last_of_all_tx_03() -> None:
    """The fence, then the intent's own row under its lock, then switches and the day; only then is it on its way."""
    turn = Turn(intent())
    outcome = await turn.acting.confirmed(UUID(int=7))
    assert isinstance(outcome, ActDone)
    assert outcome.result.executed
    order = turn.script.places(
        "UPDATE conversations SET lease_until",
        "INSERT INTO action_intents",
        "FOR UPDATE",
        "FROM switches",
        "FROM subjects WHERE subject_id = %(subject)s FOR NO KEY UPDATE",
        "FROM action_intents i JOIN",
    )
    assert order == sorted(order)
    assert turn.moved == ["confirmed", "executing"]
    assert turn.bank.actions == [OWN]


async def test_what_counts_is_the_row_and_not_what_the_turn_has_heard_tx_03() -> None:
    """Voided by another process after the yes was heard: what the turn holds in its hands is an old copy."""
    turn = Turn(intent(state=IntentState.VOID))
    assert refused(await turn.acting.execute_unasked(intent(), OWN)) == "wrong_stage"
    assert turn.bank.orders == []


async def test_switches_are_read_from_the_rows_although_they_were_read_a_moment_ago_tx_03() -> None:
    turn = Turn(intent())
    await turn.kit.switches.off(turn.script)
    turn.script.answers["FROM switches"] = [{"name": "action:transfer"}]
    assert refused(await turn.acting.confirmed(UUID(int=7))) == "switched_off"
    assert turn.bank.orders == []


async def test_a_turn_whose_lease_was_taken_over_sends_nothing_rl_06() -> None:
    turn = Turn(intent(), leased=0)
    with pytest.raises(LostLease):
        await turn.acting.confirmed(UUID(int=7))
    assert turn.bank.orders == []


async def test_what_was_done_today_counts_against_the_limit_of_the_day_tx_06() -> None:
    """All of it together, but only what is alike: what leaves the customer's own accounts has a limit of its own."""
    most = the_policy().rule_for(OWN).day["GBP"]
    own = [replace(OWN, amount=Money(most - 3_000, "GBP")), replace(OWN, amount=Money(1_001, "GBP"))]
    away = [replace(TO_ANNA, amount=Money(most, "GBP")), replace(OWN, amount=Money(most, "EUR"))]
    done = [{"sealed": codec.dump(action), "subject_id": ADA} for action in (*own, *away)]
    over, under = Turn(intent(), done=done), Turn(intent(), done=done[1:])
    assert refused(await over.acting.confirmed(UUID(int=7))) == "limit_exceeded"
    assert over.bank.orders == []
    assert isinstance(await under.acting.confirmed(UUID(int=7)), ActDone)
    assert under.bank.actions == [OWN]


async def test_the_day_of_a_limit_is_the_banks_and_not_the_one_that_a_client_names_tx_06() -> None:
    """A thread that calls itself Tokyo's would forget what was spent in London until the afternoon."""
    turn = Turn(intent())
    vars(turn.kit.pack)["time_zone"] = "Asia/Tokyo"
    await turn.acting.confirmed(UUID(int=7))
    (since,) = [values["since"] for values in turn.script.values("FROM action_intents i JOIN")]
    assert since.astimezone(ZoneInfo("Asia/Tokyo")).time() == time()


async def test_an_intent_of_another_conversation_is_not_there_tx_08() -> None:
    """A button that somebody has sent on: its intent is the owner's, and the conversation is not."""
    turn = Turn(intent(conversation_id=ConversationId(UUID(int=99))))
    assert refused(await turn.acting.confirmed(UUID(int=7))) == "expired"
    assert turn.bank.orders == []


async def test_somebody_else_in_the_same_conversation_cannot_confirm_tx_08() -> None:
    turn = Turn(intent())
    stranger = Acting(turn.kit, heard_from(grant(BEN)), turn.done)
    assert refused(await stranger.confirmed(UUID(int=7))) == "not_owner"
    assert turn.bank.orders == []


# --- how it is authorised -------------------------------------------------------------------------------------------


async def test_a_yes_alone_never_sends_what_the_app_must_approve_tx_05() -> None:
    turn = Turn(intent(TO_ANNA))
    assert await turn.acting.confirmed(UUID(int=7)) is None
    assert isinstance(turn.done.state.awaiting, AwaitStepUp)
    assert len(turn.identity.asked) == 1
    assert turn.bank.orders == []


async def test_a_chat_cannot_choose_the_weaker_way_of_its_rule_tx_05() -> None:
    """Between own accounts the web needs no app; from a chat each one is approved, also at the gate itself."""
    turn = Turn(intent(), channel="telegram")
    assert await turn.acting.confirmed(UUID(int=7)) is None
    assert len(turn.identity.asked) == 1
    passed_by = Turn(intent(state=IntentState.CONFIRMED), channel="telegram")
    assert refused(await passed_by.acting.execute_unasked(intent(), OWN)) == "approval_missing"
    assert turn.bank.orders == passed_by.bank.orders == []


@pytest.mark.parametrize("answer", ["declined", "expired"])
async def test_what_the_app_did_not_approve_is_not_sent_tx_05(answer: str) -> None:
    turn = Turn(intent(TO_ANNA, IntentState.CONFIRMED, challenge_id="ch-1"))
    turn.identity.answered["ch-1"] = answer
    assert refused(await turn.acting.step_up_answered(UUID(int=7), "ch-1")) == f"step_up_{answer}"
    assert turn.bank.orders == []


# --- what is open already -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [IntentState.EXECUTING, IntentState.UNKNOWN])
async def test_what_may_have_been_sent_is_looked_up_first_rl_02(state: IntentState) -> None:
    turn = Turn(intent(state=state))
    turn.bank.done[str(UUID(int=7))] = (OWN, ActionResult(True, "HB1"))
    outcome = await turn.acting.confirmed(UUID(int=7))
    assert outcome == ActDone(ActionResult(True, "HB1"))
    assert (turn.bank.lookups, turn.bank.orders) == ([str(UUID(int=7))], [])


async def test_what_is_settled_is_told_as_it_was_and_the_bank_is_not_asked_rl_02() -> None:
    turn = Turn(intent(state=IntentState.EXECUTED, reference="HB9"))
    assert await turn.acting.confirmed(UUID(int=7)) == ActDone(ActionResult(True, "HB9"))
    assert turn.bank.lookups == turn.bank.orders == []


# --- a bank whose answers get lost ----------------------------------------------------------------------------------

LOOKS_UP, SAYS_NOTHING = CoreGuarantees(once=False), CoreGuarantees(once=False, looks_up=False)


def passport() -> ConfirmedAction:
    return authorised_before(intent(state=IntentState.EXECUTING), OWN, TENANT, CUSTOMER, None)


async def test_a_lost_answer_is_looked_up_and_not_sent_again_rl_02() -> None:
    for guarantees in (CoreGuarantees(), LOOKS_UP):
        bank = TwinBank(guarantees, loses=1)
        result = await ask_bank(bank, passport(), again=False)
        assert result is not None
        assert (result.executed, bank.times, len(bank.orders)) == (True, 1, 1)


async def test_what_a_core_that_runs_a_key_once_has_not_seen_is_sent_again_rl_02() -> None:
    bank = TwinBank(vanishes=1)
    result = await ask_bank(bank, passport(), again=False)
    assert result is not None
    assert (result.executed, bank.times, len(bank.orders)) == (True, 1, 2)


async def test_what_could_be_done_twice_is_not_sent_again_rl_02() -> None:
    bank = TwinBank(LOOKS_UP, vanishes=1)
    assert await ask_bank(bank, passport(), again=False) is None
    assert (bank.times, len(bank.orders)) == (0, 1)


async def test_a_core_that_says_nothing_is_not_asked_and_nothing_is_guessed_rl_02() -> None:
    for bank, again in ((TwinBank(SAYS_NOTHING, loses=1), False), (TwinBank(SAYS_NOTHING), True)):
        assert await ask_bank(bank, passport(), again=again) is None
        assert bank.lookups == []
        assert len(bank.orders) == (0 if again else 1)


async def test_what_has_run_out_or_is_switched_off_is_looked_up_but_not_sent_rl_02() -> None:
    bank = TwinBank()
    assert await ask_bank(bank, passport(), again=True, may_send=False) == ActionResult(False, "", "expired")
    assert (len(bank.lookups), bank.orders) == (1, [])


async def test_what_certainly_had_no_effect_is_said_and_what_may_have_had_one_is_not_called_failed_rl_02() -> None:
    assert await ask_bank(TwinBank(away=True), passport(), again=False) == ActionResult(False, "", "bank_failed")
    assert await ask_bank(TwinBank(away=True), passport(), again=True) is None


async def test_a_bank_that_refuses_for_good_is_not_asked_twice_rl_02() -> None:
    class Refusing(TwinBank):
        async def execute(self, action: ConfirmedAction) -> ActionResult:
            self.orders.append(action.idempotency_key)
            raise AdapterError("no", retryable=False)

    bank = Refusing()
    assert await ask_bank(bank, passport(), again=False) == ActionResult(False, "", "bank_failed")
    assert len(bank.orders) == 1
