"""One run of the laboratory: start everything, let customers talk while the supervisor breaks things, count."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import httpx

from openteller.adapters.keys.secret_files import make_secret
from openteller.testing.client import Refused, Talk
from openteller.testing.faultlab.customers import PATIENCE_S, Lab, Visit, Wallet, find_wallets
from openteller.testing.faultlab.ledgers import Ledger
from openteller.testing.faultlab.oracle import Verdict, judge
from openteller.testing.faultlab.outside_channel import OutsideChannel
from openteller.testing.faultlab.strangers import Strangers
from openteller.testing.faultlab.supervisor import Supervisor
from openteller.testing.outside_bank import BankAway, OutsideBank
from openteller.testing.stack import Stack, free_port

_WEB_AT_ONCE = 8
_STRANGERS_AT_ONCE = 3
_CHANNEL_SHARE = 0.2
_TRANSFER_SHARE = 0.28
_ACTS = 6
_DRAIN_S = 45.0
_MOMENT_S = 0.2
TENANT = "harbour"

Tell = Callable[[str, float], None]
"""Told what is going on and how far it is (0–1)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``turns`` messages, ``kills`` kill -9, all dice from ``seed``, everything written under ``folder``."""

    turns: int
    kills: int
    seed: int
    folder: Path
    sabotage: str | None = None
    core_mode: str = "idempotent"
    """What the core bank gives: it runs a key once, tells what became of one (``lookup``), or neither (``dumb``)."""


def run_laboratory(plan: Plan, tell: Tell) -> tuple[Verdict, float]:
    """Run the plan; the verdict and how many seconds the talking took."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    stack, channel = _set_up(plan)
    tell("starting the bank, the database, two API processes and a worker", 0.0)
    with stack:
        signatures, seconds = asyncio.run(_Run(plan, stack, channel, tell).drive())
    shutil.copyfile(stack.data / "bank" / "ledger.jsonl", plan.folder / "ledger.jsonl")
    (plan.folder / "signatures.json").write_text(json.dumps(signatures, indent=1))
    return judge(plan.folder), seconds


def _set_up(plan: Plan) -> tuple[Stack, OutsideChannel]:
    dice, data = random.Random(f"{plan.seed}:channel"), plan.folder / "stack"
    ports = [free_port() for _ in range(4)]
    channel = OutsideChannel(
        ports[0],
        [f"http://127.0.0.1:{port}" for port in ports[2:]],
        TENANT,
        Ledger(plan.folder / "delivered.jsonl"),
        Ledger(plan.folder / "sent.jsonl"),
        dice,
    )
    data.mkdir(parents=True, exist_ok=True)
    secret = data / "channel.secret"
    make_secret(secret, channel.secret)
    settings = {
        "OPENTELLER_CHANNEL_SEND_TO": channel.address,
        "OPENTELLER_CHANNEL_SECRET": str(secret),
        "OPENTELLER_TENANT": TENANT,
        "OPENTELLER_BANK_MODE": plan.core_mode,
        "OPENTELLER_RATE_ANONYMOUS_PER_MINUTE": "100000",
        "OPENTELLER_RATE_KNOWN_PER_MINUTE": "100000",
        "OPENTELLER_SESSIONS_PER_MINUTE_AND_ADDRESS": "100000",
    }
    before = ("faultlab", "sabotaged", plan.sabotage) if plan.sabotage else ()
    stack = Stack(data, api_ports=ports[2:], bank_port=ports[1], workers=1, settings=settings, before=before)
    return stack, channel


@dataclass(slots=True)
class _Run:
    plan: Plan
    stack: Stack
    channel: OutsideChannel
    tell: Tell
    web: Lab | None = None
    strangers: Strangers | None = None
    supervisor: Supervisor | None = None

    @property
    def going_on(self) -> bool:
        """Until all turns are acknowledged and all kills done, whichever is later."""
        left = self.supervisor.left if self.supervisor else 0
        return self.turns < self.plan.turns or left > 0

    @property
    def turns(self) -> int:
        return (self.web.turns if self.web else 0) + (self.strangers.turns if self.strangers else 0)

    async def drive(self) -> tuple[dict[str, list[str]], float]:
        plan, dice = self.plan, random.Random(self.plan.seed)
        bank = OutsideBank(self.stack.bank_address, self.stack.bank_keys, patience_s=PATIENCE_S)
        await self.channel.start()
        async with bank, httpx.AsyncClient(timeout=5.0) as http:
            self.strangers = Strangers(self.channel, dice, self._strangers_wanted)
            self.tell("learning what replies look like", 0.0)
            wallets = await find_wallets(bank, max(plan.turns // 12, 10), dice, self.stack.customers)
            await self.strangers.learn()
            ledgers = (self.channel.sent, self.channel.delivered)
            self.web = Lab(http, self.channel.addresses, bank, *ledgers, dice, self._customers_wanted)
            started = time.monotonic()
            await self._talk(wallets)
            seconds = time.monotonic() - started
        await self.channel.stop()
        for ledger in ledgers:
            ledger.close()
        return self.strangers.signatures, seconds

    async def _talk(self, wallets: list[Wallet]) -> None:
        assert self.web is not None
        assert self.strangers is not None
        killed, faults = Ledger(self.plan.folder / "kills.jsonl"), Ledger(self.plan.folder / "faults.jsonl")
        chance = random.Random(f"{self.plan.seed}:supervisor")
        progress = lambda: self.turns / self.plan.turns  # noqa: E731 (a name for one expression)
        supervisor = self.supervisor = Supervisor(
            self.stack, chance, self.plan.kills, progress, killed, faults, self.plan.core_mode
        )
        supervisor.start()
        self.channel.faulty = True
        faults.write(fault="channel", fails=0.05, loses_answers=0.05, delivers_again=0.4)
        try:
            queue = cycle(wallets)
            amounts = {wallet.customer: self._amounts() for wallet in wallets}
            async with asyncio.TaskGroup() as group:
                for _ in range(_WEB_AT_ONCE):
                    group.create_task(self._customers(queue, amounts))
                for number in range(_STRANGERS_AT_ONCE):
                    group.create_task(self._strange(number))
                group.create_task(self._report())
        finally:
            await asyncio.to_thread(supervisor.stop)
            self.channel.faulty = False
        self.tell("letting everything come to rest", 1.0)
        begun = [visit for visit in self.web.visits if visit.talk.conversation_id]  # others never got a session
        await asyncio.gather(
            self.strangers.drained(_DRAIN_S), *(visit.settle(_DRAIN_S, outcomes=True) for visit in begun)
        )
        killed.close()
        faults.close()
        undelivered = await self.web.bank.undelivered()
        (self.plan.folder / "undelivered.json").write_text(json.dumps(undelivered, indent=1))

    async def _customers(self, queue: Iterator[Wallet], amounts: dict[str, list[int]]) -> None:
        assert self.web is not None
        while self._customers_wanted():
            wallet = next(queue)
            if wallet.customer in self.web.busy:
                await asyncio.sleep(_MOMENT_S)
                continue
            talk = Talk(self.web.http, self.web.addresses, patience_s=PATIENCE_S)
            visit = Visit(self.web, wallet, talk, amounts[wallet.customer])
            self.web.visits.append(visit)
            self.web.busy.add(wallet.customer)  # a customer is in one place at a time: two would talk across each other
            try:
                await visit.run(_ACTS, _TRANSFER_SHARE)
            except (BankAway, Refused, httpx.HTTPError) as problem:
                self.web.sent.write(trouble=str(problem) or type(problem).__name__, customer=wallet.customer)
            finally:
                self.web.busy.discard(wallet.customer)

    async def _strange(self, number: int) -> None:
        assert self.strangers is not None
        visit = 0
        while self.going_on:
            if self._strangers_wanted():
                await self.strangers.visit(f"stranger-{number}-{visit}")
                visit += 1
            await asyncio.sleep(0.2)

    async def _report(self) -> None:
        while self.going_on:
            self.tell(
                f"{self.turns} turns, {self.web.transfers if self.web else 0} transfers", self.turns / self.plan.turns
            )
            await asyncio.sleep(0.5)

    def _customers_wanted(self) -> bool:
        return self.going_on

    def _strangers_wanted(self) -> bool:
        assert self.strangers is not None
        return self.going_on and self.strangers.turns < (self.turns + 20) * _CHANNEL_SHARE

    def _amounts(self) -> list[int]:
        return random.Random(self.plan.seed).sample(range(101, 1000), 40)
