"""A running teller, joined from its parts. Read it to see what one is made of."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import procrastinate

from openteller import __version__
from openteller.adapters.banking.http_bank import HttpBank
from openteller.adapters.clock import SystemClock, Uuid7Ids
from openteller.adapters.identity.bank_identity import BankIdentity
from openteller.adapters.keys.file import FileKeys
from openteller.adapters.keys.signing import FileSigner
from openteller.adapters.storage.jobs import Patience, make_jobs
from openteller.adapters.storage.outside import LineLog
from openteller.adapters.storage.postgres import JOB_QUEUE, PostgresStore
from openteller.adapters.storage.signals import PostgresSignals
from openteller.bootstrap.channels import open_channels
from openteller.bootstrap.database import open_database
from openteller.bootstrap.knowledge import load_library
from openteller.bootstrap.understanding import open_understander
from openteller.capabilities.actions.policy import Policy, load_policy
from openteller.capabilities.audit.sealer import AuditSealer
from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.load import load_flows
from openteller.capabilities.handover.opening import OpeningTimes
from openteller.capabilities.knowledge.library import Library
from openteller.capabilities.obligations.rules import ObligationRules, load_obligations
from openteller.capabilities.pack.chain import read_chain
from openteller.capabilities.pack.pack import Pack, load_pack
from openteller.capabilities.privacy.redaction import scrub
from openteller.capabilities.privacy.sealing import Sealer
from openteller.capabilities.replies.catalogue import load_catalogue
from openteller.capabilities.replies.guard import Guard
from openteller.capabilities.replies.needed import refuse_incomplete
from openteller.capabilities.replies.voice import Voice
from openteller.capabilities.understanding.questions import ASK
from openteller.capabilities.understanding.understander import Understander
from openteller.config import Settings
from openteller.domain.actions import CoreGuarantees
from openteller.domain.assurance import TenantId
from openteller.domain.decisions import Versions
from openteller.domain.errors import ConfigurationError
from openteller.loops.conversation import linking
from openteller.loops.conversation.feedback import Feedback
from openteller.loops.conversation.front_door import FrontDoor
from openteller.loops.conversation.kit import Kit, PackFacts, TurnSeen
from openteller.loops.conversation.linking import WayBack
from openteller.loops.conversation.news import News
from openteller.loops.conversation.reading import Reading
from openteller.loops.conversation.reception import Reception
from openteller.loops.conversation.step_ups import StepUps
from openteller.loops.conversation.sweeps import Sweeps
from openteller.loops.conversation.switches import Switches
from openteller.loops.conversation.turn import Turns
from openteller.loops.desk.console import Console
from openteller.loops.desk.desk import Desk
from openteller.loops.desk.kit import DeskKit
from openteller.loops.desk.promises import Promises
from openteller.loops.desk.staff import StaffDoor

PACKS = Path(__file__).parents[1] / "packs"
"""The packs that are shipped."""

Job = Callable[..., Awaitable[None]]


@dataclass(slots=True)
class Teller:
    """A running teller: what entry points call. ``stopping`` is set when the process is asked to end."""

    settings: Settings
    kit: Kit
    pack: Pack
    front_door: FrontDoor
    reception: Reception
    reading: Reading
    step_ups: StepUps
    feedback: Feedback
    sweeps: Sweeps
    staff: StaffDoor
    desk: Desk
    console: Console
    promises: Promises
    news: News
    seal_audit: Callable[[], Awaitable[object]]
    jobs: procrastinate.App
    closing: tuple[Callable[[], Awaitable[None]], ...]
    stopping: bool = False
    faces: dict[str, dict[str, object]] = field(default_factory=dict)

    @property
    def tenant(self) -> TenantId:
        """The tenant this process serves."""
        return TenantId(self.settings.tenant)

    @property
    def allowed_origins(self) -> frozenset[str]:
        """Pages that may talk to us from a browser."""
        return frozenset(self.settings.allowed_origins)

    @property
    def secure_cookies(self) -> bool:
        """True unless we are on a plain http address, as the demo is."""
        return self.settings.address.startswith("https:")

    def face_strings(self, locale: str) -> dict[str, object]:
        """Wording of faces (widget, desk) in the best language for ``locale``."""
        voice = self.kit.voice
        language = voice.language(locale)
        if language not in self.faces:
            strings = {**voice.strings("widget.", locale), **voice.strings("desk.", locale)}
            self.faces[language] = {"locale": language, "direction": voice.direction(locale), "strings": strings}
        return self.faces[language]

    async def run_jobs(self, jobs: Mapping[str, Job]) -> None:
        """Work off the job queue until cancelled."""
        for name, job in jobs.items():
            if name not in self.jobs.tasks:
                self.jobs.task(name=name, queue=JOB_QUEUE, retry=Patience(), pass_context=False)(job)
        async with self.jobs.open_async():
            unstalling = asyncio.create_task(self._retry_stalled())
            try:
                await self.jobs.run_worker_async(
                    queues=[JOB_QUEUE], concurrency=4, install_signal_handlers=False, delete_jobs="successful"
                )
            finally:
                unstalling.cancel()

    async def _retry_stalled(self) -> None:
        """A job whose worker was killed would hold up all later ones of its conversation."""
        while True:
            await asyncio.sleep(_STALLED_S)
            for job in await self.jobs.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_S):
                await self.jobs.job_manager.retry_job(job)

    async def link_chat(self, ticket: str, login_token: str) -> WayBack:
        """Somebody has followed a chat's link and logged in at the bank."""
        return await linking.begin(self.kit, self.tenant, ticket, login_token)

    async def close(self) -> None:
        """Let go of connections."""
        for close in self.closing:
            await close()


_STALLED_S = 30


def pack_folder(pack: str) -> Path:
    """The folder of a pack: a path, or the name of a shipped one. ConfigurationError when there is none."""
    for folder in (Path(pack), PACKS / pack):
        if (folder / "pack.yaml").is_file():
            return folder
    raise ConfigurationError(f"no pack {pack!r}: neither a folder with a pack.yaml nor a shipped pack")


def pack_folders(pack: str) -> tuple[Path, ...]:
    """The folders of a pack and of all that it extends, base first."""
    return tuple(folder for folder, _ in read_chain(pack_folder(pack), PACKS))


@dataclass(frozen=True, slots=True)
class _Content:
    """What the pack holds, read and checked as a whole."""

    pack: Pack
    voice: Voice
    flows: FlowBook
    policy: Policy
    obligations: ObligationRules
    understander: Understander
    library: Library


async def open_teller(settings: Settings, *, observe: Callable[[TurnSeen], None] = lambda _: None) -> Teller:
    """Everything of one process. ConfigurationError says what an operator or content owner must change."""
    addresses = await asyncio.to_thread(open_database, settings)
    store = PostgresStore(addresses.app, max_size=12)
    await store.open()
    clock, ids, keys = SystemClock(), Uuid7Ids(), FileKeys(settings.data / "keys")
    content = await asyncio.to_thread(_read_content, settings, clock)
    bank, identity = _bank(settings, clock)
    kit = Kit(
        store=store,
        clock=clock,
        ids=ids,
        keys=keys,
        sealer=Sealer(keys, clock),
        bank=bank,
        identity=identity,
        channels=open_channels(settings, clock),
        understander=content.understander,
        library=content.library,
        flows=content.flows,
        policy=content.policy,
        obligations=content.obligations,
        voice=content.voice,
        pack=_pack_facts(settings, content.pack),
        switches=Switches(clock),
        versions=Versions(__version__, content.pack.version, content.understander.model.facts.version),
        holder=f"{socket.gethostname()}:{os.getpid()}:{ids.new()}",
        observe=observe,
    )
    signals = PostgresSignals(store, addresses.app)
    closing = (*(channel.close for channel in kit.channels.values()), bank.close, identity.close, store.close)
    return _join(settings, kit, content.pack, signals, make_jobs(addresses.app), closing)


def _read_content(settings: Settings, clock: SystemClock) -> _Content:
    pack = load_pack(pack_folder(settings.pack), PACKS)
    catalogue = load_catalogue([folder / "replies" for folder in pack.folders], pack.languages, pack.default_locale)
    guard = _guard(settings, pack)
    refuse_incomplete(catalogue, guard)
    understander = open_understander(pack.folders, settings.models_dir)
    library = load_library(pack.folders, pack.languages, settings.models_dir, understander.joint, guard.broken_rule)
    flows, policy, obligations = load_flows(pack.folders), load_policy(pack.folders), load_obligations(pack.folders)
    voice = Voice(catalogue, guard, clock, library.quote)
    return _Content(pack, voice, flows, policy, obligations, understander, library)


def _bank(settings: Settings, clock: SystemClock) -> tuple[HttpBank, BankIdentity]:
    keys = _bank_keys(settings)
    identity = BankIdentity(
        settings.bank_address,
        issuer=keys["issuer"],
        service_key=keys["service_key"],
        callback_key=keys["callback_key"],
        callback_url=f"{settings.address}/v1/bank/{settings.tenant}/step-ups",
        clock=clock,
    )
    guarantees = CoreGuarantees(once=settings.bank_mode == "idempotent", looks_up=settings.bank_mode != "dumb")
    return HttpBank(settings.bank_address, keys["service_key"], guarantees=guarantees), identity


def _join(
    settings: Settings,
    kit: Kit,
    pack: Pack,
    signals: PostgresSignals,
    jobs: procrastinate.App,
    closing: tuple[Callable[[], Awaitable[None]], ...],
) -> Teller:
    turns = Turns(kit)
    reception = Reception(kit, turns.go_on)
    tenant = TenantId(settings.tenant)
    checkpoints = LineLog(settings.data / "checkpoints.jsonl")
    sealer = AuditSealer(FileSigner(settings.data / "keys"), checkpoints)

    async def seal_audit() -> None:
        async with kit.store.begin(tenant) as uow:
            sealed = await sealer.seal(uow, tenant, kit.clock.now())
        sealer.publish(sealed)  # after the commit: a checkpoint of what was rolled back would accuse

    return Teller(
        settings=settings,
        kit=kit,
        pack=pack,
        front_door=FrontDoor(kit, reception),
        reception=reception,
        reading=Reading(kit),
        step_ups=StepUps(kit, reception),
        feedback=Feedback(kit, reception),
        sweeps=Sweeps(kit, turns, reception),
        staff=StaffDoor(kit.store, kit.clock, kit.ids),
        desk=Desk(DeskKit(kit.store, kit.clock, kit.ids, kit.sealer, kit.voice)),
        promises=Promises(kit.store, kit.clock),
        console=Console(kit.store, kit.clock, kit.flows.recurring | {ASK}),
        news=News(signals),
        seal_audit=seal_audit,
        jobs=jobs,
        closing=closing,
    )


def _guard(settings: Settings, pack: Pack) -> Guard:
    links = {*pack.allowed_hosts, _origin(settings.bank_address), _origin(settings.address)}
    if settings.chat_link_address is not None:
        links.add(_origin(settings.chat_link_address))
    return Guard(scrub=scrub, allowed_links=links, phones=(pack.emergency_phone,))


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _pack_facts(settings: Settings, pack: Pack) -> PackFacts:
    return PackFacts(
        pack.version,
        pack.default_locale,
        pack.time_zone,
        f"{settings.bank_address}/login?next=/",
        settings.chat_link_address or f"{settings.bank_address}/link-chat",
        pack.emergency_phone,
        pack.crisis_line,
        pack.privacy_url,
        OpeningTimes(pack.opening_hours.days, pack.opening_hours.holiday_country, pack.time_zone),
        pack.languages,
        {language: pack.locale_of(language) for language in pack.languages},
    )


def _bank_keys(settings: Settings) -> dict[str, Any]:
    file = settings.bank_keys or settings.data / "bank" / "keys.json"  # where the demo bank leaves them
    if not file.exists():
        raise ConfigurationError("OPENTELLER_BANK_KEYS must name the file with the bank's service and callback keys")
    try:
        keys: dict[str, Any] = json.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"cannot read the bank's keys: {error}", file=str(file)) from error
    missing = {"service_key", "callback_key", "issuer"} - set(keys)
    if missing:
        raise ConfigurationError(f"the bank's keys lack {', '.join(sorted(missing))}", file=str(file))
    return keys
