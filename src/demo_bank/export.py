"""Writes everybody's past to Parquet: transactions, accounts and the truth about them."""

from __future__ import annotations

import csv
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from demo_bank.history import History, make_history
from demo_bank.statements import Renderer

_COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "transactions": (
        ("customer_id", "VARCHAR"), ("transaction_id", "VARCHAR"), ("account_id", "VARCHAR"),
        ("card_id", "VARCHAR"), ("booked_on", "DATE"), ("at", "VARCHAR"),
        ("amount_minor", "BIGINT"), ("currency", "VARCHAR"), ("merchant", "VARCHAR"),
        ("category", "VARCHAR"), ("description", "VARCHAR"), ("status", "VARCHAR"),
        ("kind", "VARCHAR"), ("counterparty_iban", "VARCHAR"),
        ("original_amount_minor", "BIGINT"), ("original_currency", "VARCHAR")),
    "truth": (
        ("customer_id", "VARCHAR"), ("kind", "VARCHAR"), ("transaction_ids", "VARCHAR[]"),
        ("date", "DATE"), ("amount_minor", "BIGINT"), ("currency", "VARCHAR"),
        ("details", "VARCHAR")),
    "accounts": (
        ("customer_id", "VARCHAR"), ("account_id", "VARCHAR"), ("kind", "VARCHAR"),
        ("name", "VARCHAR"), ("iban", "VARCHAR"), ("account_number", "VARCHAR"),
        ("currency", "VARCHAR"), ("opening_minor", "BIGINT"), ("balance_minor", "BIGINT"),
        ("pending_minor", "BIGINT"), ("overdraft_limit_minor", "BIGINT"),
        ("credit_limit_minor", "BIGINT"), ("country", "VARCHAR"), ("language", "VARCHAR"),
        ("time_zone", "VARCHAR")),
}  # fmt: skip


def export_history(customers: int, seed: int, out: Path, day0: date,
                   console: Console | None = None) -> dict[Path, int]:  # fmt: skip
    """Write the 24 months before ``day0`` of customers 1 to ``customers``.

    Returns:
        Each file written and its number of rows. The same arguments always give the
        same rows; amounts are minor units.

    Raises:
        OSError: if the directory cannot be made or written.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as folder:
        counts = _write_csv(customers, seed, day0, Path(folder), console or Console(stderr=True))
        for name in _COLUMNS:
            _to_parquet(Path(folder) / f"{name}.csv", out / f"{name}.parquet", name)
    return {out / f"{name}.parquet": counts[name] for name in _COLUMNS}


def _write_csv(customers: int, seed: int, day0: date, folder: Path,
               console: Console) -> dict[str, int]:  # fmt: skip
    """Write one CSV file for each table, customer by customer; return the rows of each."""
    counts = dict.fromkeys(_COLUMNS, 0)
    streams = {name: (folder / f"{name}.csv").open("w", newline="", encoding="utf-8")
               for name in _COLUMNS}  # fmt: skip
    writers = {name: csv.writer(stream) for name, stream in streams.items()}
    bar = Progress(TextColumn("[bold]Customers"), BarColumn(), MofNCompleteColumn(),
                   TimeRemainingColumn(), console=console)  # fmt: skip
    with bar:
        for number in bar.track(range(1, customers + 1)):
            history = make_history(seed, number, day0)
            for name, rows in _rows(history).items():
                columns = [column for column, _ in _COLUMNS[name]]
                writers[name].writerows([row.get(column) for column in columns] for row in rows)
                counts[name] += len(rows)
    for stream in streams.values():
        stream.close()
    return counts


def _rows(history: History) -> dict[str, list[dict[str, Any]]]:
    """Return one customer's rows for each table."""
    show, customer = Renderer(history), history.customer
    who = {"customer_id": customer.customer_id}
    truth = [
        {**who, "kind": truth.kind, "transaction_ids": f"[{', '.join(truth.transaction_ids)}]",
         "date": truth.when.isoformat(), "amount_minor": truth.amount_minor,
         "currency": truth.currency, "details": truth.details}
        for truth in history.truths
    ]  # fmt: skip
    accounts = [
        {**who, "account_id": account.account_id, "kind": kind, "name": account.name,
         "iban": account.number.iban, "account_number": account.number.account_number,
         "currency": account.currency, "opening_minor": account.opening_minor,
         "balance_minor": history.balances[kind], "pending_minor": -history.holds[kind],
         "overdraft_limit_minor": account.overdraft_limit_minor,
         "credit_limit_minor": account.credit_limit_minor, "country": customer.country.code,
         "language": customer.language, "time_zone": customer.time_zone}
        for kind, account in history.holdings.accounts.items()
    ]  # fmt: skip
    lines = [{**who, **show(line)} for line in history.transactions]
    return {"transactions": lines, "truth": truth, "accounts": accounts}


def _to_parquet(source: Path, target: Path, name: str) -> None:
    """Turn one CSV file into Parquet, replacing any older file whole."""
    kinds = ", ".join(f"'{column}': '{kind}'" for column, kind in _COLUMNS[name])
    draft = target.with_suffix(".new")
    with duckdb.connect() as database:
        database.execute("SET preserve_insertion_order = true")
        database.execute(
            f"COPY (SELECT * FROM read_csv(?, header = false, columns = {{{kinds}}},"
            " quote = '\"', escape = '\"', delim = ','))"
            f" TO '{_quoted(draft)}' (FORMAT parquet, COMPRESSION zstd)", [str(source)])  # fmt: skip
    draft.replace(target)


def _quoted(path: Path) -> str:
    """Return a path for use inside an SQL string."""
    return str(path).replace("'", "''")
