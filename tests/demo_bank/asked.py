"""One action of each kind that the bank has learned lately, as it is asked for when all is well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.demo_bank.conftest import Desk

CURRENT, SAVINGS = "a-000042-1", "a-000042-2"
ADDRESS = "4 Harbour Street, Leeds, LS1 4DY"


@dataclass(frozen=True)
class Asked:
    """What is sent; ``payee`` and ``money`` are what an approval of it says, if it needs one."""

    kind: str
    params: dict[str, Any]
    payee: str | None = None
    money: tuple[int, str] | None = None
    customer: str = "c-000042"

    @property
    def needs_approval(self) -> bool:
        return self.payee is not None

    def send(self, desk: Desk, **more: Any) -> Any:
        """Send it, with its own approval unless ``more`` says otherwise."""
        if "approval" not in more and self.needs_approval:
            more["approval"] = self.approval(desk)
        return desk.act(self.kind, more.pop("params", self.params), customer_id=self.customer, **more)

    def approval(self, desk: Desk, **changes: Any) -> str:
        told = {"kind": self.kind, "payee": self.payee, "money": self.money, "customer_id": self.customer, **changes}
        return desk.approve(told.pop("kind"), told.pop("payee"), told.pop("money"), **told)


def fee_of(desk: Desk, customer: str = "c-000042") -> dict[str, Any]:
    lines = desk.read("transactions?limit=5000", customer)
    return next(line for line in lines if line["kind"] == "fee")


def asked(desk: Desk, kind: str) -> Asked:
    return next(one for one in _all(desk) if one.kind == kind)


def _all(desk: Desk) -> Iterator[Asked]:
    fee, current, pounds = fee_of(desk), desk.read("accounts")[0]["iban"], {"currency": "GBP"}
    monthly = {"frequency": "monthly", "day": "2026-12-10"}
    yield Asked("cancel_direct_debit", {"mandate_id": "dd-000042-1"})
    yield Asked("create_standing_order", {"from_account_id": CURRENT, "to": {"payee_id": "p-000042-1"},
                                          "amount_minor": 2500, **pounds, **monthly},
                desk.read("payees")[0]["iban"], (2500, "GBP"))  # fmt: skip
    yield Asked("change_standing_order", {"order_id": "so-000042-1", "amount_minor": 91_000, **pounds}, "so-000042-1",
                (91_000, "GBP"))  # fmt: skip
    yield Asked("lower_limit", {"limit_id": "l-000042-1-card", "amount_minor": 100_000, **pounds})
    yield Asked("raise_limit", {"limit_id": "l-000042-1-card", "amount_minor": 800_000, **pounds}, "l-000042-1-card",
                (800_000, "GBP"))  # fmt: skip
    yield Asked("refund_fee", {"transaction_id": fee["transaction_id"], "amount_minor": -fee["amount_minor"], **pounds})
    yield Asked("change_address", {"value": ADDRESS}, ADDRESS)
    yield Asked("change_phone", {"value": "+447700900456"}, "+447700900456")
    yield Asked("travel_notice", {"card_id": "k-000042-1", "first_day": "2026-12-01", "last_day": "2026-12-09"})
    yield Asked("open_account", {"product": "savings"}, "savings")
    yield Asked("close_account", {"from_account_id": SAVINGS, "to": {"account_id": CURRENT}}, current)
    yield Asked("exchange", {"from_account_id": "a-000049-1", "to": {"account_id": "a-000049-9"},
                             "amount_minor": 10_000, **pounds}, customer="c-000049")  # fmt: skip
    yield Asked("savings_goal", {"from_account_id": SAVINGS, "amount_minor": 100_000, **pounds, "day": "2027-06-01"})


APPROVED = ("create_standing_order", "change_standing_order", "raise_limit", "change_address", "change_phone",
            "open_account", "close_account")  # fmt: skip
KINDS = (*APPROVED, "cancel_direct_debit", "lower_limit", "refund_fee", "travel_notice", "exchange", "savings_goal")
