"""The command ``openteller``: one line a command; what each does stands in its own file."""

from __future__ import annotations

import sys
from importlib import import_module

import typer
from rich.console import Console
from rich.markup import escape

from openteller.config import one_thread_each
from openteller.domain.errors import TellerError

COMMANDS: dict[str, tuple[str, str, str]] = {
    # name: (module below entrypoints.cli, attribute, one line of help)
    "demo": ("running", "demo", "Start everything with the demo bank."),
    "serve": ("running", "serve", "Run an API process."),
    "worker": ("running", "worker", "Run a worker process."),
    "chat": ("chat", "chat", "Talk in the terminal."),
    "understand": ("understand", "understand", "Understand texts (JSONL in, JSONL out)."),
    "intents": ("intents", "intents", "List what is understood."),
    "evaluate": ("evaluate", "app", "Measure the quality of understanding."),
    "train": ("train", "train", "Train an understanding model."),
    "redact": ("redact", "redact", "Redact texts (JSONL in, JSONL out)."),
    "new": ("pack", "new", "Start a pack of your own."),
    "pack": ("pack", "app", "Check and show packs."),
    "knowledge": ("knowledge", "app", "List, search and measure the articles."),
    "flows": ("flows", "app", "List, draw and check flows."),
    "replay": ("replay", "replay", "Decide a recorded turn again."),
    "audit": ("audit", "app", "Verify the audit trail."),
    "privacy": ("privacy", "app", "Export or erase a person's data."),
    "database": ("database", "app", "Migrate, check, back up, restore."),
    "staff": ("operating", "staff", "Accounts of staff."),
    "switch": ("operating", "switch", "Kill switches."),
    "obligations": ("operating", "obligations", "What has been promised and is still owed."),
    "bench": ("bench", "app", "Measure."),
    "faultlab": ("faultlab", "app", "Break things on purpose and count what is lost."),
    "mutations": ("mutations", "app", "Break one line at a time and see that a test turns red."),
    "demo-bank": ("demo_bank", "app", "The demo bank: export its history and truth."),
}


def run() -> None:
    """Run the command line. A fault of ours or of the input ends in one clear sentence and exit code 2 or 1."""
    one_thread_each()
    try:
        _build(sys.argv[1:2])()
    except TellerError as error:
        raise _ended(str(error)) from error
    except OSError as error:
        if error.filename is None:  # not of a file that somebody has named: ours to look into
            raise
        raise _ended(f"{error.filename}: {error.strerror}") from error


def _ended(sentence: str) -> SystemExit:
    Console(stderr=True).print(f"[red]openteller:[/red] {escape(sentence)}", soft_wrap=True, highlight=False)
    return SystemExit(2)


def _build(first: list[str]) -> typer.Typer:
    """The application; only the command asked for is imported, so that ``--help`` of one does not load all."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        help="OpenTeller: customer service for banks. Start with [bold]openteller demo[/bold].",
    )
    wanted = first[0] if first else ""
    for name, (module, attribute, summary) in COMMANDS.items():
        if wanted in COMMANDS and name != wanted:
            continue
        if wanted not in COMMANDS:
            app.command(name, help=summary)(_nothing)
            continue
        loaded = getattr(import_module(f"openteller.entrypoints.cli.{module}"), attribute)
        if isinstance(loaded, typer.Typer):
            app.add_typer(loaded, name=name, help=summary)
        else:
            app.command(name)(loaded)
    if len(app.registered_commands) + len(app.registered_groups) == 1:
        app.callback()(_nothing)  # keeps the command's name: typer drops it when there is only one
    return app


def _nothing() -> None:
    pass
