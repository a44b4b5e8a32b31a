"""Which matters become a case, which clocks each starts, and whose they are: the pack's ``obligations.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from openteller.rule_files import RuleFile

_FILE = "obligations.yaml"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_UNITS = ("minutes", "hours", "days", "business_days")
_END_OF_DAY = time(17)
"""On a business day a clock runs out when business does, not at midnight when nobody could keep it."""


class Calendar(Protocol):
    """The working days of the bank's jurisdiction."""

    @property
    def time_zone(self) -> str:
        """Where a day begins and ends."""
        ...

    def is_business_day(self, day: date) -> bool:
        """True from Monday to Friday, but for public holidays."""
        ...


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time as a law says it: so many minutes, hours, days (of the calendar), or business days."""

    count: int
    unit: str

    def after(self, start: datetime, calendar: Calendar) -> datetime:
        """When it has run out (UTC). The day it starts on is not counted; one that ends on a day counts it whole."""
        zone = ZoneInfo(calendar.time_zone)
        day = start.astimezone(zone).date()
        match self.unit:
            case "minutes":
                return start + timedelta(minutes=self.count)
            case "hours":
                return start + timedelta(hours=self.count)
            case "days":
                day += timedelta(days=self.count)
            case _:
                for _ in range(self.count):
                    day += timedelta(days=1)
                    while not calendar.is_business_day(day):
                        day += timedelta(days=1)
        return datetime.combine(day, _END_OF_DAY, zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise of a case: ``source`` is the law or the bank's own word, ``alert`` how long before its end the owner
    is reminded.
    """

    name: str
    source: str
    within: Span
    alert: timedelta


@dataclass(frozen=True, slots=True)
class CaseRule:
    """A matter that is written down. ``one_at_a_time``: who has such a case open is told of it and gets no other."""

    kind: str
    owner: str
    one_at_a_time: bool
    clocks: tuple[Clock, ...]


@dataclass(frozen=True, slots=True)
class ObligationRules:
    """The cases of a pack, by kind."""

    cases: Mapping[str, CaseRule]

    @property
    def clocks(self) -> frozenset[str]:
        """Every promise that a case can start."""
        return frozenset(clock.name for case in self.cases.values() for clock in case.clocks)


def load_obligations(pack_dirs: Sequence[Path]) -> ObligationRules:
    """The rules of a pack; of the packs it extends (base first) the last one that has a file counts, wholly.

    ConfigurationError names the file and what is wrong in it.
    """
    files = [folder / _FILE for folder in pack_dirs if (folder / _FILE).is_file()]
    if not files:
        return ObligationRules({})
    return _Reading(files[-1]).rules()


class _Reading(RuleFile):
    """Reads one file."""

    def rules(self) -> ObligationRules:
        content = self._content()
        whole = self._mapping(content, "the file", {"cases"})
        cases = self._mapping(whole["cases"], "cases", None)
        return ObligationRules({kind: self._case(kind, given) for kind, given in cases.items()})

    def _case(self, kind: str, given: object) -> CaseRule:
        rule = self._mapping(given, f"cases: {kind}", {"owner", "one_at_a_time", "clocks"})
        clocks = self._mapping(rule["clocks"], f"{kind}: clocks", None)
        if not _NAME.fullmatch(kind) or not isinstance(rule["owner"], str) or not _NAME.fullmatch(rule["owner"]):
            self._fault(f"{kind}: a case and its owner are names of lower-case letters, digits and underscores")
        if type(rule["one_at_a_time"]) is not bool:
            self._fault(f"{kind}: one_at_a_time is true or false, not {rule['one_at_a_time']!r}")
        if not clocks:
            self._fault(f"{kind}: a case without a clock is a promise that nobody keeps")
        found = [self._clock(kind, name, clock) for name, clock in clocks.items()]
        return CaseRule(kind, rule["owner"], rule["one_at_a_time"], tuple(found))

    def _clock(self, kind: str, name: str, given: object) -> Clock:
        clock = self._mapping(given, f"{kind}: {name}", {"source", "within", "alert_hours"})
        within = self._mapping(clock["within"], f"{kind}: {name}: within", None)
        unit, count = next(iter(within.items()), ("", 0))
        if len(within) != 1 or unit not in _UNITS or type(count) is not int or count < 1:
            self._fault(f"{kind}: {name}: within is one of {', '.join(_UNITS)} with a whole number above 0")
        hours = clock["alert_hours"]
        if type(hours) is not int or hours < 0:
            self._fault(f"{kind}: {name}: alert_hours is a whole number, 0 or more, not {hours!r}")
        if not isinstance(clock["source"], str) or not clock["source"].strip():
            self._fault(f"{kind}: {name}: source names the law, or whose promise it is")
        return Clock(name, clock["source"], Span(count, unit), timedelta(hours=hours))
