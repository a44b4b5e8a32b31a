from __future__ import annotations

import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from demo_bank.application import make_app
from tests.demo_bank.conftest import Desk, MovableClock, Opener

OWN = {"from_account_id": "a-000042-1", "amount_minor": 1000, "currency": "GBP", "to": {"account_id": "a-000042-2"}}


def break_it(desk: Desk, **settings: Any) -> Any:
    return desk.web.post("/control/faults", json=settings, headers=desk.control)


def executed(desk: Desk) -> int:
    return len(desk.web.get("/control/record", headers=desk.control).json())


def test_control_needs_its_key(desk: Desk) -> None:
    for path in ("/control/record", "/control/state"):
        assert desk.web.get(path, headers=desk.service).status_code == 401
    for path in ("/control/faults", "/control/approve", "/control/login-token"):
        assert desk.web.post(path, json={}, headers={"X-Control-Key": "x"}).status_code == 401


def test_bad_settings_are_refused_with_a_sentence(desk: Desk) -> None:
    for wrong in ({"fail_rate": 2}, {"scope": "everything"}, {"speed": 1}, {"slow_ms": -1}):
        assert break_it(desk, **wrong).status_code == 422


def test_failing_does_nothing(desk: Desk) -> None:
    break_it(desk, fail_rate=1.0, scope="actions")
    assert desk.act("transfer", OWN).status_code == 503
    assert desk.get("/api/customers/c-000042").status_code == 200
    break_it(desk)
    assert executed(desk) == 0


def test_losing_the_reply_does_the_work(desk: Desk) -> None:
    before = desk.read("accounts")[0]["balance_minor"]
    for seed in range(3):
        break_it(desk, lose_reply_rate=1.0, scope="actions", seed=seed)
        try:
            assert desk.act("transfer", OWN, idempotency_key="lost").status_code in (504, 200)
        except (httpx.HTTPError, RuntimeError):  # the connection was dropped
            continue
    break_it(desk)
    assert desk.get("/api/actions/lost").json()["status"] == "executed"
    assert desk.read("accounts")[0]["balance_minor"] == before - 1000
    assert executed(desk) == 1


@pytest.mark.parametrize(
    ("mode", "times", "lookup"), [("idempotent", 1, 200), ("lookup-only", 2, 200), ("dumb", 2, 501)]
)
def test_core_modes(desk: Desk, mode: str, times: int, lookup: int) -> None:
    break_it(desk, core_mode=mode, scope="actions", answer_twice_rate=1.0)
    desk.act("transfer", OWN, idempotency_key="twice")
    assert executed(desk) == times
    assert desk.get("/api/actions/twice").status_code == lookup


def test_the_same_seed_breaks_the_same_things(desk: Desk) -> None:
    def strikes() -> list[int]:
        break_it(desk, fail_rate=0.5, scope="reads", seed=5)
        return [desk.get("/api/customers/c-000042").status_code for _ in range(20)]

    first = strikes()
    assert first == strikes()
    assert set(first) == {200, 503}


def test_the_fixed_facts_are_told(desk: Desk) -> None:
    state = desk.web.get("/control/state", headers=desk.control).json()
    assert state["day0"] == "2026-11-24"
    assert state["seed"] == 7


def wait_for(calls: list[httpx.Request], count: int) -> None:
    until = time.monotonic() + 5
    while len(calls) < count and time.monotonic() < until:
        time.sleep(0.02)
    assert len(calls) >= count


def test_callbacks_are_signed_and_survive_a_restart(tmp_path: Path, opener: Opener, clock: MovableClock) -> None:
    calls: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(500 if len(calls) == 1 else 200)

    bank = opener(tmp_path / "bank")
    key = bank.keys.callback_key
    with TestClient(make_app(bank, httpx.MockTransport(answer))) as web:
        desk = Desk(bank, clock, web)
        challenge = desk.ask(callback_url="http://127.0.0.1:8800/bank/callback")["challenge_id"]
        desk.tap(challenge, "decline")
        wait_for(calls, 1)
    clock.forward(seconds=30)
    bank = opener(tmp_path / "bank")
    with TestClient(make_app(bank, httpx.MockTransport(answer))) as web:
        wait_for(calls, 2)
        time.sleep(0.1)
        state = web.get("/control/state", headers=Desk(bank, clock, web).control).json()
        assert state["callbacks_waiting"] == []
    request = calls[-1]
    stamp, mac = (part.split("=")[1] for part in request.headers["x-bank-signature"].split(","))
    right = hmac.new(key.encode(), f"{stamp}.".encode() + request.content, hashlib.sha256).hexdigest()
    assert mac == right
    assert json.loads(request.content) == {"challenge_id": challenge, "status": "declined", "approval": None}


def test_callbacks_can_come_twice(tmp_path: Path, opener: Opener, clock: MovableClock) -> None:
    calls: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(204)

    bank = opener(tmp_path / "bank")
    with TestClient(make_app(bank, httpx.MockTransport(answer))) as web:
        desk = Desk(bank, clock, web)
        challenge = desk.ask(callback_url="http://127.0.0.1:8800/cb")["challenge_id"]
        break_it(desk, answer_twice_rate=1.0, scope="actions")
        desk.tap(challenge)
        wait_for(calls, 2)
    assert calls[0].content == calls[1].content
