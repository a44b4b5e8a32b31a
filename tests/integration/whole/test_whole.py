"""The stack as real processes, seen from outside: nothing leaks, switches bite, processes share, the erased go."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest

from openteller.testing.client import Reply, Talk
from openteller.testing.outside_bank import OutsideBank
from tests.integration.whole.conftest import Whole

PASSWORD = "a long enough staff password"
HANDLE = "+447700900987"

_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
PANS = ["4929123456789015", "5500005555555559", "378282246310005", "6011000990139424", "4000056655665556"]
"""Numbers that pass Luhn: some schemes' own test cards."""
NEW_IBAN = "DE75512108001245126199"
DROPPED = [
    f"my card is {PANS[0]}",
    f"it is {' '.join(PANS[1][i : i + 4] for i in range(0, 16, 4))} ok?",
    f"card no. {PANS[2][:4]}-{PANS[2][4:10]}-{PANS[2][10:]}",
    f"رقم البطاقة {PANS[3].translate(_ARABIC)}",
    f"card {PANS[4].translate(_WIDE)} exp 09/28 cvv 739",
    "my password is Quokka-7-Zanzibar",
    "my PIN is 8306",
    "the one time code is 48151623",
]
SEALED = ["write to canary.person@example.org", "ring me on +44 7700 900456"]
SECRETS = [
    *PANS,
    PANS[1][:4] + " " + PANS[1][4:8],
    PANS[2][:4] + "-" + PANS[2][4:10],
    PANS[3].translate(_ARABIC),
    PANS[4].translate(_WIDE),
    "cvv 739",
    "Quokka-7-Zanzibar",
    "PIN is 8306",
    "48151623",
    NEW_IBAN,
    "DE75 5121",
    "canary.person",
    "7700900456",
    "7700 900456",
    HANDLE,
    "xylophone weather",
    "Zanzibar Quokkason",
]


@dataclass
class Outside:
    whole: Whole
    bank: OutsideBank
    http: httpx.AsyncClient

    async def customer(self, name: str, address: int = 0) -> Talk:
        talk = Talk(self.http, [self.whole.stack.api_address(address)])
        return await talk.open(await self.bank.login_token(name))

    async def visitor(self, address: int = 0) -> Talk:
        return await Talk(self.http, [self.whole.stack.api_address(address)]).open()

    async def someone(self, currency: str = "GBP") -> str:
        """A customer with money in this currency, a savings account and one working debit card."""
        for number in range(1, 61):
            name = f"c-{number:06d}"
            accounts = await self.bank.read(name, "accounts")
            kinds = {one["kind"] for one in accounts if one["currency"] == currency and one["available_minor"] > 50_000}
            if {"current", "savings"} <= kinds and name not in _USED:
                _USED.add(name)
                return name
        raise AssertionError("no such customer among sixty")


_USED: set[str] = set()


@asynccontextmanager
async def outside(whole: Whole) -> AsyncIterator[Outside]:
    bank = OutsideBank(whole.stack.bank_address, whole.stack.bank_keys)
    async with bank, httpx.AsyncClient(timeout=20.0) as http:
        yield Outside(whole, bank, http)


@pytest.fixture
async def world(whole: Whole) -> AsyncIterator[Outside]:
    async with outside(whole) as world:
        yield world


async def test_nothing_that_was_typed_stands_anywhere_in_the_clear_dp_07_dp_08_ob_01(world: Outside) -> None:
    whole = world.whole
    talk = await world.customer(await world.someone())
    for text in (*DROPPED, *SEALED, "what about the xylophone weather today?"):
        await talk.say(text)
    for piece in (PANS[0][:6], PANS[0][6:11], PANS[0][11:]):
        await talk.say(piece)
    await _pay_somebody_new(world, talk)
    for text in (*DROPPED, *SEALED, "xylophone weather"):
        assert whole.from_channel(HANDLE, text) == 200
    whole.provider.wait_for(HANDLE, 5)
    served = [(await world.http.get(f"{whole.stack.api_address(index)}/metrics")).content for index in (0, 1)]
    found = _grep([*((str(path), data) for path, data in whole.files()), *(("/metrics", text) for text in served)])
    assert found == []
    plain = [path.name for path, data in whole.files() if b"harbour" in data]
    assert plain, "what is not secret is found by the same search"
    assert any("pg_wal" in str(path) for path, _ in whole.files())


async def test_every_file_is_searched_while_a_secret_that_is_written_would_be_found(world: Outside) -> None:
    """The search itself, proven on a planted file."""
    planted = world.whole.stack.data / "planted.log"
    planted.write_text(f"oops {PANS[0]}")
    try:
        assert _grep([(str(path), data) for path, data in world.whole.files()]) == [(str(planted), PANS[0])]
    finally:
        planted.unlink()


def _grep(texts: list[tuple[str, bytes]]) -> list[tuple[str, str]]:
    needles = [(secret, form) for secret in SECRETS for form in {secret.encode(), json.dumps(secret)[1:-1].encode()}]
    return [(where, secret) for where, data in texts for secret, form in needles if form in data]


async def _pay_somebody_new(world: Outside, talk: Talk) -> None:
    reply = await talk.say(f"Send £17.50 to Zanzibar Quokkason, IBAN {NEW_IBAN}, from my current account")
    for answer in ("Zanzibar Quokkason", NEW_IBAN):
        if not reply.options:
            reply = await talk.say(answer)
    for answer in ("family", "yes", "current account"):
        if not reply.option("yes:"):
            reply = await talk.say(answer)
    reply = await talk.press(str(reply.option("yes:")))
    assert reply.challenge_id is not None
    place = talk.last_seq
    await world.bank.answer(reply.challenge_id)
    assert "17.50" in (await talk.next_unasked(after=place)).text


async def test_a_forged_webhook_is_refused_and_ten_deliveries_are_one_ch_01_ch_02(world: Outside) -> None:
    whole, handle = world.whole, "+447700900555"
    assert whole.from_channel(handle, "hello", forged=True) == 401
    statuses = await asyncio.gather(
        *(asyncio.to_thread(whole.from_channel, handle, "hello", message_id="same-one") for _ in range(10))
    )
    assert set(statuses) == {200}
    got = whole.provider.wait_for(handle, 2)
    assert len(got) == 2
    assert "not a person" in str(got[0]["parts"]), "the disclosure comes first (CR-01)"


async def test_a_switch_acts_within_five_seconds_on_both_processes_and_after_a_restart_ir_01(world: Outside) -> None:
    """The other switches act the same way: tests/integration/conversation/test_switching.py."""
    stack, someone = world.whole.stack, await world.someone()
    talks = [await world.customer(someone, address) for address in (0, 1)]
    await asyncio.to_thread(world.whole.command, "switch", "off", "actions")
    off_at = time.monotonic()
    try:
        while not await _refused(talks[0]) or not await _refused(talks[1]):
            assert time.monotonic() - off_at < 5.0
        stack.kill("api-1")
        stack.start("api-1")
        await asyncio.to_thread(stack.wait, f"{stack.api_address(1)}/ready", "api-1")
        assert await _refused(talks[1])
    finally:
        await asyncio.to_thread(world.whole.command, "switch", "on", "actions")


async def _refused(talk: Talk) -> bool:
    reply = await talk.say("Move £1 from my savings account to my current account")
    for _ in range(3):
        if reply.option("yes:"):
            await talk.press(str(reply.option("no:")))
            return False
        if "switched this off" in reply.text or re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", reply.text):
            return True
        choices = [option for option in reply.options if option[0].isdecimal()]
        assert choices, reply.text
        reply = await talk.press(choices[0])
    raise AssertionError(reply.text)


async def test_an_agents_answer_at_one_process_reaches_a_socket_at_the_other(world: Outside) -> None:
    whole = world.whole
    file = whole.stack.data / "agent.password"
    file.write_text(PASSWORD)
    whole.command("staff", "create", "maya", "--role", "agent", "--display-name", "Maya", "--password-file", str(file))
    talk = await (await world.customer(await world.someone(), 1)).listen()
    await talk.say("I want to talk to a person")
    async with httpx.AsyncClient(base_url=whole.stack.api_address(0), follow_redirects=True, timeout=10) as desk:
        await desk.post("/desk/login", data={"name": "maya", "password": PASSWORD})
        page = f"/desk/conversations/{talk.conversation_id}"
        csrf = re.search(r'name="csrf" value="([^"]+)"', (await desk.get(page)).text)
        assert csrf is not None
        form = {"csrf": csrf.group(1)}
        await desk.post(f"{page}/take", data=form)
        place = talk.last_seq
        sent_at = time.monotonic()
        answer = await desk.post(f"{page}/say", data={**form, "text": "Good morning from the other process"})
        assert answer.status_code == 200
        heard = await _hear(talk, place, "Good morning from the other process")
        assert time.monotonic() - sent_at < 3.0
        assert heard.messages[-1]["author"] == {"kind": "agent", "name": "Maya"}
        refused = await desk.post(f"{page}/say", data={**form, "text": f"your card {PANS[0]}"})
        assert refused.status_code == 422
        await desk.post(f"{page}/give-back", data=form)
    await _hear(talk, talk.last_seq - 1, "AI system and not a person")
    await talk.close()


async def _hear(talk: Talk, after: int, words: str) -> Reply:
    until = time.monotonic() + 10
    while True:
        reply = await talk.next_unasked(after=after)
        if words in reply.text:
            return reply
        assert time.monotonic() < until, reply.text
        after = reply.messages[-1]["seq"]


async def test_a_message_sent_to_both_processes_ten_times_has_one_effect_and_order_is_kept(world: Outside) -> None:
    talk = await world.customer(await world.someone())
    talk.addresses = [world.whole.stack.api_address(0), world.whole.stack.api_address(1)]
    same = await asyncio.gather(*(talk.send(text="hello", client_id="same") for _ in range(10)))
    assert len(set(same)) == 1
    sent = [await talk.send(text=f"hello number {number}") for number in range(10)]
    await talk.reply_to(sent[-1], time.monotonic())
    said = [message["turn_id"] for message in talk.seen if message["author"]["kind"] == "customer"]
    assert said == [same[0], *sent]


async def test_an_erased_customer_is_gone_everywhere_and_the_audit_still_holds_dp_05(world: Outside) -> None:
    whole, someone = world.whole, await world.someone()
    talk = await world.customer(someone)
    await talk.say("what's my balance?")
    turn_id = await talk.send(text="please remember this")
    await talk.reply_to(turn_id, time.monotonic())
    whole.command("privacy", "erase", "--customer", someone, "--yes")
    path = f"{whole.stack.address}/v1/conversations/{talk.conversation_id}/messages"
    answer = await world.http.get(path, headers={"Authorization": f"Bearer {talk.token}"})
    assert answer.status_code == 401
    again = await world.customer(someone)
    assert again.conversation_id != talk.conversation_id
    await again.look()
    assert "remember" not in json.dumps(again.seen)
    assert UUID(turn_id).hex
    whole.command("audit", "verify")
