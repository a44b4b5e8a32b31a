"""What the frames of a flow will hold, by name and type: what its paths are checked against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime

from openteller.capabilities.flows.flow import Act, Filter, Flow, Group, MakePayee, OpenCase, ReadBank
from openteller.capabilities.flows.values import NEVER_SHOWN
from openteller.domain.actions import Action
from openteller.domain.assurance import Level
from openteller.domain.banking import (
    Account,
    Card,
    Contact,
    DirectDebit,
    NewPayee,
    Payee,
    ScheduledPayment,
    SpendingLimit,
    StandingOrder,
    Statement,
    Transaction,
)
from openteller.domain.flows import Language, Pick, Total
from openteller.domain.money import Money
from openteller.domain.obligations import Case
from openteller.domain.texts import SealedValue
from openteller.domain.understanding import Period

Types = tuple[type, ...]
"""What a value may be; empty when it can be anything."""

READS: Mapping[str, tuple[type, Level]] = {
    "accounts": (Account, Level.LOGGED_IN),
    "cards": (Card, Level.LINKED),
    "payees": (Payee, Level.LOGGED_IN),
    "transactions": (Transaction, Level.LOGGED_IN),
    "standing_orders": (StandingOrder, Level.LOGGED_IN),
    "scheduled_payments": (ScheduledPayment, Level.LOGGED_IN),
    "statements": (Statement, Level.LOGGED_IN),
    "direct_debits": (DirectDebit, Level.LOGGED_IN),
    "limits": (SpendingLimit, Level.LOGGED_IN),
    "contact": (Contact, Level.LOGGED_IN),
}
"""What can be read, as what, and the level it needs. A linked channel may know its cards, to block one: no more."""

SLOTS: Mapping[str, Types] = {
    "money": (Money,),
    "period": (Period,),
    "day": (date,),
    "text": (str,),
    "words": (str,),
    "merchant": (str,),
    "address": (SealedValue,),
    "phone": (SealedValue,),
    "email": (SealedValue,),
    "iban": (SealedValue,),
    "choice": (Pick,),
    "yes_no": (Pick,),
    "language": (Language,),
    "record": (),
}
"""The types of slots; what a record is depends on the lists it is chosen from."""


def held_by(flow: Flow) -> Mapping[str, Types]:
    """Every name that a path of this flow may begin with, and what stands there."""
    held: dict[str, Types] = {
        "level": (int,),
        "today": (),
        "item": (),
        "action": (Action,),
        "reference": (str,),
        "effective_at": (datetime,),
    }
    for slot in flow.slots.values():
        chosen = tuple(READS[source.values][0] for source in slot.sources if source.values in READS)
        held[slot.name] = SLOTS.get(slot.type) or chosen
    for step in flow.steps:
        match step:
            case ReadBank(query=query) if query in READS:
                held[query] = (READS[query][0],)
            case Filter(into=into):
                held |= {into: (Transaction,), f"{into}_count": (int,), f"{into}_spent": (), f"{into}_received": ()}
            case Group(into=into):
                held |= {into: (Total,), f"{into}_count": (int,)}
            case Act(id=name):
                held[f"{name}_done"] = (int,)
            case OpenCase():
                held["case"] = (Case,)
            case MakePayee(value=value):
                held[value] = (*held.get(value, ()), NewPayee)
            case _:
                pass
    return held


def can_show(types: Types, name: str) -> bool:
    """True if one of ``types`` has a field ``name`` that may be shown. Anything may be, where the type is not known."""
    return not types or any(_has(kind, name) for kind in types)


def has_field(types: Types, name: str) -> bool:
    """True if each of ``types`` has the field ``name``."""
    return all(_has(kind, name) for kind in types)


def _has(kind: type, name: str) -> bool:
    known = {each.name for each in fields(kind)} if is_dataclass(kind) else set()
    return name not in NEVER_SHOWN and (name in known or isinstance(getattr(kind, name, None), property))
