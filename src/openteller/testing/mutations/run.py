"""One mutation at a time in a copy of the checkout: the tests named for it must turn red, and for that reason.

A test that cannot even be collected, or whose fixtures fail, has seen nothing: such a mutation counts as survived.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue

from openteller.config import child_environment, load_settings
from openteller.domain.errors import ConfigurationError
from openteller.testing.mutations.listing import Mutation

_FOLDERS = ("src", "tests")
_FILES = ("pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg", "conftest.py")
"""What pytest reads beside the tests, where it is there."""
_PYTEST = ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
"""Without the plugin of Hypothesis, whose tests do not need it, pytest starts in half the time."""
_PATIENCE_S, _PATIENCE_FOR_ALL_S = 120.0, 900.0
_LEAVING_S = 30.0
_MOST_AT_ONCE = 4
_VERDICT = re.compile(r"^(FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
_RED = 1
_NOTHING_SEEN = {
    0: "its tests stay green",
    2: "its tests could not be collected",
    3: "pytest itself failed",
    4: "pytest does not know its tests",
    5: "there is no such test",
}

Tell = Callable[[str, float], None]
"""Told what is going on and how far it is (0–1)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutation: ``why`` is the first test that saw it, or in words why none did."""

    mutation: Mutation
    killed: bool
    why: str
    seconds: float


@dataclass(frozen=True, slots=True)
class _Said:
    """What a run of pytest said; ``code`` is None for one that did not come to an end."""

    code: int | None
    output: str

    def first(self, verdict: str) -> str | None:
        """The first test of this verdict (FAILED or ERROR)."""
        return next((test for said, test in _VERDICT.findall(self.output) if said == verdict), None)


def run_mutations(checkout: Path, mutations: Sequence[Mutation], tell: Tell) -> list[Outcome]:
    """What became of each. ConfigurationError when a test is red without any mutation: then red would mean nothing."""
    if find_spec("pytest") is None:
        raise ConfigurationError("pytest is not installed here: ./teller dev openteller mutations run")
    with tempfile.TemporaryDirectory(prefix="openteller-mutations-") as folder:
        free: SimpleQueue[_Copy] = SimpleQueue()
        copies = [_Copy(Path(folder).resolve() / str(number), checkout) for number in range(_at_once(mutations))]
        tell("the tests without any mutation", 0.0)
        copies[0].must_be_green(mutations)
        for copy in copies:
            free.put(copy)

        def trial(number: int, mutation: Mutation) -> Outcome:
            copy = free.get()
            try:
                return copy.trial(mutation, number)
            finally:
                free.put(copy)

        with ThreadPoolExecutor(len(copies)) as threads:
            waiting = [threads.submit(trial, number, mutation) for number, mutation in enumerate(mutations, 1)]
            try:
                for done, future in enumerate(as_completed(waiting), 1):
                    tell(future.result().mutation.name, done / len(mutations))
            except BaseException:  # told to stop: what has not begun does not begin
                threads.shutdown(wait=False, cancel_futures=True)
                raise
    return [future.result() for future in waiting]


def _at_once(mutations: Sequence[Mutation]) -> int:
    """A copy for each core: what takes time is starting Python."""
    return max(1, min(os.cpu_count() or 1, _MOST_AT_ONCE, len(mutations)))


class _Copy:
    """A copy of the checkout, in which one line at a time is changed."""

    def __init__(self, folder: Path, checkout: Path) -> None:
        self._folder = folder
        folder.mkdir()
        for name in _FOLDERS:
            shutil.copytree(checkout / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in _FILES:
            if (checkout / name).is_file():
                shutil.copy2(checkout / name, folder / name)

    def must_be_green(self, mutations: Sequence[Mutation]) -> None:
        """All tests that are named, once."""
        said = self._pytest(_apart(test for mutation in mutations for test in mutation.tests), _PATIENCE_FOR_ALL_S)
        if said.code == 0:
            return
        red = said.first("FAILED") or said.first("ERROR")
        if red is None:
            raise ConfigurationError(f"the tests do not run without any mutation:\n{_end(said.output)}")
        raise ConfigurationError(f"{red} is red without any mutation: mend it first, red would mean nothing")

    def trial(self, mutation: Mutation, number: int) -> Outcome:
        """The tests of this mutation, with it."""
        started = time.monotonic()
        with self._applied(mutation, number):
            said = self._pytest(mutation.tests, _PATIENCE_S)
        seconds = time.monotonic() - started
        red = said.first("FAILED") if said.code == _RED else None
        return Outcome(mutation, red is not None, red or _why_not(said), seconds)

    @contextmanager
    def _applied(self, mutation: Mutation, number: int) -> Iterator[None]:
        """The file's time moves with its text: Python would take what it has compiled within the same second and of
        the same size for current.
        """
        path = self._folder / "src" / mutation.file
        before, times = path.read_bytes(), path.stat()
        changed = before.replace(mutation.find.encode(), mutation.replace.encode())
        assert changed != before
        path.write_bytes(changed)
        os.utime(path, (times.st_atime, times.st_mtime + number))
        try:
            yield
        finally:
            path.write_bytes(before)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    def _pytest(self, tests: Sequence[str], patience_s: float) -> _Said:
        """What it says goes to a file: a pipe would stay open for as long as anything lives that a test has started."""
        said = self._folder / "said.txt"
        with said.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603 (our own tests)
                [sys.executable, *_PYTEST, *tests],
                cwd=self._folder,
                env=self._environment(),
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        try:
            code = process.wait(patience_s)
        except BaseException as error:
            _end_process(process)
            if isinstance(error, subprocess.TimeoutExpired):
                return _Said(None, f"not at an end after {patience_s:.0f} s")
            raise
        return _Said(code, said.read_text(encoding="utf-8", errors="replace"))

    def _environment(self) -> dict[str, str]:
        """Ours, but for where the code lies; trained models stay where they are, or each run would train its own."""
        return child_environment(
            {
                "PYTHONPATH": str(self._folder / "src"),
                "OPENTELLER_DATA": str(self._folder / "data"),
                "OPENTELLER_MODELS": str(load_settings().models_dir.absolute()),
                "PYTEST_ADDOPTS": "",
            }
        )


def _end_process(process: subprocess.Popen[bytes]) -> None:
    """Ask first: a test that is asked stops the database that it has started."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_LEAVING_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _apart(tests: Iterable[str]) -> list[str]:
    """Each test once: those of a file that is named as a whole are not named again."""
    names = sorted(set(tests))
    return [name for name in names if "::" not in name or name.partition("::")[0] not in names]


def _why_not(said: _Said) -> str:
    if said.code is None:
        return said.output
    if said.code == _RED:
        return f"{said.first('ERROR') or 'a test'} failed before it could look"
    return _NOTHING_SEEN.get(said.code, f"pytest ended with {said.code}")


def _end(output: str, lines: int = 5) -> str:
    return "\n".join(output.splitlines()[-lines:])
