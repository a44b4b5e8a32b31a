"""For operators: is it alive, is it ready, how is it doing. No personal data in any of it (OB-01)."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from openteller.domain.errors import AdapterError
from openteller.entrypoints.http.customer_api import TellerDep
from openteller.loops.conversation.kit import TurnSeen

router = APIRouter(tags=["operations"])
_BUCKETS_S = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0)


class Meters:
    """What Prometheus reads: turns by decision and reason, how long they took and had waited before (seconds)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._turns = Counter("openteller_turns", "Turns done", ["decision", "reason"], registry=self.registry)
        self._took = Histogram("openteller_turn_seconds", "A turn's time", registry=self.registry, buckets=_BUCKETS_S)
        self._waited = Histogram(
            "openteller_turn_wait_seconds", "From receipt to start", registry=self.registry, buckets=_BUCKETS_S
        )

    def observe(self, seen: TurnSeen) -> None:
        """One turn is done."""
        self._turns.labels(seen.decision, seen.reason).inc()
        self._took.observe(seen.took_s)
        self._waited.observe(max(seen.waited_s, 0.0))


@router.get("/health")
async def health() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "alive"})


@router.get("/ready")
async def ready(teller: TellerDep) -> JSONResponse:
    """The database answers and nothing is being shut down; else 503, and a load balancer looks elsewhere."""
    started = time.perf_counter()
    try:
        async with teller.kit.store.begin(teller.tenant) as uow:
            await uow.row("SELECT 1 AS one")
    except AdapterError:
        return JSONResponse({"status": "database away"}, 503)
    if teller.stopping:
        return JSONResponse({"status": "stopping"}, 503)
    took_ms = round((time.perf_counter() - started) * 1000, 2)
    return JSONResponse({"status": "ready", "database_ms": took_ms, "pack": teller.kit.pack.version})


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus text."""
    return Response(generate_latest(request.app.state.meters.registry), media_type=CONTENT_TYPE_LATEST)
