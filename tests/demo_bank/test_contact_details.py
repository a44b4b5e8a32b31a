"""How a customer is reached, what changes it, and who is told."""

from __future__ import annotations

import re

import pytest

from demo_bank.addresses import make_reached
from demo_bank.customers import make_customer
from tests.demo_bank.asked import Asked, asked
from tests.demo_bank.conftest import Desk


def contact(desk: Desk) -> dict[str, str]:
    found: dict[str, str] = desk.get("/api/customers/c-000042/contact").json()
    return found


def letters(desk: Desk) -> list[tuple[str, str, str]]:
    rows = desk.bank.ledger.rows("SELECT way, sent_to, about FROM letters ORDER BY number")
    return [(row["way"], row["sent_to"], row["about"]) for row in rows]


def test_everybody_is_reached_somewhere_and_always_there() -> None:
    for number in range(1, 400):
        customer = make_customer(7, number)
        reached = make_reached(7, customer)
        assert reached == make_reached(7, customer)
        assert re.fullmatch(r"\+[1-9][0-9]{6,14}", reached.phone)
        assert re.fullmatch(r"[a-z]+\.[0-9]{2}@example\.(org|com|net)", reached.email)
        assert reached.address.isprintable()
        assert "#" not in reached.address
        assert "@" not in reached.address


def test_telephone_and_mailbox_are_masked(desk: Desk) -> None:
    told, reached = contact(desk), make_reached(7, desk.bank.shelf.person(42)[0])
    assert told == {"address": reached.address, "phone": f"•••• {reached.phone[-3:]}",
                    "email": f"{reached.email[0]}•••@{reached.email.partition('@')[2]}"}  # fmt: skip


def test_a_new_address_is_told_to_the_old_one(desk: Desk) -> None:
    before = contact(desk)
    assert asked(desk, "change_address").send(desk).json()["status"] == "executed"
    assert contact(desk) == {**before, "address": "4 Harbour Street, Leeds, LS1 4DY"}
    assert letters(desk) == [("address", before["address"], "change_address")]
    assert Asked("change_address", {"value": "  9   Mill Lane, York "}, "  9   Mill Lane, York ").send(desk)
    assert contact(desk)["address"] == "9 Mill Lane, York"
    assert letters(desk)[1] == ("address", "4 Harbour Street, Leeds, LS1 4DY", "change_address")


def test_a_new_number_is_told_to_the_old_one(desk: Desk) -> None:
    before, old = contact(desk), make_reached(7, desk.bank.shelf.person(42)[0]).phone
    order = asked(desk, "change_phone")
    approval = order.approval(desk)
    assert order.send(desk, approval=approval).json()["status"] == "executed"
    assert contact(desk) == {**before, "phone": "•••• 456"}
    assert letters(desk) == [("phone", old, "change_phone")]
    assert order.send(desk, approval=approval).json()["reason"] == "same_number"
    assert Asked(order.kind, {"value": old}, old).send(desk).json()["status"] == "executed"
    assert order.send(desk, approval=approval).json()["reason"] == "approval_used"


@pytest.mark.parametrize("value", ["Leeds", "4 High", "   4 High   ", "12345 67890", "+-.,;:!?!"])
def test_what_is_no_address_is_refused(desk: Desk, value: str) -> None:
    before = contact(desk)
    assert Asked("change_address", {"value": value}, value).send(desk).json()["reason"] == "bad_address"
    assert contact(desk) == before
    assert letters(desk) == []


@pytest.mark.parametrize("value", ["07700900456", "+0447700900456", "+44 7700 900456", "+44", "+4477009004561234", "x",
                                   "+4477009٠٠456"])  # fmt: skip
def test_what_is_no_number_is_refused(desk: Desk, value: str) -> None:
    before = contact(desk)
    assert Asked("change_phone", {"value": value}, value).send(desk).json()["reason"] == "bad_number"
    assert contact(desk) == before
