"""The laboratory's own ledgers: JSON lines, written at once, so that anybody can count again."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from openteller.adapters.clock import SystemClock

Json = dict[str, Any]


class Ledger:
    """An append-only file of JSON lines; each gets the time in UTC as ``at``. Safe from several threads."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._clock = SystemClock()
        self._lock = threading.Lock()

    def write(self, **fields: object) -> None:
        """One line."""
        line = json.dumps({"at": self._clock.now().isoformat(), **fields}, ensure_ascii=False)
        with self._lock:
            self._file.write(line + "\n")

    def close(self) -> None:
        """No more."""
        self._file.close()


def read_lines(path: Path) -> list[Json]:
    """Every whole line of a ledger; none when there is no such file."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
