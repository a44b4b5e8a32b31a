"""The job queue in the same database: a job exists if and only if the transaction that deferred it has committed."""

from __future__ import annotations

import math

import procrastinate
from procrastinate import PsycopgConnector
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from openteller.adapters.storage.postgres import JOB_QUEUE
from openteller.domain.errors import AdapterError, Busy

_TRIES = 4
_WAIT_S = 2
_LOOK_AGAIN_S = 0.3
"""A job that waited for another one of its conversation is announced to nobody when its turn comes: it is found."""


class Patience(BaseRetryStrategy):
    """A few tries soon; after that the sweep for undelivered messages takes over. Who is busy is left alone for as long
    as they say, and what will never be taken is not tried again.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again, or None."""
        if job.attempts >= _TRIES or (isinstance(exception, AdapterError) and not exception.retryable):
            return None
        if isinstance(exception, Busy):
            return RetryDecision(retry_in={"seconds": math.ceil(exception.retry_after_s)})
        return RetryDecision(retry_in={"seconds": _WAIT_S * (job.attempts + 1)})


def make_jobs(address: str, *, connections: int = 4) -> procrastinate.App:
    """The queue's application for a worker, not yet open. ``address`` is the app role's.

    Register with ``@jobs.task(name="send_outbox", queue=JOB_QUEUE)``: each job gets ``tenant`` and the arguments it was
    deferred with, all strings. Jobs run at least once, so they must do nothing the second time.
    """
    connector = PsycopgConnector(conninfo=address, min_size=1, max_size=connections, kwargs={"connect_timeout": 5})
    return procrastinate.App(
        connector=connector,
        worker_defaults={"queues": [JOB_QUEUE, "periodic"], "fetch_job_polling_interval": _LOOK_AGAIN_S},
    )
