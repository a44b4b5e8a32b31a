"""A bank's house for each test: a real database, the real understanding and flows, twins of what is outside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from openteller.adapters.storage.addresses import Addresses
from openteller.domain.assurance import TenantId
from openteller.loops.conversation import acting
from tests.integration.conversation.house import House, build_house
from tests.integration.conversation.parts import Parts, load_parts


@pytest.fixture(scope="session")
def parts(models: Path) -> Parts:
    """What does not change: flows, wording, policy and the trained model (kept between runs under its hash)."""
    return load_parts(models)


@pytest.fixture
async def house(parts: Parts, database: Addresses, tenant: TenantId, tmp_path: Path) -> AsyncIterator[House]:
    house = await build_house(parts, database, tenant, tmp_path)
    yield house
    await house.close()


@pytest.fixture
async def lone_house(parts: Parts, lone_database: Addresses, tenant: TenantId, tmp_path: Path) -> AsyncIterator[House]:
    """With a database of its own: switches have no tenant, and some tests look at everything."""
    house = await build_house(parts, lone_database, tenant, tmp_path)
    yield house
    await house.close()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits between two questions to the bank."""
    monkeypatch.setattr(acting, "_PAUSES_S", (0.001, 0.001, 0.001))
