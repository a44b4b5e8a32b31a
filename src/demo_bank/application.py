"""Puts the bank on the web: API, control, pages, faults and the courier."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from demo_bank.api import api_routes
from demo_bank.bank import Bank
from demo_bank.callbacks import Courier
from demo_bank.control import control_routes
from demo_bank.faults import FaultGate
from demo_bank.story import learn_days_off
from demo_bank.web_pages import page_routes


def make_app(bank: Bank, transport: httpx.AsyncBaseTransport | None = None) -> FastAPI:
    """Return the bank's web application.

    Args:
        bank: An open bank; closed when the application shuts down.
        transport: How callbacks travel; None means the network.
    """
    courier = Courier(bank, transport)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        rounds = asyncio.create_task(courier.run())
        warming = asyncio.create_task(asyncio.to_thread(learn_days_off, bank.shelf.day0))
        yield
        rounds.cancel()
        await warming
        with suppress(asyncio.CancelledError):
            await rounds
        bank.close()

    app = FastAPI(title="Harbour Bank (demo)", docs_url=None, redoc_url=None, openapi_url=None,
                  lifespan=lifespan)  # fmt: skip

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok", "customers": bank.customers,
                             "day0": bank.shelf.day0.isoformat()})  # fmt: skip

    app.add_route("/health", health, methods=["GET"])
    app.include_router(api_routes(bank))
    app.include_router(control_routes(bank, courier.wake))
    app.include_router(page_routes(bank, courier.wake, transport))
    app.add_middleware(FaultGate, faults=bank.faults)
    return app
