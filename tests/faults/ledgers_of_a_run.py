"""Ledgers as a run leaves them, written by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Rows = list[dict[str, Any]]


class Run:
    """One customer's conversation with two messages, one transfer, and a stranger's three messages; all went well."""

    def __init__(self) -> None:
        self.sent: Rows = [
            {"channel": "web", "who": "talk", "client_id": "m1", "turn_id": "t1", "said": "Hello", "acked": True},
            {"channel": "web", "who": "talk", "client_id": "m2", "turn_id": "t2", "said": "yes:1", "acked": True},
            {"act": "shown", "customer": "c-1", "amount_minor": 321, "to": "Anna", "shown": [321]},
            {"act": "confirmed", "customer": "c-1", "amount_minor": 321, "to": "Anna", "own": False},
            {"act": "tapped", "customer": "c-1", "amount_minor": 321, "to": "Anna"},
            {"act": "told", "customer": "c-1", "amount_minor": 321, "to": "Anna", "told": "done"},
        ]
        for number, text in enumerate(("Hello", "Thanks", "Hello")):
            one = {"channel": "webhook", "who": "stranger", "client_id": f"s{number}"}
            self.sent += [{**one, "text": text, "acked": False}, {**one, "acked": True}]
        self.delivered: Rows = [
            {
                "channel": "web",
                "who": "talk",
                "message_id": "a",
                "first": True,
                "seq": 2,
                "turn_id": "t1",
                "text": "Hi",
            },
            {
                "channel": "web",
                "who": "talk",
                "message_id": "b",
                "first": True,
                "seq": 4,
                "turn_id": "t2",
                "text": "Done",
            },
        ]
        self.delivered += [
            {"channel": "webhook", "who": "stranger", "message_id": str(number), "first": True, "text": text}
            for number, text in enumerate(("Hi", "Welcome", "Hi"))
        ]
        self.ledger: Rows = [
            {"kind": "transfer", "customer_id": "c-1", "params": {"amount_minor": 321}, "reference": "HB1"},
        ]

    def act(self, name: str) -> dict[str, Any]:
        """What the customer noted of their transfer under this name."""
        return next(row for row in self.sent if row.get("act") == name)

    def write(self, folder: Path) -> Path:
        """Put the files where the oracle looks."""
        for name in ("sent", "delivered", "ledger"):
            lines = [json.dumps(row) for row in getattr(self, name)]
            (folder / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines))
        (folder / "signatures.json").write_text(json.dumps({"Hello": ["Hi"], "Thanks": ["Welcome"], "*first*": []}))
        return folder
