"""What came of an action: executed, or rejected for one reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """``reason`` is None when the action was executed, else a code such as ``unknown_card``."""

    reason: str | None = None
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """``executed`` or ``rejected``."""
        return "executed" if self.reason is None else "rejected"


def rejected(reason: str) -> Outcome:
    """Return a rejection."""
    return Outcome(reason)
