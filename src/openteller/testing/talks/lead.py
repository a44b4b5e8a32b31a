"""A talk led through the engine, line by line, and compared with what stands there.

A talk gives the understanding of each line (``means``), so that nothing but flows, decisions and wording is tested
here. Whoever has a real understanding gives ``read``, and ``means`` is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

from openteller.domain.actions import Action
from openteller.domain.assurance import Level
from openteller.domain.banking import Card, DirectDebit, ScheduledPayment, SpendingLimit, StandingOrder
from openteller.domain.conversations import Holder
from openteller.domain.flows import Mentions
from openteller.domain.money import Money, minor_digits
from openteller.domain.texts import SealedValue, SpanType
from openteller.domain.understanding import Amount, Entity, EntityValue, Period, Understanding
from openteller.testing.talks.bank import Bank
from openteller.testing.talks.house import House, Unsayable
from openteller.testing.talks.talk import Talk
from openteller.testing.talks.world import World, meaning_of

Reader = Callable[[World, str, dict[str, Any]], tuple[Mentions, Understanding]]
"""What a message holds and means: by hand (``means``), or as it is really understood."""


class TalkFailed(AssertionError):
    """The line of a talk that went otherwise, and how."""


def by_hand(_world: World, text: str, means: dict[str, Any]) -> tuple[Mentions, Understanding]:
    """The understanding that the talk gives."""
    sealed: list[SealedValue] = []
    for number, (kind, value) in enumerate(means.get("sealed", []), 1):
        placeholder = f"⟦{kind}:{number}⟧"
        assert value in text, f"{value!r} is not in {text!r}"
        text = text.replace(value, placeholder)
        sealed.append(SealedValue(placeholder, SpanType(kind), value.replace(" ", ""), value[-4:]))
    entities = tuple(_entity(text, *given) for given in means.get("entities", []))
    meaning = meaning_of(
        *means.get("intents", []),
        signals=tuple(means.get("signals", [])),
        out_of_scope=means.get("out_of_scope", 0.0),
        unsure=tuple(means.get("unsure", [])),
        entities=entities,
    )
    return Mentions(text, entities, tuple(sealed), means.get("language", "en")), meaning


def lead(talk: Talk, house: House, read: Reader = by_hand) -> World:
    """Go through the talk. TalkFailed names the line that went otherwise."""
    world = World(house, _bank(talk.content.get("bank", {})), level=Level(talk.content.get("level", 2)))
    world.channel = talk.content.get("channel", "web")
    world.open_cases = set(talk.content.get("open_cases", ()))
    world.off = frozenset(talk.content.get("switched_off", ()))
    for number, turn in enumerate(talk.content["turns"], 1):
        done, handed = len(world.bank.done), len(world.handed_over)
        opened, agreed = len(world.opened), len(world.consents)
        try:
            _take(world, turn, read)
        except Unsayable as error:
            raise TalkFailed(f"{talk}, turn {number}: {error}") from error
        found = {
            "says": world.said,
            "decides": f"{type(world.decision).__name__} {world.decision.reason}" if world.decision else "nothing",
            "does": [described(action) for action in world.bank.done[done:]],
            "hands_over": world.handed_over[handed:],
            "opens": world.opened[opened:],
            "consents": world.consents[agreed:],
            "files": world.filed,
            "notes": world.noted,
            "offers": list(world.buttons),
            "shows": shown_by(world),
            "links": [link.url for reply in world.replies for link in reply.links if link.purpose == "statement"],
            "charts": [[_shown(bar.amount) for bar in reply.chart.bars] for reply in world.replies if reply.chart],
            "language": world.language,
        }
        wanted = {
            "does": [],
            "hands_over": [],
            "opens": [],
            "consents": [],
            **{name: turn[name] for name in found if name in turn},
        }
        for name, value in wanted.items():
            if found[name] != value:
                said = turn.get("customer") or turn
                raise TalkFailed(
                    f"{talk}, turn {number} ({said}): {name} {found[name]}, not {value}; "
                    f"said {world.said}, decided {found['decides']}"
                )
    under_way = [frame.flow for frame in world.state.frames]
    if under_way != talk.content.get("under_way", []):
        raise TalkFailed(f"{talk} ends with {under_way} under way")
    return world


def shown_by(world: World) -> list[str]:
    """The facts of this turn: the first value of each row."""
    rows = [row for reply in world.replies for row in reply.rows]
    return [_shown(value) for row in rows for value in list(row.value.values.values())[:1]]


def described(action: Action) -> str:
    """An action in one line: what a talk compares. What it is about, how much, how often, when, from where, to whom."""
    said = [str(action.kind), _about(action)]
    said += [_shown(action.amount)] if action.amount is not None else []
    said += [_shown(value) for value in (action.frequency, action.day, action.period) if value is not None]
    said += [f"from {action.source.name}"] if action.source is not None else []
    said += [f"to {action.to.name} {action.to.last4}"] if action.to is not None else []
    return " ".join(filter(None, said))


def _about(action: Action) -> str:
    """What it is done to."""
    match action.card or action.standing_order or action.scheduled_payment or action.direct_debit or action.limit:
        case Card(last4=last4):
            return last4
        case StandingOrder() | ScheduledPayment() as order:
            return order.payee_name if action.amount else f"{order.payee_name} {_shown(order.amount)}"
        case DirectDebit(payee_name=name):
            return name
        case SpendingLimit(kind=kind):
            return kind
    if action.transaction is not None:
        return action.transaction.why
    return action.contact.value if action.contact is not None else action.product or ""


def _take(world: World, turn: dict[str, Any], read: Reader) -> None:
    match turn:
        case {"customer": text, **rest}:
            world.hear(*read(world, text, rest.get("means", {})))
        case {"press": label}:
            ids = {**world.buttons, **world.pressed}
            world.press(next((ids[name] for name in ids if label in (name, ids[name].partition(":")[0])), label))
        case {"person": _}:
            world.ask_for_person()
        case {"app": answer}:
            world.answer_in_app(approve=answer == "approves")
        case {"logs_in": level}:
            world.level = Level(level)
            world.log_in()
        case {"idle": level}:
            world.level = Level(level)
            world.replies = []
        case {"agent": _}:
            world.holder = Holder.WITH_AGENT
            world.replies = []
    for name, option in world.buttons.items():
        world.pressed[f"earlier {name}"] = option


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
    if "declined" in given:
        refused = next(each for each in bank.transactions if each.status == "declined")
        bank.transactions = (replace(refused, decline_reason=given["declined"]),)
    for name, ids in given.get("only", {}).items():
        setattr(bank, name, tuple(record for record in getattr(bank, name) if _id(record) in ids))
    for emptied in _names(given.get("empty", ())):
        setattr(bank, emptied, ())
    return bank


def _id(record: object) -> str:
    """The bank's number of a record: its first field."""
    return str(getattr(record, fields(record)[0].name))  # type: ignore[arg-type]


def _names(given: Sequence[str]) -> Sequence[str]:
    known = set(vars(Bank())) - {"done", "rejects", "parks", "unreadable"}
    assert set(given) <= known, f"the bank has no {', '.join(set(given) - known)}"
    return given


def _shown(value: object) -> str:
    match value:
        case Period(start, end):
            return f"{start} to {end}"
        case Money(minor, currency):
            return f"{minor / 10 ** minor_digits(currency):.2f} {currency}"
    return str(value)
