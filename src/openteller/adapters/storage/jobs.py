"""The job queue in the same database: a job exists if and only if the transaction that deferred it has committed."""

from __future__ import annotations

import procrastinate
from procrastinate import PsycopgConnector

from openteller.adapters.storage.postgres import JOB_QUEUE


def make_jobs(address: str, *, connections: int = 4) -> procrastinate.App:
    """The queue's application for a worker, not yet open. ``address`` is the app role's.

    Register with ``@jobs.task(name="send_outbox", queue=JOB_QUEUE)``: each job gets ``tenant`` and the arguments it was
    deferred with, all strings. Jobs run at least once, so they must do nothing the second time.
    """
    connector = PsycopgConnector(conninfo=address, min_size=1, max_size=connections, kwargs={"connect_timeout": 5})
    return procrastinate.App(connector=connector, worker_defaults={"queues": [JOB_QUEUE, "periodic"]})
