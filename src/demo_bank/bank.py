"""The whole bank in one place: who its customers are, its keys, its books, its clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from demo_bank.audit_file import AuditFile
from demo_bank.customers import customer_number
from demo_bank.faults import Faults
from demo_bank.history import HistoryShelf
from demo_bank.keys import Keys, open_keys
from demo_bank.ledger import Ledger

Clock = Callable[[], datetime]
EXECUTED = """SELECT at, idempotency_key, customer_id, kind, params, reference FROM actions
 WHERE status = 'executed' ORDER BY number"""


def wall_clock() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Bank:
    """Everything the pages and the API work with."""

    customers: int
    shelf: HistoryShelf
    ledger: Ledger
    audit: AuditFile
    keys: Keys
    clock: Clock
    public_url: str
    openteller_url: str
    faults: Faults = field(default_factory=Faults)

    def number(self, customer_id: str) -> int | None:
        """Return a customer's number, or None if there is no such customer."""
        return customer_number(customer_id, self.customers)

    def record(self) -> list[dict[str, Any]]:
        """Return every executed action, oldest first, as an auditor reads it."""
        return [{**row, "params": json.loads(row["params"])} for row in self.ledger.rows(EXECUTED)]

    def close(self) -> None:
        """Let go of the files."""
        self.audit.close()
        self.ledger.close()


def open_bank(folder: Path, *, customers: int | None = None, seed: int | None = None,
              clock: Clock = wall_clock, public_url: str = "http://127.0.0.1:8801",
              openteller_url: str = "http://127.0.0.1:8800") -> Bank:  # fmt: skip
    """Open the bank in a data directory, founding it on first use.

    Args:
        folder: The data directory; made (mode 0700) if absent.
        customers: How many customers; None means as before, or 2000.
        seed: The seed of all histories; None means as before, or 7.
        clock: Where the time comes from.
        public_url: How a browser reaches the bank.
        openteller_url: The only outside origin the bank's pages may talk to.

    Raises:
        ValueError: if the directory belongs to a bank with another seed, or is damaged.
        OSError: if it cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    charter = _charter(folder / "bank.json", customers, seed, clock().date())
    day0 = date.fromisoformat(charter["day0"])
    bank = Bank(
        charter["customers"], HistoryShelf(charter["seed"], day0), Ledger(folder / "ledger.sqlite"),
        AuditFile(folder / "ledger.jsonl"), open_keys(folder), clock, public_url.rstrip("/"),
        openteller_url.rstrip("/"),
    )  # fmt: skip
    bank.audit.catch_up(bank.record())
    return bank


def _charter(path: Path, customers: int | None, seed: int | None, today: date) -> dict[str, Any]:
    """Return the bank's fixed facts (seed, day 0) and its number of customers."""
    if path.exists():
        known: dict[str, Any] = json.loads(path.read_text())
        if seed is not None and seed != known["seed"]:
            raise ValueError(f"{path.parent} belongs to a bank with seed {known['seed']}, not {seed}")
        if customers in (None, known["customers"]):
            return known
        known["customers"] = customers
    else:
        known = {"seed": 7 if seed is None else seed, "customers": customers or 2000,
                 "day0": today.isoformat()}  # fmt: skip
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(known))
    draft.replace(path)
    return known
