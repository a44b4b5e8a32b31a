"""The whole stack as real processes on this machine: demo bank, API processes, workers. Demo, smoke test, benchmark,
fault laboratory and browser tests all stand on it.
"""

from __future__ import annotations

import json
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

from openteller.adapters.storage.embedded import EmbeddedServer
from openteller.config import child_environment
from openteller.domain.errors import ConfigurationError

START_S = 900.0


def free_port() -> int:
    """A TCP port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _leave_when_terminated() -> None:
    """A driver that is asked to end leaves its ``with`` blocks, and so stops what it has started."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


@dataclass(slots=True)
class Stack:
    """One installation under ``data``.

    ``api_ports`` and ``workers`` say how many processes of each; every process writes its log to ``data/logs``, and
    ``data/run.json`` says where a running one answers. Use as a context manager: leaving it stops everything.
    """

    data: Path
    api_ports: list[int] = field(default_factory=lambda: [8800])
    bank_port: int = 8801
    workers: int = 1
    customers: int = 2000
    seed: int = 7
    settings: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    """Words of the command line before ``serve`` and ``worker`` (the fault laboratory's sabotage)."""
    telegram_port: int | None = None
    """Where the simulated Telegram answers, if there is to be one."""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    log_starts: dict[str, int] = field(default_factory=dict)
    """Where in its log, which earlier runs have written too, each process began."""

    @property
    def address(self) -> str:
        """Where the first API process answers."""
        return f"http://127.0.0.1:{self.api_ports[0]}"

    @property
    def bank_address(self) -> str:
        """Where the demo bank answers."""
        return f"http://127.0.0.1:{self.bank_port}"

    @property
    def telegram_address(self) -> str:
        """Where the simulated Telegram answers, with a phone to try it on."""
        return f"http://127.0.0.1:{self.telegram_port}"

    @property
    def bank_keys(self) -> dict[str, Any]:
        """The keys the demo bank made at its first start."""
        keys: dict[str, Any] = json.loads((self.data / "bank" / "keys.json").read_text())
        return keys

    def __enter__(self) -> Self:
        self.data.mkdir(parents=True, exist_ok=True)
        (self.data / "logs").mkdir(exist_ok=True)
        _leave_when_terminated()
        try:
            self.start("bank")
            self.wait(f"{self.bank_address}/health", "bank")
            if self.telegram_port is not None:
                self._start_telegram()
            for index, _ in enumerate(self.api_ports):
                self.start(f"api-{index}")
                self.wait(f"{self.api_address(index)}/ready", f"api-{index}")
            for index in range(self.workers):
                self.start(f"worker-{index}")
            self._announce()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def api_address(self, index: int) -> str:
        """Where that API process answers."""
        return f"http://127.0.0.1:{self.api_ports[index]}"

    def start(self, name: str) -> None:
        """Start (or start again) a process, such as ``bank``, ``api-0`` or ``worker-0``."""
        log = (self.data / "logs" / f"{name}.log").open("ab")
        self.log_starts[name] = log.tell()
        self.processes[name] = subprocess.Popen(  # noqa: S603 (our own programs)
            self._command(name), env=self.environment(), stdout=log, stderr=log, start_new_session=True
        )
        log.close()

    def kill(self, name: str) -> None:
        """Kill -9, as a crash would."""
        process = self.processes[name]
        process.kill()
        process.wait()

    def _start_telegram(self) -> None:
        (self.data / "telegram").mkdir(exist_ok=True)
        made = {"token": f"7000000001:{secrets.token_urlsafe(24)}", "secret": secrets.token_urlsafe(32)}
        for name, secret in made.items():
            file = self.data / "telegram" / name
            file.touch(mode=0o600)
            file.write_text(secret)
        self.start("telegram")
        self.wait(f"{self.telegram_address}/", "telegram")

    def _announce(self) -> None:
        """Tell other commands on this machine (``chat``) where we are."""
        found = {"address": self.address, "bank_address": self.bank_address, "data": str(self.data.absolute())}
        (self.data / "run.json").write_text(json.dumps(found))

    def stop(self) -> None:
        """End everything: ask, wait, insist. Then stop the embedded database, if this stack has started one."""
        (self.data / "run.json").unlink(missing_ok=True)
        order = sorted(self.processes, key=lambda name: name == "bank")
        for name in order:
            if self.processes[name].poll() is None:
                self.processes[name].send_signal(signal.SIGTERM)
        for name in order:
            try:
                self.processes[name].wait(15)
            except subprocess.TimeoutExpired:
                self.processes[name].kill()
                self.processes[name].wait()
        self.processes.clear()
        if "DATABASE_URL" not in self.environment():
            EmbeddedServer(self.data).stop()

    def wait(self, address: str, name: str) -> None:
        """Wait until ``address`` answers 200. ConfigurationError with the end of its log when the process has died."""
        until = time.monotonic() + START_S
        with httpx.Client(timeout=2.0) as client:  # one for all tries: making it is dear
            while time.monotonic() < until:
                if self.processes[name].poll() is not None:
                    raise ConfigurationError(f"{name} did not start:\n{self.log_tail(name)}")
                try:
                    if client.get(address).status_code == httpx.codes.OK:
                        return
                except httpx.HTTPError:
                    pass
                time.sleep(0.05)
        raise ConfigurationError(f"{name} did not answer at {address} within {START_S:.0f} s:\n{self.log_tail(name)}")

    def wait_said(self, words: str, name: str) -> None:
        """Wait until a process has logged ``words`` since it was last started."""
        log, until = self.data / "logs" / f"{name}.log", time.monotonic() + START_S
        while words.encode() not in log.read_bytes()[self.log_starts[name] :]:
            if self.processes[name].poll() is not None or time.monotonic() > until:
                raise ConfigurationError(f'{name} did not say "{words}":\n{self.log_tail(name)}')
            time.sleep(0.05)

    def log_tail(self, name: str, lines: int = 15) -> str:
        """The last lines of a process's log."""
        text = (self.data / "logs" / f"{name}.log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def _command(self, name: str) -> list[str]:
        if name == "bank":
            return [
                *(sys.executable, "-m", "demo_bank", "serve", "--data", str(self.data / "bank"), "--host", "127.0.0.1"),
                *("--port", str(self.bank_port), "--customers", str(self.customers), "--seed", str(self.seed)),
                *("--openteller-url", self.address),
            ]
        if name == "telegram":
            webhook = f"{self.address}/v1/channels/harbour/telegram"
            files = self.data / "telegram"
            return [
                *(sys.executable, "-m", "openteller.testing.telegram", "--port", str(self.telegram_port)),
                *("--webhook", webhook, "--token-file", str(files / "token"), "--secret-file", str(files / "secret")),
            ]
        kind, _, index = name.partition("-")
        if kind == "api":
            port = str(self.api_ports[int(index)])
            return [sys.executable, "-m", "openteller", *self.before, "serve", "--port", port]
        return [sys.executable, "-m", "openteller", *self.before, "worker"]

    def environment(self) -> dict[str, str]:
        """The environment of every process of ours."""
        ours = {
            "OPENTELLER_DATA": str(self.data),
            "OPENTELLER_ADDRESS": self.address,
            "OPENTELLER_ALLOWED_ORIGINS": json.dumps(
                [self.bank_address, self.bank_address.replace("127.0.0.1", "localhost"), self.address]
            ),
            "OPENTELLER_BANK_ADDRESS": self.bank_address,
            "OPENTELLER_BANK_KEYS": str(self.data / "bank" / "keys.json"),
        }
        if self.telegram_port is not None:
            ours["OPENTELLER_CHANNELS"] = json.dumps({"telegram": self._telegram()})
        return child_environment({**ours, **self.settings})

    def _telegram(self) -> dict[str, str]:
        return {
            "bot": "harbour_bank_bot",
            "api": self.telegram_address,
            "way_back": f"{self.telegram_address}/harbour_bank_bot?start={{code}}",
            "token_file": str(self.data / "telegram" / "token"),
            "secret_file": str(self.data / "telegram" / "secret"),
        }
