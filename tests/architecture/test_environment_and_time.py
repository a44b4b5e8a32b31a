"""What comes from outside enters by one door: settings by config.py, time by the Clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import SourceFile, offences, parsed, python_files, real_name, real_names, report

ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv"}
SETTINGS = "pydantic_settings.BaseSettings"
READERS_OF_THE_ENVIRONMENT = {"openteller.config", "demo_bank.config"}

NOW = {
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime",
}  # fmt: skip
CLOCK = "openteller.adapters.clock"


def reading_the_environment(file: SourceFile) -> Iterator[tuple[ast.AST, str]]:
    names = real_names(file.tree)
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = real_name(node, names)
            if name in ENVIRONMENT or name == SETTINGS:
                yield node, f"{name}: only config.py reads the environment"


def telling_the_time(file: SourceFile) -> Iterator[tuple[ast.AST, str]]:
    names = real_names(file.tree)
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Name | ast.Attribute) and real_name(node, names) in NOW:
            yield node, f"{real_name(node, names)}: time enters by the Clock"


def test_only_config_reads_the_environment() -> None:
    files = [file for file in python_files() if file.module not in READERS_OF_THE_ENVIRONMENT]
    report(offences(reading_the_environment, files))


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.environ['X']",
        "import os as o\no.getenv('X')",
        "from os import environ\nenviron.get('X')",
        "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings): ...",
    ],
)
def test_reading_the_environment_is_seen(text: str) -> None:
    assert offences(reading_the_environment, [parsed(text)])


def test_time_enters_by_the_clock() -> None:
    files = [file for file in python_files("openteller") if not f"{file.module}.".startswith(f"{CLOCK}.")]
    report(offences(telling_the_time, files))


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import UTC, datetime\ndatetime.now(UTC)",
        "import datetime as dt\ndt.date.today()",
        "import time\ntime.time()",
        "from time import time\ntime()",
        "from datetime import datetime\nfield(default_factory=datetime.now)",
    ],
)
def test_telling_the_time_is_seen(text: str) -> None:
    assert offences(telling_the_time, [parsed(text)])


def test_measuring_how_long_something_takes_is_fine() -> None:
    assert not offences(telling_the_time, [parsed("import time\ntime.monotonic()\ntime.perf_counter()\nclock.now()")])
