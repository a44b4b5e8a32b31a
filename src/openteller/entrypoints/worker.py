"""The worker process: jobs of foreign channels, sweeps, the audit sealer. Everything in it may run twice."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from openteller.bootstrap import Teller, open_teller
from openteller.config import Settings
from openteller.domain.assurance import TenantId
from openteller.domain.conversations import ConversationId
from openteller.domain.errors import AdapterError

log = structlog.get_logger(__name__)

Round = Callable[[], Awaitable[object]]


async def run_worker(settings: Settings) -> None:
    """Work until SIGTERM; what is in hand is finished."""
    teller = await open_teller(settings, observe=lambda _: None)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    tenant = teller.tenant
    rounds: list[tuple[str, float, Round]] = [
        ("stranded turns", 1.0, lambda: teller.sweeps.stranded(tenant)),
        ("open outcomes", 5.0, lambda: teller.sweeps.outcomes(tenant)),
        ("expired intents", 30.0, lambda: teller.sweeps.expired(tenant)),
        ("undelivered", 5.0, lambda: teller.sweeps.undelivered(tenant)),
        ("audit seal", 1.0, teller.seal_audit),
        ("asking a day later", 60.0, lambda: teller.feedback.ask_again(tenant)),
        ("promises due", 30.0, lambda: teller.promises.remind(tenant)),
        ("old tokens", 300.0, lambda: teller.sweeps.old_tokens(tenant)),
    ]
    tasks = [asyncio.create_task(_every(name, seconds, stop, one)) for name, seconds, one in rounds]
    jobs = asyncio.create_task(_every("jobs", 1.0, stop, lambda: _jobs(teller)))
    log.info("worker started")
    await stop.wait()
    jobs.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await jobs
    await asyncio.gather(*tasks)
    await teller.reception.settle()
    await teller.close()


async def _every(name: str, seconds: float, stop: asyncio.Event, one: Round) -> None:
    while not stop.is_set():
        try:
            await one()
        except AdapterError as error:
            log.warning("round failed; the next one tries again", round=name, error=str(error))
        except Exception:  # a round must not end the worker; the next one tries again
            log.exception("round failed", round=name)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)


async def _jobs(teller: Teller) -> None:
    """The job queue: deliveries to foreign channels, one after the other within a conversation."""

    async def send_outbox(tenant: str, conversation_id: str) -> None:
        await teller.sweeps.deliver(TenantId(tenant), ConversationId(UUID(conversation_id)))

    await teller.run_jobs({"send_outbox": send_outbox})
