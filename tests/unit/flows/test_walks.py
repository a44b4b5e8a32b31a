"""Thousands of random conversations: whatever a customer does in whatever order, four things always hold.

Nothing is executed that was not shown, confirmed and approved as the policy says (the world asserts it); no journey is
lost without a word; the engine always comes to rest; and every turn says something.
"""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openteller.domain.assurance import Level
from openteller.domain.conversations import Holder
from openteller.domain.flows import AwaitStepUp, Finished, HandOverNow, Mentions
from openteller.domain.texts import SealedValue, SpanType
from openteller.domain.understanding import Amount, Entity, Period
from openteller.testing.talks.bank import BEN, DEBIT_CARD, Bank
from openteller.testing.talks.world import World, meaning_of
from tests.unit.flows.house import a_world, the_flows

INTENTS = (
    "check_balance find_transactions freeze_card unfreeze_card lost_or_stolen_card transfer_money"
    " spending_by_category explain_payment explain_decline account_details account_fees get_statement"
    " show_standing_orders cancel_standing_order cancel_scheduled_payment replace_card activate_card change_language"
    " greeting thanks abuse help_capabilities affirm deny cancel repeat correct"
).split()
SAID = (
    "Anna",
    "Ben Okafor",
    "savings",
    "from savings to Anna",
    "my current account",
    "all of them",
    "the one ending 1234",
    "Harbour",
    "not Anna, Ben",
    "English",
    "Welsh",
    "help with cards",
    "Maria Lopez",
    "gibberish",
    "",
    "?!",
)
ENTITIES = (
    Entity("money", Amount(5000, None), 0, 1),
    Entity("money", Amount(6000, "GBP"), 1, 2, corrected=True),
    Entity("money", Amount(-100, None), 0, 1),
    Entity("money", Amount(700, "USD"), 0, 1),
    Entity("payee", "Anna", 0, 4),
    Entity("payee", "Maria Lopez", 0, 4),
    Entity("account_name", "savings", 0, 7),
    Entity("account_name", "joint", 0, 5),
    Entity("card_last4", "9876", 0, 4),
    Entity("card_last4", "0000", 0, 4),
    Entity("merchant", "Tesco", 0, 5),
    Entity("category", "groceries", 0, 5),
    Entity("period", Period(date(2026, 10, 1), date(2026, 10, 31)), 0, 5),
    Entity("date", date(2026, 11, 12), 0, 5),
)
IBAN = SealedValue("⟦IBAN:1⟧", SpanType.IBAN, "DE75512108001245126199", "6199")

writes = st.tuples(
    st.just("writes"),
    st.lists(st.sampled_from(INTENTS), max_size=2),
    st.sampled_from(SAID),
    st.lists(st.sampled_from(ENTITIES), max_size=3),
    st.booleans(),
    st.sampled_from([(), (), (), (), ("card_lost_stolen",), ("fraud_in_progress",)]),
)
moves = st.one_of(
    writes,
    st.tuples(st.just("presses"), st.integers(0, 6)),
    st.tuples(st.just("presses an old one"), st.integers(0, 40)),
    st.tuples(st.just("answers in the app"), st.booleans()),
    st.tuples(st.just("is at level"), st.sampled_from(list(Level)[:3])),
    st.tuples(st.just("is given back"), st.none()),
)
banks = st.builds(
    Bank,
    cards=st.sampled_from([Bank().cards, (DEBIT_CARD,), ()]),
    payees=st.sampled_from([Bank().payees, (BEN,), ()]),
    unreadable=st.sampled_from([frozenset(), frozenset(), frozenset({"cards"}), frozenset({"payees"})]),
    rejects=st.sampled_from([{}, {}, {"transfer": "insufficient_funds"}, {"block_card": "unheard_of"}]).map(dict),
    parks=st.sampled_from([frozenset(), frozenset(), frozenset({"transfer"}), frozenset({"freeze_card"})]),
)


@settings(max_examples=700, deadline=None, suppress_health_check=list(HealthCheck))
@given(bank=banks, script=st.lists(moves, min_size=5, max_size=25))
def test_a_random_walk_keeps_every_promise(bank: Bank, script: list[tuple[object, ...]]) -> None:
    world, old = a_world(bank), ["yes:00000000-0000-0000-0000-000000000001"]
    for move in script:
        before = [frame.flow for frame in world.state.frames]
        silent = _make(world, move, old)
        old += world.buttons.values()
        if silent:
            continue
        assert world.said, f"{move} was answered with silence"
        _nothing_lost(world, before)


def _make(world: World, move: tuple[object, ...], old: list[str]) -> bool:
    """Do the move; True if it is one that needs no answer."""
    match move:
        case ("writes", intents, text, entities, iban, signals):
            words = f"{text} ⟦IBAN:1⟧" if iban else text
            mentions = Mentions(str(words), tuple(entities), (IBAN,) if iban else (), "en")  # type: ignore[arg-type]
            world.hear(mentions, meaning_of(*intents, signals=signals, entities=tuple(entities)))  # type: ignore[misc, arg-type]
        case ("presses", int(number)) if world.buttons:
            world.press(list(world.buttons.values())[number % len(world.buttons)])
        case ("presses an old one", int(number)):
            world.press(old[number % len(old)])
        case ("answers in the app", bool(approve)) if _waits_for_app(world):
            world.answer_in_app(approve=approve)
        case ("is at level", Level() as level):
            world.level = level
            return True
        case ("is given back", _):
            world.holder = Holder.WITH_BOT
            return True
        case _:
            return True
    return False


def _waits_for_app(world: World) -> bool:
    waits = [world.state.awaiting, *(frame.step_up for frame in world.state.frames)]
    return any(isinstance(wait, AwaitStepUp) for wait in waits)


def _nothing_lost(world: World, before: list[str]) -> None:
    """Each flow that was under way still is, or its end was told."""
    ended = [effect.flow for effect in world.effects if isinstance(effect, Finished)]
    handed = any(isinstance(effect, HandOverNow) for effect in world.effects)
    for name in before:
        under_way = [frame.flow for frame in world.state.frames]
        assert name in under_way or name in ended or handed, f"{name} was lost"
    assert all(frame.flow in the_flows().flows for frame in world.state.frames)
