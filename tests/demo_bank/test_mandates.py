"""Direct debits: found in the history, and gone when they are cancelled."""

from __future__ import annotations

from datetime import date

from tests.demo_bank.asked import asked
from tests.demo_bank.conftest import Desk


def test_mandates_are_the_firms_that_collect(desk: Desk) -> None:
    found = desk.read("direct_debits")
    lines = [line for line in desk.read("transactions?limit=5000") if line["kind"] == "direct_debit"]
    assert {one["payee_name"] for one in found} == {line["merchant"] for line in lines}
    assert len({one["mandate_id"] for one in found}) == len(found) > 3
    for one in found:
        last = next(line for line in lines if line["merchant"] == one["payee_name"] and line["status"] == "posted")
        assert (one["last_amount_minor"], one["last_on"]) == (-last["amount_minor"], last["booked_on"])
        assert (one["account_id"], one["currency"]) == (last["account_id"], last["currency"])
        assert one["reference"]
    assert set(found[0]) == {"mandate_id", "payee_name", "reference", "account_id", "currency", "last_amount_minor",
                             "last_on"}  # fmt: skip


def test_everybodys_mandates_are_of_the_past(desk: Desk) -> None:
    told = 0
    for number in range(1, 41):
        for one in desk.read("direct_debits", f"c-{number:06d}"):
            assert (one["last_on"] is None) == (one["last_amount_minor"] is None)
            assert one["last_on"] is None or date.fromisoformat(one["last_on"]) < date(2026, 11, 24)
            told += 1
    assert told > 100


def test_a_cancelled_mandate_is_gone_and_the_others_keep_their_ids(desk: Desk) -> None:
    first, *others = desk.read("direct_debits")
    answer = asked(desk, "cancel_direct_debit").send(desk).json()
    assert answer["status"] == "executed"
    assert desk.read("direct_debits") == others
    again = desk.act("cancel_direct_debit", {"mandate_id": first["mandate_id"]}).json()
    assert (again["status"], again["reason"]) == ("rejected", "unknown_mandate")


def test_only_ones_own_mandates_are_known(desk: Desk) -> None:
    for name in ("dd-000041-1", "dd-000042-99", "so-000042-1"):
        assert desk.act("cancel_direct_debit", {"mandate_id": name}).json()["reason"] == "unknown_mandate"
