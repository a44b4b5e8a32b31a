"""A bank in a temporary directory, with a clock the tests can move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from demo_bank.application import make_app
from demo_bank.bank import Bank, open_bank

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass
class MovableClock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Desk:
    """A running bank and the ways to talk to it."""

    bank: Bank
    clock: MovableClock
    web: TestClient
    counter: list[int] = field(default_factory=lambda: [0])

    @property
    def service(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.bank.keys.service_key}"}

    @property
    def control(self) -> dict[str, str]:
        return {"X-Control-Key": self.bank.keys.control_key}

    def get(self, path: str) -> Any:
        return self.web.get(path, headers=self.service)

    def post(self, path: str, body: object) -> Any:
        return self.web.post(path, json=body, headers=self.service)

    def read(self, what: str, customer: str = "c-000042") -> Any:
        return self.get(f"/api/customers/{customer}/{what}").json()[what.split("?", maxsplit=1)[0]]

    def act(self, kind: str, params: dict[str, Any], **more: Any) -> Any:
        self.counter[0] += 1
        body = {"idempotency_key": f"key-{self.counter[0]}", "customer_id": "c-000042", "kind": kind,
                "params": params, "approval": None, **more}  # fmt: skip
        return self.post("/api/actions", body)

    def ask(self, **changes: Any) -> Any:
        body = {"customer_id": "c-000042", "action": "transfer", "amount_minor": 2500, "currency": "GBP",
                "payee": self.read("payees")[0]["iban"], "intent_id": "i-1", "locale": "en-GB",
                "expires_at": (self.clock.now + timedelta(minutes=5)).isoformat(),
                "callback_url": None, "return_url": "http://127.0.0.1:8800/back", **changes}  # fmt: skip
        return self.post("/api/step-ups", body).json()

    def tap(self, challenge_id: str, decision: str = "approve") -> Any:
        body = {"challenge_id": challenge_id, "decision": decision}
        return self.web.post("/control/approve", json=body, headers=self.control)

    def approved(self, **changes: Any) -> str:
        return str(self.tap(self.ask(**changes)["challenge_id"]).json()["approval"])

    def approve(self, kind: str, payee: str | None, money: tuple[int, str] | None = None, **more: Any) -> str:
        amount, currency = money or (None, None)
        return self.approved(action=kind, payee=payee, amount_minor=amount, currency=currency, **more)

    def pay(self, approval: str | None, amount: int = 2500, currency: str = "GBP", **more: Any) -> Any:
        params = {"from_account_id": "a-000042-1", "amount_minor": amount, "currency": currency,
                  "to": {"payee_id": "p-000042-1"}}  # fmt: skip
        return self.act("transfer", params, approval=approval, **more).json()


Opener = Callable[[Path], Bank]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def opener(clock: MovableClock) -> Opener:
    def opened(folder: Path) -> Bank:
        return open_bank(folder, customers=60, seed=7, clock=clock, public_url="http://testserver")

    return opened


@pytest.fixture
def desk(tmp_path: Path, clock: MovableClock, opener: Opener) -> Iterator[Desk]:
    bank = opener(tmp_path / "bank")
    with TestClient(make_app(bank)) as web:
        yield Desk(bank, clock, web)
