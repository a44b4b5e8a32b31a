"""Matters that are written down in the record's commit: cases with their clocks, facts of them, and consent."""

from __future__ import annotations

from typing import assert_never
from uuid import uuid5

from openteller.capabilities.consent.record import MARKETING, OUTREACH, record_consent
from openteller.capabilities.flows.fitting import answers_exactly, tells
from openteller.capabilities.handover.references import reference_from
from openteller.capabilities.obligations.cases import draw_up, file_facts, open_case_of, save_case
from openteller.capabilities.thread import codec
from openteller.capabilities.thread.record import Write
from openteller.domain.events import Event
from openteller.domain.flows import CaseOpened, ConsentSet, FactsFiled, Noted
from openteller.domain.understanding import Understanding
from openteller.loops.conversation.heard import Heard
from openteller.loops.conversation.kit import Kit
from openteller.loops.conversation.performed import Performed
from openteller.ports import UnitOfWork

OPT_OUT = "opt_out"
_SURELY_STOP = 0.5


async def open_case(kit: Kit, heard: Heard, done: Performed, kind: str) -> CaseOpened:
    """The case of this kind: the one that is open already, where there is one at a time, or a new one.

    Its clocks run from when the message came in (t0), not from when it was worked off.
    """
    rule, conversation, subject = kit.obligations.cases[kind], heard.conversation, heard.grant.subject
    if rule.one_at_a_time:
        async with kit.store.begin(conversation.tenant) as uow:
            found = await open_case_of(uow, sorted({subject, conversation.subject}), kind)
        if found is not None:
            return CaseOpened(found, known=True)
    # Derived from the turn: the same turn done again opens the same case under the same reference.
    case_id = uuid5(heard.item.turn_id, f"case:{kind}")
    new = draw_up(rule, case_id, reference_from(case_id.int), heard.item.received_at, kit.pack.opening)
    now = kit.clock.now()

    async def write(uow: UnitOfWork) -> None:
        await save_case(uow, new, conversation.conversation_id, subject, now)

    done.writes.append(write)
    details: dict[str, str | int | bool | None] = {"kind": kind, "reference": new.case.reference, "owner": new.owner}
    done.events.append(Event("case.opened", now, "bot", subject, heard.item.turn_id, details))
    return CaseOpened(new.case)


def write_down(kit: Kit, heard: Heard, done: Performed, effect: FactsFiled | ConsentSet | Noted) -> None:
    """Facts, consent and notes, in the record's commit and in the audit trail."""
    details: dict[str, str | int | bool | None]
    match effect:
        case FactsFiled(reference, facts):
            done.writes.append(_keeping(kit, heard, effect, number=len(done.writes)))
            told, details = "case.facts_filed", {"reference": reference, "facts": ",".join(facts)}
        case ConsentSet(purpose, given):
            done.writes.append(_consenting(kit, heard, effect))
            channel = heard.conversation.channel
            told, details = f"consent.{'given' if given else 'withdrawn'}", {"purpose": purpose, "channel": channel}
        case Noted(what, codes):
            told, details = f"noted.{what}", {**codes}
        case _:
            assert_never(effect)
    done.events.append(Event(told, kit.clock.now(), "bot", heard.grant.subject, heard.item.turn_id, details))


def stop_if_told(kit: Kit, heard: Heard, done: Performed, meaning: Understanding) -> None:
    """A "stop writing to me" counts at once, whatever else is said, whoever has the word, whatever is decided (CR-09).

    What stops and what does not is told by the journey that the same words start. An answer to a question, and the
    "stop" that ends what is under way, are none.
    """
    chances = (one.confidence for one in meaning.signals if one.name == OPT_OUT and one.active)
    answer = answers_exactly(heard.state, heard.mentions(meaning), kit.flows) and not tells(heard.state, kit.flows)
    ends = bool(heard.state.frames) and any(one.name == "cancel" for one in meaning.active_intents())
    if max(chances, default=0.0) < _SURELY_STOP or answer or ends:
        return
    for purpose in (MARKETING, OUTREACH):
        write_down(kit, heard, done, ConsentSet(purpose, given=False))


def _keeping(kit: Kit, heard: Heard, filed: FactsFiled, *, number: int) -> Write:
    fact_id = uuid5(heard.item.turn_id, f"facts:{filed.reference}:{number}")
    now, subject = kit.clock.now(), heard.conversation.subject

    async def write(uow: UnitOfWork) -> None:
        sealed = await kit.sealer.seal(uow, subject, codec.dump(dict(filed.facts)), "case_facts.sealed")
        await file_facts(uow, fact_id, filed.reference, sealed, now)

    return write


def _consenting(kit: Kit, heard: Heard, consent: ConsentSet) -> Write:
    """What the customer agrees to or withdraws counts from this commit on: for them, and for this chat if it is not
    known whose it is.
    """
    now, channel, wording = kit.clock.now(), heard.conversation.channel, kit.versions.pack
    subjects = sorted({heard.grant.subject, heard.conversation.subject})

    async def write(uow: UnitOfWork) -> None:
        for subject in subjects:
            await record_consent(
                uow,
                uuid5(heard.item.turn_id, f"consent:{consent.purpose}:{subject}"),
                subject,
                consent.purpose,
                given=consent.given,
                channel=channel,
                wording=wording,
                at=now,
            )

    return write
