"""One process of a teller, joined as ``bootstrap`` joins it, but with twins outside and a clock that is set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID, uuid4

from openteller.adapters.clock import Uuid7Ids
from openteller.adapters.keys.file import FileKeys
from openteller.adapters.storage.addresses import Addresses
from openteller.adapters.storage.jobs import make_jobs
from openteller.adapters.storage.postgres import PostgresStore
from openteller.adapters.storage.signals import PostgresSignals
from openteller.bootstrap import Teller
from openteller.bootstrap.teller import _guard, _join, _pack_facts
from openteller.capabilities.identity.sessions import Session
from openteller.capabilities.privacy.sealing import Sealer
from openteller.capabilities.replies.voice import Voice
from openteller.config import Settings
from openteller.domain.assurance import TenantId
from openteller.domain.conversations import (
    AuthorKind,
    ChoicePart,
    ConversationId,
    FactsPart,
    Inbound,
    InboxKind,
    LinkPart,
    Message,
    TextPart,
)
from openteller.domain.decisions import Versions
from openteller.domain.texts import PersonalText
from openteller.loops.conversation.kit import Kit, TurnSeen
from openteller.loops.conversation.switches import Switches, set_switch
from openteller.loops.desk.staff import StaffMember
from openteller.ports import CoreBanking, Identity, Row
from openteller.testing.twin_bank import TwinBank
from openteller.testing.twins import SettableClock, TwinChannel, TwinIdentity
from tests.integration.conversation.parts import Parts

PASSWORD = "a long enough staff password"


@dataclass
class Said:
    """What the bot said in answer, and the thread's part of it."""

    messages: tuple[Message, ...]

    @property
    def text(self) -> str:
        lines: list[str] = []
        for message in self.messages:
            for part in message.parts:
                match part:
                    case TextPart(text):
                        lines.append(text)
                    case FactsPart(title, rows):
                        lines += [title, *(f"{row.label}: {row.value}" for row in rows)]
                    case LinkPart(label, _, _):
                        lines.append(label)
                    case ChoicePart():
                        pass
        return "\n".join(lines)

    @property
    def options(self) -> list[str]:
        parts = [part for message in self.messages for part in message.parts if isinstance(part, ChoicePart)]
        return [option.id for part in parts for option in part.options]

    def option(self, beginning: str) -> str:
        return next(option for option in self.options if option.startswith(beginning))


@dataclass
class House:
    """One process. ``twin_bank`` and ``twin_identity`` stand outside unless a real bank was given."""

    parts: Parts
    database: Addresses
    tenant: TenantId
    folder: Path
    teller: Teller
    clock: SettableClock
    twin_bank: TwinBank
    twin_identity: TwinIdentity
    channel: TwinChannel
    seen: list[TurnSeen] = field(default_factory=list)
    _logins: int = 0

    @property
    def kit(self) -> Kit:
        return self.teller.kit

    async def close(self) -> None:
        await self.teller.reception.settle()
        await self.teller.close()

    async def visitor(self) -> Caller:
        opened = await self.teller.front_door.open(
            self.tenant, locale="en-GB", time_zone="Europe/London", login_token=None
        )
        return Caller(self, opened.token, opened.session)

    async def customer(self, name: str = "c-000001") -> Caller:
        opened = await self.teller.front_door.open(
            self.tenant, locale="en-GB", time_zone="Europe/London", login_token=self.login_token(name)
        )
        await self.teller.reception.settle()
        return Caller(self, opened.token, opened.session)

    def login_token(self, name: str) -> str:
        self._logins += 1
        return f"login:{name}:{self.tenant}-{self._logins}-{uuid4()}"

    async def from_channel(
        self, handle: str, text: str, *, message_id: str | None = None, choice: bool = False
    ) -> UUID:
        """A message of the foreign channel; the conversation it went into."""
        kind = InboxKind.CHOICE if choice else InboxKind.TEXT
        inbound = Inbound(message_id or uuid4().hex, handle, kind, PersonalText(text))
        received = await self.teller.reception.receive_from_channel(self.tenant, "webhook", inbound)
        await self.teller.reception.settle()
        (row,) = await self.rows("SELECT conversation_id FROM inbox WHERE turn_id = %(id)s", id=received.turn_id)
        conversation_id: UUID = row["conversation_id"]
        return conversation_id

    async def in_app(self, answer: str = "approved") -> None:
        """The customer answers the newest step-up in the bank's app, and the bank tells us."""
        challenge_id = list(self.twin_identity.asked)[-1]
        self.twin_identity.answered[challenge_id] = answer
        await self.teller.step_ups.answered(self.tenant, challenge_id)
        await self.teller.reception.settle()

    async def agent(self, name: str = "maya") -> StaffMember:
        """Somebody at a desk."""
        await self.teller.staff.create(self.tenant, name, name.title(), "agent", PASSWORD)
        return await self.teller.staff.find(self.tenant, await self.teller.staff.login(self.tenant, name, PASSWORD))

    async def switch(self, name: str, *, off: bool = True) -> None:
        """An operator's hand; the caches of switches are a second old at most, so the clock moves on."""
        async with self.kit.store.begin(self.tenant) as uow:
            await set_switch(uow, name, off=off, by="operator", reason="test", now=self.clock.now())
        self.clock.advance(seconds=2)

    async def rows(self, sql: str, **values: object) -> Sequence[Row]:
        async with self.kit.store.begin(self.tenant) as uow:
            return await uow.rows(sql, **values)

    async def run(self, sql: str, **values: object) -> int:
        async with self.kit.store.begin(self.tenant) as uow:
            return await uow.run(sql, **values)

    async def events(self) -> list[str]:
        return [row["kind"] for row in await self.rows("SELECT kind FROM audit_events ORDER BY at, event_id")]

    async def events_by_moment(self) -> list[list[str]]:
        """The kinds of audited events, those of one moment together and sorted."""
        rows = await self.rows(
            "SELECT array_agg(kind ORDER BY kind) AS kinds FROM audit_events GROUP BY at ORDER BY at"
        )
        return [row["kinds"] for row in rows]

    async def thread(self, conversation_id: UUID) -> tuple[Message, ...]:
        """Everything said, read with the keys of the house."""
        from openteller.capabilities.thread import threads  # noqa: PLC0415 (used here only)
        from openteller.loops.conversation.reading import open_messages  # noqa: PLC0415

        async with self.kit.store.begin(self.tenant) as uow:
            head = await threads.thread_head(uow, ConversationId(conversation_id))
            assert head is not None
            sealed = await threads.messages_after(uow, head.conversation_id, 0)
            return await open_messages(self.kit, uow, head.subject, sealed)


@dataclass
class Caller:
    """A customer or visitor with one session."""

    house: House
    token: str
    session: Session

    @property
    def conversation_id(self) -> ConversationId:
        return self.session.conversation_id

    async def say(self, text: str, *, client_id: str | None = None) -> Said:
        return await self._send(InboxKind.TEXT, text, client_id)

    async def press(self, option: str) -> Said:
        return await self._send(InboxKind.CHOICE, option, None)

    async def ask_for_person(self) -> Said:
        return await self._send(InboxKind.PERSON, "", None)

    async def send(self, text: str, *, kind: InboxKind = InboxKind.TEXT, client_id: str | None = None) -> UUID:
        """Send without waiting for the turn."""
        teller = self.house.teller
        session = await teller.front_door.find(self.house.tenant, self.token)
        received = await teller.reception.receive(
            self.house.tenant, session, client_id or uuid4().hex, kind, PersonalText(text)
        )
        return received.turn_id

    async def log_in(self, name: str = "c-000001") -> None:
        opened = await self.house.teller.front_door.login(self.house.tenant, self.token, self.house.login_token(name))
        await self.house.teller.reception.settle()
        self.token, self.session = opened.token, opened.session

    async def thread(self) -> tuple[Message, ...]:
        return await self.house.thread(self.conversation_id)

    async def last(self) -> Said:
        """The newest messages of the bot, back to the last of the customer."""
        mine: list[Message] = []
        for message in reversed(await self.thread()):
            if message.author.kind is AuthorKind.CUSTOMER:
                break
            mine.insert(0, message)
        return Said(tuple(mine))

    async def _send(self, kind: InboxKind, text: str, client_id: str | None) -> Said:
        turn_id = await self.send(text, kind=kind, client_id=client_id)
        await self.house.teller.reception.settle()
        said = [m for m in await self.thread() if m.turn_id == turn_id and m.author.kind is not AuthorKind.CUSTOMER]
        return Said(tuple(said))


async def build_house(
    parts: Parts,
    database: Addresses,
    tenant: TenantId,
    folder: Path,
    *,
    clock: SettableClock | None = None,
    bank: CoreBanking | None = None,
    identity: Identity | None = None,
    settings: Settings | None = None,
) -> House:
    """A process of its own on this database. Two with the same tenant and folder are two processes of one teller."""
    clock = clock or SettableClock()
    settings = settings or Settings(data=folder, tenant=tenant, sessions_per_minute_and_address=10_000)
    store = PostgresStore(database.app, min_size=1, max_size=12)
    await store.open()
    keys = FileKeys(folder / "keys")
    twin_bank, twin_identity, channel = TwinBank(), TwinIdentity(clock), TwinChannel()
    voice = Voice(parts.catalogue, _guard(settings, parts.pack), clock, parts.library.quote)
    seen: list[TurnSeen] = []
    kit = Kit(
        store=store,
        clock=clock,
        ids=Uuid7Ids(),
        keys=keys,
        sealer=Sealer(keys, clock),
        bank=bank or twin_bank,
        identity=identity or twin_identity,
        channels={"webhook": channel},
        understander=parts.understander,
        library=parts.library,
        flows=parts.flows,
        policy=parts.policy,
        obligations=parts.obligations,
        voice=voice,
        pack=_pack_facts(settings, parts.pack),
        switches=Switches(clock),
        versions=Versions("test", parts.pack.version, parts.understander.model.facts.version),
        holder=f"test:{uuid4()}",
        observe=seen.append,
    )
    signals = PostgresSignals(store, database.app)
    teller = _join(settings, kit, parts.pack, signals, make_jobs(database.app), (store.close,))
    return House(parts, database, tenant, folder, teller, clock, twin_bank, twin_identity, channel, seen)


def with_kit(house: House, **changes: object) -> None:
    """Join the house afresh with other parts in its kit."""
    kit = replace(house.kit, **changes)  # type: ignore[arg-type]
    signals = house.teller.news._signals
    assert isinstance(signals, PostgresSignals)
    teller = house.teller
    house.teller = _join(teller.settings, kit, teller.pack, signals, teller.jobs, teller.closing)
