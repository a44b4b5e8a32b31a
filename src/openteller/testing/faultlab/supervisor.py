"""The supervisor: kills and pauses by the dice, starts again whatever is dead, keeps the bank's faults in force.

A thread of its own, because it must go on while everything else waits.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from openteller.adapters.storage.embedded import EmbeddedServer
from openteller.domain.errors import ConfigurationError
from openteller.testing.faultlab.ledgers import Ledger
from openteller.testing.stack import Stack

TARGETS: Mapping[str, int] = {"api": 6, "worker": 2, "bank": 2, "backend": 2, "postgres": 1}
"""What is killed, by weight: processes of ours, the bank, one connection's server process, the whole database."""

CORE_MODES: Mapping[str, Mapping[str, object]] = {
    "idempotent": {"core_mode": "idempotent"},
    # A network that repeats a request makes such a core act twice, whoever asks: that is not ours to prevent.
    "lookup": {"core_mode": "lookup-only", "answer_twice_rate": 0.0},
    "dumb": {"core_mode": "dumb", "answer_twice_rate": 0.0},
}
"""What the bank is told to be, by our name for it."""

BANK_FAULTS: Mapping[str, object] = {
    "fail_rate": 0.08,
    "lose_reply_rate": 0.08,
    "answer_twice_rate": 0.08,
    "slow_ms": 10,
    "scope": "actions",
}
_LONG_PAUSE_S = 17.0
"""Longer than a lease: the paused process wakes up believing that it still holds its conversations."""


@dataclass(slots=True)
class Supervisor:
    """``progress`` says how far the run is (0–1); kills are spread over it, each at a random moment of its share."""

    stack: Stack
    dice: random.Random
    kills: int
    progress: Callable[[], float]
    killed: Ledger
    faults: Ledger
    core_mode: str = "idempotent"
    left: int = 0
    """How many of the kills are still to come."""
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _bank_is_told: bool = False

    def start(self) -> None:
        """Begin."""
        self.left = self.kills
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """No more faults; everything is running and healthy when this returns."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._revive()
        self._tell_bank({})

    def _run(self) -> None:
        due = [(number + self.dice.random()) / self.kills * 0.95 for number in range(self.kills)]
        pauses = sorted(self.dice.random() * 0.9 for _ in range(max(self.kills // 2, 1) if self.kills else 0))
        long_pauses = 2 if self.kills >= 5 else 0
        while not self._stop.wait(0.1):
            self._revive()
            self._tell_bank({**BANK_FAULTS, **CORE_MODES[self.core_mode]})
            if due and self.progress() >= due[0]:
                due.pop(0)
                self._kill()
                self.left -= 1
                self._stop.wait(self.dice.uniform(0.1, 1.0))
            elif pauses and self.progress() >= pauses[0]:
                pauses.pop(0)
                self._pause(_LONG_PAUSE_S if long_pauses > 0 else self.dice.uniform(0.5, 3.0), long_pauses > 0)
                long_pauses -= 1

    def _kill(self) -> None:
        # A core that cannot be asked must be whole at the end: its own record says what it could not deliver.
        targets = {name: weight for name, weight in TARGETS.items() if name != "bank" or self.core_mode != "dumb"}
        kind = self.dice.choices(list(targets), list(targets.values()))[0]
        if kind in ("postgres", "backend") and self._postmaster() is None:
            kind = "api"
        match kind:
            case "postgres":
                postmaster = self._postmaster()
                assert postmaster is not None
                self._end(postmaster.pid, kind)
                self._start_database()
            case "backend":
                backends = self._backends()
                if backends:
                    self._end(self.dice.choice(backends), kind)
            case _:
                name = self.dice.choice([one for one in self.stack.processes if one.partition("-")[0] == kind])
                self.killed.write(process=name, pid=self.stack.processes[name].pid)
                self.stack.kill(name)

    def _end(self, pid: int, kind: str) -> None:
        self.killed.write(process=kind, pid=pid)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def _pause(self, seconds: float, only_api: bool) -> None:
        """SIGSTOP, wait while the rest goes on, SIGCONT."""
        kinds = ("api",) if only_api else ("api", "worker")
        name = self.dice.choice([one for one in self.stack.processes if one.startswith(kinds)])
        process = self.stack.processes[name]
        self.faults.write(fault="pause", process=name, seconds=round(seconds, 1))
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGSTOP)
            until = time.monotonic() + seconds
            while time.monotonic() < until and not self._stop.wait(0.1):
                self._tell_bank({**BANK_FAULTS, **CORE_MODES[self.core_mode]})
            process.send_signal(signal.SIGCONT)

    def _revive(self) -> None:
        for name, process in list(self.stack.processes.items()):
            if process.poll() is not None:
                if process.returncode != -signal.SIGKILL:
                    self.faults.write(fault="died by itself", process=name, code=process.returncode)
                self.stack.start(name)
                self._bank_is_told = self._bank_is_told and name != "bank"

    def _tell_bank(self, faults: Mapping[str, object]) -> None:
        """A bank that has started again has forgotten which faults to show."""
        if self._bank_is_told and faults:
            return
        body = {**faults, "seed": self.dice.randrange(2**31)} if faults else dict(CORE_MODES[self.core_mode])
        headers = {"X-Control-Key": str(self.stack.bank_keys["control_key"])}
        for _ in range(1 if faults else 50):
            with suppress(httpx.HTTPError):
                answer = httpx.post(f"{self.stack.bank_address}/control/faults", json=body, headers=headers, timeout=3)
                if answer.is_success:
                    self.faults.write(fault="bank", settings=body)
                    self._bank_is_told = True
                    return
            time.sleep(0.2 if not faults else 0)

    def _start_database(self) -> None:
        with suppress(ConfigurationError):
            EmbeddedServer(self.stack.data).start()

    def _postmaster(self) -> psutil.Process | None:
        """The embedded database's first process, or None when the database is somebody else's."""
        file: Path = self.stack.data / "postgres" / "postmaster.pid"
        try:
            return psutil.Process(int(file.read_text().splitlines()[0]))
        except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
            return None

    def _backends(self) -> list[int]:
        """Server processes of single connections. The death of one makes the database recover as after a crash."""
        postmaster, found = self._postmaster(), list[int]()
        for child in postmaster.children() if postmaster is not None else ():
            with suppress(psutil.Error, IndexError):
                if "openteller" in child.cmdline()[0]:
                    found.append(child.pid)
        return found
