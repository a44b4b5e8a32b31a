from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from typer.testing import CliRunner

from demo_bank.command_line import app
from demo_bank.export import export_history
from demo_bank.history import make_history

DAY0 = date(2026, 11, 24)


def rows(path: Path) -> list[Any]:
    with duckdb.connect() as database:
        return database.execute(f"SELECT * FROM read_parquet('{path}')").fetchall()


def test_export_is_repeatable_and_whole(tmp_path: Path) -> None:
    counts = export_history(8, 7, tmp_path / "a", DAY0)
    export_history(8, 7, tmp_path / "b", DAY0)
    for path, count in counts.items():
        found = rows(path)
        assert found == rows(tmp_path / "b" / path.name)
        assert len(found) == count
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [
        "accounts.parquet", "transactions.parquet", "truth.parquet"]  # fmt: skip
    truths = [truth for number in range(1, 9) for truth in make_history(7, number, DAY0).truths]
    written = rows(tmp_path / "a" / "truth.parquet")
    assert [(row[0], row[1], tuple(row[2]), row[3], row[4]) for row in written] == [
        (t.customer_id, t.kind, t.transaction_ids, t.when, t.amount_minor) for t in truths]  # fmt: skip
    with duckdb.connect() as database:
        wrong = database.execute(
            f"SELECT count(*) FROM '{tmp_path}/a/accounts.parquet' a WHERE balance_minor <> opening_minor + coalesce(("
            f"SELECT sum(amount_minor) FROM '{tmp_path}/a/transactions.parquet' t"
            " WHERE t.account_id = a.account_id AND t.status = 'posted'), 0)"
        ).fetchall()
    assert wrong == [(0,)]


def test_bad_input_ends_with_two_and_a_sentence(tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert run(app, ["export", "--out", str(tmp_path), "--day0", "soon"]).exit_code == 2
    assert run(app, ["export", "--out", str(tmp_path), "--customers", "0"]).exit_code == 2
    (tmp_path / "file").write_text("")
    assert run(app, ["serve", "--data", str(tmp_path / "file")]).exit_code == 2
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "bank.json").write_text('{"seed": 1, "customers": 5, "day0": "2026-01-01"}')
    other = run(app, ["serve", "--data", str(tmp_path / "bank"), "--seed", "2"])
    assert other.exit_code == 2
    assert "seed 1" in other.output
    assert run(app, ["serve", "--data", str(tmp_path), "--openteller-url", "http://a b"]).exit_code == 2
    assert "Example" in run(app, ["serve", "--help"]).output


def start(data: Path, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "demo_bank", "serve", "--data", str(data), "--port", str(port)]
    path = os.pathsep.join(part for part in sys.path if part)
    bank = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path})
    for _ in range(200):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200:
                return bank
        except httpx.HTTPError:
            time.sleep(0.05)
    bank.kill()
    pytest.fail("the bank did not start")


def test_a_killed_bank_remembers(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = tmp_path / "bank"
    bank = start(data, port)
    keys = json.loads((data / "keys.json").read_text())
    assert {stat.S_IMODE((data / name).stat().st_mode) for name in ("keys.json", "signing-key.json")} == {0o600}
    card = {"card_id": "k-000042-1"}
    body = {"customer_id": "c-000042", "kind": "freeze_card", "params": card}
    headers = {"Authorization": f"Bearer {keys['service_key']}"}
    url = f"http://127.0.0.1:{port}/api/actions"
    answers: dict[str, Any] = {}

    def freeze(key: int) -> None:
        try:
            reply = httpx.post(url, json={**body, "idempotency_key": f"k-{key % 60}"}, headers=headers)
            answers[f"k-{key % 60}"] = reply.json()
        except httpx.HTTPError:
            pass  # the bank was killed first

    with ThreadPoolExecutor(6) as pool:
        work = [pool.submit(freeze, key) for key in range(90)]
        while len(answers) < 15:
            time.sleep(0.005)
        bank.send_signal(signal.SIGKILL)
        bank.wait()
        wait(work)
    bank = start(data, port)
    record = httpx.get(f"http://127.0.0.1:{port}/control/record", headers={"X-Control-Key": keys["control_key"]}).json()
    again = httpx.post(url, json={**body, "idempotency_key": "k-0"}, headers=headers).json()
    bank.terminate()
    bank.wait()
    done = [action["idempotency_key"] for action in record]
    assert len(set(done)) == len(done)
    assert set(answers) <= set(done)
    assert again == answers["k-0"]
    told = [json.loads(line) for line in (data / "ledger.jsonl").read_text().splitlines()]
    assert sorted(action["reference"] for action in told) == sorted(action["reference"] for action in record)
