"""Staff at the door (ID-09, ID-10): five tries in a quarter of an hour, and nothing that tells which was wrong.

Neither by a word nor by the time that it takes.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import Request, Response

from openteller.bootstrap import Teller
from openteller.domain.errors import NotAllowed, TooMany
from openteller.entrypoints.http import desk_pages
from openteller.entrypoints.http.doorman import RateLimits
from openteller.loops.desk import staff
from openteller.loops.desk.staff import StaffDoor
from openteller.testing.twins import CountedIds, SettableClock
from tests.unit.conversation.script import TENANT, Script, a_kit

PASSWORD = "a long enough staff password"
STORED = staff._HASHER.hash(PASSWORD)


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that a password was really compared with."""
    compared: list[str] = []

    def verify(password_hash: str, password: str) -> bool:
        compared.append(password_hash)
        return real.verify(password_hash, password)

    real = staff._HASHER
    monkeypatch.setattr(staff, "_HASHER", SimpleNamespace(verify=verify))
    return compared


def door(*, known: bool) -> StaffDoor:
    script = Script({"SELECT password_hash": [{"password_hash": STORED}] if known else ()})
    return StaffDoor(a_kit(script).store, SettableClock(), CountedIds())


async def test_a_wrong_name_and_a_wrong_password_are_the_same_refusal_id_09_id_10() -> None:
    said = set()
    for known, password in ((True, "wrong"), (False, "wrong"), (False, PASSWORD)):
        with pytest.raises(NotAllowed) as refused:
            await door(known=known).login(TENANT, "maya", password)
        said.add((refused.value.code, str(refused.value)))
    assert said == {("bad_login", "name or password is wrong")}
    assert await door(known=True).login(TENANT, "maya", PASSWORD)


@pytest.mark.parametrize("known", [True, False])
async def test_a_name_that_nobody_has_costs_the_same_work_id_10(verified: list[str], *, known: bool) -> None:
    """A hash is computed in any case, with the same parameters: the time tells nobody who works here."""
    with pytest.raises(NotAllowed):
        await door(known=known).login(TENANT, "maya", "wrong")
    (compared,) = verified
    assert compared.rpartition("$")[0].rpartition("$")[0] == STORED.rpartition("$")[0].rpartition("$")[0]


async def test_after_five_tries_a_name_is_refused_whatever_the_password_id_09(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    async def login(_tenant: object, _name: str, password: str) -> str:
        tried.append(password)
        raise NotAllowed("bad_login", "name or password is wrong")

    def page(_teller: object, _template: str, status: int = 200, **_values: Any) -> Response:
        return Response("no", status)

    monkeypatch.setattr(desk_pages, "page", page)
    teller = cast("Teller", SimpleNamespace(staff=SimpleNamespace(login=login), tenant=TENANT, secure_cookies=True))
    limits = RateLimits(anonymous=1_000, known=1_000, sessions=1_000)
    request = cast("Request", SimpleNamespace(client=SimpleNamespace(host="192.0.2.7")))
    answers = {(await desk_pages.login(request, teller, limits, "maya", f"guess {at}")).body for at in range(5)}
    assert answers == {b"no"}
    with pytest.raises(TooMany):
        await desk_pages.login(request, teller, limits, "maya", PASSWORD)
    assert len(tried) == 5
    assert (await desk_pages.login(request, teller, limits, "omar", "guess")).status_code == 401


def test_five_tries_are_for_a_quarter_of_an_hour_and_not_for_a_minute_id_09() -> None:
    item = RateLimits(anonymous=1, known=1, sessions=1)._limits["staff"]
    assert (item.amount, item.get_expiry()) == (5, 15 * 60)
