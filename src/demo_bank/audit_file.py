"""``ledger.jsonl``: one line for each executed action, for auditors who read nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Any


class AuditFile:
    """An append-only file whose lines are on the disk before an answer is given.

    The ledger commits first; a kill between the two leaves a line missing, which
    :meth:`catch_up` writes at the next start.
    """

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._path = path
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self._drop_torn_line()

    def append(self, action: dict[str, Any]) -> None:
        """Write an action's line and wait until it is on the disk."""
        self._write([action])

    def catch_up(self, executed: Iterable[dict[str, Any]]) -> int:
        """Append executed actions whose reference has no line yet; return how many."""
        with self._path.open(encoding="utf-8") as stream:
            known = {json.loads(line)["reference"] for line in stream if line.strip()}
        missing = [action for action in executed if action["reference"] not in known]
        if missing:
            self._write(missing)
        return len(missing)

    def close(self) -> None:
        """Close the file."""
        os.close(self._handle)

    def _write(self, actions: list[dict[str, Any]]) -> None:
        """Append lines with one write and one fsync."""
        text = "".join(json.dumps(action, ensure_ascii=False) + "\n" for action in actions)
        with self._lock:
            data = text.encode()
            while data:
                data = data[os.write(self._handle, data) :]
            os.fsync(self._handle)

    def _drop_torn_line(self) -> None:
        """Cut off a last line that a kill left half-written."""
        text = self._path.read_bytes()
        whole = text.rfind(b"\n") + 1
        if whole != len(text):
            os.ftruncate(self._handle, whole)
            os.fsync(self._handle)
