"""The everyday journeys on a real database: what is seen, what is done once, and who may look at a picture."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

import httpx
import pytest

from openteller.domain.actions import ActionKind
from openteller.domain.assurance import Grant
from openteller.domain.banking import Transaction
from openteller.domain.conversations import ChartPart, FactsPart, LinkPart, Part
from openteller.domain.money import Money
from openteller.domain.understanding import Period
from openteller.entrypoints.http.app import build_app
from openteller.entrypoints.http.operations import Meters
from tests.integration.conversation.house import House, Said

SVG = "{http://www.w3.org/2000/svg}"


def parts_of(said: Said) -> list[Part]:
    return [part for message in said.messages for part in message.parts]


def spent(number: int, category: str, pounds: int) -> Transaction:
    amount = Money(-pounds * 100, "GBP")
    return Transaction(
        f"t-{number}", "a-1", date(2026, 11, 20), amount, category, category, category, "booked", "card_purchase"
    )


@pytest.fixture
def shopper(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house whose bank tells of three kinds of spending."""

    async def transactions(_grant: Grant, _period: Period) -> tuple[Transaction, ...]:
        return spent(1, "groceries", 80), spent(2, "coffee", 20), spent(3, "travel", 200)

    monkeypatch.setattr(house.twin_bank, "transactions", transactions)
    return house


async def test_where_the_money_goes_is_told_in_rows_and_drawn_for_its_owner_alone(shopper: House) -> None:
    caller, stranger = await shopper.customer(), await shopper.customer("c-000002")
    said = await caller.say("where does my money go?")
    (chart,) = (part for part in parts_of(said) if isinstance(part, ChartPart))
    assert [bar.length for bar in chart.bars] == [1.0, 0.4, 0.1]
    for bar in chart.bars:
        assert f"{bar.label}: {bar.value}" in said.text, "whoever sees no picture loses nothing"

    (message,) = (each for each in said.messages if chart in each.parts)
    place = f"/v1/conversations/{caller.conversation_id}/charts/{message.message_id}.svg"
    transport = httpx.ASGITransport(build_app(shopper.teller, Meters()))
    async with httpx.AsyncClient(transport=transport, base_url="http://teller.test") as web:
        drawn = await web.get(place, headers={"Authorization": f"Bearer {caller.token}"})
        assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
        picture = ET.fromstring(drawn.content)  # noqa: S314 (our own picture)
        assert len(picture.findall(f"{SVG}rect")) == 3
        assert picture.find(f".//{SVG}script") is None
        assert (await web.get(place)).status_code in (401, 403)
        others = {"Authorization": f"Bearer {stranger.token}"}
        assert (await web.get(place, headers=others)).status_code == 404
        own = place.replace(str(caller.conversation_id), str(stranger.conversation_id))
        assert (await web.get(own, headers=others)).status_code == 404, "nor through a conversation of one's own"


async def test_own_account_numbers_are_told_in_full_on_the_web_and_stand_alone(house: House) -> None:
    caller = await house.customer()
    said = await caller.say("what's the IBAN of my savings account?")
    rows = [row for part in parts_of(said) if isinstance(part, FactsPart) for row in part.rows]
    assert next(row for row in rows if row.label == "IBAN").value == "GB94 BARC 1020 1530 0934 59"
    assert all(row.own for row in rows if row.label in ("IBAN", "Sort code", "Account number"))


async def test_a_statement_is_a_link_into_the_secure_area_only_if_its_host_is_the_banks(house: House) -> None:
    caller = await house.customer()
    said = await caller.say("I need a bank statement of my savings account for October")
    assert not [part for part in parts_of(said) if isinstance(part, LinkPart)], "bank.test is not on the list"


async def test_a_standing_order_is_cancelled_once_and_exactly_the_one_that_was_shown(house: House) -> None:
    caller = await house.customer()
    shown = await caller.say("cancel my standing order to Anna")
    assert "Anna Smith" in shown.text
    assert house.twin_bank.actions == []
    await caller.press(shown.option("yes:"))
    await caller.press(shown.option("yes:"))
    (done,) = house.twin_bank.actions
    assert done.kind is ActionKind.CANCEL_STANDING_ORDER
    assert done.standing_order is not None
    assert done.standing_order.order_id == "so-2"


async def test_a_new_card_is_activated_only_after_the_app_has_approved(house: House) -> None:
    caller = await house.customer()
    await caller.press((await caller.say("replace my damaged debit card")).option("yes:"))
    shown = await caller.say("my new card ending 4321 has come, activate it")
    await caller.press(shown.option("yes:"))
    assert [action.kind for action in house.twin_bank.actions] == [ActionKind.REPLACE_CARD]
    await house.in_app("approved")
    assert [action.kind for action in house.twin_bank.actions][1:] == [ActionKind.ACTIVATE_CARD]


async def test_help_leads_into_a_journey(house: House) -> None:
    caller = await house.customer()
    helped = await caller.say("what can you do?")
    assert "Current account" in (await caller.press(helped.option("flow:check_balance"))).text
