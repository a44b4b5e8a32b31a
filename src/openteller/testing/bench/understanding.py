"""How fast messages are understood: one text after another on one core, then as many as all cores can read."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from openteller.domain.errors import CustomerError

Tell = Callable[[str], None]
Reading = Callable[[str, str], str]
"""Reads a text (text, locale) and says its language."""
_WARM = 20


@dataclass(frozen=True, slots=True)
class Speed:
    """Median ms a text on one core, English and not; texts a second on all cores; memory of one process."""

    p50_ms_en: float | None
    p50_ms_other: float | None
    per_s: float
    rss_mb: int
    texts: int
    processes: int

    def as_json(self) -> dict[str, object]:
        """The public figures."""
        return {name: getattr(self, name) for name in self.__slots__}


def bench_understanding(
    rows: Sequence[tuple[str, str]], opened: Callable[[Path | None], Reading], model: Path | None, tell: Tell
) -> Speed:
    """Measure on ``rows`` (text, locale), no text twice. ``opened`` loads what reads them, in each process anew."""
    rows = list(dict.fromkeys(rows))
    if len(rows) <= _WARM:
        raise CustomerError("bad_input", f"expected more than {_WARM} different texts, found {len(rows)}.")
    tell("one text after another, on one core")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        times, memory = pool.apply(_one_by_one, (rows, opened, model))
    english = [ms for ms, language in times if language == "en"]
    other = [ms for ms, language in times if language != "en"]
    cores = len(os.sched_getaffinity(0))
    tell(f"as many as {cores} cores can read")
    parts = [rows[start::cores] for start in range(cores)]
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(cores)
    with context.Pool(cores, _take_gate, (gate,)) as pool:
        spans = pool.starmap(_flood, [(part, opened, model) for part in parts], chunksize=1)
    seconds = max(end for _, end in spans) - min(start for start, _ in spans)
    done = sum(len(part) - _WARM for part in parts)
    return Speed(_p50(english), _p50(other), round(done / seconds, 1), memory, len(rows), cores)


def _p50(times: Sequence[float]) -> float | None:
    return round(median(times), 2) if times else None


def _one_by_one(
    rows: Sequence[tuple[str, str]], opened: Callable[[Path | None], Reading], model: Path | None
) -> tuple[list[tuple[float, str]], int]:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    read, times = opened(model), []
    for place, (text, locale) in enumerate(rows):
        start = time.perf_counter()
        language = read(text, locale)
        if place >= _WARM:
            times.append(((time.perf_counter() - start) * 1000, language))
    return times, round(psutil.Process().memory_info().rss / 1e6)


_gate: object = None


def _take_gate(gate: object) -> None:
    globals()["_gate"] = gate


def _flood(
    rows: Sequence[tuple[str, str]], opened: Callable[[Path | None], Reading], model: Path | None
) -> tuple[float, float]:
    """Begin and end (one clock for all processes) of reading ``rows`` but for the first few; all start at once."""
    read = opened(model)
    for text, locale in rows[:_WARM]:
        read(text, locale)
    _gate.wait()  # type: ignore[attr-defined]
    start = time.monotonic()
    for text, locale in rows[_WARM:]:
        read(text, locale)
    return start, time.monotonic()
