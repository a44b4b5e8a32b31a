"""The load itself, in a process of its own: ``python -m openteller.testing.bench.clients`` with a plan on stdin.

Light on purpose, because it shares the machine with what it measures: raw sockets, one outstanding message a session.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, NoReturn

import httpx
import uvloop
from websockets.asyncio.client import ClientConnection, connect

_PATIENCE_S = 30.0


@dataclass(slots=True)
class Line:
    """One customer's socket. ``waiting`` is resolved by the first words of the bot in the turn asked for."""

    socket: ClientConnection
    number: int = 0
    turn: str = ""
    waiting: asyncio.Future[bool] | None = None
    spoken: set[str] = field(default_factory=set)

    async def say(self, text: str) -> bool:
        """Send and wait for the reply; False when it was refused or did not come."""
        self.number += 1
        self.turn, self.waiting = "", asyncio.get_running_loop().create_future()
        client_id = f"b-{time.monotonic_ns()}-{self.number}"
        await self.socket.send(json.dumps({"type": "send", "client_id": client_id, "text": text}))
        try:
            return await asyncio.wait_for(self.waiting, _PATIENCE_S)
        except TimeoutError:
            return False

    async def read(self) -> NoReturn:
        """Read for ever."""
        while True:
            raw = await self.socket.recv()
            frame = json.loads(raw)
            kind = frame["type"]
            if kind == "accepted":
                self.turn = frame["turn_id"]
                self._settle(self.turn in self.spoken)
            elif kind == "message" and frame["message"]["author"]["kind"] == "bot":
                said = frame["message"]["turn_id"]
                self.spoken = {said}
                self._settle(said == self.turn)
            elif kind == "error" and self.waiting is not None and not self.waiting.done():
                self.waiting.set_result(False)

    def _settle(self, mine: bool) -> None:
        if mine and self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(True)


async def saturate(lines: list[Line], texts: deque[str], seconds: float, warm_up_s: float) -> dict[str, Any]:
    """Every line talks without a pause; what is done after the warm-up counts."""
    begin = time.monotonic() + warm_up_s
    end, done, errors = begin + seconds, 0, 0

    async def talk(line: Line) -> None:
        nonlocal done, errors
        while texts and time.monotonic() < end:
            fine = await line.say(texts.popleft())
            now = time.monotonic()
            if begin <= now < end:
                done += fine
                errors += not fine

    await asyncio.gather(*(talk(line) for line in lines))
    took = min(time.monotonic(), end) - begin
    return {"turns": done, "errors": errors, "seconds": took, "texts_left": len(texts)}


async def open_loop(lines: list[Line], texts: deque[str], seconds: float, rate: float, seed: int) -> dict[str, Any]:
    """Messages arrive when they arrive (exponential gaps), kept up with or not; latency counts from that moment."""
    free, dice = asyncio.Queue[Line](), random.Random(seed)
    for line in lines:
        free.put_nowait(line)
    latencies: list[float] = []
    errors, tasks = 0, set[asyncio.Task[None]]()

    async def one(due: float, text: str) -> None:
        nonlocal errors
        line = await free.get()
        fine = await line.say(text)
        free.put_nowait(line)
        if fine:
            latencies.append(time.monotonic() - due)
        errors += not fine

    due = time.monotonic() + 0.2
    end = due + seconds
    while texts and due < end:
        await asyncio.sleep(max(due - time.monotonic(), 0))
        task = asyncio.create_task(one(due, texts.popleft()))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        due += dice.expovariate(rate)
    await asyncio.gather(*tasks)
    return {"latencies_s": latencies, "errors": errors}


async def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Open the sockets, say "ready", wait for "go", load, report."""
    lines = await asyncio.gather(*(_line(one) for one in plan["sessions"]))
    readers = [asyncio.create_task(line.read()) for line in lines]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    texts = deque(plan["texts"])
    if plan["rate"]:
        result = await open_loop(list(lines), texts, plan["seconds"], plan["rate"], plan["seed"])
    else:
        result = await saturate(list(lines), texts, plan["seconds"], plan["warm_up_s"])
    for reader in readers:
        reader.cancel()
    for line in lines:
        with contextlib.suppress(Exception):  # we are done; how a socket ends is of no interest
            await line.socket.close()
    return result


async def _line(session: dict[str, Any]) -> Line:
    address, token = session["address"], session["token"]
    async with httpx.AsyncClient(timeout=20.0) as http:
        answer = await http.post(f"{address}/v1/socket-tickets", headers={"Authorization": f"Bearer {token}"})
        ticket = answer.raise_for_status().json()["ticket"]
    socket = await connect(f"{address.replace('http', 'ws', 1)}/v1/socket", compression=None, proxy=None)
    await socket.send(json.dumps({"type": "authenticate", "ticket": ticket, "after": session["after"]}))
    while json.loads(await socket.recv())["type"] != "ready":
        pass
    return Line(socket)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(uvloop.run(run(json.loads(sys.stdin.readline())))) + "\n")
