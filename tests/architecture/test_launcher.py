"""./teller finds its way: any folder, through a link, arguments untouched, nothing printed, quickly."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

PYTHON = (
    '#!/bin/sh\nfor each; do printf "[%s]" "$each"; done\nprintf "\\n%s\\n%s\\n" "$PYTHONPATH" "$OPENTELLER_DATA"\n'
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy whose environment is ready and whose Python only says what it was asked."""
    here = tmp_path / "a checkout"
    here.mkdir()
    for name in ("teller", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, here)
    binaries = tmp_path / "home" / "venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").write_text(PYTHON)
    (binaries / "python").chmod(0o755)
    shutil.copy(ROOT / "requirements.lock", binaries.parent / "installed-requirements.lock")
    return here


def teller(command: Path, *arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "OPENTELLER_HOME": str(cwd.parent / "home"), **more}
    return subprocess.run(
        [command, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_arguments_arrive_as_they_were_given(checkout: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = elsewhere / "tell"
    link.symlink_to(checkout / "teller")
    begun = time.perf_counter()
    run = teller(link, "chat", "I lost  my card", "", "*", cwd=elsewhere)
    took = time.perf_counter() - begun
    said, path, data = run.stdout.splitlines()
    assert said == "[-m][openteller][chat][I lost  my card][][*]"
    assert path == str(checkout / "src")
    assert data == str(tmp_path / "home" / "data")
    assert run.stderr == ""
    assert took < 1, "the way to the programme is to take milliseconds"


def test_data_stays_where_it_was_said_to_be(checkout: Path) -> None:
    run = teller(checkout / "teller", cwd=checkout, OPENTELLER_DATA="/srv/data")
    assert run.stdout.splitlines()[-1] == "/srv/data"


def test_an_environment_of_somebody_else_is_left_alone(checkout: Path) -> None:
    venv = checkout.parent / "home" / "venv"
    (venv / "installed-requirements.lock").write_text("older")
    run = teller(checkout / "teller", cwd=checkout)
    assert run.returncode == 1
    assert run.stderr == f"teller: {venv} was not made by ./teller and is left alone: move it away and try again\n"
    assert (venv / "bin" / "python").read_text() == PYTHON


def test_without_python_there_is_one_clear_sentence(checkout: Path, tmp_path: Path) -> None:
    (checkout.parent / "home" / "venv" / "installed-requirements.lock").unlink()
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("sh", "readlink", "id", "cksum", "cmp", "mkdir", "printf"):
        (tools / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")
    run = teller(checkout / "teller", cwd=checkout, PATH=str(tools))
    assert run.returncode == 1
    assert run.stderr.startswith("teller: Python 3.11 to 3.14 is needed")
    assert run.stderr.count("\n") == 1
