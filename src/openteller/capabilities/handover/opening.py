"""When people are at their desks, and by when somebody will have called back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

_LOOK_AHEAD_DAYS = 60
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class OpeningTimes:
    """Opening hours by weekday (Monday is 0; a closed day is absent) in ``time_zone``, less public holidays."""

    days: Mapping[int, tuple[time, time]]
    holiday_country: str
    time_zone: str

    def is_open(self, now: datetime) -> bool:
        """True if somebody should be there."""
        local = now.astimezone(ZoneInfo(self.time_zone))
        hours = self._hours(local.date())
        return hours is not None and hours[0] <= local.time() < hours[1]

    def is_business_day(self, day: date) -> bool:
        """True from Monday to Friday, but for public holidays: what laws count in."""
        return day.weekday() < _SATURDAY and day not in _holidays(self.holiday_country, day.year)

    def after(self, now: datetime, working: timedelta) -> datetime:
        """The moment (UTC) at which ``working`` time will have passed from ``now``; a promise that can be kept."""
        zone = ZoneInfo(self.time_zone)
        today = now.astimezone(zone).date()
        for offset in range(_LOOK_AHEAD_DAYS):
            day = today + timedelta(days=offset)
            hours = self._hours(day)
            if hours is None:
                continue
            opens, closes = (datetime.combine(day, hour, zone).astimezone(UTC) for hour in hours)
            start = max(opens, now)
            if start + working <= closes:
                return start + working
            working -= max(closes - start, timedelta())
        return now + timedelta(days=_LOOK_AHEAD_DAYS)

    def _hours(self, day: date) -> tuple[time, time] | None:
        if day in _holidays(self.holiday_country, day.year):
            return None
        return self.days.get(day.weekday())


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))
