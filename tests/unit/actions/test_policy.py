"""The policy decides how money moves: it is understood wholly, or the bank's start is refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from openteller.capabilities.actions.policy import Policy, load_policy
from openteller.domain.actions import Action, ActionKind
from openteller.domain.assurance import Level
from openteller.domain.banking import Account, Card, NewPayee, Payee
from openteller.domain.errors import ConfigurationError
from openteller.domain.money import Money

PACK = Path(__file__).parents[3] / "src/openteller/packs/retail_banking"
TEXT = (PACK / "policy.yaml").read_text()
CARD = Card("k", "debit", "Debit", "1234", "active", "a")
MINE = Account("a", "current", "Current", "GB29NWBK60161331926819", Money(0, "GBP"), Money(0, "GBP"))


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy([PACK])


@pytest.mark.parametrize(
    ("kind", "level", "confirm", "step_up"),
    [
        (ActionKind.FREEZE_CARD, Level.LINKED, False, False),
        (ActionKind.BLOCK_CARD, Level.LINKED, False, False),
        (ActionKind.UNFREEZE_CARD, Level.LOGGED_IN, True, True),
        (ActionKind.REPLACE_CARD, Level.LOGGED_IN, True, False),
        (ActionKind.ACTIVATE_CARD, Level.LOGGED_IN, True, True),
        (ActionKind.CANCEL_STANDING_ORDER, Level.LOGGED_IN, True, False),
        (ActionKind.CANCEL_SCHEDULED_PAYMENT, Level.LOGGED_IN, True, False),
    ],
)
def test_blocking_needs_less_than_unblocking(
    policy: Policy, kind: ActionKind, level: Level, *, confirm: bool, step_up: bool
) -> None:
    """TX-07: making a card safe needs a link at most; making it usable again all that there is."""
    rule = policy.rule_for(Action(kind, card=CARD))
    assert (rule.level, rule.confirm, rule.step_up) == (level, confirm, step_up)
    assert rule.limit_once("GBP") is None
    assert rule.limit_day("GBP") is None


def test_money_that_leaves_needs_a_step_up_and_somebody_new_has_the_lowest_limit(policy: Policy) -> None:
    own, known, new = (
        policy.rule_for(Action(ActionKind.TRANSFER, source=MINE, to=to, amount=Money(1, "GBP")))
        for to in (MINE, Payee("p", "Anna", "GB"), NewPayee("Maria", "DE"))
    )
    assert (own.step_up, known.step_up, new.step_up) == (False, True, True)
    assert own.confirm
    limits = [rule.limit_once("GBP") for rule in (new, known, own)]
    assert limits == sorted(limits, key=lambda limit: limit.amount_minor if limit else 0)
    assert new.limit_once("JPY") == Money(0, "JPY")
    assert new.limit_day("JPY") == Money(0, "JPY")


def test_every_reason_has_somebody_who_takes_it(policy: Policy) -> None:
    assert policy.handover("fraud").priority == 0
    assert policy.handover("never heard of") == policy.handover("other")
    assert policy.handover("self_harm").within <= timedelta(minutes=5)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("  freeze_card:", "  freeze_cards:", "actions lacks freeze_card"),
        ("level: 1, confirm: false", "level: 3, confirm: false", "level is 1"),
        ("level: 1, confirm: false", "level: true, confirm: false", "level is 1"),
        ("confirm: false", "confirm: maybe", "confirm is true or false"),
        ("confirm: true, step_up: true", "confirm: false, step_up: true", "must be shown first"),
        ("once: {GBP: 2500000", "once: {GBP: 2.5", "whole number of minor units"),
        ("once: {GBP: 2500000", "once: {pounds: 2500000", "not a currency"),
        ("{GBP: 1000000, EUR: 1000000, USD: 1000000, PLN: 4000000}", "{}", "gives the limit in minor units"),
        ("  fraud: {queue", "  thieves: {queue", "no rule for fraud"),
        ("queue: care", "queue: 'the care team'", "queue is a name"),
        ("priority: 0", "priority: 10", "priority is 0"),
        ("within_minutes: 5", "within_minutes: 0", "within_minutes is a whole number above 0"),
        ("within_minutes: 5", "within_hours: 5", "lacks within_minutes"),
        ("priority: 0", "colour: red, priority: 0", "colour, which means nothing here"),
        ("actions:", "actions: [1]\nother_actions:", "which means nothing here"),
        ("handovers:\n", "handovers: {\n", "not valid YAML"),
    ],
)
def test_a_policy_that_is_not_wholly_understood_is_refused(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert old in TEXT
    (tmp_path / "policy.yaml").write_text(TEXT.replace(old, new, 1))
    with pytest.raises(ConfigurationError, match=r"policy\.yaml") as refused:
        load_policy([tmp_path])
    assert what in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"- a list\n", b"\xff", b"actions: []\nhandovers: {}\n"])
def test_what_is_no_policy_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "policy.yaml").write_bytes(content)
    with pytest.raises(ConfigurationError):
        load_policy([tmp_path])


def test_a_pack_without_a_policy_is_refused_and_the_last_one_counts(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no policy\.yaml"):
        load_policy([tmp_path])
    (tmp_path / "policy.yaml").write_text(TEXT.replace("queue: care", "queue: kindness"))
    assert load_policy([PACK, tmp_path]).handover("self_harm").queue == "kindness"
