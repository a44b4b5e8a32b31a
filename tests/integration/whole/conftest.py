"""The stack as real processes: a bank, two API processes, a worker, and a provider of a foreign channel out here."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from openteller.adapters.channels.webhook import sign
from openteller.testing.stack import Stack, free_port


@dataclass
class Provider:
    """Takes what is delivered to the foreign channel."""

    server: ThreadingHTTPServer
    got: list[dict[str, Any]]
    news: threading.Condition

    def wait_for(self, handle: str, count: int, seconds: float = 15.0) -> list[dict[str, Any]]:
        """What this handle was sent, once it is that much (or nothing more came in time)."""
        until = time.monotonic() + seconds
        with self.news:
            while len(self.to(handle)) < count and (left := until - time.monotonic()) > 0:
                self.news.wait(left)
            return self.to(handle)

    def to(self, handle: str) -> list[dict[str, Any]]:
        return [message for message in self.got if message["to"] == handle]


@dataclass
class Whole:
    """The running stack and ways to reach it that are not a customer's."""

    stack: Stack
    provider: Provider
    secret: bytes
    agents: dict[str, httpx.Client] = field(default_factory=dict)

    def command(self, *words: str, stdin: str | None = None) -> str:
        """One command of an operator's; its output."""
        done = subprocess.run(
            [sys.executable, "-m", "openteller", *words],
            env=self.stack.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            input=stdin,
        )
        assert done.returncode == 0, done.stderr[-600:]
        return done.stdout

    def from_channel(self, handle: str, text: str, *, message_id: str | None = None, forged: bool = False) -> int:
        """A signed message of the provider's; the status of the answer."""
        row = {"id": message_id or secrets.token_hex(8), "from": handle, "text": text}
        body = json.dumps({"messages": [row]}).encode()
        signature = sign(b"wrong" if forged else self.secret, body, datetime.now(UTC))
        address = f"{self.stack.address}/v1/channels/harbour/webhook"
        return httpx.post(address, content=body, headers={"X-Signature": signature}, timeout=10).status_code

    def files(self) -> Iterator[tuple[Path, bytes]]:
        """Everything OpenTeller has written, the write-ahead log included; the bank's own books are the bank's."""
        for path in sorted(self.stack.data.rglob("*")):
            if path.is_file() and "bank" not in path.relative_to(self.stack.data).parts and path.name != "bank.log":
                yield path, path.read_bytes()


@pytest.fixture(scope="package")
def whole(models: Path, open_folder: Path) -> Iterator[Whole]:
    if "DATABASE_URL" in os.environ:
        pytest.skip("the whole stack is tested on its embedded database, whose files can be looked into")
    data = open_folder / "whole"
    data.mkdir(mode=0o755)
    secret = secrets.token_urlsafe(32).encode()
    (data / "channel.secret").write_bytes(secret)
    provider = _provider()
    stack = Stack(
        data,
        api_ports=[free_port(), free_port()],
        bank_port=free_port(),
        customers=60,
        settings={
            "OPENTELLER_MODELS": str(models),
            "OPENTELLER_CHANNEL_SEND_TO": f"http://127.0.0.1:{provider.server.server_address[1]}/",
            "OPENTELLER_CHANNEL_SECRET": str(data / "channel.secret"),
            "OPENTELLER_SESSIONS_PER_MINUTE_AND_ADDRESS": "10000",
            "OPENTELLER_RATE_KNOWN_PER_MINUTE": "10000",
            "OPENTELLER_RATE_ANONYMOUS_PER_MINUTE": "10000",
        },
    )
    with stack:
        yield Whole(stack, provider, secret)
    provider.server.shutdown()
    provider.server.server_close()


def _provider() -> Provider:
    got: list[dict[str, Any]] = []
    news = threading.Condition()

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with news:
                if all(body["message_id"] != known["message_id"] for known in got):
                    got.append(body)
                news.notify_all()
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (the library's name)
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return Provider(server, got, news)
