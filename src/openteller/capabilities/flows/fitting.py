"""What a message holds for a slot. Typed values come from entities, records from the customer's own lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.choosing import (
    language_said,
    own_name,
    picked,
    pointed,
    preferred,
    records_for,
    words_for,
)
from openteller.capabilities.flows.flow import Flow, Slot
from openteller.capabilities.flows.matching import (
    Hit,
    Record,
    find,
    looks_like_name,
    mentioned_merchant,
    names_of,
    same_name,
    same_word,
    words,
)
from openteller.capabilities.flows.values import Scope
from openteller.domain.assurance import Level
from openteller.domain.banking import (
    Account,
    Card,
    Payee,
    ScheduledPayment,
    StandingOrder,
    Transaction,
)
from openteller.domain.flows import AwaitSlot, DialogueState, FlowValue, Language, Mentions, Pick
from openteller.domain.money import Money
from openteller.domain.replies import Phrase
from openteller.domain.texts import SealedValue, SpanType
from openteller.domain.understanding import Amount, Entity, Period

_TATWEEL = "ـ"
_TELLING = frozenset({"money", "iban", "phone", "email", "card_last4"})
"""Entities that nobody puts into a mere question without meaning it."""
STORIES = ("words", "address")
"""Types of slots that are filled with whatever is said when they are asked for."""
_DIGITS = re.compile(r"\+?\d[\d ()./-]{5,18}\d")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CUE_REACH = 3
"""How many words before a name its cue may stand ("from my old savings")."""


@dataclass(frozen=True, slots=True)
class Found:
    """The one value that was meant. ``cued`` when the words said which slot it is for."""

    value: FlowValue
    cued: bool = False


@dataclass(frozen=True, slots=True)
class Several:
    """More than one record bears the name: ask which."""

    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that no record bears."""

    name: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value that cannot be used, and the sentence that says why."""

    why: Phrase


@dataclass(frozen=True, slots=True)
class Later:
    """Something for this slot that can be read only when another slot is known."""


Fit = Found | Several | Unknown | Wrong | Later


def still_fits(slot: Slot, scope: Scope) -> bool:
    """True when the slot is filled and its value agrees with the other slots as they are now."""
    value = scope.get(slot.name)
    if isinstance(value, Money) and slot.currency_of is not None:
        return bool(value.currency == scope.get(slot.currency_of))
    if slot.unlike is not None and value is not None:
        return bool(value != scope.get(slot.unlike))
    return value is not None


def fit(slot: Slot, flow: Flow, scope: Scope, mentions: Mentions, *, asked: bool) -> Fit | None:  # noqa: PLR0911
    """What ``mentions`` holds for ``slot``; ``asked`` when the message answers the question for it."""
    match slot.type:
        case "money":
            return _money(slot, scope, mentions)
        case "period":
            return _period(slot, scope, mentions)
        case "iban" | "phone" | "email":
            kind = SpanType(slot.type.upper())
            found = next((value for value in mentions.sealed if value.type is kind), None)
            if found is None and asked and kind is SpanType.PHONE:
                found = _number_said(mentions)
            return None if found is None else Found(found)
        case "words" | "address":
            return _told(slot, mentions) if asked else None
        case "day":
            return _day(slot, scope, mentions)
        case "merchant":
            return _merchant(slot, scope, mentions)
        case "yes_no":
            return None
        case "choice":
            pick = picked(slot, mentions)
            return None if pick is None else Found(pick)
        case "language":
            return _language(scope, mentions)
        case "text":
            return _text(slot, mentions, asked=asked)
        case _:
            return _record(slot, flow, scope, mentions, asked=asked)


def _entities(slot: Slot, mentions: Mentions) -> list[Entity]:
    """The entities for this slot; only the survivors where the customer corrected themselves."""
    found = [entity for entity in mentions.entities if entity.type in slot.entities]
    return [entity for entity in found if entity.corrected] or found


def _money(slot: Slot, scope: Scope, mentions: Mentions) -> Fit | None:
    said = [entity.value for entity in _entities(slot, mentions) if isinstance(entity.value, Amount)]
    if not said:
        return None
    currency = scope.get(slot.currency_of) if slot.currency_of else None
    if not isinstance(currency, str):
        return Later()
    current = scope.get(slot.name)
    amounts = list(dict.fromkeys(amount.in_currency(currency) for amount in said))
    meant = [amount for amount in amounts if amount != current] or amounts
    if len(meant) > 1:
        return None
    if meant[0].currency != currency:
        return Wrong(Phrase("journeys.wrong_currency", {"said": meant[0], "currency": currency}))
    if meant[0].amount_minor <= 0:
        return Wrong(Phrase("journeys.amount_not_positive"))
    return Found(meant[0])


def _period(slot: Slot, scope: Scope, mentions: Mentions) -> Fit | None:
    found = _entities(slot, mentions)
    value = found[0].value if found else None
    if isinstance(value, date):
        value = Period(value, value)
    if not isinstance(value, Period):
        return None
    if slot.ahead and value.end < scope.today and not _YEAR.search(mentions.text):
        value = Period(_next_year(value.start), _next_year(value.end))
    return Found(value)


def _next_year(day: date) -> date:
    """The same day a year later; of 29 February the day before."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def _merchant(slot: Slot, scope: Scope, mentions: Mentions) -> Fit | None:
    said = [entity.value for entity in _entities(slot, mentions) if isinstance(entity.value, str)]
    if said:
        return Found(said[0])
    known = [record.merchant for source in slot.sources for record in scope.records(source.values)
             if isinstance(record, Transaction)]  # fmt: skip
    found = mentioned_merchant(mentions.text, known)
    return None if found is None else Found(found)


def _text(slot: Slot, mentions: Mentions, *, asked: bool) -> Fit | None:
    said = [entity.value for entity in _entities(slot, mentions) if isinstance(entity.value, str)]
    if asked:
        said += [value.value for value in mentions.sealed if value.type is SpanType.NAME]
        said += [mentions.text.strip()] if looks_like_name(mentions.text) else []
    return Found(said[0]) if said else None


def _number_said(mentions: Mentions) -> SealedValue | None:
    """The only number in an answer to the question for one: it need not say that it is a telephone's."""
    said = [re.sub(r"[^+\d]", "", found) for found in _DIGITS.findall(mentions.text)]
    return SealedValue("", SpanType.PHONE, said[0], said[0][-4:]) if len(said) == 1 else None


def _day(slot: Slot, scope: Scope, mentions: Mentions) -> Fit | None:
    """A day still to come; of a longer time its first. Only who says a year can mean one that has been."""
    found = _entities(slot, mentions)
    value = found[0].value if found else None
    day = value.start if isinstance(value, Period) else value
    if not isinstance(day, date):
        return None
    return Found(_next_year(day) if day < scope.today and not _YEAR.search(mentions.text) else day)


def _told(slot: Slot, mentions: Mentions) -> Fit | None:
    """Whatever was said, in the customer's own words, with what redaction has taken out of them: it is kept sealed."""
    said = mentions.text.strip()
    if not words(said) and not mentions.sealed:
        return None
    for sealed in mentions.sealed:
        said = said.replace(sealed.placeholder, sealed.value)
    return Found(said if slot.type == "words" else SealedValue("", SpanType.ADDRESS, said))


def _language(scope: Scope, mentions: Mentions) -> Fit | None:
    code = language_said(mentions, scope.languages)
    if code is None:
        return None
    return Found(Language(code, own_name(code))) if code in scope.languages else Unknown(own_name(code))


def _record(slot: Slot, flow: Flow, scope: Scope, mentions: Mentions, *, asked: bool) -> Fit | None:
    if any(scope.get(source.values) is None for source in slot.sources):
        return Later() if _entities(slot, mentions) else None
    choice = records_for(slot, scope)
    if choice and words_for(slot.every, mentions) & {word.text for word in words(mentions.text)}:
        return Found(preferred(slot, choice))
    told = pointed(slot, mentions, choice)
    hits, cued = [], False
    found = _hits(slot, mentions, choice if told is None else told)
    for hit in found:
        role = _role(flow, mentions, hit, found)
        if role in (None, slot.name):
            hits.append(hit)
            cued = cued or role == slot.name
    if not hits and told is not None:
        return Found(told[0]) if len(told) == 1 else Several(told) if told else Unknown("") if asked else None
    if not hits:
        return _whole_answer(mentions, choice) if asked and not found else None
    return _one_of(slot, scope, mentions, hits, cued=cued)


def _hits(slot: Slot, mentions: Mentions, choice: Sequence[Record]) -> list[Hit]:
    """Where the message names a candidate, or somebody who is none."""
    weak = words_for(slot.weak, mentions)
    hits = find(mentions.text, choice, weak)
    for entity in _entities(slot, mentions):
        if not isinstance(entity.value, str) or {word.text for word in words(entity.value)} <= weak:
            continue
        inside = [hit for hit in hits if hit.start < entity.end and entity.start < hit.end]
        bearers = same_name(entity.value, choice)
        if not inside or not bearers:
            hits = [hit for hit in hits if hit not in inside]
            hits.append(Hit(entity.start, entity.end, bearers))
    for sealed in mentions.sealed:
        place = mentions.text.find(sealed.placeholder)
        if sealed.type is SpanType.NAME and place >= 0 and "payee" in slot.entities:
            hits.append(Hit(place, place + len(sealed.placeholder), same_name(sealed.value, choice)))
    return sorted(hits, key=lambda hit: hit.start)


def _role(flow: Flow, mentions: Mentions, hit: Hit, hits: Sequence[Hit]) -> str | None:
    """The slot whose cue stands right before the name, if one does."""
    fence = max((other.end for other in hits if other.end <= hit.start), default=0)
    said = words(mentions.text)
    own = next((word.text for word in said if word.start <= hit.start < word.end), "")
    before = [word.text for word in said if fence <= word.start and word.end <= hit.start]
    cues = {slot.name: words_for(slot.cues, mentions) for slot in flow.slots.values()}
    glued = next((name for name, found in cues.items() if own.startswith(_glued(found))), None)
    near = (name for word in reversed(before[-_CUE_REACH:]) for name, found in cues.items() if word in found)
    return glued or next(near, None)


def _glued(cues: set[str]) -> tuple[str, ...]:
    """Cues that are written together with the name ("لأحمد"): in a flow they end in a tatweel."""
    return tuple(cue.removesuffix(_TATWEEL) for cue in cues if cue.endswith(_TATWEEL))


def _one_of(slot: Slot, scope: Scope, mentions: Mentions, hits: list[Hit], *, cued: bool) -> Fit | None:
    current = scope.get(slot.name)
    survivors = [entity for entity in mentions.entities if entity.corrected]
    kept = [hit for hit in hits if any(hit.start < each.end and each.start < hit.end for each in survivors)]
    kept = kept or [hit for hit in hits if hit.records != (current,)] or hits
    named = tuple(dict.fromkeys(record for hit in kept for record in hit.records))
    if not named:
        return Unknown(_name_said(mentions, kept[0]))
    narrowed = named if slot.never_guess else preferred(slot, named)
    if len(narrowed) == 1:
        return Found(narrowed[0], cued)
    return Found(named, cued) if slot.every and len(kept) > 1 else Several(narrowed)


def _name_said(mentions: Mentions, hit: Hit) -> str:
    said = mentions.text[hit.start : hit.end]
    return next((value.value for value in mentions.sealed if value.placeholder == said), said)


def _whole_answer(mentions: Mentions, choice: Sequence[Record]) -> Fit | None:
    """The message is nothing but a name."""
    if not looks_like_name(mentions.text):
        return None
    bearers = same_name(mentions.text, choice)
    if len(bearers) == 1:
        return Found(bearers[0])
    return Several(bearers) if bearers else Unknown(mentions.text.strip())


def names_what_it_needs(flow: Flow, mentions: Mentions) -> bool:
    """True when the message holds an amount, a number or an address that one of the flow's slots takes."""
    taken = {entity for slot in flow.slots.values() for entity in slot.entities}
    kinds = {slot.type for slot in flow.slots.values()}
    sealed = {str(value.type).lower() for value in mentions.sealed}
    return bool(sealed & kinds) or any(entity.type in _TELLING & taken for entity in mentions.entities)


def answers(state: DialogueState, mentions: Mentions, flows: FlowBook) -> bool:
    """True when the message holds an answer to the open question, whatever else it holds."""
    if not isinstance(state.awaiting, AwaitSlot) or not state.frames:
        return False
    flow = flows[state.frames[-1].flow]
    scope = Scope(state.frames[-1].values, Level.ANONYMOUS, date.min, languages=flows.languages)
    return isinstance(fit(flow.slots[state.awaiting.slot], flow, scope, mentions, asked=True), Found)


def tells(state: DialogueState, flows: FlowBook) -> bool:
    """True when the open question asks for the customer's own words: whatever they say is then the answer."""
    return _asked_type(state, flows) in STORIES


def asks_yes_or_no(state: DialogueState, flows: FlowBook) -> bool:
    """True when the open question wants a yes or a no."""
    return _asked_type(state, flows) == "yes_no"


def _asked_type(state: DialogueState, flows: FlowBook) -> str | None:
    if not isinstance(state.awaiting, AwaitSlot) or not state.frames:
        return None
    return flows[state.frames[-1].flow].slots[state.awaiting.slot].type


def answers_exactly(state: DialogueState, mentions: Mentions, flows: FlowBook) -> bool:
    """True when the message is an answer to the open question and nothing else: "savings", when asked from where.

    Such a message is no new wish, whatever a classifier makes of one word.
    """
    if not isinstance(state.awaiting, AwaitSlot) or not state.frames:
        return False
    frame = state.frames[-1]
    flow = flows[frame.flow]
    slot = flow.slots[state.awaiting.slot]
    scope = Scope(frame.values, Level.ANONYMOUS, date.min, languages=flows.languages)
    found = fit(slot, flow, scope, mentions, asked=True)
    spans = [(entity.start, entity.end) for entity in mentions.entities if entity.type in slot.entities]
    beside = [word for word in words(mentions.text) if not any(start <= word.start < end for start, end in spans)]
    said_nothing = words_for(flows.beside_answers, mentions)
    rest = [word for word in beside if word.text not in said_nothing] or beside
    match found:
        case Found() if slot.type in STORIES:
            return True
        case Found(Pick(code=code)):
            return all(word.text in words_for(slot.options[code].words, mentions) for word in rest)
        case Found(Language()):
            return len(rest) == 1
        case Found(Account() | Card() | Payee() | StandingOrder() | ScheduledPayment() | Transaction() as record):
            said = names_of(record) | words_for(slot.cues, mentions)
            return all(any(same_word(word.text, name) for name in said) for word in rest)
        case Found(SealedValue()):
            return True  # whoever gives an IBAN when asked for one wants nothing else, whatever stands around it
        case Found(str()):
            return all(word.capital for word in rest)
        case Several(records):
            return all(any(word.text in names_of(record) for record in records) for word in rest)
        case Found() | Wrong():
            return not {word.text for word in rest} - words_for(slot.every, mentions)
        case _:
            return False
