"""Delivers answers to OpenTeller, signed, at least once, across restarts."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import sqlite3
from typing import Any

import httpx

from demo_bank.bank import Bank

_FIRST_WAIT, _LONGEST_WAIT, _GIVE_UP = 0.5, 300.0, 40
_DUE = """SELECT * FROM callbacks WHERE done_at IS NULL AND attempts < ? AND next_at <= ?
 ORDER BY next_at LIMIT 20"""


def signature(key: str, body: bytes, unix: int) -> str:
    """Return the ``X-Bank-Signature`` of a body sent at a Unix second."""
    mac = hmac.new(key.encode(), f"{unix}.".encode() + body, hashlib.sha256)
    return f"t={unix},v1={mac.hexdigest()}"


class Courier:
    """Delivers queued callbacks; waits longer after each failure, up to five minutes."""

    def __init__(self, bank: Bank, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._bank, self._transport = bank, transport
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look for due callbacks now rather than at the next round."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver callbacks until cancelled."""
        async with httpx.AsyncClient(timeout=10, transport=self._transport) as client:
            while True:
                if not await self._tried_some(client):
                    try:
                        await asyncio.wait_for(self._woken.wait(), 0.5)
                    except TimeoutError:
                        continue
                    self._woken.clear()

    async def _tried_some(self, client: httpx.AsyncClient) -> bool:
        """Try what is due; if the ledger cannot be read or written now, it can wait."""
        try:
            return await self.deliver_due(client) > 0
        except sqlite3.Error:
            return False

    async def deliver_due(self, client: httpx.AsyncClient) -> int:
        """Try every callback that is due; return how many were tried."""
        now = self._bank.clock().timestamp()
        due = self._bank.ledger.rows(_DUE, (_GIVE_UP, now))
        for row in due:
            await self._deliver(client, row)
        return len(due)

    async def _deliver(self, client: httpx.AsyncClient, row: dict[str, Any]) -> None:
        """Try one callback and write down what came of it."""
        body, now = row["body"].encode(), self._bank.clock()
        headers = {"Content-Type": "application/json", "X-Bank-Signature": signature(
            self._bank.keys.callback_key, body, int(now.timestamp()))}  # fmt: skip
        error: str | None = None
        try:
            reply = await client.post(row["url"], content=body, headers=headers)
            error = None if reply.is_success else f"status {reply.status_code}"
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, OverflowError) as problem:
            error = str(problem)[:200] or type(problem).__name__
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(row["attempts"], 20))
        values = (None if error else now.timestamp(), now.timestamp() + wait, error, row["number"])
        await asyncio.to_thread(self._write_down, values)

    def _write_down(self, values: tuple[float | None, float, str | None, int]) -> None:
        """Store when a callback was delivered, or when to try it again and why."""
        with self._bank.ledger.writing() as ledger:
            ledger.execute("UPDATE callbacks SET attempts = attempts + 1, done_at = ?, next_at = ?,"
                           " last_error = ? WHERE number = ?", values)  # fmt: skip
