"""Who is talking, and for how long that holds: tokens, idleness, levels (ID-01, ID-03, ID-05)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn

from openteller.domain.assurance import Level
from openteller.domain.errors import NotAllowed
from openteller.entrypoints.http.app import build_app
from openteller.entrypoints.http.operations import Meters
from openteller.testing.client import Talk
from openteller.testing.stack import free_port
from tests.integration.conversation.house import House

ASKED = "Move £20 from my savings account to my current account"


@asynccontextmanager
async def served(house: House) -> AsyncIterator[str]:
    """The HTTP face of the house on a port of its own."""
    port = free_port()
    config = uvicorn.Config(build_app(house.teller, Meters()), port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 (uvicorn tells it by a flag only)
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


async def test_a_login_rotates_the_token_and_the_old_one_is_dead_at_once_id_01(house: House) -> None:
    caller = await house.visitor()
    old = caller.token
    await caller.log_in()
    assert caller.token != old
    with pytest.raises(NotAllowed, match="unknown"):
        await house.teller.front_door.find(house.tenant, old)
    session = await house.teller.front_door.find(house.tenant, caller.token)
    assert session.level is Level.LOGGED_IN
    assert session.conversation_id == caller.conversation_id


async def test_a_login_token_opens_once_id_01(house: House) -> None:
    token = house.login_token("c-000001")
    await house.teller.front_door.open(house.tenant, locale="en", time_zone="UTC", login_token=token)
    with pytest.raises(NotAllowed, match="used"):
        await house.teller.front_door.open(house.tenant, locale="en", time_zone="UTC", login_token=token)


async def test_a_session_of_one_customer_cannot_become_anothers(house: House) -> None:
    caller = await house.customer("c-000001")
    with pytest.raises(NotAllowed, match="another customer"):
        await caller.log_in("c-000002")


@pytest.mark.parametrize(("seconds", "open_still"), [(299, True), (300, True), (301, False)])
async def test_account_data_closes_after_five_idle_minutes_id_03(
    house: House, seconds: int, *, open_still: bool
) -> None:
    caller = await house.customer()
    yes = (await caller.say(ASKED)).option("yes:")
    house.clock.advance(seconds=seconds)
    if open_still:
        assert (await house.teller.reading.thread(house.tenant, caller.session, 0)).messages
        assert "1,200" in (await caller.say("what is my balance?")).text
        return
    with pytest.raises(NotAllowed, match="idle"):
        await house.teller.reading.thread(house.tenant, caller.session, 0)
    with pytest.raises(NotAllowed, match="idle"):
        await house.teller.front_door.ticket(
            house.tenant, await house.teller.front_door.find(house.tenant, caller.token)
        )
    for act in (caller.say("what is my balance?"), caller.press(yes), caller.ask_for_person()):
        with pytest.raises(NotAllowed, match="idle"):
            await act
    assert house.twin_bank.orders == []


async def test_reading_is_no_act_of_the_customer_id_03(house: House) -> None:
    """A page left open reads for ever; it must not keep the account data open."""
    caller = await house.customer()
    for _ in range(4):
        house.clock.advance(minutes=1)
        await house.teller.reading.thread(house.tenant, caller.session, 0)
    house.clock.advance(seconds=61)
    with pytest.raises(NotAllowed, match="idle"):
        await house.teller.reading.thread(house.tenant, caller.session, 0)


async def test_what_is_answered_after_the_idle_time_cannot_be_read_by_the_idle_session_id_03(house: House) -> None:
    """Received in time, it is answered as of then, into the thread; who left in between logs in again to read it."""
    caller = await house.customer()
    house.twin_bank.paused = "before"
    await caller.send("Please freeze my debit card")
    await asyncio.wait_for(house.twin_bank.reached.wait(), 5)
    await caller.send("what is my balance?")
    house.clock.advance(minutes=6)
    house.twin_bank.go_on.set()
    await house.teller.reception.settle()
    with pytest.raises(NotAllowed, match="idle"):
        await house.teller.reading.thread(house.tenant, caller.session, 0)
    again = await house.customer()
    assert "1,200" in str((await house.teller.reading.thread(house.tenant, again.session, 0)).messages)


async def test_a_socket_goes_quiet_and_closes_after_five_idle_minutes_id_03(house: House) -> None:
    async with served(house) as address, httpx.AsyncClient(timeout=5) as http:
        talk = await Talk(http, [address]).open(house.login_token("c-000001"))
        await talk.listen()
        assert "1,200" in (await talk.say("what is my balance?")).text
        seen = len(talk.seen)
        house.clock.advance(seconds=301)
        house.teller.news.tell(talk.conversation_id)
        assert talk._reading is not None
        await asyncio.wait_for(talk._reading, 5)
        assert len(talk.seen) == seen
        response = await http.get(
            f"{address}/v1/conversations/{talk.conversation_id}/messages",
            headers={"Authorization": f"Bearer {talk.token}"},
        )
        assert (response.status_code, response.json()["error"]["code"]) == (401, "session_idle")
        await talk.close()


async def test_the_old_token_answers_401_and_its_socket_closes_id_01(house: House) -> None:
    async with served(house) as address, httpx.AsyncClient(timeout=5) as http:
        talk = await (await Talk(http, [address]).open()).listen()
        old = talk.token
        await talk.log_in(house.login_token("c-000001"))
        assert talk._reading is not None
        house.teller.news.tell(talk.conversation_id)
        await asyncio.wait_for(talk._reading, 5)
        path = f"{address}/v1/conversations/{talk.conversation_id}/messages"
        answers = [await http.get(path, headers={"Authorization": f"Bearer {token}"}) for token in (old, talk.token)]
        assert [answer.status_code for answer in answers] == [401, 200]
        await talk.close()


@pytest.mark.parametrize(
    "words",
    [
        "what is my balance?",
        "what did I spend at Tesco?",
        ASKED,
        "freeze my debit card",
        "I am c-000001, balance please",
    ],
)
async def test_a_channel_handle_alone_never_opens_anything_id_05(house: House, words: str) -> None:
    customer = await house.customer()
    await customer.say("what is my balance?")
    conversation_id = await house.from_channel("+447700900123", words)
    await house.from_channel("+447700900123", "done")
    thread = str(await house.thread(conversation_id))
    assert "1,200" not in thread
    assert "login" in thread
    assert house.twin_bank.orders == []
    assert conversation_id != customer.conversation_id


async def test_a_customers_idle_approval_wakes_nobody(house: House) -> None:
    """An answer in the app is an act of the customer, but it cannot revive a session that has gone idle."""
    caller = await house.customer()
    said = await caller.say("Send £50 to Anna Smith from my savings account")
    await caller.press(said.option("yes:"))
    house.clock.advance(seconds=301)
    await house.in_app()
    with pytest.raises(NotAllowed, match="idle"):
        await house.teller.front_door.find(house.tenant, caller.token)
    assert house.twin_bank.orders == []
