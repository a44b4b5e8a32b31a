"""What a slot may be filled with, when it is chosen rather than said: records, a slot's own options, languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import TypeVar

from babel import Locale
from babel.core import UnknownLocaleError

from openteller.capabilities.flows.flow import Slot, Words
from openteller.capabilities.flows.matching import RECORDS, Record, plain, words
from openteller.capabilities.flows.values import Scope, fits
from openteller.domain.banking import (
    DirectDebit,
    ScheduledPayment,
    StandingOrder,
    Statement,
    Transaction,
)
from openteller.domain.flows import FlowValue, Language, Mentions, Pick
from openteller.domain.money import Money
from openteller.domain.understanding import Amount, Period

Choice = Record | Pick | Language
_Some = TypeVar("_Some", bound=Choice)


def candidates(slot: Slot, scope: Scope) -> tuple[Choice, ...]:
    """What the slot may be filled with, in the order of the lists, of its options, of the pack's languages."""
    if slot.type == "choice":
        return tuple(Pick(code, option.label) for code, option in slot.options.items())
    if slot.type == "yes_no":
        return Pick("yes", "answer.yes"), Pick("no", "answer.no")
    if slot.type == "language":
        return tuple(Language(code, own_name(code)) for code in scope.languages)
    return records_for(slot, scope) if slot.type == "record" else ()


def records_for(slot: Slot, scope: Scope) -> tuple[Record, ...]:
    """The records that the slot may be filled with, in the order of the lists."""
    other = scope.get(slot.unlike) if slot.unlike else None
    return tuple(
        record
        for source in slot.sources
        for record in scope.records(source.values)
        if isinstance(record, RECORDS) and fits(record, source.where) and record != other
    )


def preferred(slot: Slot, records: Sequence[_Some]) -> tuple[_Some, ...]:
    """Those of ``records`` that the slot prefers; all, if it prefers none of them."""
    chosen = tuple(record for record in records if isinstance(record, RECORDS) and fits(record, slot.prefer))
    return chosen or tuple(records)


def default(slot: Slot, scope: Scope) -> FlowValue | None:
    """The value that needs no question: the only candidate, or the last so many days.

    Where nothing may be guessed, "only" means that the customer has no other at all: a card that is left over because
    the other one has just been blocked is not the one that was lost.
    """
    if slot.last_days is not None:
        return Period(scope.today - timedelta(days=slot.last_days - 1), scope.today)
    if slot.type != "record":
        return None
    records = preferred(slot, candidates(slot, scope))
    others = [record for source in slot.sources for record in scope.records(source.values)]
    if len(records) != 1 or (slot.never_guess and len(others) > 1):
        return None
    return records[0]


def picked(slot: Slot, mentions: Mentions) -> Pick | None:
    """The one of the slot's own options that the message has words for; None for none or several."""
    said = {word.text for word in words(mentions.text)}
    meant = [code for code, option in slot.options.items() if said & words_for(option.words, mentions)]
    return Pick(meant[0], slot.options[meant[0]].label) if len(meant) == 1 else None


def words_for(by_language: Words, mentions: Mentions) -> set[str]:
    """The words of the message's language; of all languages when it is not known."""
    chosen = [by_language[mentions.language]] if mentions.language in by_language else list(by_language.values())
    return {plain(word) for some in chosen for word in some}


# --- languages ------------------------------------------------------------------------------------------------------


def own_name(code: str) -> str:
    """What a language calls itself: ``Español``."""
    name = Locale.parse(code).get_display_name(code) or code
    return name[:1].upper() + name[1:]


def language_said(mentions: Mentions, spoken: Sequence[str]) -> str | None:
    """The code of the one language that the message names, in any language of the pack or its own; else None."""
    text = f" {' '.join(word.text for word in words(mentions.text))} "
    names = _names(tuple(spoken))
    found = {code for name, code in names.items() if f" {name} " in text}
    return found.pop() if len(found) == 1 else None


@cache
def _names(spoken: tuple[str, ...]) -> dict[str, str]:
    """Every name of every language that CLDR knows, as the languages of the pack and the language itself call it."""
    names: dict[str, str] = {}
    for code in (*spoken, "en"):
        for other, name in Locale.parse(code).languages.items():
            if len(other) in (2, 3) and len(name) > _SHORTEST_NAME:
                names.setdefault(plain(name), other)
    for code in sorted(set(names.values())):
        try:
            names.setdefault(plain(own_name(code)), code)
        except (UnknownLocaleError, ValueError):  # CLDR has a name for it, but no words of its own
            continue
    return names


_SHORTEST_NAME = 3

# --- records by what is true of them --------------------------------------------------------------------------------


def pointed(slot: Slot, mentions: Mentions, records: Sequence[Record]) -> tuple[Record, ...] | None:
    """The records of the amount and the day that were said; None when neither was."""
    said = [entity.value for entity in mentions.entities if entity.type in slot.entities]
    amounts = [value for value in said if isinstance(value, Amount)]
    days = [Period(day, day) if isinstance(day, date) else day for day in said if isinstance(day, date | Period)]
    if not amounts and not days:
        return None
    return tuple(
        record
        for record in records
        if (not amounts or any(_is_amount(amount, record) for amount in amounts))
        and (not days or any(_is_on(day, record) for day in days))
    )


def _is_amount(said: Amount, record: Record) -> bool:
    match record:
        case Transaction(amount=amount, original=original):
            return any(_same(said, money) for money in (amount, original) if money is not None)
        case StandingOrder(amount=amount) | ScheduledPayment(amount=amount):
            return _same(said, amount)
        case DirectDebit(last_amount=Money() as amount):
            return _same(said, amount)
        case _:
            return False


def _same(said: Amount, money: Money) -> bool:
    meant = said.in_currency(money.currency)
    return meant.currency == money.currency and abs(meant.amount_minor) == abs(money.amount_minor)


def _is_on(said: Period, record: Record) -> bool:
    match record:
        case Transaction(booked_on=day) | StandingOrder(next_on=day) | ScheduledPayment(due_on=day):
            return said.start <= day <= said.end
        case Statement(period=period):
            return period.start <= said.end and said.start <= period.end
        case _:
            return False
