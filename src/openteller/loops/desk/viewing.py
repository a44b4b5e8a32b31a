"""What an agent sees of a conversation: who it is, what was said, what was done, what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from openteller.capabilities.identity.sessions import IDLE
from openteller.capabilities.identity.subjects import links_of
from openteller.capabilities.thread import codec, threads
from openteller.domain.actions import Action
from openteller.domain.assurance import CustomerRef, SubjectId
from openteller.domain.conversations import Author, Message, TurnId
from openteller.domain.handovers import Handover
from openteller.loops.desk.kit import DeskKit
from openteller.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Decided:
    """One turn of the bot: its decision and the reason for it."""

    at: datetime
    decision: str
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Something the bank was asked to do, and how far it came."""

    at: datetime
    action: Action
    state: str
    reference: str | None


@dataclass(frozen=True, slots=True)
class DeskView:
    """One conversation; ``customer`` is the bank's own number, None for a visitor."""

    head: threads.ThreadHead
    handover: Handover
    customer: CustomerRef | None
    level: int
    messages: tuple[Message, ...]
    asked: tuple[Asked, ...]
    decided: tuple[Decided, ...]


_LATEST = 500
"""Messages shown; of a longer thread the latest."""


async def read_view(kit: DeskKit, uow: UnitOfWork, head: threads.ThreadHead, handover: Handover) -> DeskView:
    """All of it, opened with the subject's key."""
    sealed = await threads.messages_after(uow, head.conversation_id, max(head.last_seq - _LATEST, 0), limit=_LATEST)
    now = kit.clock.now()
    level = await uow.row(
        "SELECT coalesce(max(level), 0) AS level FROM sessions"
        " WHERE conversation_id = %(id)s AND last_active_at > %(since)s AND expires_at > %(now)s",
        id=head.conversation_id,
        since=now - IDLE,
        now=now,
    )
    return DeskView(
        head,
        handover,
        await _customer(kit, uow, head.subject),
        level["level"] if level else 0,
        tuple([await _opened(kit, uow, head.subject, message) for message in sealed]),
        await _asked(kit, uow, head),
        await _decided(uow, head),
    )


async def _customer(kit: DeskKit, uow: UnitOfWork, subject: SubjectId) -> CustomerRef | None:
    links = await links_of(uow, subject, "bank_customer")
    if not links:
        return None
    return CustomerRef((await kit.sealer.unseal(uow, subject, links[0], "subject_links.sealed")).decode())


async def _opened(kit: DeskKit, uow: UnitOfWork, subject: SubjectId, message: threads.SealedMessage) -> Message:
    parts = codec.load(await kit.sealer.unseal(uow, subject, message.sealed, "messages.sealed"))
    author = Author(message.author, message.author_name)
    turn_id = TurnId(message.turn_id) if message.turn_id else None
    return Message(message.message_id, message.seq, author, parts, message.at, turn_id)


async def _asked(kit: DeskKit, uow: UnitOfWork, head: threads.ThreadHead) -> tuple[Asked, ...]:
    rows = await uow.rows(
        "SELECT sealed, state, reference, changed_at FROM action_intents WHERE conversation_id = %(id)s"
        " ORDER BY shown_at, changed_at",
        id=head.conversation_id,
    )
    found = []
    for row in rows:
        data = await kit.sealer.unseal(uow, head.subject, bytes(row["sealed"]), "action_intents.sealed")
        found.append(Asked(row["changed_at"], codec.load(data), row["state"], row["reference"]))
    return tuple(found)


async def _decided(uow: UnitOfWork, head: threads.ThreadHead) -> tuple[Decided, ...]:
    rows = await uow.rows(
        "SELECT decided_at, decision, reason FROM turns WHERE conversation_id = %(id)s ORDER BY decided_at",
        id=head.conversation_id,
    )
    return tuple(Decided(row["decided_at"], row["decision"], row["reason"]) for row in rows)
