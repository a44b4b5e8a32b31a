"""A stolen card: from the first words to a block in the bank's own record, for many customers one after another."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from openteller.testing.client import Talk
from openteller.testing.outside_bank import OutsideBank
from openteller.testing.stack import Stack, free_port

_WORDS = (
    "My card has been stolen!",
    "someone took my purse, my bank card was in it",
    "I was robbed, please block my card",
    "lost my card on the bus",
    "Hello, my wallet was stolen an hour ago and my card is gone",
    "card nicked, stop it now",
)
_LOOK_S = 0.005

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class StolenFigures:
    """The answer. ``p50_ms`` and ``p95_ms`` run from the sending of the message that led to the block, which is the
    first or, where the customer has several cards, the choice of one, to the block in the bank's own record.

    ``blocked`` of ``customers`` were; ``most_turns`` is the most that any of them needed.
    """

    customers: int
    blocked: int
    most_turns: int
    p50_ms: float
    p95_ms: float
    worst_ms: float

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


def bench_stolen(data: Path, customers: int, tell: Tell) -> StolenFigures:
    """Start an installation in ``data``, have as many cards stolen, measure, stop it."""
    ports = [free_port(), free_port()]
    settings = {"OPENTELLER_SESSIONS_PER_MINUTE_AND_ADDRESS": "1000000"}
    tell("starting the demo bank, the database and the teller")
    with Stack(data, api_ports=ports[1:], bank_port=ports[0], settings=settings) as stack:
        return asyncio.run(_measure(stack, customers, tell))


async def _measure(stack: Stack, customers: int, tell: Tell) -> StolenFigures:
    dice, waits, turns = random.Random(3), list[float](), list[int]()
    async with (
        httpx.AsyncClient(timeout=20.0) as http,
        OutsideBank(stack.bank_address, stack.bank_keys, patience_s=20.0) as bank,
    ):
        tried = dice.sample(range(1, stack.customers + 1), customers)
        for place, number in enumerate(tried):
            tell(f"card {place + 1} of {customers} is stolen")
            theft = _Theft(bank, f"c-{number:06d}", Talk(http, [stack.api_address(0)]))
            wait_s = await theft.report(_WORDS[place % len(_WORDS)])
            turns.append(theft.turns)
            if wait_s is not None:
                waits.append(wait_s * 1000)
    ordered = sorted(waits) or [float("nan")]
    return StolenFigures(
        customers, len(waits), max(turns), _share(ordered, 0.5), _share(ordered, 0.95), round(ordered[-1], 1)
    )


def _share(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 1)


class _Theft:
    """One customer, in a hurry: says it, and picks a card if asked which. ``turns`` counts what they had to say."""

    def __init__(self, bank: OutsideBank, customer: str, talk: Talk) -> None:
        self._bank, self._customer, self._talk = bank, customer, talk
        self.turns = 0

    async def report(self, words: str) -> float | None:
        """Seconds from the last message to the block, or None when two turns did not bring it."""
        await (await self._talk.open(await self._bank.login_token(self._customer))).listen()
        try:
            begun, reply = time.monotonic(), await self._talk.say(words)
            self.turns = 1
            if not await self._blocked(0):
                cards = [
                    key for key in reply.options if not key.startswith(("yes:", "no:", "person", "cancel", "flow:"))
                ]
                if not cards:
                    return None
                begun = time.monotonic()
                await self._talk.press(cards[0])
                self.turns = 2
            return time.monotonic() - begun if await self._blocked(1.0) else None
        finally:
            await self._talk.close()

    async def _blocked(self, wait_s: float) -> bool:
        until = time.monotonic() + wait_s
        while not any(row["kind"] == "block_card" for row in await self._bank.record(self._customer)):
            if time.monotonic() > until:
                return False
            await asyncio.sleep(_LOOK_S)
        return True
