"""``python -m openteller`` is the command ``openteller``."""

from openteller.entrypoints.cli.main import run

run()
