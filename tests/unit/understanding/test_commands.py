"""The commands ``train`` and ``understand`` as a shell sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from openteller.domain.errors import ConfigurationError
from openteller.entrypoints.cli.train import train
from openteller.entrypoints.cli.understand import understand

CSV = (
    "text,label\nwhat is my balance,balance\nhow much money do i have,balance\nfreeze my card,freeze\nblock it,freeze\n"
)


def run(command: object, *arguments: str, stdin: str = "") -> Result:
    app = typer.Typer()
    app.command()(command)  # type: ignore[type-var]
    return CliRunner().invoke(app, arguments, input=stdin)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("train")
    (folder / "data.csv").write_text(CSV, encoding="utf-8")
    result = run(train, "--data", str(folder / "data.csv"), "--out", str(folder / "model"), "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout.splitlines()[-1])
    assert told["labels"] == 2
    assert (folder / "model" / "MODEL_CARD.md").read_text(encoding="utf-8").count(told["version"]) == 1
    return folder / "model"


def test_understand_keeps_the_order_and_the_places_of_the_given_text(model: Path) -> None:
    said = "pay GB29 NWBK 6016 1331 9268 19 £25 on Friday"
    rows = [{"id": 1, "text": said, "locale": "en-GB", "today": "2026-11-24"}, {"id": "b", "text": ""}]
    result = run(understand, "--model", str(model), stdin="".join(json.dumps(row) + "\n" for row in rows))
    assert result.exit_code == 0, result.output
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert [first["id"], second["id"]] == [1, "b"]
    found = {entity["type"]: (entity["value"], said[entity["start"] : entity["end"]]) for entity in first["entities"]}
    assert found == {
        "iban": ("GB29NWBK60161331926819", "GB29 NWBK 6016 1331 9268 19"),
        "money": ({"amount_minor": 2500, "currency": "GBP"}, "£25"),
        "date": ("2026-11-27", "Friday"),
    }
    assert {intent["name"] for intent in first["intents"]} == {"balance", "freeze"}
    assert {signal["name"] for signal in first["signals"]} >= {"self_harm", "human_request"}
    assert second["out_of_scope"] == 1


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("not json", ":2:"),
        ('{"id": 2}', ":2:"),
        ('{"id": 2, "text": "hi", "today": "24/11/2026"}', "today"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(model: Path, tmp_path: Path, line: str, fault: str) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "hi"}\n' + line + "\n", encoding="utf-8")
    out = tmp_path / "out.jsonl"
    result = run(understand, "--model", str(model), "--input", str(tmp_path / "in.jsonl"), "--output", str(out))
    assert result.exit_code == 2
    assert fault in result.output
    assert not out.exists()


def test_bad_training_data_leave_no_model(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("text,label\na,b,c\n", encoding="utf-8")
    result = run(train, "--data", str(tmp_path / "data.csv"), "--out", str(tmp_path / "model"))
    assert isinstance(result.exception, ConfigurationError)
    assert "data.csv:2:" in str(result.exception)
    assert not (tmp_path / "model").exists()
