"""A database that answers by a script, and writes down in which order it was asked: for what no real one is needed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from openteller.capabilities.privacy.redaction import as_button
from openteller.capabilities.thread.inbox import Item, Lease
from openteller.domain.assurance import Grant, SubjectId, TenantId
from openteller.domain.conversations import Conversation, ConversationId, Holder, InboxKind, TurnId
from openteller.domain.flows import DialogueState
from openteller.loops.conversation.heard import Heard
from openteller.loops.conversation.kit import Kit
from openteller.ports import Row, UnitOfWork
from openteller.testing.twins import START, SettableClock

TENANT = TenantId("harbour")
CONVERSATION, ADA, BEN = ConversationId(UUID(int=11)), SubjectId(UUID(int=12)), SubjectId(UUID(int=13))

Answer = Sequence[Row] | int | Callable[[Mapping[str, Any]], Sequence[Row] | int]


@dataclass
class Script:
    """``answers`` by what the statement holds: rows, how many rows it touched, or what is told from its values.

    A statement that nothing is said of fails the test, unless it writes: then it has touched one row.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    async def run(self, sql: str, /, **values: object) -> int:
        answer = self._answer(sql, values, 1)
        return answer if isinstance(answer, int) else len(answer)

    async def rows(self, sql: str, /, **values: object) -> Sequence[Row]:
        answer = self._answer(sql, values, None)
        assert not isinstance(answer, int), sql
        return answer

    async def row(self, sql: str, /, **values: object) -> Row | None:
        return next(iter(await self.rows(sql, **values)), None)

    async def many(self, sql: str, rows: Sequence[Mapping[str, object]], /) -> None:
        for row in rows:
            self._answer(sql, row, 1)

    async def defer(self, job: str, /, **arguments: str) -> None:
        raise NotImplementedError

    def places(self, *parts: str) -> list[int]:
        """When each was asked for the first time."""
        found = [next((at for at, (sql, _) in enumerate(self.asked) if part in sql), None) for part in parts]
        places = [at for at in found if at is not None]
        assert len(places) == len(parts), (
            f"never asked: {[part for part, at in zip(parts, found, strict=True) if at is None]}"
        )
        return places

    def values(self, part: str) -> list[Mapping[str, Any]]:
        """What every statement with this in it was given."""
        return [values for sql, values in self.asked if part in sql]

    def _answer(self, sql: str, values: Mapping[str, Any], otherwise: int | None) -> Sequence[Row] | int:
        self.asked.append((sql, values))
        answer = next((answer for part, answer in self.answers.items() if part in sql), otherwise)
        assert answer is not None, f"the script does not know {sql}"
        return answer(values) if callable(answer) else answer


class _Store:
    def __init__(self, script: Script) -> None:
        self._script = script

    @asynccontextmanager
    async def begin(self, _tenant: TenantId) -> AsyncIterator[UnitOfWork]:
        yield self._script


class _Sealer:
    """Keeps nothing secret."""

    async def seal(self, _uow: UnitOfWork, _subject: SubjectId, data: bytes, _place: str) -> bytes:
        return data

    async def unseal(self, _uow: UnitOfWork, _subject: SubjectId, sealed: bytes, _place: str) -> bytes:
        return sealed


class _Keys:
    def blind_index(self, value: str, *, context: bytes) -> bytes:
        return context + b":" + value.encode()


def a_kit(script: Script, clock: SettableClock | None = None, **parts: object) -> Kit:
    """A kit of these parts; what a test does not give is not there."""
    known: dict[str, object] = {
        "store": _Store(script),
        "sealer": _Sealer(),
        "keys": _Keys(),
        "clock": clock or SettableClock(),
        "pack": SimpleNamespace(time_zone="Europe/London"),
    }
    return cast("Kit", SimpleNamespace(**{**known, **parts}))


def a_conversation(channel: str = "web", subject: SubjectId = ADA, *, fence: int = 3) -> Conversation:
    zone, pack = "Europe/London", "test"
    return Conversation(TENANT, CONVERSATION, subject, channel, "en-GB", zone, Holder.WITH_BOT, fence, pack)


def heard_from(grant: Grant, channel: str = "web", **changes: Any) -> Heard:
    """A turn of this sender's."""
    item = Item(TurnId(UUID(int=14)), InboxKind.CHOICE, grant.session_id, b"", START, 0)
    lease = Lease("test", a_conversation(channel), None, None)
    known = {"lease": lease, "item": item, "text": as_button(""), "state": DialogueState(), "grant": grant}
    return Heard(**{**known, "switched_off": frozenset(), **changes})
