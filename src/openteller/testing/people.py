"""The people of the demo: an agent at the desk, and a supervisor who also sees the console."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

from openteller.adapters.keys.secret_files import make_secret
from openteller.domain.errors import ConfigurationError
from openteller.testing.stack import Stack

AGENT, SUPERVISOR = "maya", "sam"


def demo_staff(stack: Stack, name: str = AGENT) -> tuple[str, str]:
    """A name and its password. The password is drawn once and kept in the data folder (0600)."""
    role = "supervisor" if name == SUPERVISOR else "agent"
    file = stack.data / f"demo-{role}.password"
    if not file.exists():
        make_secret(file, secrets.token_urlsafe(15).encode())
    _create(stack, name, role, file)
    return name, file.read_text().strip()


def _create(stack: Stack, name: str, role: str, password: Path) -> None:
    done_already = stack.data / f"demo-{role}.created"
    if done_already.exists():
        return
    words = ("staff", "create", name, "--role", role, "--display-name", name.title(), "--password-file", str(password))
    done = subprocess.run(  # noqa: S603 (our own command, our own arguments)
        [sys.executable, "-m", "openteller", *words],
        env=stack.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ConfigurationError(f"could not make the account of the demo's {role}: {done.stderr.strip()[-400:]}")
    done_already.touch()
