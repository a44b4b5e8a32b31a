"""Steps 8 to 10 of a turn: compose, guard, record in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from openteller.capabilities.audit.trail import record_events
from openteller.capabilities.obligations.ledger import refuse_unwritten
from openteller.capabilities.thread import codec, inbox, threads
from openteller.capabilities.thread.inbox import Item, Lease
from openteller.capabilities.thread.record import NewMessage, TurnRecord, record_turn
from openteller.domain.conversations import Author, AuthorKind, InboxKind, Part, TextPart
from openteller.domain.decisions import Decision
from openteller.domain.events import Event
from openteller.domain.knowledge import Passage
from openteller.domain.replies import CheckedReply, Phrase, Reply
from openteller.domain.understanding import Understanding
from openteller.loops.conversation.heard import Heard, dump_heard, load_heard
from openteller.loops.conversation.kit import Kit, TurnSeen
from openteller.loops.conversation.performed import Performed
from openteller.ports import UnitOfWork


async def record(
    kit: Kit,
    heard: Heard,
    meaning: Understanding,
    passages: tuple[Passage, ...],
    decision: Decision,
    performed: Performed,
    started: datetime,
) -> tuple[Lease, Item] | None:
    """Write everything the turn has done and give the next pending item; without one the lease is released."""
    conversation = heard.conversation
    now = kit.clock.now()
    took_s = (now - started).total_seconds()
    locale = performed.locale or conversation.locale
    replies = [kit.voice.say(reply, locale, conversation.time_zone, now) for reply in joined(performed.replies)]
    async with kit.store.begin(conversation.tenant) as uow:
        customer_said = await _customer_said(kit, uow, heard)
        messages = [*customer_said, *await _bot_says(kit, uow, heard, replies)]
        last_seq, words = await record_turn(
            uow,
            heard.lease,
            await _turn(kit, uow, heard, meaning, passages, decision, now, took_s * 1000),
            state=await _seal(kit, uow, heard, codec.dump(performed.state), "conversations.state"),
            keeps=performed.holder,
            messages=messages,
            status="parked" if performed.parked else "done",
        )
        if customer_said and words != heard.item.sealed:
            await _blank(kit, uow, heard, words, last_seq - len(messages) + 1)
        for write in performed.writes:
            await write(uow)
        await refuse_unwritten(uow, [promise for reply in replies for promise in reply.promises])
        await record_events(uow, [*performed.events, _decided(heard, decision, now, last_seq)])
        following = await inbox.follow(uow, heard.lease)
        if following is None:
            await inbox.release_lease(uow, heard.lease)
    waited_s = (started - heard.item.received_at).total_seconds()
    kit.observe(TurnSeen(type(decision).__name__, decision.reason, took_s, waited_s, now))
    return following


def joined(replies: Sequence[Reply]) -> list[Reply]:
    """Sentences said one after the other become paragraphs of one message; facts, links and buttons end a message."""
    messages: list[Reply] = []
    for reply in replies:
        last = messages[-1] if messages else None
        if last is not None and not (last.rows or last.links or last.options or last.chart or last.sources):
            messages[-1] = replace(reply, phrases=(*last.phrases, *reply.phrases))
        else:
            messages.append(reply)
    return messages


async def _turn(
    kit: Kit,
    uow: UnitOfWork,
    heard: Heard,
    meaning: Understanding,
    passages: tuple[Passage, ...],
    decision: Decision,
    now: datetime,
    took_ms: float,
) -> TurnRecord:
    recorded = {
        "kind": heard.item.kind,
        "heard": dump_heard(heard.text).decode(),
        "meaning": meaning,
        "passages": passages,
        "state": heard.state,
        "holder": heard.conversation.holder,
        "level": heard.grant.level,
        "switched_off": sorted(heard.switched_off),
        "locale": heard.conversation.locale,
        "time_zone": heard.conversation.time_zone,
        "at": now,
        "decision": decision,
    }
    versions = kit.versions
    return TurnRecord(
        heard.item.turn_id,
        type(decision).__name__,
        decision.reason,
        meaning.language,
        tuple(intent.name for intent in meaning.intents[:3]),
        tuple(signal.name for signal in meaning.signals if signal.active),
        {"engine": versions.engine, "pack": versions.pack, "model": versions.model},
        await _seal(kit, uow, heard, codec.dump(recorded), "turns.recorded"),
        now,
        took_ms,
    )


async def _customer_said(kit: Kit, uow: UnitOfWork, heard: Heard) -> list[NewMessage]:
    match heard.item.kind:
        case InboxKind.TEXT:
            text = heard.text.text
        case InboxKind.CHOICE:
            text = _pressed(kit, heard)
        case InboxKind.PERSON:
            text = kit.voice.label(Phrase("person.button"), heard.conversation.locale)
        case _:
            return []
    parts: tuple[Part, ...] = (TextPart(text),)
    sealed = await _seal(kit, uow, heard, codec.dump(parts), "messages.sealed")
    return [NewMessage(_message_id(heard, 0), Author(AuthorKind.CUSTOMER), sealed)]


async def _blank(kit: Kit, uow: UnitOfWork, heard: Heard, words: bytes, seq: int) -> None:
    """While this turn was under way a later message gave a card away, and this one's part of it was blanked."""
    conversation = heard.conversation
    blanked = load_heard(await kit.sealer.unseal(uow, conversation.subject, words, "inbox.sealed"))
    sealed = await _seal(kit, uow, heard, codec.dump((TextPart(blanked.text),)), "messages.sealed")
    copies = threads.Copies(heard.item.turn_id, seq)
    await threads.rewrite(uow, conversation.conversation_id, copies, message=sealed, waiting=words)


def _pressed(kit: Kit, heard: Heard) -> str:
    """What stood on the button; a button that is not on the table any more shows as its bare id."""
    offered = heard.state.last_reply.options if heard.state.last_reply else ()
    conversation = heard.conversation
    for option in offered:
        if option.id == heard.text.text:
            return kit.voice.label(option.label, conversation.locale, conversation.time_zone)
    return heard.text.text


async def _bot_says(kit: Kit, uow: UnitOfWork, heard: Heard, replies: list[CheckedReply]) -> list[NewMessage]:
    author = Author(AuthorKind.BOT)
    return [
        NewMessage(
            _message_id(heard, index),
            author,
            await _seal(kit, uow, heard, codec.dump(reply.parts), "messages.sealed"),
            reply.keys,
        )
        for index, reply in enumerate(replies, start=1)
    ]


async def _seal(kit: Kit, uow: UnitOfWork, heard: Heard, data: bytes, place: str) -> bytes:
    return await kit.sealer.seal(uow, heard.conversation.subject, data, place)


def _message_id(heard: Heard, index: int) -> UUID:
    """The same turn done again gives its messages the same ids, so that a provider can drop doubles."""
    return uuid5(heard.item.turn_id, f"message:{index}")


def _decided(heard: Heard, decision: Decision, now: datetime, last_seq: int) -> Event:
    details: dict[str, str | int | bool | None] = {"decision": type(decision).__name__, "last_seq": last_seq}
    details["reason"] = decision.reason
    return Event("turn.decided", now, "bot", heard.grant.subject, heard.item.turn_id, details)
