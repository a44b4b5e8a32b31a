"""The gate (security.md TX-01, TX-02, TX-06, TX-08): whatever differs from what was shown, nothing is executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from openteller.capabilities.actions.gate import Refused, authorise, authorised_before
from openteller.capabilities.actions.intents import Intent
from openteller.capabilities.actions.policy import ActionRule
from openteller.capabilities.identity.grants import open_grant
from openteller.capabilities.identity.sessions import Session
from openteller.domain.actions import Action, ActionKind, ConfirmedAction, IntentState
from openteller.domain.assurance import ApprovalClaims, CustomerRef, Grant, Level, SubjectId, TenantId
from openteller.domain.banking import Account, Card, Payee
from openteller.domain.conversations import ConversationId
from openteller.domain.money import Money

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TENANT, SUBJECT, CUSTOMER = TenantId("harbour"), SubjectId(uuid4()), CustomerRef("c-000042")
ACCOUNT = Account(
    "a1", "current", "Current account", "GB29NWBK60161331926819", Money(90_000, "GBP"), Money(90_000, "GBP")
)
PAYEE = Payee("p1", "Anna Kowalska", "GB33BUKB20201555555555")
TRANSFER = Action(ActionKind.TRANSFER, source=ACCOUNT, to=PAYEE, amount=Money(2_500, "GBP"))
CARD = Card("card-1", "debit", "Debit card", "4242", "active", "a1")
FREEZE = Action(ActionKind.FREEZE_CARD, card=CARD)
INTENT_ID = UUID(int=7)


def rule(**changes: Any) -> ActionRule:
    """The rule for a transfer to somebody else."""
    limits: Mapping[str, int] = {"GBP": 500_000}
    known = {"level": Level.LOGGED_IN, "confirm": True, "step_up": True, "once": limits, "day": {"GBP": 1_000_000}}
    return ActionRule(**{**known, **changes})


def intent(state: IntentState = IntentState.CONFIRMED, **changes: Any) -> Intent:
    """The intent as the gate finds it."""
    known = Intent(
        INTENT_ID,
        ConversationId(uuid4()),
        SUBJECT,
        "transfer",
        state,
        Level.LOGGED_IN,
        b"",
        "ch-1",
        NOW - timedelta(seconds=30),
        NOW + timedelta(minutes=4),
    )
    return replace(known, **changes)


_SESSION = Session(uuid4(), SUBJECT, ConversationId(uuid4()), Level.LOGGED_IN, NOW, NOW + timedelta(hours=1))


def grant(level: Level = Level.LOGGED_IN) -> Grant:
    """The customer's grant at this level; below LINKED it names nobody."""
    customer = CUSTOMER if level >= Level.LINKED else None
    return open_grant(TENANT, replace(_SESSION, level=level), customer, NOW)


APPROVAL = ApprovalClaims(
    CUSTOMER, "transfer", 2_500, "GBP", PAYEE.iban, INTENT_ID, "ch-1", "jti-1", NOW + timedelta(minutes=4), "signed"
)


def through(
    action: Action = TRANSFER,
    stored: Intent | None = None,
    who: Grant | None = None,
    by: ActionRule | None = None,
    approval: ApprovalClaims | None = APPROVAL,
    **changes: Any,
) -> ConfirmedAction:
    """Through the gate with everything in order but what the test changes."""
    around: dict[str, Any] = {
        "owner": CUSTOMER,
        "switched_off": frozenset(),
        "spent_today": None,
        "now": NOW,
        **changes,
    }
    return authorise(stored or intent(), action, who or grant(), by or rule(), approval, **around)


def test_what_was_shown_confirmed_and_approved_passes_as_the_same_object() -> None:
    confirmed = through()
    assert confirmed.action is TRANSFER
    assert confirmed.idempotency_key == str(INTENT_ID)
    assert confirmed.approval == "signed"


@pytest.mark.parametrize(
    "forged",
    [
        {"action": "unfreeze_card"},
        {"amount_minor": 2_501},
        {"amount_minor": None},
        {"currency": "EUR"},
        {"payee": "GB94BARC10201530093459"},
        {"payee": None},
        {"intent_id": UUID(int=8)},
        {"challenge_id": "ch-2"},
    ],
    ids=",".join,
)
def test_tx01_an_approval_of_anything_else_is_refused(forged: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        through(approval=replace(APPROVAL, **forged))
    assert refused.value.code == "approval_mismatch"


def test_tx01_an_approval_of_somebody_else_is_refused() -> None:
    with pytest.raises(Refused, match="somebody else has approved this"):
        through(approval=replace(APPROVAL, customer=CustomerRef("c-000043")))


def test_tx01_an_expired_approval_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        through(approval=replace(APPROVAL, expires_at=NOW))
    assert refused.value.code == "expired"


def test_tx05_without_the_approval_the_policy_wants_nothing_passes() -> None:
    with pytest.raises(Refused) as refused:
        through(approval=None)
    assert refused.value.code == "approval_missing"


@pytest.mark.parametrize("state", [state for state in IntentState if state is not IntentState.CONFIRMED])
def test_tx02_only_a_confirmed_intent_passes(state: IntentState) -> None:
    with pytest.raises(Refused) as refused:
        through(stored=intent(state))
    assert refused.value.code == ("expired" if state is IntentState.EXPIRED else "wrong_stage")


def test_tx02_an_intent_shown_too_long_ago_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        through(stored=intent(expires_at=NOW))
    assert refused.value.code == "expired"


def test_tx06_the_limits_hold_at_the_minor_unit() -> None:
    over = replace(TRANSFER, amount=Money(500_001, "GBP"))
    with pytest.raises(Refused) as refused:
        through(over, approval=replace(APPROVAL, amount_minor=500_001))
    assert refused.value.code == "limit_exceeded"
    assert through(
        replace(TRANSFER, amount=Money(500_000, "GBP")), approval=replace(APPROVAL, amount_minor=500_000)
    ).action.amount == Money(500_000, "GBP")
    with pytest.raises(Refused) as refused:
        through(spent_today=Money(997_501, "GBP"))
    assert refused.value.code == "limit_exceeded"
    assert through(spent_today=Money(997_500, "GBP")).intent_id == INTENT_ID


@pytest.mark.parametrize("amount", [0, -1, -2_500])
def test_an_amount_that_is_not_positive_never_passes(amount: int) -> None:
    with pytest.raises(Refused) as refused:
        through(replace(TRANSFER, amount=Money(amount, "GBP")), approval=replace(APPROVAL, amount_minor=amount))
    assert refused.value.code == "amount_not_positive"


def test_tx06_a_currency_that_the_policy_does_not_name_cannot_be_sent() -> None:
    euros = replace(TRANSFER, amount=Money(1, "EUR"))
    for limits in ({"once": {"GBP": 5}, "day": {}}, {"once": {}, "day": {"GBP": 5}}):
        with pytest.raises(Refused) as refused:
            through(euros, by=rule(**limits), approval=replace(APPROVAL, amount_minor=1, currency="EUR"))
        assert refused.value.code == "limit_exceeded"


def test_tx08_a_link_alone_does_not_do_what_needs_a_login() -> None:
    """Without an approval the level of whoever asks is all that there is."""
    with pytest.raises(Refused) as refused:
        through(who=grant(Level.LINKED), by=rule(step_up=False), approval=None)
    assert refused.value.code == "login_needed"
    assert through(by=rule(step_up=False), approval=None).intent_id == INTENT_ID


def test_tx08_the_owners_approval_does_not_serve_whoever_else_is_logged_in() -> None:
    stranger = open_grant(TENANT, _SESSION, CustomerRef("c-999999"), NOW)
    with pytest.raises(Refused) as refused:
        through(who=stranger)
    assert refused.value.code == "login_needed"


def test_tx08_another_subject_cannot_confirm() -> None:
    with pytest.raises(Refused) as refused:
        through(stored=intent(subject=SubjectId(uuid4())))
    assert refused.value.code == "not_owner"


def test_tx07_a_linked_channel_may_freeze_but_an_anonymous_one_may_not() -> None:
    freeze = rule(level=Level.LINKED, confirm=False, step_up=False)
    shown = intent(IntentState.SHOWN, kind="freeze_card", challenge_id=None)
    assert through(FREEZE, shown, grant(Level.LINKED), freeze, None).intent_id == INTENT_ID
    with pytest.raises(Refused) as refused:
        through(FREEZE, shown, grant(Level.ANONYMOUS), freeze, None)
    assert refused.value.code == "login_needed"


@pytest.mark.parametrize("switch", ["actions", "action:transfer"])
def test_ir01_what_is_switched_off_does_not_pass(switch: str) -> None:
    with pytest.raises(Refused) as refused:
        through(switched_off=frozenset({switch}))
    assert refused.value.code == "switched_off"


@pytest.mark.parametrize("state", list(IntentState))
def test_only_what_has_passed_the_gate_before_may_be_asked_about_again(state: IntentState) -> None:
    passed = state in (IntentState.EXECUTING, IntentState.UNKNOWN, IntentState.PARKED)
    if passed:
        assert authorised_before(intent(state), TRANSFER, TENANT, CUSTOMER, "signed").intent_id == INTENT_ID
    else:
        with pytest.raises(Refused):
            authorised_before(intent(state), TRANSFER, TENANT, CUSTOMER, "signed")


def test_an_approval_of_somebody_else_does_not_stand_for_the_owners_login_tx_08() -> None:
    """Nobody is logged in, and the approval that came is another customer's: what it says of itself is not enough."""
    stranger = CustomerRef("c-999999")
    with pytest.raises(Refused) as refused:
        through(who=grant(Level.ANONYMOUS), approval=replace(APPROVAL, customer=stranger))
    assert refused.value.code == "approval_mismatch"
    through(who=grant(Level.ANONYMOUS))
