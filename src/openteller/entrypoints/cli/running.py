"""``serve``, ``worker`` and ``demo``: the processes."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Annotated

import typer
import uvicorn
import uvloop
from rich.console import Console

from openteller.bootstrap import Teller, open_teller
from openteller.config import Settings, load_settings
from openteller.entrypoints.http.app import build_app
from openteller.entrypoints.http.doorman import MAX_BODY
from openteller.entrypoints.http.operations import Meters
from openteller.entrypoints.logging import set_up_logging
from openteller.entrypoints.worker import run_worker
from openteller.testing.people import SUPERVISOR, demo_staff
from openteller.testing.smoke import drive_smoke
from openteller.testing.stack import Stack

_GRACE_S = 20
_ONE_ADDRESS = {"OPENTELLER_SESSIONS_PER_MINUTE_AND_ADDRESS": "1000"}
"""The customers of the smoke test are many, and all of them on this machine."""


def serve(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
) -> None:
    """Run one API process: REST, WebSocket, webhooks, the desk. Several may share one database.

    Example: openteller serve --port 8800
    """
    settings = load_settings()
    set_up_logging(settings.log_level)
    uvloop.run(_serve(settings.model_copy(update={"port": port or settings.port, "host": host or settings.host})))


async def _serve(settings: Settings) -> None:
    meters = Meters()
    teller = await open_teller(settings, observe=meters.observe)
    config = uvicorn.Config(
        build_app(teller, meters),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        ws_max_size=MAX_BODY,
        ws_ping_interval=30.0,
        timeout_graceful_shutdown=_GRACE_S,
    )
    await _Server(config, teller).serve()


class _Server(uvicorn.Server):
    """Says "stopping" at the signal, not when the last connection has gone: live pages would hold it up."""

    def __init__(self, config: uvicorn.Config, teller: Teller) -> None:
        super().__init__(config)
        self._teller = teller

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop: not ready any more, and every live page looks up."""
        self._teller.stopping = True
        self._teller.news.tell("*")
        super().handle_exit(sig, frame)


def worker() -> None:
    """Run one worker: timers, foreign channels, sweeps, the audit sealer. Several may share one database.

    Example: openteller worker
    """
    settings = load_settings()
    set_up_logging(settings.log_level)
    uvloop.run(run_worker(settings))


def demo(
    smoke: Annotated[bool, typer.Option("--smoke", help="Drive a dozen conversations as a client, then exit.")] = False,
    port: Annotated[
        int, typer.Option(min=1, max=65533, help="Port of the teller; the demo bank and the phone take the next two.")
    ] = 8800,
    customers: Annotated[int, typer.Option(min=1, max=100_000, help="Customers of the demo bank.")] = 2000,
) -> None:
    """Start everything with the demo bank and print where to go. Ctrl-C stops it all.

    Example: openteller demo
    """
    console = Console(stderr=smoke)
    settings = load_settings()
    stack = Stack(
        settings.data.absolute(),
        api_ports=[port],
        bank_port=port + 1,
        customers=customers,
        telegram_port=port + 2,
        settings=_ONE_ADDRESS if smoke else {},
    )
    with console.status("Starting demo bank, database and teller; the first start learns the pack, for some minutes …"):
        stack.__enter__()
    try:
        if smoke:
            raise typer.Exit(drive_smoke(stack, Console()))
        _welcome(console, stack)
        _wait_for_stop()
    finally:
        with console.status("Stopping …"):
            stack.stop()


def _welcome(console: Console, stack: Stack) -> None:
    name, password = demo_staff(stack)
    chief, secret = demo_staff(stack, SUPERVISOR)
    console.print(
        f"""
[bold]Harbour Bank is open.[/bold]

  As a customer   [link={stack.bank_address}]{stack.bank_address}[/link]   customer c-000042, passcode on the login page
  On a phone      [link={stack.telegram_address}]{stack.telegram_address}[/link]   a simulated Telegram
  As an agent     [link={stack.address}/desk]{stack.address}/desk[/link]   name {name}, password {password}
  As a supervisor [link={stack.address}/desk/console]{stack.address}/desk/console[/link]
                  name {chief}, password {secret}
  In a terminal   ./teller chat --customer c-000042 "What's my balance?"
  For programs    {stack.address}/openapi.json

Logs and data: {stack.data}   Stop with Ctrl-C.
"""
    )


def _wait_for_stop() -> None:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
