"""A bank that speaks English, Spanish and Arabic."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from openteller.adapters.storage.addresses import Addresses
from openteller.domain.assurance import TenantId
from tests.integration.conversation.house import House, build_house
from tests.integration.conversation.parts import Parts
from tests.integration.languages.pieces import load_pieces, write_pack


@pytest.fixture(scope="session")
def three_languages(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Parts:
    folder = write_pack(tmp_path_factory.mktemp("languages") / "pack")
    return load_pieces(folder, pytestconfig.cache.mkdir("openteller-models"))


@pytest.fixture
async def house(three_languages: Parts, database: Addresses, tenant: TenantId, tmp_path: Path) -> AsyncIterator[House]:
    house = await build_house(three_languages, database, tenant, tmp_path)
    yield house
    await house.close()
