"""The life of an action as a state machine: draft, shown, confirmed, authorised, executed (TX-01, TX-02).

No skipping, no going back, one execution. In memory, over the table of steps and the gate as they are.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from openteller.capabilities.actions import gate
from openteller.capabilities.actions.intents import _NEXT, VALID_FOR, Intent, move_intent, read_intent, show_intent
from openteller.capabilities.actions.policy import load_policy
from openteller.capabilities.identity.grants import open_grant
from openteller.capabilities.identity.sessions import Session
from openteller.domain.actions import Action, ActionKind, ConfirmedAction, IntentState
from openteller.domain.assurance import ApprovalClaims, CustomerRef, Grant, Level, SubjectId, TenantId
from openteller.domain.conversations import ConversationId
from openteller.domain.errors import InvariantError
from openteller.domain.money import Money
from openteller.testing.twin_bank import ACCOUNTS, PAYEES, TwinBank
from openteller.testing.twins import START, SettableClock

_POLICY = load_policy([Path(__file__).parents[3] / "src/openteller/packs/retail_banking"])
_TENANT, _ADA = TenantId("harbour"), CustomerRef("c-000001")
_MINE, _SOMEBODY = SubjectId(UUID(int=1)), SubjectId(UUID(int=2))
_ACTION = Action(ActionKind.TRANSFER, source=ACCOUNTS[1], to=PAYEES[0], amount=Money(5000, "GBP"))
_DRAFT = Intent(
    UUID(int=7),
    ConversationId(UUID(int=8)),
    _MINE,
    "transfer",
    IntentState.SHOWN,
    Level.LOGGED_IN,
    b"",
    None,
    START,
    START + VALID_FOR,
)
_ONWARDS = {
    IntentState.SHOWN: 0,
    IntentState.CONFIRMED: 1,
    IntentState.EXECUTING: 2,
    IntentState.UNKNOWN: 2,
    IntentState.PARKED: 3,
}
_BEFORE_THE_GATE = {IntentState.SHOWN, IntentState.CONFIRMED}
_FINAL = {IntentState.EXECUTED, IntentState.REJECTED, IntentState.FAILED, IntentState.VOID, IntentState.EXPIRED}
_SPOILT: Mapping[str, Any] = {
    "customer": CustomerRef("c-000666"),
    "action": "unfreeze_card",
    "amount_minor": 5001,
    "currency": "EUR",
    "payee": PAYEES[1].iban,
    "intent_id": UUID(int=9),
    "challenge_id": "ch-2",
    "expires_at": START,
}
T = TypeVar("T")


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """What it gives; nothing here waits for anything, so that no event loop is needed."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError("it waits")


class Rows:
    """The table of intents, as far as ``intents.py`` asks for it, under the conditions that it asks with."""

    def __init__(self) -> None:
        self.row_now: dict[str, Any] | None = None

    async def run(self, sql: str, /, **values: Any) -> int:
        if sql.startswith("INSERT"):
            new = self.row_now is None
            self.row_now = self.row_now or {**values, "subject_id": values["subject"], "reference": None}
            return int(new)
        if self.row_now is None or ("AND state = %(state)s" in sql and self.row_now["state"] != values["state"]):
            return 0
        self.row_now |= {"state": values["to"], "challenge_id": values["challenge_id"] or self.row_now["challenge_id"]}
        return 1

    async def row(self, _sql: str, /, **_values: object) -> Mapping[str, Any] | None:
        return self.row_now

    async def rows(self, _sql: str, /, **_values: object) -> Sequence[Mapping[str, Any]]:
        raise NotImplementedError

    async def many(self, _sql: str, _rows: Sequence[Mapping[str, object]], /) -> None:
        raise NotImplementedError

    async def defer(self, _job: str, /, **_arguments: str) -> None:
        raise NotImplementedError


# --- the table of steps ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(IntentState))
def test_every_step_goes_onwards_and_what_is_over_stays_so_tx_02(state: IntentState) -> None:
    after = _NEXT.get(state, frozenset())
    if state not in _ONWARDS:
        assert not after, f"{state} is the end"
        return
    for to in after:
        assert to in _FINAL or _ONWARDS[to] >= _ONWARDS[state], f"{state} goes back to {to}"


@pytest.mark.parametrize("state", list(IntentState))
def test_a_step_that_the_table_does_not_have_is_not_taken_tx_02(state: IntentState) -> None:
    for to in set(IntentState) - _NEXT.get(state, frozenset()):
        rows, intent = Rows(), replace(_DRAFT, state=state)
        at_once(show_intent(rows, intent))
        with pytest.raises(InvariantError, match=f"cannot go from {state} to {to}"):
            at_once(move_intent(rows, intent, to, START))
        assert rows.row_now is not None
        assert rows.row_now["state"] is state


def test_nothing_is_executed_that_was_not_sent_to_the_bank_tx_02() -> None:
    sent = {IntentState.EXECUTING, IntentState.UNKNOWN, IntentState.PARKED}
    assert {state for state, after in _NEXT.items() if IntentState.EXECUTED in after} == sent
    for state in _BEFORE_THE_GATE:
        assert sent & _NEXT[state] == {IntentState.EXECUTING}, "by way of the gate"
    assert not {IntentState.VOID, IntentState.EXPIRED} & frozenset().union(*(_NEXT[state] for state in sent)), (
        "what may have been done can no longer be taken back"
    )


def test_a_step_is_taken_from_where_the_row_stands_and_not_from_where_it_stood_tx_02() -> None:
    rows = Rows()
    at_once(show_intent(rows, _DRAFT))
    at_once(move_intent(rows, _DRAFT, IntentState.VOID, START))
    with pytest.raises(InvariantError, match="has moved on"):
        at_once(move_intent(rows, _DRAFT, IntentState.CONFIRMED, START))
    assert rows.row_now is not None
    assert rows.row_now["state"] is IntentState.VOID


# --- walks ----------------------------------------------------------------------------------------------------------


class AnActionsLife(RuleBasedStateMachine):
    """Customers, a thief, the app, the clock and the bank, in any order."""

    @initialize(far=st.integers(0, 3))
    def it_is_drawn_up(self, far: int) -> None:
        """And some steps are taken as they should be, so that walks begin everywhere on the way."""
        self.clock, self.rows, self.bank = SettableClock(), Rows(), TwinBank()
        self.history: list[IntentState] = []
        self.passport: ConfirmedAction | None = None
        self.passes = 0
        for _ in range(far):
            self.all_goes_well()

    @property
    def stored(self) -> Intent | None:
        return at_once(read_intent(self.rows, _DRAFT.intent_id))

    @rule()
    def it_is_shown(self) -> None:
        """Again (a turn done twice) it stays where it is."""
        before = self.stored
        at_once(show_intent(self.rows, _DRAFT))
        if before is None:
            self.history.append(IntentState.SHOWN)
        else:
            assert self.stored == before

    @rule(to=st.sampled_from(list(IntentState)))
    def anybody_moves_it_anywhere(self, to: IntentState) -> None:
        """Whatever the code might try: the table of steps lets through only what goes onwards."""
        before = self.stored
        if before is None or (
            to is IntentState.EXECUTING and before.state in (IntentState.SHOWN, IntentState.CONFIRMED)
        ):
            return  # by way of the gate only
        challenge = "ch-1" if to is IntentState.CONFIRMED else None
        try:
            at_once(move_intent(self.rows, before, to, self.clock.now(), challenge_id=challenge))
        except InvariantError:
            assert self.stored == before
        else:
            self.history.append(to)

    @rule()
    def all_goes_well(self) -> None:
        """The next step as it should be."""
        match self.stored:
            case None:
                self.it_is_shown()
            case Intent(state=IntentState.SHOWN):
                self.anybody_moves_it_anywhere(IntentState.CONFIRMED)
            case Intent(state=IntentState.CONFIRMED):
                self.the_gate_is_tried("", _MINE, Level.LOGGED_IN)
            case Intent(state=IntentState.EXECUTING | IntentState.UNKNOWN):
                self.the_bank_is_asked()
                self.anybody_moves_it_anywhere(IntentState.EXECUTED)

    @rule()
    def an_old_copy_moves_nothing(self) -> None:
        before = self.stored
        if before is None or before.state is IntentState.SHOWN:
            return
        with pytest.raises(InvariantError):
            at_once(move_intent(self.rows, _DRAFT, IntentState.CONFIRMED, self.clock.now()))
        assert self.stored == before

    @rule(seconds=st.integers(1, 150))
    def time_goes_by(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @rule(
        spoilt=st.sampled_from(["", "", "", "missing", *_SPOILT]),
        who=st.sampled_from([_MINE, _MINE, _SOMEBODY]),
        level=st.sampled_from([Level.ANONYMOUS, Level.LOGGED_IN]),
    )
    def the_gate_is_tried(self, spoilt: str, who: SubjectId, level: Level) -> None:
        before, now = self.stored, self.clock.now()
        if before is None:
            return
        try:
            passport = gate.authorise(
                before,
                _ACTION,
                self._grant(who, level),
                _POLICY.rule_for(_ACTION),
                _approval(spoilt),
                owner=_ADA,
                switched_off=(),
                spent_today=None,
                now=now,
            )
        except gate.Refused:
            return
        assert (before.state, spoilt, who) == (IntentState.CONFIRMED, "", _MINE)
        assert self.history == [IntentState.SHOWN, IntentState.CONFIRMED]
        assert now < before.expires_at
        at_once(move_intent(self.rows, before, IntentState.EXECUTING, now))
        self.history.append(IntentState.EXECUTING)
        self.passport, self.passes = passport, self.passes + 1

    @rule()
    def the_bank_is_asked(self) -> None:
        """And again, as after a crash; with a passport only."""
        if self.passport is not None:
            at_once(self.bank.execute(self.passport))

    def _grant(self, who: SubjectId, level: Level) -> Grant:
        now = self.clock.now()
        session = Session(UUID(int=3), who, _DRAFT.conversation_id, level, now, now + timedelta(hours=1))
        return open_grant(_TENANT, session, _ADA if level else None, now)

    @precondition(lambda self: hasattr(self, "history"))
    @invariant()
    def it_goes_one_way_and_is_done_once_as_it_was_shown(self) -> None:
        onwards = [_ONWARDS.get(state, 9) for state in self.history]
        assert onwards == sorted(onwards)
        assert len(_FINAL & set(self.history)) <= 1
        assert self.passes <= 1
        assert self.passes == 1 or IntentState.EXECUTED not in self.history
        assert self.passes == 0 or not {IntentState.VOID, IntentState.EXPIRED} & set(self.history)
        assert self.bank.actions == [_ACTION] * self.bank.times
        assert self.bank.times <= self.passes


def _approval(spoilt: str) -> ApprovalClaims | None:
    """The app's, of what was shown; but for one field, or none at all."""
    if spoilt == "missing":
        return None
    good = ApprovalClaims(
        *(_ADA, "transfer", 5000, "GBP", PAYEES[0].iban, _DRAFT.intent_id, "ch-1", "ap-1"),
        expires_at=START + timedelta(hours=1),
        token="token",
    )
    return replace(good, **{spoilt: _SPOILT[spoilt]}) if spoilt else good


AnActionsLife.TestCase.settings = settings(max_examples=1000, stateful_step_count=20, deadline=None)
TestAnActionsLife = AnActionsLife.TestCase
"""Twenty thousand steps: 1,000 walks of 20."""
