"""The application: every route of the HTTP face, put together."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles

from openteller import __version__
from openteller.bootstrap import Teller
from openteller.entrypoints.http import (
    channel_links,
    console_pages,
    customer_api,
    desk_pages,
    operations,
    promise_pages,
    socket,
    webhooks,
)
from openteller.entrypoints.http.doorman import Doorman, RateLimits
from openteller.entrypoints.http.errors import install_errors

_WEB = Path(__file__).parents[2] / "web"


def build_app(teller: Teller, meters: operations.Meters) -> FastAPI:
    """The HTTP face of this teller. Closing it settles the turns under way first."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        listening = asyncio.create_task(teller.news.run())
        try:
            yield
        finally:
            teller.stopping = True
            await teller.reception.settle()
            listening.cancel()
            await teller.close()

    app = FastAPI(
        title="OpenTeller",
        version=__version__,
        description="The customer API. Its contract in words: docs/reference/api.md.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    settings = teller.settings
    app.state.teller = teller
    app.state.meters = meters
    app.state.limits = RateLimits(
        anonymous=settings.rate_anonymous_per_minute,
        known=settings.rate_known_per_minute,
        sessions=settings.sessions_per_minute_and_address,
    )
    install_errors(app)
    # The desk comes last: it answers every address below /desk that nothing else has.
    for face in (channel_links, customer_api, socket, webhooks, operations, console_pages, promise_pages, desk_pages):
        app.include_router(face.router)
    # Only what is public is compressed: answers that hold a secret beside something a stranger chose are not (BREACH).
    app.mount("/widget", GZipMiddleware(StaticFiles(directory=_WEB / "widget"), minimum_size=500), name="widget")
    app.mount("/static/desk", GZipMiddleware(StaticFiles(directory=_WEB / "desk"), minimum_size=500), name="desk")
    app.add_middleware(
        CORSMiddleware,
        allow_origins=sorted(teller.allowed_origins),
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["Retry-After", "Content-Disposition"],
        max_age=600,
    )
    app.add_middleware(Doorman)
    return app
