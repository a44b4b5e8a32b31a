"""Talks as data: a conversation in ``talks/*.yaml`` is read, led through the engine, and compared line by line.

A talk gives the understanding of each line (``means``), so that nothing but flows and decisions is tested here. The
same files go through the whole system elsewhere, where ``means`` is not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from openteller.domain.assurance import Level
from openteller.domain.banking import Action
from openteller.domain.conversations import Holder
from openteller.domain.flows import Mentions
from openteller.domain.money import Money, minor_digits
from openteller.domain.texts import SealedValue, SpanType
from openteller.domain.understanding import Amount, Entity, EntityValue, Period
from tests.unit.flows.world import PACK, Bank, World, meaning_of


@dataclass(frozen=True)
class Talk:
    """One conversation and what must come of it."""

    file: Path
    name: str
    trouble: str
    content: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.file.parent.parent.name}: {self.name}"


def all_talks() -> list[Talk]:
    """Every talk of the pack, by flow and file."""
    talks: list[Talk] = []
    for file in sorted(PACK.glob("flows/*/talks/*.yaml")):
        contents = yaml.safe_load_all(file.read_text(encoding="utf-8"))
        talks += [Talk(file, content["talk"], content["trouble"], content) for content in contents]
    return talks


def lead(talk: Talk) -> World:
    """Go through the talk; an AssertionError names the line that went otherwise."""
    world = World(_bank(talk.content.get("bank", {})), level=Level(talk.content.get("level", 2)))
    world.off = frozenset(talk.content.get("switched_off", ()))
    for number, turn in enumerate(talk.content["turns"], 1):
        done_before = len(world.bank.done)
        handed_before = len(world.handed_over)
        _take(world, turn)
        where = f"{talk}, turn {number} ({turn.get('customer') or turn}): said {world.said}, decided {world.decision}"
        if "says" in turn:
            assert world.said == turn["says"], where
        if "decides" in turn:
            assert _decided(world) == turn["decides"], where
        done = [described(action) for action in world.bank.done[done_before:]]
        assert done == turn.get("does", []), f"{where}, did {done}"
        assert world.handed_over[handed_before:] == turn.get("hands_over", []), where
        if "offers" in turn:
            assert list(world.buttons) == turn["offers"], f"{where}, offered {list(world.buttons)}"
        if "shows" in turn:
            rows = [row for reply in world.replies for row in reply.rows]
            shown = [_shown(value) for row in rows for value in list(row.value.values.values())[:1]]
            assert shown == turn["shows"], f"{where}, showed {shown}"
    under_way = [frame.flow for frame in world.state.frames]
    assert under_way == talk.content.get("under_way", []), f"{talk} ends with {under_way} under way"
    return world


def described(action: Action) -> str:
    """An action in one line: what a talk compares."""
    if action.card is not None:
        return f"{action.kind} {action.card.last4}"
    assert action.amount is not None
    assert action.source is not None
    assert action.to is not None
    return f"{action.kind} {_shown(action.amount)} from {action.source.name} to {action.to.name} {action.to.last4}"


def _take(world: World, turn: dict[str, Any]) -> None:
    match turn:
        case {"customer": text, **rest}:
            _write(world, text, rest.get("means", {}))
        case {"press": label}:
            ids = {**world.buttons, **_earlier(world)}
            world.press(next((ids[name] for name in ids if label in (name, ids[name].partition(":")[0])), label))
        case {"person": _}:
            world.ask_for_person()
        case {"app": answer}:
            world.answer_in_app(approve=answer == "approves")
        case {"logs_in": level}:
            world.level = Level(level)
            world.log_in()
        case {"agent": _}:
            world.holder = Holder.WITH_AGENT
            world.replies = []
    for name, option in world.buttons.items():
        _earlier(world)[f"earlier {name}"] = option


def _earlier(world: World) -> dict[str, str]:
    if not hasattr(world, "pressed"):
        world.pressed = {}  # type: ignore[attr-defined]
    pressed: dict[str, str] = world.pressed  # type: ignore[attr-defined]
    return pressed


def _write(world: World, text: str, means: dict[str, Any]) -> None:
    sealed: list[SealedValue] = []
    for number, (kind, value) in enumerate(means.get("sealed", []), 1):
        placeholder = f"⟦{kind}:{number}⟧"
        assert value in text, f"{value!r} is not in {text!r}"
        text = text.replace(value, placeholder)
        sealed.append(SealedValue(placeholder, SpanType(kind), value.replace(" ", ""), value[-4:]))
    entities = tuple(_entity(text, *given) for given in means.get("entities", []))
    mentions = Mentions(text, entities, tuple(sealed), "en")
    meaning = meaning_of(
        *means.get("intents", []),
        signals=tuple(means.get("signals", [])),
        out_of_scope=means.get("out_of_scope", 0.0),
        unsure=tuple(means.get("unsure", [])),
        entities=entities,
    )
    world.hear(mentions, meaning)


def _entity(text: str, kind: str, said: str, value: Any = None, note: str = "") -> Entity:
    start = text.index(said)
    return Entity(kind, _value(kind, said, value), start, start + len(said), corrected=note == "corrected")


def _value(kind: str, said: str, value: Any) -> EntityValue:
    if kind == "money":
        number, _, currency = str(value or said).partition(" ")
        return Amount(round(float(number) * 10 ** minor_digits(currency or "GBP")), currency or None)
    if kind == "period":
        start, end = value
        return Period(start, end)
    if isinstance(value, date):
        return value
    return str(value or said)


def _bank(given: dict[str, Any]) -> Bank:
    bank = Bank(
        unreadable=frozenset(given.get("unreadable", ())),
        rejects=dict(given.get("rejects", {})),
        parks=frozenset(given.get("parks", ())),
    )
    if "cards" in given:
        known = {card.last4: card for card in bank.cards}
        bank.cards = tuple(replace(known[last4], status=status) for last4, status in given["cards"].items())
    if "accounts" in given:
        bank.accounts = tuple(account for account in bank.accounts if account.kind in given["accounts"])
    return bank


def _decided(world: World) -> str:
    decision = world.decision
    return f"{type(decision).__name__} {decision.reason}" if decision is not None else "nothing"


def _shown(value: object) -> str:
    match value:
        case Period(start, end):
            return f"{start} to {end}"
        case Money(minor, currency):
            return f"{minor / 10 ** minor_digits(currency):.2f} {currency}"
    return str(value)
