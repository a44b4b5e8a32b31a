"""The record of a turn: state, messages, decision and what else changed, in one commit behind the fence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from openteller.capabilities.thread.inbox import LEASE, Lease
from openteller.domain.conversations import Author, ConversationId, Holder, TurnId
from openteller.domain.errors import LostLease
from openteller.ports import UnitOfWork

Write = Callable[[UnitOfWork], Awaitable[None]]
"""Something else that belongs into the same commit (an intent, a hand-over, a promise)."""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message about to join the thread; its place (``seq``) is given by the database."""

    message_id: UUID
    author: Author
    sealed: bytes = field(repr=False)
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """What a turn leaves behind. ``intents`` and ``signals`` are names; ``recorded`` is sealed."""

    turn_id: TurnId
    decision: str
    reason: str
    language: str
    intents: tuple[str, ...]
    signals: tuple[str, ...]
    versions: Mapping[str, str]
    recorded: bytes = field(repr=False)
    decided_at: datetime
    took_ms: float


_STATE = """
    UPDATE conversations
    SET state = %(state)s, holder = %(keeps)s, last_seq = last_seq + %(count)s, last_at = %(now)s,
        lease_until = %(until)s
    WHERE conversation_id = %(conversation_id)s AND fence = %(fence)s AND lease_holder = %(holder)s
    RETURNING last_seq"""

_MESSAGE = """
    INSERT INTO messages (conversation_id, seq, message_id, turn_id, author, author_name, reply_keys, sealed, at)
    VALUES (%(conversation_id)s, %(seq)s, %(message_id)s, %(turn_id)s, %(author)s, %(author_name)s, %(reply_keys)s,
            %(sealed)s, %(at)s)"""

_TURN = """
    INSERT INTO turns (turn_id, conversation_id, fence, decision, reason, language, intents, signals, versions,
                       recorded, decided_at, took_ms)
    VALUES (%(turn_id)s, %(conversation_id)s, %(fence)s, %(decision)s, %(reason)s, %(language)s, %(intents)s,
            %(signals)s, %(versions)s, %(recorded)s, %(decided_at)s, %(took_ms)s)"""

_QUEUE = """
    INSERT INTO outbox (message_id, conversation_id, seq, channel, status)
    VALUES (%(message_id)s, %(conversation_id)s, %(seq)s, %(channel)s, 'waiting')"""


async def record_turn(
    uow: UnitOfWork,
    lease: Lease,
    turn: TurnRecord,
    *,
    state: bytes,
    keeps: Holder,
    messages: Sequence[NewMessage],
    status: str = "done",
) -> tuple[int, bytes]:
    """Write the turn and give (the thread's last ``seq``, the sealed words as they stand in the inbox now).

    LostLease, and nothing written, behind a newer fence.
    """
    conversation = lease.conversation
    row = await uow.row(
        _STATE,
        state=state,
        keeps=keeps,
        count=len(messages),
        now=turn.decided_at,
        until=turn.decided_at + LEASE,
        conversation_id=conversation.conversation_id,
        fence=conversation.fence,
        holder=lease.holder,
    )
    if row is None:
        raise LostLease(f"conversation {conversation.conversation_id} has a new holder")
    last_seq: int = row["last_seq"]
    await append(
        uow, conversation.conversation_id, conversation.channel, messages, last_seq, turn.turn_id, turn.decided_at
    )
    await uow.run(
        _TURN,
        conversation_id=conversation.conversation_id,
        fence=conversation.fence,
        **{
            name: getattr(turn, name) for name in TurnRecord.__slots__ if name not in ("intents", "signals", "versions")
        },
        intents=list(turn.intents),
        signals=list(turn.signals),
        versions=dict(turn.versions),
    )
    item = await uow.row(
        "UPDATE inbox SET status = %(status)s WHERE turn_id = %(turn_id)s RETURNING sealed",
        status=status,
        turn_id=turn.turn_id,
    )
    return last_seq, bytes(item["sealed"]) if item is not None else b""


async def append(
    uow: UnitOfWork,
    conversation_id: ConversationId,
    channel: str,
    messages: Sequence[NewMessage],
    last_seq: int,
    turn_id: TurnId | None,
    at: datetime,
) -> None:
    """Put messages at the end of the thread (its ``last_seq`` already counts them); foreign channels get a job each."""
    if not messages:
        return
    first = last_seq - len(messages) + 1
    await uow.many(
        _MESSAGE,
        [
            {
                "conversation_id": conversation_id,
                "seq": first + index,
                "message_id": message.message_id,
                "turn_id": turn_id,
                "author": message.author.kind,
                "author_name": message.author.name,
                "reply_keys": list(message.keys),
                "sealed": message.sealed,
                "at": at,
            }
            for index, message in enumerate(messages)
        ],
    )
    outgoing = [
        {"message_id": m.message_id, "conversation_id": conversation_id, "seq": first + i, "channel": channel}
        for i, m in enumerate(messages)
        if m.author.kind != "customer"
    ]
    if is_foreign(channel) and outgoing:
        await uow.many(_QUEUE, outgoing)
        await uow.defer("send_outbox", conversation_id=str(conversation_id))
    await uow.run("SELECT pg_notify('openteller', %(topic)s)", topic=str(conversation_id))


def is_foreign(channel: str) -> bool:
    """True for channels that a provider delivers for us; web and terminal read the thread themselves."""
    return channel not in ("web", "terminal")
