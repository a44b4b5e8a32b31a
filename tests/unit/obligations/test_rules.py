"""Clocks: counted as laws count them, by the bank's working days; what is not as it should be refuses to start."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openteller.bootstrap import PACKS
from openteller.capabilities.handover.opening import OpeningTimes
from openteller.capabilities.obligations.cases import draw_up
from openteller.capabilities.obligations.rules import Span, load_obligations
from openteller.domain.errors import ConfigurationError

LONDON = OpeningTimes({day: (time(8), time(20)) for day in range(6)}, "GB", "Europe/London")
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        # Christmas and Boxing Day are not working days, nor is the weekend behind them.
        ("2026-12-24T10:00+00:00", Span(1, "business_days"), "2026-12-29T17:00+00:00"),
        ("2026-11-27T23:59+00:00", Span(1, "business_days"), "2026-11-30T17:00+00:00"),
        # The clocks go forward on 28 March 2027: 17:00 in London is 16:00 UTC after it.
        ("2027-03-25T12:00+00:00", Span(2, "business_days"), "2027-03-30T16:00+00:00"),
        ("2026-12-31T23:30+00:00", Span(56, "days"), "2027-02-25T17:00+00:00"),
        # Half past midnight in London in June is still the day before in UTC.
        ("2026-06-01T23:30+00:00", Span(1, "days"), "2026-06-03T16:00+00:00"),
        ("2026-11-28T12:00+00:00", Span(90, "minutes"), "2026-11-28T13:30+00:00"),
        ("2026-11-28T12:00+00:00", Span(4, "hours"), "2026-11-28T16:00+00:00"),
    ],
)
def test_a_clock_ends_when_the_law_says(start: str, span: Span, end: str) -> None:
    assert span.after(datetime.fromisoformat(start), LONDON) == datetime.fromisoformat(end)


@given(MOMENTS, st.integers(1, 60))
def test_business_days_are_never_counted_short(start: datetime, count: int) -> None:
    end = Span(count, "business_days").after(start, LONDON)
    assert end > start
    days = [start.date() + timedelta(days=offset) for offset in range(1, (end.date() - start.date()).days + 1)]
    assert sum(map(LONDON.is_business_day, days)) in (count, count - 1, count + 1)  # the day begins in London
    assert LONDON.is_business_day(end.date())


@given(MOMENTS)
def test_a_case_reminds_before_it_is_due_and_never_before_it_began(start: datetime) -> None:
    rules = load_obligations([PACKS / "retail_banking"])
    for rule in rules.cases.values():
        new = draw_up(rule, UUID(int=7), "K7F3-9QXM", start, LONDON)
        assert new.case.due_on <= new.case.answer_on
        assert {one.kind for one in new.obligations} == {clock.name for clock in rule.clocks}
        for one in new.obligations:
            assert one.alert_at is not None
            assert start <= one.alert_at <= one.due_at
            assert one.source
            assert one.owner == rule.owner


def test_a_complaint_has_its_two_clocks() -> None:
    rules = load_obligations([PACKS / "retail_banking"])
    new = draw_up(rules.cases["complaint"], UUID(int=1), "R", datetime(2026, 11, 27, 12, tzinfo=UTC), LONDON)
    assert (new.case.due_on, new.case.answer_on) == (date(2026, 11, 30), date(2027, 1, 22))


CASE = "cases:\n  lost:\n    owner: care\n    one_at_a_time: true\n    clocks:\n      found: "


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cases: [1]", "cases must be a mapping"),
        ("other: {}", "lacks cases and has other"),
        ("cases: {lost: {owner: care, clocks: {}}}", "lacks one_at_a_time"),
        ("cases: {lost: {owner: care, one_at_a_time: yes, clocks: {}}}", "without a clock"),
        ("cases: {lost: {owner: Care!, one_at_a_time: true, clocks: {a: {}}}}", "lower-case"),
        (CASE + "{source: law, within: {weeks: 2}, alert_hours: 1}", "within is one of minutes, hours"),
        (CASE + "{source: law, within: {days: 0}, alert_hours: 1}", "whole number above 0"),
        (CASE + "{source: law, within: {days: true}, alert_hours: 1}", "whole number above 0"),
        (CASE + "{source: law, within: {days: 2}, alert_hours: -1}", "alert_hours"),
        (CASE + "{source: ' ', within: {days: 2}, alert_hours: 1}", "source names the law"),
        ("cases: {", "not valid YAML"),
    ],
)
def test_what_is_not_as_it_should_be_refuses_to_start(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "obligations.yaml").write_text(text)
    with pytest.raises(ConfigurationError, match=said):
        load_obligations([tmp_path])


def test_a_pack_without_the_file_has_no_cases(tmp_path: Path) -> None:
    assert load_obligations([tmp_path]).cases == {}
