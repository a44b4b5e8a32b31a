from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from demo_bank.actions import act
from demo_bank.requests import read_action
from tests.demo_bank.conftest import Desk, Opener

OWN = {"from_account_id": "a-000042-1", "amount_minor": 1000, "currency": "GBP", "to": {"account_id": "a-000042-2"}}


def lines(desk: Desk) -> list[dict[str, Any]]:
    path = Path(desk.bank.ledger.row("PRAGMA database_list")["file"]).parent / "ledger.jsonl"  # type: ignore[index]
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_cards_freeze_block_and_are_replaced(desk: Desk) -> None:
    card = {"card_id": "k-000042-1"}
    assert desk.act("freeze_card", card).json()["result"]["status"] == "frozen"
    assert desk.read("cards")[0]["status"] == "frozen"
    assert desk.act("unfreeze_card", card).json()["reason"] == "approval_missing"
    thaw = desk.approved(action="unfreeze_card", amount_minor=None, currency=None, payee="k-000042-1")
    assert desk.act("unfreeze_card", card, approval=thaw, intent_id="i-1").json()["status"] == "executed"
    assert desk.act("unfreeze_card", card, approval=thaw).json()["reason"] == "approval_used"
    assert desk.act("block_card", {**card, "reason": "lost"}).json()["status"] == "executed"
    assert desk.act("freeze_card", card).json()["reason"] == "card_blocked"
    new = desk.act("replace_card", card).json()["result"]
    assert new["status"] == "inactive"
    assert desk.read("cards")[-1]["card_id"] == new["card_id"]
    assert desk.act("replace_card", card).json()["reason"] == "already_ordered"
    assert desk.act("freeze_card", {"card_id": "k-000041-1"}).json()["reason"] == "unknown_card"


def activated(desk: Desk, card_id: str, customer: str = "c-000042") -> Any:
    approval = desk.approved(customer_id=customer, action="activate_card", amount_minor=None, currency=None,
                             payee=card_id, intent_id=f"i-{card_id}")  # fmt: skip
    return desk.act("activate_card", {"card_id": card_id}, customer_id=customer, approval=approval).json()


def test_a_new_card_is_good_for_nothing_until_it_is_activated(desk: Desk) -> None:
    old = {"card_id": "k-000042-1"}
    new = desk.act("replace_card", {**old, "reason": "damaged"}).json()["result"]["card_id"]
    assert {card["card_id"]: card["status"] for card in desk.read("cards")} == {
        "k-000042-1": "active", "k-000042-2": "active", new: "inactive"}  # fmt: skip
    for kind in ("freeze_card", "unfreeze_card", "replace_card"):
        assert desk.act(kind, {"card_id": new}).json()["reason"] == "card_inactive"
    assert desk.act("activate_card", {"card_id": new}).json()["reason"] == "approval_missing"
    assert activated(desk, "k-000042-1")["reason"] == "not_inactive"
    assert activated(desk, new)["status"] == "executed"
    assert {card["card_id"]: card["status"] for card in desk.read("cards")} == {"k-000042-2": "active", new: "active"}
    assert desk.act("unfreeze_card", old).json()["reason"] == "card_ended"
    assert desk.act("replace_card", old).json()["reason"] == "card_ended"


def test_a_card_that_was_stolen_on_its_way_is_blocked_and_never_activated(desk: Desk) -> None:
    desk.act("block_card", {"card_id": "k-000042-1"})
    new = desk.act("replace_card", {"card_id": "k-000042-1"}).json()["result"]["card_id"]
    assert desk.act("block_card", {"card_id": new}).json()["status"] == "executed"
    assert activated(desk, new)["reason"] == "card_blocked"
    assert desk.act("replace_card", {"card_id": "k-000042-1"}).json()["status"] == "executed"


def test_a_renewed_card_ends_the_one_before(desk: Desk) -> None:
    cards = {card["card_id"]: card for card in desk.read("cards", "c-000049")}
    new = next(card for card in cards.values() if card["status"] == "inactive")
    assert cards[new["replaces"]]["status"] == "active"
    assert desk.act("replace_card", {"card_id": new["replaces"]}, customer_id="c-000049").json()["reason"] == (
        "already_ordered")  # fmt: skip
    assert activated(desk, new["card_id"], "c-000049")["status"] == "executed"
    assert new["replaces"] not in {card["card_id"] for card in desk.read("cards", "c-000049")}


def test_own_transfer_moves_both_balances(desk: Desk) -> None:
    before = {a["kind"]: a["balance_minor"] for a in desk.read("accounts")}
    answer = desk.act("transfer", OWN).json()
    assert answer["status"] == "executed"
    assert answer["reference"]
    after = {a["kind"]: a["balance_minor"] for a in desk.read("accounts")}
    assert after["current"] == before["current"] - 1000
    assert after["savings"] == before["savings"] + 1000
    assert {line["amount_minor"] for line in desk.read("transactions?limit=2")} == {1000, -1000}


def test_paying_somebody_needs_this_banks_approval(desk: Desk) -> None:
    assert desk.pay(None)["reason"] == "approval_missing"
    approval = desk.approved()
    assert desk.pay(approval, intent_id="i-1")["status"] == "executed"
    assert desk.pay(approval, intent_id="i-1")["reason"] == "approval_used"
    assert [line["kind"] for line in lines(desk)] == ["transfer"]


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_minor": 2501},
        {"currency": "EUR"},
        {"payee": "GB82WEST12345698765432"},
        {"payee": None},
        {"action": "unfreeze_card"},
        {"customer_id": "c-000041"},
        {"intent_id": "i-2"},
    ],
)
def test_an_approval_for_something_else_is_refused(desk: Desk, changes: dict[str, Any]) -> None:
    approval = desk.approved(**changes)
    assert desk.pay(approval, intent_id="i-1")["reason"] == "approval_invalid"
    assert lines(desk) == []


def test_forged_and_old_approvals_are_refused(desk: Desk) -> None:
    good = desk.approved()
    head, body, tail = good.split(".")
    asked = {"customer_id": "c-000042"}
    token = desk.web.post("/control/login-token", json=asked, headers=desk.control).json()["token"]
    other = jwt.encode({"alg": "HS256", "typ": "step-up+jwt"}, {"sub": "c-000042"}, OctKey.generate_key(256))
    for forged in (f"{head}.{body}.{tail[::-1]}", f"{head}.{body}.", token, "nonsense", other):
        assert desk.pay(forged, intent_id="i-1")["reason"] == "approval_invalid"
    desk.clock.forward(minutes=6)
    assert desk.pay(good, intent_id="i-1")["reason"] == "approval_invalid"


def test_rejections_have_reasons(desk: Desk) -> None:
    def why(**changes: Any) -> str:
        return str(desk.act("transfer", {**OWN, **changes}).json()["reason"])

    assert why(amount_minor=999_999) == "insufficient_funds"
    assert why(amount_minor=1_000_001) == "limit_exceeded"
    assert why(currency="EUR") == "currency_mismatch"
    assert why(to={"account_id": "a-000042-1"}) == "same_account"
    assert why(to={"account_id": "a-000041-1"}) == "unknown_account"
    assert why(to={"payee_id": "p-000041-1"}) == "unknown_account"
    assert why(from_account_id="a-000042-3") == "unknown_account"
    assert why(to={"name": "Eve", "iban": "GB00WEST12345698765432"}) == "invalid_iban"


def test_the_daily_limit_adds_up(desk: Desk) -> None:
    step = {**OWN, "from_account_id": "a-000042-2", "to": {"account_id": "a-000042-1"}, "amount_minor": 600_000}
    assert desk.act("transfer", step).json()["status"] == "executed"
    assert desk.act("transfer", step).json()["reason"] == "limit_exceeded"
    desk.clock.forward(days=1)
    assert desk.act("transfer", {**step, "amount_minor": 300_000}).json()["status"] == "executed"


def test_money_sent_to_another_customer_arrives(desk: Desk) -> None:
    other = next(n for n in range(1, 61) if n != 42 and desk.bank.shelf.person(n)[0].country.code == "GB")
    name = f"c-{other:06d}"
    target = desk.read("accounts", name)[0]
    approval = desk.approved(payee=target["iban"])
    params = {**OWN, "amount_minor": 2500, "to": {"name": "A friend", "iban": target["iban"]}}
    assert desk.act("transfer", params, approval=approval).json()["status"] == "executed"
    assert desk.read("accounts", name)[0]["balance_minor"] == target["balance_minor"] + 2500


@pytest.mark.parametrize("amount", [0, -5, 1.5, True, "1000", None, 10**18])
def test_odd_amounts_are_bad_requests(desk: Desk, amount: object) -> None:
    assert desk.act("transfer", {**OWN, "amount_minor": amount}).status_code == 422


def test_bad_shapes_are_bad_requests(desk: Desk) -> None:
    assert desk.post("/api/actions", []).status_code == 422
    assert desk.act("close_account", {}).status_code == 422
    assert desk.act("transfer", {**OWN, "to": {}}).status_code == 422
    assert desk.act("freeze_card", {"card_id": 7}).status_code == 422
    assert desk.act("freeze_card", {"card_id": "k-000042-1"}, customer_id="c-999999").status_code == 404
    surrogate = b'{"idempotency_key":"k","customer_id":"c-000042","kind":"freeze_card",'
    surrogate += b'"params":{"card_id":"k","x":"\\ud800"}}'
    for content in (b"[" * 60_000, b" " * 70_000, b"\xff", surrogate):
        assert desk.web.post("/api/actions", content=content, headers=desk.service).status_code == 422
    for url in ("http://127.0.0.1:99999/", "http://[::1/", "ftp://x/", "http://"):
        assert desk.ask(callback_url=url)["error"] == "bad_request"


def test_the_same_key_gives_the_same_answer(desk: Desk) -> None:
    first = desk.act("transfer", OWN, idempotency_key="once/1")
    again = desk.act("transfer", OWN, idempotency_key="once/1")
    assert again.json() == first.json() == desk.get("/api/actions/once/1").json()
    assert desk.act("transfer", {**OWN, "amount_minor": 7}, idempotency_key="once/1").status_code == 409
    assert desk.get("/api/actions/never").status_code == 404
    assert len(lines(desk)) == 1


def test_many_at_once_have_one_effect(desk: Desk) -> None:
    body = read_action({"idempotency_key": "busy", "customer_id": "c-000042", "kind": "transfer", "params": OWN})
    before = desk.read("accounts")[0]["balance_minor"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: act(desk.bank, body), range(24)))
    assert len({json.dumps(answer) for answer in answers}) == 1
    assert desk.read("accounts")[0]["balance_minor"] == before - 1000
    assert len(lines(desk)) == 1


def test_a_kill_between_ledger_and_auditor_is_made_good(desk: Desk, tmp_path: Path, opener: Opener) -> None:
    desk.act("transfer", OWN)
    desk.act("freeze_card", {"card_id": "k-000042-1"})
    path = tmp_path / "bank" / "ledger.jsonl"
    whole = path.read_text()
    path.write_text(whole[: len(whole) // 2 + 90])  # the second line is torn
    again = opener(tmp_path / "bank")
    assert path.read_text() == whole
    assert again.record() == lines(desk)
    again.close()


def test_rejected_actions_are_not_in_the_auditors_file(desk: Desk) -> None:
    desk.act("transfer", {**OWN, "amount_minor": 999_999})
    assert lines(desk) == []
    assert desk.web.get("/control/record", headers=desk.control).json() == []


def test_asking_again_gives_the_same_challenge(desk: Desk) -> None:
    assert desk.ask()["challenge_id"] == desk.ask()["challenge_id"]
    assert desk.ask(amount_minor=1)["challenge_id"] != desk.ask()["challenge_id"]
    first = desk.ask()["challenge_id"]
    desk.clock.forward(minutes=6)
    assert desk.get(f"/api/step-ups/{first}").json()["status"] == "expired"
    assert desk.tap(first).status_code == 409
    assert desk.ask()["challenge_id"] != first
    past = (desk.clock.now - timedelta(seconds=1)).isoformat()
    assert desk.ask(expires_at=past)["error"] == "bad_request"
