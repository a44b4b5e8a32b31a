"""The gate beside the call to the bank: the last reading of everything, and the only place a ConfirmedAction is made.

Called inside the *intend* commit with the intent's row locked (TX-03). What it refuses has one stated reason.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from openteller.capabilities.actions.intents import Intent
from openteller.capabilities.actions.policy import ActionRule
from openteller.domain.actions import Action, ConfirmedAction, IntentState
from openteller.domain.assurance import ApprovalClaims, CustomerRef, Grant, TenantId
from openteller.domain.errors import CustomerError
from openteller.domain.money import Money


class Refused(CustomerError):
    """The gate said no; ``code`` says why and is the key of what the customer is told."""


def authorise(
    intent: Intent,
    action: Action,
    grant: Grant,
    rule: ActionRule,
    approval: ApprovalClaims | None,
    *,
    owner: CustomerRef | None,
    switched_off: Collection[str],
    spent_today: Money | None,
    now: datetime,
) -> ConfirmedAction:
    """The passport for this action, or Refused with the first reason that speaks against it.

    ``owner`` is the bank's number of whom the intent was shown to; ``spent_today`` what they have moved today by this
    kind of action (for the limits, TX-06).
    """
    customer = _owner(intent, grant, rule, approval, owner)
    _switches(action, switched_off)
    _stage(intent, rule, now)
    if rule.step_up:
        _approval(intent, action, customer, approval, now)
    _limits(action, rule, spent_today)
    return ConfirmedAction(
        grant.tenant,
        intent.subject,
        customer,
        intent.intent_id,
        action,
        approval.token if approval is not None else None,
        intent.expires_at,
    )


def authorised_before(
    intent: Intent, action: Action, tenant: TenantId, customer: CustomerRef | None, approval: str | None
) -> ConfirmedAction:
    """The passport again for an intent that has passed the gate already (EXECUTING or UNKNOWN): for asking the bank
    what became of it, and for sending it once more under the same key when the bank has never seen it.
    """
    if intent.state not in (IntentState.EXECUTING, IntentState.UNKNOWN, IntentState.PARKED) or customer is None:
        raise Refused("wrong_stage", f"an action that is {intent.state} has not been authorised")
    return ConfirmedAction(tenant, intent.subject, customer, intent.intent_id, action, approval, intent.expires_at)


def _owner(
    intent: Intent, grant: Grant, rule: ActionRule, approval: ApprovalClaims | None, owner: CustomerRef | None
) -> CustomerRef:
    """TX-08: only the owner, at the level of the rule. A verified approval of the bank's app stands for a login, but of
    nobody else than the one that the action was shown to.
    """
    if grant.subject != intent.subject:
        raise Refused("not_owner", "this action belongs to somebody else")
    if approval is not None and approval.customer != owner:
        raise Refused("approval_mismatch", "somebody else has approved this")
    customer = approval.customer if approval is not None else grant.customer
    if customer is None or (grant.customer is not None and grant.customer != customer):
        raise Refused("login_needed", "nobody is logged in")
    if approval is None and grant.level < rule.level:
        raise Refused("login_needed", f"this action needs level {int(rule.level)}")
    return customer


def is_off(action: Action, switched_off: Collection[str]) -> bool:
    """True when a kill switch stops this action (IR-01)."""
    return "actions" in switched_off or f"action:{action.kind}" in switched_off


def _switches(action: Action, switched_off: Collection[str]) -> None:
    if is_off(action, switched_off):
        raise Refused("switched_off", "the bank has switched this action off")


def _stage(intent: Intent, rule: ActionRule, now: datetime) -> None:
    """TX-02: from the stage the rule asks for and from no other."""
    needed = IntentState.CONFIRMED if rule.confirm else IntentState.SHOWN
    if intent.state is IntentState.EXPIRED or now >= intent.expires_at:
        raise Refused("expired", "the action was shown too long ago")
    if intent.state is not needed:
        raise Refused("wrong_stage", f"the action is {intent.state}, not {needed}")


def _approval(
    intent: Intent, action: Action, customer: CustomerRef, approval: ApprovalClaims | None, now: datetime
) -> None:
    """TX-01: the approval binds customer, action, amount, currency, payee, intent and expiry; each must be equal."""
    if approval is None:
        raise Refused("approval_missing", "this action has not been approved in the bank's app")
    amount = action.amount
    shown = (
        customer,
        str(action.kind),
        amount.amount_minor if amount is not None else None,
        amount.currency if amount is not None else None,
        action.payee,
        intent.intent_id,
        intent.challenge_id,
    )
    approved = (
        approval.customer,
        approval.action,
        approval.amount_minor,
        approval.currency,
        approval.payee,
        approval.intent_id,
        approval.challenge_id,
    )
    if shown != approved:
        raise Refused("approval_mismatch", "what was approved is not what was shown")
    if now >= approval.expires_at:
        raise Refused("expired", "the approval has expired")


def _limits(action: Action, rule: ActionRule, spent_today: Money | None) -> None:
    """TX-06: the bank's policy for one transfer and for a day, in the currency of the transfer."""
    if action.amount is None:
        return
    if action.amount.amount_minor <= 0:
        raise Refused("amount_not_positive", "an amount must be more than zero")
    once = rule.limit_once(action.amount.currency)
    if once is not None and once < action.amount:
        raise Refused("limit_exceeded", "the amount is over the limit for one transfer")
    day = rule.limit_day(action.amount.currency)
    spent = spent_today or Money(0, action.amount.currency)
    if day is not None and day < spent + action.amount:
        raise Refused("limit_exceeded", "the amount is over the limit for one day")
