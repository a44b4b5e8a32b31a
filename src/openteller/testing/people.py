"""The people of the demo: its one agent at the desk."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

from openteller.adapters.keys.secret_files import make_secret
from openteller.domain.errors import ConfigurationError
from openteller.testing.stack import Stack

AGENT = "maya"


def demo_staff(stack: Stack) -> tuple[str, str]:
    """The demo agent's name and password. The password is drawn once and kept in the data folder (0600)."""
    file = stack.data / "demo-agent.password"
    if not file.exists():
        make_secret(file, secrets.token_urlsafe(15).encode())
    _create(stack, file)
    return AGENT, file.read_text().strip()


def _create(stack: Stack, password: Path) -> None:
    done_already = stack.data / "demo-agent.created"
    if done_already.exists():
        return
    words = ("staff", "create", AGENT, "--role", "agent", "--display-name", "Maya", "--password-file", str(password))
    done = subprocess.run(  # noqa: S603 (our own command, our own arguments)
        [sys.executable, "-m", "openteller", *words],
        env=stack.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ConfigurationError(f"could not make the demo agent's account: {done.stderr.strip()[-400:]}")
    done_already.touch()
