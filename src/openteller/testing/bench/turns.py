"""Turns a second, and how long a reply takes: first as fast as it will go, then thirty a second as they come."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from openteller.bootstrap import open_database
from openteller.config import Settings
from openteller.domain.errors import ConfigurationError
from openteller.testing.bench.meters import Meters, cache_hits, where_it_goes
from openteller.testing.bench.texts import from_file, generated
from openteller.testing.client import Talk
from openteller.testing.outside_bank import OutsideBank
from openteller.testing.stack import Stack, free_port

OPEN_RATE = 30.0
_LINES = 48
_AT_ONCE = 24
_WARM_UP_S = 3.0
_MOST_A_SECOND = 250
_UNLIMITED = "100000000"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Figures:
    """The answer. Latencies from the moment a message was due to the reply's arrival at the client."""

    turns_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    rss_mb: float
    errors: int
    cache_hits: int
    where: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


def bench_turns(data: Path, texts: Path | None, seconds: float, processes: int, tell: Tell) -> Figures:
    """Start an installation in ``data``, load it, measure it, stop it."""
    ours = iter(from_file(texts)) if texts is not None else generated(seed=2026)
    ports = [free_port() for _ in range(processes + 1)]
    names = ("RATE_ANONYMOUS_PER_MINUTE", "RATE_KNOWN_PER_MINUTE", "SESSIONS_PER_MINUTE_AND_ADDRESS")
    settings = {f"OPENTELLER_{name}": _UNLIMITED for name in names}
    tell("starting the demo bank, the database and the teller")
    with Stack(data, api_ports=ports[1:], bank_port=ports[0], settings=settings) as stack:
        stack.wait_said("worker started", "worker-0")
        tell(f"opening {_LINES} sessions")
        sessions = asyncio.run(_sessions(stack))
        meters = Meters(stack, open_database(Settings(data=data)).app)
        if texts is not None:
            every = list(ours)
            if len(every) < 200:
                raise ConfigurationError("at least 200 different texts are needed", file=str(texts))
            half = int(len(every) * 0.6)
            batches = (every[:half], every[half:])
        else:
            batches = (_take(ours, seconds, _MOST_A_SECOND), _take(ours, seconds, OPEN_RATE * 1.5))
        return _measure(meters, sessions, batches, seconds, tell)


def _take(ours: Iterable[str], seconds: float, rate: float) -> list[str]:
    return list(islice(ours, int((seconds + _WARM_UP_S) * rate)))


def _measure(
    meters: Meters, sessions: Sequence[dict[str, Any]], batches: tuple[list[str], list[str]], seconds: float, tell: Tell
) -> Figures:
    start = meters.read()
    tell(f"as fast as it goes, {_AT_ONCE} at once, {seconds:.0f} s")
    full = _load(sessions[:_AT_ONCE], batches[0], seconds, 0.0)
    middle = meters.read()
    tell(f"{OPEN_RATE:.0f} a second as they come, {seconds:.0f} s")
    calm = _load(sessions, batches[1], seconds, OPEN_RATE)
    end = meters.read()
    turns = int(
        middle.metrics.get("openteller_turn_seconds_count", 0) - start.metrics.get("openteller_turn_seconds_count", 0)
    )
    ordered = sorted(calm["latencies_s"]) or [float("nan")]
    p50, p95, p99 = (ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000 for share in (0.5, 0.95, 0.99))
    return Figures(
        round(full["turns"] / full["seconds"], 1),
        round(p50, 1),
        round(p95, 1),
        round(p99, 1),
        round(meters.rss_mb(), 1),
        full["errors"] + calm["errors"],
        cache_hits(start, end),
        where_it_goes(start, middle, turns),
    )


def _load(sessions: Sequence[dict[str, Any]], texts: list[str], seconds: float, rate: float) -> dict[str, Any]:
    """One phase, in a process of its own."""
    plan = {
        "sessions": list(sessions),
        "texts": texts,
        "seconds": seconds,
        "rate": rate,
        "warm_up_s": _WARM_UP_S,
        "seed": 1,
    }
    client = subprocess.Popen(
        [sys.executable, "-m", "openteller.testing.bench.clients"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert client.stdin is not None
    assert client.stdout is not None
    with client:
        client.stdin.write(json.dumps(plan) + "\n")
        client.stdin.flush()
        if client.stdout.readline().strip() != "ready":
            raise ConfigurationError("the load's process could not open its sockets; its words are above")
        client.stdin.write("go\n")
        client.stdin.flush()
        answer = client.stdout.readline()
    if client.returncode or not answer:
        raise ConfigurationError("the load's process ended early; its words are above")
    result: dict[str, Any] = json.loads(answer)
    return result


async def _sessions(stack: Stack) -> list[dict[str, Any]]:
    """Logged-in customers, spread over the API processes; their histories are made now, not while we measure."""
    dice = random.Random(1)
    addresses = [stack.api_address(index) for index, _ in enumerate(stack.api_ports)]
    found: list[dict[str, Any]] = []
    async with (
        httpx.AsyncClient(timeout=20.0) as http,
        OutsideBank(stack.bank_address, stack.bank_keys, patience_s=20.0) as bank,
    ):
        for number in dice.sample(range(1, stack.customers + 1), _LINES):
            customer, address = f"c-{number:06d}", addresses[len(found) % len(addresses)]
            await bank.read(customer, "accounts")
            talk = await Talk(http, [address]).open(await bank.login_token(customer))
            await talk.look()
            found.append({"address": address, "token": talk.token, "after": talk.last_seq})
    return found
