"""A promise is made for a time when somebody is there."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from openteller.capabilities.handover.opening import OpeningTimes
from openteller.capabilities.handover.queue import QueueState, expected_wait
from openteller.capabilities.handover.references import reference_from

HOURS = OpeningTimes({day: (time(8), time(20)) for day in range(5)}, "GB", "Europe/London")


def test_within_the_day_the_promise_is_today() -> None:
    assert HOURS.after(datetime(2026, 11, 24, 12, tzinfo=UTC), timedelta(hours=2)) == datetime(
        2026, 11, 24, 14, tzinfo=UTC
    )


def test_late_on_friday_the_promise_is_for_monday() -> None:
    friday_evening = datetime(2026, 11, 27, 19, tzinfo=UTC)
    assert HOURS.after(friday_evening, timedelta(hours=2)) == datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_a_public_holiday_is_not_a_working_day() -> None:
    christmas_eve = datetime(2026, 12, 24, 19, tzinfo=UTC)  # a Thursday; the 25th and the 28th are holidays in GB
    assert HOURS.after(christmas_eve, timedelta(hours=2)) == datetime(2026, 12, 29, 9, tzinfo=UTC)


def test_summer_time_is_the_banks_not_the_servers() -> None:
    assert HOURS.is_open(datetime(2026, 7, 1, 7, 30, tzinfo=UTC))
    assert not HOURS.is_open(datetime(2026, 12, 1, 7, 30, tzinfo=UTC))


def test_the_expected_wait_grows_with_the_queue_and_is_none_when_nobody_is_there() -> None:
    assert expected_wait(QueueState(agents=0, free=0, ahead=0)) is None
    assert expected_wait(QueueState(agents=2, free=1, ahead=0)) == timedelta(minutes=1)
    short, long = (expected_wait(QueueState(2, 0, ahead)) for ahead in (1, 9))
    assert short is not None
    assert long is not None
    assert short < long


def test_references_are_readable_and_differ() -> None:
    references = {reference_from(number * 7919 + 13) for number in range(5000)}
    assert len(references) == 5000
    assert all(
        set(reference) <= set("23456789ABCDEFGHJKMNPQRSTVWXYZ-") and len(reference) == 9 for reference in references
    )
