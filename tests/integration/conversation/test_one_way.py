"""The life of an action as a state machine: no skipping, no going back, one way in (TX-02); approvals bind (TX-01)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from openteller.capabilities.actions import gate
from openteller.capabilities.actions.intents import VALID_FOR, Intent, move_intent, read_intent, show_intent
from openteller.capabilities.actions.policy import load_policy
from openteller.capabilities.identity.grants import open_grant
from openteller.capabilities.identity.sessions import Session
from openteller.domain.actions import Action, ActionKind, IntentState
from openteller.domain.assurance import ApprovalClaims, CustomerRef, Level, SubjectId, TenantId
from openteller.domain.conversations import ConversationId
from openteller.domain.errors import InvariantError
from openteller.domain.money import Money
from openteller.testing.twin_bank import ACCOUNTS, PAYEES
from openteller.testing.twins import START, SettableClock

_POLICY = load_policy([Path(__file__).parents[3] / "src/openteller/packs/retail_banking"])
_TENANT, _ADA = TenantId("harbour"), CustomerRef("c-000001")
_ACTION = Action(ActionKind.TRANSFER, source=ACCOUNTS[1], to=PAYEES[0], amount=Money(5000, "GBP"))
_RANK = {
    **dict.fromkeys((IntentState.SHOWN,), 0),
    **dict.fromkeys((IntentState.CONFIRMED,), 1),
    **dict.fromkeys((IntentState.EXECUTING, IntentState.UNKNOWN), 2),
    **dict.fromkeys((IntentState.PARKED,), 3),
}
_FINAL = {IntentState.EXECUTED, IntentState.REJECTED, IntentState.FAILED, IntentState.VOID, IntentState.EXPIRED}


class Rows:
    """The table of intents, as far as ``intents.py`` asks for it."""

    def __init__(self) -> None:
        self.row_now: dict[str, Any] | None = None

    async def run(self, sql: str, /, **values: Any) -> int:
        if sql.startswith("INSERT"):
            if self.row_now is None:
                self.row_now = {**values, "subject_id": values["subject"], "reference": None}
            return 1
        assert self.row_now is not None
        if self.row_now["state"] != values["state"]:
            return 0
        self.row_now["state"] = values["to"]
        self.row_now["challenge_id"] = values["challenge_id"] or self.row_now["challenge_id"]
        return 1

    async def row(self, _sql: str, /, **_values: object) -> Mapping[str, Any] | None:
        return self.row_now

    async def rows(self, _sql: str, /, **_values: object) -> Sequence[Mapping[str, Any]]:
        return []

    async def many(self, _sql: str, _rows: Sequence[Mapping[str, object]], /) -> None:
        raise NotImplementedError

    async def defer(self, _job: str, /, **_arguments: str) -> None:
        raise NotImplementedError


class AnActionsLife(RuleBasedStateMachine):
    @initialize()
    def shown(self) -> None:
        self.clock, self.rows = SettableClock(), Rows()
        self.subject, self.intent_id = SubjectId(uuid4()), uuid4()
        intent = Intent(
            self.intent_id,
            ConversationId(uuid4()),
            self.subject,
            "transfer",
            IntentState.SHOWN,
            Level.LOGGED_IN,
            b"",
            None,
            START,
            START + VALID_FOR,
        )
        asyncio.run(show_intent(self.rows, intent))
        self.history = [IntentState.SHOWN]
        self.passes = 0

    @property
    def now_stored(self) -> Intent:
        intent = asyncio.run(read_intent(self.rows, self.intent_id))
        assert intent is not None
        return intent

    @rule(to=st.sampled_from(list(IntentState)))
    def anybody_moves_it_anywhere(self, to: IntentState) -> None:
        """Whatever the code might try: the table of steps lets through only what goes forward."""
        before = self.now_stored.state
        if to is IntentState.EXECUTING and before is not IntentState.UNKNOWN:
            return  # only by way of the gate, below
        challenge = "ch-1" if to is IntentState.CONFIRMED else None
        try:
            asyncio.run(move_intent(self.rows, self.now_stored, to, self.clock.now(), challenge_id=challenge))
        except InvariantError:
            assert self.now_stored.state is before
        else:
            self.history.append(to)

    @rule()
    def an_old_copy_cannot_move_it_twice(self) -> None:
        old = self.now_stored
        if old.state is not IntentState.SHOWN:
            return
        asyncio.run(move_intent(self.rows, old, IntentState.VOID, self.clock.now()))
        self.history.append(IntentState.VOID)
        try:
            asyncio.run(move_intent(self.rows, old, IntentState.CONFIRMED, self.clock.now()))
        except InvariantError:
            return
        raise AssertionError("moved from where it no longer was")

    @rule(seconds=st.integers(1, 200))
    def time_goes_by(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @rule(
        spoilt=st.sampled_from(
            [
                "",
                "customer",
                "action",
                "amount_minor",
                "currency",
                "payee",
                "intent_id",
                "challenge_id",
                "missing",
                "late",
            ]
        ),
        level=st.sampled_from([Level.ANONYMOUS, Level.LOGGED_IN]),
    )
    def the_gate_is_tried(self, spoilt: str, level: Level) -> None:
        before, now = self.now_stored, self.clock.now()
        session = Session(uuid4(), self.subject, before.conversation_id, level, now, now + timedelta(hours=1))
        grant = open_grant(_TENANT, session, _ADA if level else None, now)
        approval = _spoil(self._approval(before), spoilt)
        try:
            gate.authorise(
                before,
                _ACTION,
                grant,
                _POLICY.rule_for(_ACTION),
                approval,
                owner=_ADA,
                switched_off=(),
                spent_today=None,
                now=now,
            )
        except gate.Refused:
            return
        assert before.state is IntentState.CONFIRMED
        assert IntentState.SHOWN in self.history
        assert spoilt == ""
        assert now < before.expires_at
        asyncio.run(move_intent(self.rows, before, IntentState.EXECUTING, now))
        self.history.append(IntentState.EXECUTING)
        self.passes += 1

    def _approval(self, intent: Intent) -> ApprovalClaims:
        return ApprovalClaims(
            _ADA,
            "transfer",
            5000,
            "GBP",
            PAYEES[0].iban,
            self.intent_id,
            intent.challenge_id or "ch-1",
            "ap-1",
            START + timedelta(hours=1),
            "token",
        )

    @precondition(lambda self: hasattr(self, "history"))
    @invariant()
    def it_passes_the_gate_at_most_once_and_never_goes_back(self) -> None:
        assert self.passes <= 1
        ranks = [_RANK.get(state, 9) for state in self.history]
        assert ranks == sorted(ranks)
        finals = [state for state in self.history if state in _FINAL]
        assert len(finals) <= 1
        if IntentState.EXECUTED in self.history:
            assert self.passes == 1


def _spoil(approval: ApprovalClaims, what: str) -> ApprovalClaims | None:
    match what:
        case "":
            return approval
        case "missing":
            return None
        case "late":
            return replace(approval, expires_at=START)
        case "amount_minor":
            return replace(approval, amount_minor=5001)
        case "intent_id":
            return replace(approval, intent_id=UUID(int=1))
    return replace(approval, **{what: "other"})  # type: ignore[arg-type]


AnActionsLife.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestAnActionsLife = AnActionsLife.TestCase
