"""A house with a Telegram bot for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.integration.channels.line import Line, open_line
from tests.integration.conversation.conftest import _short_pauses, house, parts  # noqa: F401 (fixtures)
from tests.integration.conversation.house import House


@pytest.fixture
async def line(house: House) -> AsyncIterator[Line]:  # noqa: F811 (the fixture)
    line = await open_line(house)
    yield line
    await line.client.aclose()
