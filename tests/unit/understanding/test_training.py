"""Training: reproducible, safe on disk, told apart by data, and honest about bad files."""

from __future__ import annotations

import json
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from openteller.adapters.encoders.use import UniversalSentenceEncoder
from openteller.capabilities.understanding import load_model, load_or_train, save_model
from openteller.capabilities.understanding.content import read_pack
from openteller.capabilities.understanding.datasets import read_datasets
from openteller.capabilities.understanding.material import Material
from openteller.capabilities.understanding.model import Model, Reading
from openteller.capabilities.understanding.training import train
from openteller.domain.errors import ConfigurationError
from tests.unit.understanding.conftest import PACK

CSV = """text,label
what is my balance,balance
how much money do i have,balance
"show me my balance, please",balance
freeze my card,freeze
block my card,freeze
please lock my card,freeze
"""


@pytest.fixture
def small(tmp_path: Path) -> Material:
    file = tmp_path / "small.csv"
    file.write_text(CSV, encoding="utf-8")
    return read_datasets([file])


def reading(model: Model, encoder: UniversalSentenceEncoder, text: str) -> Reading:
    return model.read([model.views[0].seen(encoder.encode([text]))], model.spelled([text]))[0]


def test_equal_data_give_an_equal_model(small: Material, encoder: UniversalSentenceEncoder) -> None:
    first, second = train(small, [encoder]), train(small, [encoder])
    assert first.facts.version == second.facts.version
    assert np.array_equal(first.intents.heads[0].weights, second.intents.heads[0].weights)


def test_a_model_comes_back_as_it_was_saved(small: Material, encoder: UniversalSentenceEncoder, tmp_path: Path) -> None:
    model = train(small, [encoder])
    save_model(model, tmp_path / "model")
    loaded = load_model(tmp_path / "model", [encoder])
    text = "block the card"
    first = reading(model, encoder, text)
    assert reading(loaded, encoder, text) == first
    assert first.best()[0] == "freeze"
    assert {path.name for path in (tmp_path / "model").iterdir()} == {
        "model.json", "weights.npz", "vocabulary.json", "examples.json", "spoken.json", "MODEL_CARD.md",
    }  # fmt: skip


def test_two_processes_may_start_at_once(encoder: UniversalSentenceEncoder, tmp_path: Path, small_pack: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: load_or_train(small_pack, tmp_path / "cache", [encoder]), range(2)))
    assert both[0].model.facts.version == both[1].model.facts.version
    assert [path.name for path in (tmp_path / "cache").iterdir() if path.name.startswith(".")] == []


@pytest.fixture
def small_pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack" / "intents"
    folder.mkdir(parents=True)
    for name, texts in {
        "balance": ["what is my balance", "my balance"],
        "freeze": ["freeze my card", "block it"],
    }.items():
        lines = "".join(f"    - {text}\n" for text in texts)
        (folder / f"{name}.yaml").write_text(f"name: {name}\nexamples:\n  en:\n{lines}", encoding="utf-8")
    return folder.parent


def test_changed_content_is_trained_anew(encoder: UniversalSentenceEncoder, tmp_path: Path, small_pack: Path) -> None:
    before = load_or_train(small_pack, tmp_path / "cache", [encoder]).model.facts
    with (small_pack / "intents/balance.yaml").open("a", encoding="utf-8") as file:
        file.write("    - how much money is in my account\n")
    after = load_or_train(small_pack, tmp_path / "cache", [encoder]).model.facts
    assert before.data_hash != after.data_hash
    assert before.version != after.version


def test_what_is_not_a_model_is_said(encoder: UniversalSentenceEncoder, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="not a model folder"):
        load_model(tmp_path, [encoder])


def test_a_folder_with_other_things_is_left_alone(
    small: Material, encoder: UniversalSentenceEncoder, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="something else"):
        save_model(train(small, [encoder]), tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text(encoding="utf-8") == "precious"


BAD = [
    ("a.csv", "text,intention\nhi,x\n", "a.csv:1: the first line must name"),
    ("a.csv", "text,label\nhi,there,x\n", "a.csv:2: expected 2 columns, found 3"),
    ("a.jsonl", '{"text": "hi", "label": "x"}\nnot json\n', "a.jsonl:2: expected one JSON object"),
    ("a.jsonl", '{"text": "hi"}\n', 'a.jsonl:1: expected {"text"'),
    ("a.yml", "version: 3\n", "a.yml:1: expected Rasa NLU data"),
    ("a.yml", "nlu: [\n", "not valid YAML"),
    ("a.txt", "hi", "expected a .csv, .jsonl or .yml file"),
    ("a.csv", "text,label\n", "no training rows"),
]


@pytest.mark.parametrize(("name", "content", "fault"), BAD)
def test_a_bad_file_is_named_with_its_line(tmp_path: Path, name: str, content: str, fault: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        read_datasets([tmp_path / name])
    assert fault in str(error.value)


def test_a_bad_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("text,label\nhi,x\nnaïve,x\n".encode("latin-1"))
    with pytest.raises(ConfigurationError, match=r"a\.csv:3: expected UTF-8"):
        read_datasets([tmp_path / "a.csv"])


def test_rasa_data_lose_their_markup(tmp_path: Path) -> None:
    content = (
        'nlu:\n- intent: send\n  examples: |\n    - send [50](amount) to [Anna]{"entity": "name"}\n    - pay her\n'
    )
    (tmp_path / "nlu.yml").write_text(content, encoding="utf-8")
    assert [row.text for row in read_datasets([tmp_path / "nlu.yml"]).examples] == ["send 50 to Anna", "pay her"]


def test_odd_rows_are_noted_and_not_fatal(tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    (tmp_path / "a.csv").write_text(CSV + "freeze my card,freeze\nfreeze my card,balance\n,freeze\nhello,lonely\n")
    material = read_datasets([tmp_path / "a.csv"])
    notes = " ".join(material.notes)
    assert "without a text" in notes
    assert "twice" in notes
    assert "more than one label" in notes
    assert "one example only: lonely" in notes
    assert len(train(material, [encoder]).facts.labels) == 3


def test_several_labels_are_each_active(tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    rows = [
        *((text, ["freeze"]) for text in ("freeze my card", "block my card", "lock the card", "stop my card")),
        *((text, ["hours"]) for text in ("when do you open", "opening hours", "are you open today", "closing time")),
        ("freeze my card and when do you open", ["freeze", "hours"]),
        ("lock it and opening hours", ["freeze", "hours"]),
        *((text, ["other"]) for text in ("tell me a joke", "what is the weather", "sing a song", "who won")),
    ]  # fmt: skip
    file = tmp_path / "several.jsonl"
    file.write_text("".join(json.dumps({"text": text, "labels": labels}) + "\n" for text, labels in rows))
    model = train(read_datasets([file]), [encoder])
    text = "please block my card and when do you open"
    chances = reading(model, encoder, text).intents
    assert model.facts.multi_label
    assert min(chances["freeze"], chances["hours"]) > chances["other"]


def test_the_shipped_content_is_well_formed() -> None:
    material = read_pack([PACK])
    assert {signal.name for signal in material.signals} == {
        "account_takeover", "bereavement", "billing_error_dispute", "card_lost_stolen", "complaint", "data_access",
        "data_erasure", "fraud_in_progress", "hardship", "human_request", "opt_out", "scam_payment_reported",
        "self_harm", "third_party_access", "unauthorised_transaction", "vulnerability",
    }  # fmt: skip
    meant: dict[str, set[str]] = defaultdict(set)
    for row in material.examples:
        meant[row.text.casefold()].update(row.labels)
    assert not {text: labels for text, labels in meant.items() if len(labels) > 1}, "a text that means two things"
    intents = {label for row in material.examples for label in row.labels}
    named = {name for signal in material.signals for name in (*signal.shown_by, *signal.undecided)}
    assert named <= intents


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("examples:\n  en: [hi]\n", "'name' must be"),
        ("name: x\nexamples: [hi]\n", "must map a language"),
        ("name: x\nexamples:\n  en: [yes]\n", "put it in quotes"),
        ("name: x\ngroup: y\nexamples:\n  en: [hi]\n", "'group' is 'y'"),
        ("- x\n", "expected a mapping"),
        ("a: [\n", "not valid YAML"),
    ],
)
def test_faulty_content_is_refused_with_its_file(tmp_path: Path, content: str, fault: str) -> None:
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "x.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        read_pack([tmp_path])
    assert fault in str(error.value)
    assert "x.yaml" in str(error.value)
