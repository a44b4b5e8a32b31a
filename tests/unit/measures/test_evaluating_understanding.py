"""The command itself: exit codes, what machines get, and a report that is there only when it is whole."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from openteller.adapters.encoders.use import UniversalSentenceEncoder
from openteller.bootstrap import understanding
from openteller.capabilities.understanding.datasets import read_datasets
from openteller.capabilities.understanding.store import save_model
from openteller.capabilities.understanding.training import train
from openteller.entrypoints.cli import main

TAUGHT = {
    "freeze_card": ["freeze my card", "block my card", "lock the card please", "stop my card for now"],
    "check_balance": ["what is my balance", "how much money do i have", "show me my balance", "what is in my account"],
}
ASKED = [(text + " please", label) for label, texts in TAUGHT.items() for text in texts]


def written(file: Path, rows: list[tuple[str, str]]) -> Path:
    file.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """A good model, one that was taught the labels the wrong way round, and messages."""
    place = tmp_path_factory.mktemp("models")
    encoders = [UniversalSentenceEncoder(models)]
    other = dict(zip(TAUGHT, reversed(TAUGHT), strict=True))
    for name, called in (("good", {label: label for label in TAUGHT}), ("bad", other)):
        rows = [(text, called[label]) for label, texts in TAUGHT.items() for text in texts]
        save_model(train(read_datasets([written(place / f"{name}.csv", rows)]), encoders), place / name)
    written(place / "asked.csv", ASKED)
    return place


def run(words: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(understanding, "open_encoders", lambda _: (UniversalSentenceEncoder(folder),))
    monkeypatch.setattr(sys, "argv", ["openteller", "evaluate", "understanding", *words.split()])
    with pytest.raises(SystemExit) as ended:
        main.run()
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    ("first", "second", "verdict", "code"), [("good", "bad", "better", 0), ("bad", "good", "worse", 1)]
)
def test_the_exit_code_says_whether_it_is_worse(
    first: str,
    second: str,
    verdict: str,
    code: int,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = f"--data asked.csv --model {first} --against {second} --json --out {first}.html"
    assert run(words, folder, monkeypatch) == code
    told = json.loads(capsys.readouterr().out)
    assert (told["comparison"]["verdict"], told["model"]["messages"]) == (verdict, len(ASKED))
    assert f"Verdict: {verdict}" in (folder / f"{first}.html").read_text("utf-8")


def test_people_get_tables(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--data asked.csv --model bad", folder, monkeypatch) == 0
    told = capsys.readouterr().out
    for said in ("Accuracy in scope", "freeze_card", "4 × check_balance taken for freeze_card", "Wrong journey, acts"):
        assert said in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--data none.csv --model good", "none.csv: cannot be read"),
        ("--data asked.csv --model none", "none: not a model folder"),
        ("--data asked.csv --model good --out none/report.html", "none/report.html: cannot be written"),
    ],
)
def test_bad_input_is_one_sentence(
    words: str, said: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words, folder, monkeypatch) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
