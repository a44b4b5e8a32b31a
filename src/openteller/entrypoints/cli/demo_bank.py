"""``openteller demo-bank``: passes on to the demo bank, which is a program of its own."""

from __future__ import annotations

import subprocess
import sys

import typer

app = typer.Typer(no_args_is_help=True, help="The demo bank, an outside party.")
_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command(context_settings={**_PASS_ON, "help_option_names": []})
def export(context: typer.Context) -> None:
    """Write transactions and what was injected into them (truth) as Parquet.

    Example: openteller demo-bank export --customers 50 --seed 7 --out bank-export
    """
    _run("export", context.args)


@app.command(context_settings={**_PASS_ON, "help_option_names": []})
def serve(context: typer.Context) -> None:
    """Run the demo bank by itself.

    Example: openteller demo-bank serve --data bank --port 8801
    """
    _run("serve", context.args)


def _run(command: str, arguments: list[str]) -> None:
    done = subprocess.run(  # noqa: S603 (our own program; the arguments are the operator's)
        [sys.executable, "-m", "demo_bank", command, *arguments], check=False
    )
    raise typer.Exit(done.returncode)
