"""When a job that failed is tried again: as its channel says, not as a loop likes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from procrastinate.jobs import Job

from openteller.adapters.storage.jobs import Patience
from openteller.domain.errors import AdapterError, Busy, Undeliverable


def wait_s(error: Exception, attempts: int = 0) -> float | None:
    job = Job(id=1, queue="q", lock=None, queueing_lock=None, task_name="send_outbox", attempts=attempts)
    decision = Patience().get_retry_decision(exception=error, job=job)
    if decision is None:
        return None
    assert decision.retry_at is not None
    return (decision.retry_at - datetime.now(UTC)).total_seconds()


def test_who_is_busy_is_left_alone_for_as_long_as_they_say() -> None:
    assert wait_s(Busy("busy", retry_after_s=41.2)) == pytest.approx(42, abs=2)


def test_a_failure_is_tried_again_soon_but_not_for_ever() -> None:
    assert wait_s(AdapterError("away", retryable=True)) == pytest.approx(2, abs=1)
    assert wait_s(AdapterError("away", retryable=True), attempts=4) is None


def test_what_will_never_be_taken_is_not_tried_again() -> None:
    assert wait_s(Undeliverable("gone", gone=True)) is None
