"""The command line: ``serve`` runs the bank, ``export`` writes its past to files."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, NoReturn
from urllib.parse import urlsplit

import typer

_TOP = "Harbour Bank: a demonstration bank for OpenTeller (no real money, no real people)."
_SERVE = """Run the bank.

The data directory is made on first use and keeps day 0, the seed, the keys
(keys.json, mode 0600), the ledger (ledger.sqlite) and the auditor's file
(ledger.jsonl).

Examples:

  python -m demo_bank serve --data ./harbour

  python -m demo_bank serve --data ./harbour --port 8801 --customers 2000 --seed 7
"""
_EXPORT = """Write 24 months of everybody's past: transactions, truth and accounts, as Parquet.

The same seed and day 0 always give the same rows.

Example:

  python -m demo_bank export --customers 2000 --seed 7 --out ./past
"""
app = typer.Typer(help=_TOP, add_completion=False, no_args_is_help=True, rich_markup_mode=None)


def fail(sentence: str) -> NoReturn:
    """Say what is wrong in one sentence and end with exit code 2."""
    print(sentence, file=sys.stderr)
    raise typer.Exit(2)


@app.command(help=_SERVE)
def serve(
    data: Annotated[Path, typer.Option(help="The bank's data directory.")],
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8801,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    customers: Annotated[
        int | None, typer.Option(help="How many customers (first time: 2000).", min=1, max=9999999)
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of all histories (first time: 7).")] = None,
    openteller_url: Annotated[
        str, typer.Option(help="Where OpenTeller is; the pages may talk to nobody else.")
    ] = "http://127.0.0.1:8800",
    public_url: Annotated[
        str | None, typer.Option(help="How browsers reach the bank (default: host and port).")
    ] = None,
) -> None:
    """Run the bank."""
    import uvicorn

    from demo_bank.application import make_app
    from demo_bank.bank import open_bank

    own = public_url or f"http://{host}:{port}"
    for name, url in (("--openteller-url", openteller_url), ("--public-url", own)):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or set(url) & set(" ;,'\""):
            fail(f"{name} must be an http or https address, not {url!r}.")
    try:
        bank = open_bank(data, customers=customers, seed=seed, public_url=own,
                         openteller_url=openteller_url)  # fmt: skip
    except (ValueError, OSError) as problem:
        fail(f"Cannot open the bank: {problem}.")
    uvicorn.run(make_app(bank), host=host, port=port, log_level="warning", access_log=False)


@app.command(help=_EXPORT)
def export(
    out: Annotated[Path, typer.Option(help="Directory for the Parquet files.")],
    customers: Annotated[int, typer.Option(help="How many customers.", min=1, max=9999999)] = 2000,
    seed: Annotated[int, typer.Option(help="Seed of all histories.")] = 7,
    day0: Annotated[str | None, typer.Option(help="Day after the last day, YYYY-MM-DD (default: today).")] = None,
) -> None:
    """Write the past to Parquet files."""
    from demo_bank.export import export_history

    try:
        day = date.fromisoformat(day0) if day0 else datetime.now(UTC).date()
    except ValueError:
        fail(f"--day0 must be a date such as 2026-11-24, not {day0!r}.")
    try:
        for path, rows in export_history(customers, seed, out, day).items():
            print(f"{path}  {rows:,} rows")
    except OSError as problem:
        fail(f"Cannot write to {out}: {problem}.")


def main() -> None:
    """Run the command line."""
    app(prog_name="python -m demo_bank")
