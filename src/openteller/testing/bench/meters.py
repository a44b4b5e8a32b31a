"""Where the time goes: processor time by process, the server's own histograms, commits and WAL."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import psycopg

from openteller.testing.stack import Stack


@dataclass(frozen=True, slots=True)
class Reading:
    """All meters at one moment: processor seconds by kind of process, the server's metrics, commits, WAL bytes."""

    cpu_s: Mapping[str, float]
    metrics: Mapping[str, float]
    commits: int
    wal_bytes: int


@dataclass(slots=True)
class Meters:
    """Meters of one running stack. ``database`` is the address of its database."""

    stack: Stack
    database: str

    def read(self) -> Reading:
        """Read all meters now."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            row = connection.execute(
                "SELECT xact_commit, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
                " FROM pg_stat_database WHERE datname = current_database()"
            ).fetchone()
        commits, wal = row or (0, 0)
        return Reading(self._cpu(), self._metrics(), int(commits), int(wal))

    def rss_mb(self) -> float:
        """Resident memory of our own processes (API and workers), in MB."""
        total = 0
        for name, process in self.stack.processes.items():
            if name != "bank":
                with suppress(psutil.Error):
                    total += psutil.Process(process.pid).memory_info().rss
        return total / 2**20

    def _cpu(self) -> dict[str, float]:
        seconds: dict[str, float] = defaultdict(float)
        for name, process in self.stack.processes.items():
            with suppress(psutil.Error):
                times = psutil.Process(process.pid).cpu_times()
                seconds[name.partition("-")[0]] += times.user + times.system
        for one in self._database_processes():
            with suppress(psutil.Error):
                times = one.cpu_times()
                seconds["postgres"] += times.user + times.system
        return dict(seconds)

    def _database_processes(self) -> Sequence[psutil.Process]:
        file: Path = self.stack.data / "postgres" / "postmaster.pid"
        with suppress(OSError, ValueError, IndexError, psutil.Error):
            postmaster = psutil.Process(int(file.read_text().splitlines()[0]))
            return [postmaster, *postmaster.children(recursive=True)]
        return []

    def _metrics(self) -> dict[str, float]:
        sums: dict[str, float] = defaultdict(float)
        for index, _ in enumerate(self.stack.api_ports):
            text = httpx.get(f"{self.stack.api_address(index)}/metrics", timeout=10).text
            for name, value in re.findall(r"^(openteller_\w+)(?:\{[^}]*\})? ([0-9.e+-]+)$", text, re.MULTILINE):
                sums[name] += float(value)
        return dict(sums)


def where_it_goes(before: Reading, after: Reading, turns: int) -> dict[str, float]:
    """What one turn costs: milliseconds of processor time by process, milliseconds in the turn, commits, WAL bytes."""
    count = max(turns, 1)
    found = {
        f"cpu_ms_{kind}": round((after.cpu_s[kind] - before.cpu_s.get(kind, 0.0)) * 1000 / count, 2)
        for kind in after.cpu_s
    }
    done = _grown(before, after, "openteller_turn_seconds_count")
    for label, name in {
        "in_turn_ms": "openteller_turn_seconds_sum",
        "waited_ms": "openteller_turn_wait_seconds_sum",
    }.items():
        found[label] = round(_grown(before, after, name) * 1000 / max(done, 1.0), 2)
    found["commits"] = round((after.commits - before.commits) / count, 2)
    found["wal_bytes"] = round((after.wal_bytes - before.wal_bytes) / count)
    return found


def cache_hits(before: Reading, after: Reading) -> int:
    """How many readings of a text came out of a cache, if the server keeps one and counts it."""
    return int(_grown(before, after, "openteller_cache_hits_total"))


def _grown(before: Reading, after: Reading, name: str) -> float:
    return after.metrics.get(name, 0.0) - before.metrics.get(name, 0.0)
