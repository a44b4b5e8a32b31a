"""Models on disk: JSON and plain arrays only, written whole or not at all, found again by what they were trained on."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import numpy as np

from openteller.capabilities.understanding.content import read_pack
from openteller.capabilities.understanding.model import Model, ModelFacts, SignalFacts
from openteller.capabilities.understanding.model_card import model_card
from openteller.capabilities.understanding.training import Progress, quiet, train
from openteller.capabilities.understanding.understander import Understander
from openteller.capabilities.understanding.versions import FORMAT
from openteller.capabilities.understanding.vocabulary import Vocabulary
from openteller.domain.errors import ConfigurationError
from openteller.ports import Encoder, LanguageIdentifier

_ARRAYS = ("landmarks", "landmark_labels", "dense_weights", "sparse_weights", "priors")


def load_or_train(
    pack_dirs: Path | Sequence[Path],
    cache_dir: Path,
    encoder: Encoder,
    identifier: LanguageIdentifier | None = None,
    *,
    progress: Progress = quiet,
) -> Understander:
    """The understander of a pack (and the packs it extends, base first), trained at the first start (seconds).

    The model is kept in ``cache_dir`` under the hash of its data and encoder; processes that start at once may both
    train, and the later one uses the earlier one's result. Raises ConfigurationError on faulty content.
    """
    folders = [pack_dirs] if isinstance(pack_dirs, Path) else list(pack_dirs)
    material = read_pack(folders)
    name = sha256(f"{FORMAT} {encoder.name} {material.data_hash}".encode()).hexdigest()[:24]
    folder = cache_dir / f"understanding-{name}"
    if not (folder / "model.json").exists():
        save_model(train(material, encoder, progress), folder)
    return Understander(load_model(folder, encoder), encoder, identifier)


def save_model(model: Model, folder: Path) -> None:
    """Write ``model`` as ``folder``: built beside it and renamed into place, so that no half-written model is seen.

    A folder that is there already and holds the same version is left; another model there is replaced; anything else
    is left alone (ConfigurationError).
    """
    check_target(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        arrays = {name: getattr(model, name) for name in _ARRAYS}
        np.savez(building / "weights.npz", allow_pickle=False, idf=model.vocabulary.idf, **arrays)
        _write(building / "vocabulary.json", json.dumps(model.vocabulary.terms, ensure_ascii=False))
        _write(building / "spoken.json", json.dumps(model.spoken, ensure_ascii=False))
        _write(building / "MODEL_CARD.md", model_card(model.facts))
        facts = {"format": FORMAT, **asdict(model.facts)}
        _write(building / "model.json", json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
        building.chmod(0o755)
        _put_in_place(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def check_target(folder: Path) -> None:
    """Raise ConfigurationError when ``folder`` cannot take a model: a file, or a folder that holds something else."""
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError("the model needs a folder, and this is a file", file=str(folder))
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "model.json").is_file():
        raise ConfigurationError("the folder holds something else than a model; nothing was written", file=str(folder))


def _put_in_place(building: Path, folder: Path) -> None:
    try:
        building.rename(folder)
    except OSError:
        if _version(folder) == _version(building):
            return  # somebody else trained the same model meanwhile, and may be reading it
        aside = building.with_name(building.name + "-old")
        folder.rename(aside)
        building.rename(folder)
        shutil.rmtree(aside, ignore_errors=True)


def _version(folder: Path) -> str:
    return str(json.loads((folder / "model.json").read_text(encoding="utf-8"))["version"])


def load_model(folder: Path, encoder: Encoder) -> Model:
    """The model in ``folder``. Raises ConfigurationError when it is not one, or was trained with another encoder."""
    try:
        facts = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        terms = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        spoken = json.loads((folder / "spoken.json").read_text(encoding="utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in (*_ARRAYS, "idf")}
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"not a model folder: {error}", file=str(folder)) from error
    if facts.pop("format", None) != FORMAT:
        raise ConfigurationError(f"the model is of another format than {FORMAT}; train it again", file=str(folder))
    if facts["encoder"] != encoder.name:
        fault = f"the model was trained with the encoder {facts['encoder']}, not {encoder.name}"
        raise ConfigurationError(fault, file=str(folder))
    facts["signals"] = tuple(SignalFacts(**signal) for signal in facts["signals"])
    for key in ("languages", "labels", "scope_weights", "notes"):
        facts[key] = tuple(facts[key])
    vocabulary = Vocabulary(tuple(terms), arrays.pop("idf"))
    return Model(ModelFacts(**facts), vocabulary, spoken=spoken, **arrays)
