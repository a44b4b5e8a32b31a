"""What a pack says about its bank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """Whom somebody in despair can call; ``checked_on`` is when the bank last made sure of it (an ISO date)."""

    name: str
    phone: str
    checked_on: str

    @property
    def words(self) -> str:
        """Name and number as one value of a reply."""
        return f"{self.name}, {self.phone}"


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When people are at the desk, in the pack's time zone: Monday is 0; a closed day is absent.

    ``holiday_country`` is the country whose public holidays count as closed days.
    """

    days: Mapping[int, tuple[time, time]]
    holiday_country: str
