"""``python -m openteller.testing.telegram``: the simulated Telegram as a process of the demo."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Annotated

import httpx
import typer
import uvicorn

from openteller.adapters.clock import SystemClock
from openteller.testing.telegram.phone import phone_app
from openteller.testing.telegram.updates import Json, Updates
from openteller.testing.telegram.world import TelegramWorld

_TIMEOUT_S = 10.0


def main(
    port: Annotated[int, typer.Option(help="Port of the phone and the Bot API.")],
    webhook: Annotated[str, typer.Option(help="Address of the bot's webhook.")],
    token_file: Annotated[Path, typer.Option(help="File with the bot's token.")],
    secret_file: Annotated[Path, typer.Option(help="File with the webhook's secret.")],
) -> None:
    """Serve until told to stop."""

    async def post(body: bytes, headers: dict[str, str]) -> tuple[int, Json]:
        async with httpx.AsyncClient(timeout=_TIMEOUT_S) as client:
            try:
                response = await client.post(webhook, content=body, headers=headers)
                answer: Json = response.json()
            except (httpx.HTTPError, json.JSONDecodeError):
                return 503, {}
        return response.status_code, answer

    began = int(SystemClock().now().timestamp() * 100)  # a demo that is started again brings nothing twice
    updates = Updates(itertools.count(began), itertools.count(began))
    token, secret = token_file.read_text().strip(), secret_file.read_text().strip()
    world = TelegramWorld(post, token, secret, updates=updates)
    uvicorn.run(phone_app(world), host="127.0.0.1", port=port, log_config=None, access_log=False)


if __name__ == "__main__":
    typer.run(main)
