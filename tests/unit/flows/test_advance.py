"""Corners of the engine that a talk cannot show."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from openteller.capabilities.flows.advance import abandon, advance
from openteller.capabilities.flows.book import FlowBook
from openteller.domain.actions import ActionResult
from openteller.domain.assurance import Level
from openteller.domain.banking import Payee
from openteller.domain.errors import InvariantError
from openteller.domain.flows import (
    ActDone,
    AwaitConfirmation,
    AwaitStepUp,
    Cancel,
    DialogueState,
    Finished,
    Mentions,
    Progress,
    Provide,
    Read,
    ReadDone,
    Resume,
    Start,
    Voided,
)
from openteller.domain.flows import Command as Move
from openteller.domain.money import Money
from openteller.domain.understanding import Amount, Entity
from openteller.testing.talks.bank import ANNA, Bank
from openteller.testing.talks.house import TODAY
from openteller.testing.talks.world import World, meaning_of
from tests.unit.flows.house import a_world, the_flows

SAY_ALL = Mentions(
    "Send 50 to Anna from savings",
    (Entity("money", Amount(5000, None), 5, 7), Entity("payee", "Anna", 11, 15)),
    language="en",
)


def step(
    state: DialogueState, move: Move, *, flows: FlowBook | None = None, level: Level = Level.LOGGED_IN
) -> Progress:
    return advance(state, move, flows or the_flows(), level=level, today=TODAY)


def confirming() -> World:
    world = a_world()
    world.hear(SAY_ALL, meaning_of("transfer_money", entities=SAY_ALL.entities))
    assert isinstance(world.state.awaiting, AwaitConfirmation)
    return world


def test_money_is_made_once_and_the_same_object_is_shown_and_executed() -> None:
    world = confirming()
    shown = world.shown[UUID(int=1)].action
    assert shown.amount == Money(5000, "GBP")
    assert world.state.frames[-1].values["amount"] is shown.amount
    assert world.state.frames[-1].values["action"] is shown


def test_a_yes_of_another_question_confirms_nothing_tx_08() -> None:
    """A button of an older question, or one that somebody has sent on."""
    world = confirming()
    world.press(f"yes:{UUID(int=99)}")
    assert world.said == ["conversation.stale_choice"]
    assert not world.shown[UUID(int=1)].confirmed
    world.press(f"yes:{UUID(int=1)}")
    assert world.shown[UUID(int=1)].confirmed


def test_two_of_the_same_name_are_asked_about_and_only_they_are_offered() -> None:
    other = Payee("p-9", "Anna Jones", "DE89370400440532013000")
    world = a_world(Bank(payees=(ANNA, other)))
    world.hear(SAY_ALL, meaning_of("transfer_money"))
    assert world.said == ["journeys.several", "transfer_money.ask_to"]
    assert list(world.buttons) == ["Anna Smith", "Anna Jones"]
    world.press(world.buttons["Anna Jones"])
    assert world.shown[UUID(int=1)].action.to == other


def test_an_outcome_that_nobody_waits_for_is_a_bug() -> None:
    for outcome in (ReadDone(()), ActDone(ActionResult(executed=True, reference="x"))):
        with pytest.raises(InvariantError):
            advance(DialogueState(), outcome, the_flows(), level=Level.LOGGED_IN, today=TODAY)


def test_a_person_takes_over_and_nothing_is_left_half_open() -> None:
    world = confirming()
    progress = abandon(world.state, the_flows(), level=world.level, today=TODAY)
    assert progress.effects == (Voided(UUID(int=1)), Finished("transfer_money", "failed"))
    assert progress.state.frames == ()
    assert progress.state.awaiting is None


def test_a_step_up_beneath_is_voided_too_when_everything_ends() -> None:
    world = confirming()
    world.hear(Mentions("yes"), meaning_of("affirm"))
    assert isinstance(world.state.awaiting, AwaitStepUp)
    world.hear(Mentions("freeze my card"), meaning_of("freeze_card"))
    assert world.state.frames[0].step_up is not None
    progress = abandon(world.state, the_flows(), level=world.level, today=TODAY)
    assert Voided(UUID(int=1)) in progress.effects


def test_a_flow_that_changed_in_the_pack_starts_afresh_with_all_that_was_said() -> None:
    world = confirming()
    newer = replace(the_flows()["transfer_money"], version=99)
    book = FlowBook({**the_flows().flows, "transfer_money": newer})
    progress = step(world.state, Provide(Mentions("well?")), flows=book)
    assert progress.effects[0] == Voided(UUID(int=1))
    assert progress.state.frames[-1].version == 99
    assert SAY_ALL in progress.state.frames[-1].heard


def test_a_changed_flow_that_has_acted_ends_instead_of_acting_again() -> None:
    world = a_world()
    world.hear(Mentions("my debit card was stolen"), meaning_of(signals=("card_lost_stolen",)))
    assert world.state.frames[-1].settled
    newer = replace(the_flows()["lost_or_stolen_card"], version=2)
    book = FlowBook({**the_flows().flows, "lost_or_stolen_card": newer})
    progress = step(world.state, Cancel(), flows=book)
    assert progress.state.frames == ()


def test_an_approval_of_something_taken_back_is_passed_over() -> None:
    world = confirming()
    world.hear(Mentions("yes"), meaning_of("affirm"))
    world.hear(Mentions("cancel"), meaning_of("cancel"))
    progress = step(world.state, Resume("ch-1"))
    assert progress == Progress(world.state, ())


def test_the_flow_that_waits_beneath_is_brought_up_when_the_customer_turns_to_it() -> None:
    world = a_world()
    world.hear(Mentions("send money to Anna from savings", language="en"), meaning_of("transfer_money"))
    assert world.said == ["transfer_money.ask_amount"]
    world.hear(Mentions("freeze my card"), meaning_of("freeze_card"))
    assert world.said == ["freeze_card.ask_card"]
    said = Mentions("send 40", (Entity("money", Amount(4000, None), 5, 7),))
    world.hear(said, meaning_of("transfer_money"))
    assert world.said == ["transfer_money.back_to", "transfer_money.confirm"]
    assert [frame.flow for frame in world.state.frames] == ["freeze_card", "transfer_money"]


def test_a_login_that_lapsed_is_asked_for_again_and_the_yes_is_not_kept_for_later() -> None:
    world = confirming()
    world.level = Level.ANONYMOUS
    world.hear(Mentions("yes"), meaning_of("affirm"))
    assert world.said == ["conversation.login_needed"]
    assert world.shown[UUID(int=1)].dead
    world.level = Level.LOGGED_IN
    world.hear(Mentions("done"), meaning_of("affirm"))
    assert world.said == ["transfer_money.confirm"]
    assert world.bank.done == []


def test_a_list_is_read_again_only_when_the_flow_starts_again() -> None:
    first = step(DialogueState(), Start(("check_balance",), Mentions("balance")))
    assert first.effects == (Read("accounts", {}),)
    assert first.state.frames[-1].step == "read_accounts"
