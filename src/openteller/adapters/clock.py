"""The system's time and new identifiers."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62


class SystemClock:
    """Clock of the machine. PostgreSQL, logs and tokens all see this one."""

    def now(self) -> datetime:
        """The present moment in UTC, to the microsecond."""
        return datetime.now(UTC)


class Uuid7Ids:
    """UUID version 7 (RFC 9562, 5.7): a millisecond, then a counter within it, so that one process's ids are in order.

    The standard library has one from Python 3.14 on. The counter starts at a random place below the middle, so it
    cannot run over within a millisecond, and the last 32 bits are random for each id.
    """

    def __init__(self) -> None:
        self._last_ms = 0
        self._counter = 0

    def new(self) -> UUID:
        """An id that sorts after every earlier one of this process, also when the machine's clock is set back."""
        now_ms = time.time_ns() // 1_000_000
        if now_ms > self._last_ms:
            self._last_ms, self._counter = now_ms, secrets.randbits(41)
        else:
            self._counter += 1
        high, low = divmod(self._counter, 1 << 30)
        tail = low << 32 | secrets.randbits(32)
        return UUID(int=self._last_ms << 80 | _VERSION_7 | high << 64 | _VARIANT | tail)

    def secret(self) -> str:
        """256 random bits, URL-safe."""
        return secrets.token_urlsafe(32)
