"""Files of lines beside the database: what must stand when the database is restored, or no longer trusted."""

from __future__ import annotations

import re
from pathlib import Path

from openteller.adapters.keys.secret_files import append_line
from openteller.domain.errors import InvariantError

_CONTROL = re.compile(r"[\x00-\x1f]")


class LineLog:
    """Append-only, one record a line, on disk when ``append`` returns. Keep a copy where only others can write."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file

    def append(self, line: str) -> None:
        """Add one line."""
        if _CONTROL.search(line):
            raise InvariantError("a record is one line without control characters")
        append_line(self._file, line)

    def lines(self) -> list[str]:
        """All whole lines, oldest first. A last line without its end is of a crash in the middle of writing it."""
        if not self._file.exists():
            return []
        return self._file.read_text().split("\n")[:-1]
