"""What is shipped for containers fits the project: nothing is copied that is not there, nothing runs as root."""

from __future__ import annotations

import re
import subprocess

import yaml

from openteller.config import Settings
from openteller.entrypoints.cli.main import COMMANDS
from tests.architecture.source_tree import ROOT

CONTAINERFILE = (ROOT / "deploy/Containerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text("utf-8"))


def test_everything_that_the_image_copies_is_there_and_not_ignored() -> None:
    done = subprocess.run(["bash", "deploy/build", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kept = {line.removeprefix("!") for line in (ROOT / ".containerignore").read_text().splitlines() if line[0] == "!"}
    lines = re.findall(r"^COPY --chown=\S+ (.+) \S+$", CONTAINERFILE, re.MULTILINE)
    copied = {one for line in lines for one in line.split()}
    assert copied == kept
    assert (ROOT / ".dockerignore").read_text() == (ROOT / ".containerignore").read_text()


def test_nothing_runs_as_root() -> None:
    lines = CONTAINERFILE.splitlines()
    assert "USER openteller" in lines
    assert lines.index("USER openteller") < next(n for n, line in enumerate(lines) if line.startswith("ENTRYPOINT"))
    for name, service in COMPOSE["services"].items():
        if name != "database":
            assert service["cap_drop"] == ["ALL"], name
            assert service["read_only"] is True, name


def test_every_setting_of_the_compose_file_exists() -> None:
    known = {
        str(field.validation_alias or f"OPENTELLER_{name.upper()}") for name, field in Settings.model_fields.items()
    }
    for service in COMPOSE["services"].values():
        given = {name for name in service["environment"] if not name.startswith("POSTGRES_")}
        assert given <= known


def test_every_command_of_the_compose_file_exists() -> None:
    for service in COMPOSE["services"].values():
        if "command" in service:
            assert service["command"][0] in COMMANDS
