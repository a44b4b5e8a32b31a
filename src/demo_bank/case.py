"""One action while the bank decides on it, inside the ledger's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from demo_bank.bank import Bank
from demo_bank.bank_numbers import is_iban, tidy_iban
from demo_bank.fields import Json
from demo_bank.ledger import Look, looking
from demo_bank.requests import ActionRequest
from demo_bank.tokens import Approval, NotOurs, read_approval


@dataclass(slots=True)
class Case:
    """Who asks for what, and the ``reference`` it has if it is done; ``approval`` is the one found to cover it."""

    bank: Bank
    ledger: sqlite3.Connection
    number: int
    request: ActionRequest
    reference: str
    approval: Approval | None = None

    @property
    def params(self) -> Json:
        """The action's parameters, of the right shape."""
        return self.request.params

    @property
    def customer_id(self) -> str:
        """Whose action it is."""
        return self.request.customer_id

    @property
    def look(self) -> Look:
        """How to read what the transaction sees."""
        return looking(self.ledger)

    @property
    def today(self) -> date:
        """The bank's day."""
        return self.bank.clock().date()

    @property
    def at(self) -> str:
        """The moment of its bookings, in ISO 8601."""
        return self.bank.clock().isoformat(timespec="seconds")

    @property
    def money(self) -> tuple[int, str]:
        """The amount that it names, and its currency."""
        return int(self.params["amount_minor"]), str(self.params["currency"])

    def unapproved(self, payees: Collection[str], money: tuple[int, str] | None = None) -> str | None:
        """Return why no approval covers this action, or None if one does.

        ``payees`` are the names that the approval may have for who is paid, or what is acted on.
        """
        if self.request.approval is None:
            return "approval_missing"
        try:
            approval = read_approval(self.bank.keys, self.request.approval, self.bank.clock())
        except NotOurs:
            return "approval_invalid"
        said = (approval.amount_minor, approval.currency) if approval.amount_minor else None
        same = approval.customer_id == self.customer_id and approval.action == self.request.kind
        same = same and said == money and self.request.intent_id in (None, approval.intent_id)
        payee = approval.payee or ""
        if not same or (tidy_iban(payee) if is_iban(payee) else payee) not in payees:
            return "approval_invalid"
        if self.look("SELECT 1 FROM used_approvals WHERE jti = ?", (approval.jti,)):
            return "approval_used"
        self.approval = approval
        return None

    def spend_approval(self) -> None:
        """Note that the approval, if one was needed, has been spent on this action."""
        if self.approval is not None:
            spent = self.approval.jti, self.request.idempotency_key, self.bank.clock().isoformat()
            self.ledger.execute("INSERT INTO used_approvals VALUES (?, ?, ?)", spent)
