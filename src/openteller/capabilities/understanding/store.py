"""Models on disk: JSON and plain arrays only, written whole or not at all, found again by what they were trained on."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from openteller.capabilities.understanding.content import read_pack, understood_languages
from openteller.capabilities.understanding.machine import Head, Landmarks, Machine
from openteller.capabilities.understanding.model import Depth, Model, ModelFacts, SignalFacts
from openteller.capabilities.understanding.model_card import model_card
from openteller.capabilities.understanding.training import Progress, quiet, train
from openteller.capabilities.understanding.understander import Understander
from openteller.capabilities.understanding.understood_as import encoders_of
from openteller.capabilities.understanding.versions import FORMAT, arrays_of
from openteller.capabilities.understanding.views import view_with
from openteller.capabilities.understanding.vocabulary import Vocabulary
from openteller.domain.errors import ConfigurationError
from openteller.ports import Encoder, LanguageIdentifier

_Arrays = Mapping[str, Any]
_KNOWN = "known"
"""The folder, within that of a model, of the one whose understanding helps it."""


def load_or_train(
    pack_dirs: Path | Sequence[Path],
    cache_dir: Path,
    encoders: Sequence[Encoder],
    identifier: LanguageIdentifier | None = None,
    *,
    progress: Progress = quiet,
) -> Understander:
    """The understander of a pack (and the packs it extends, base first), trained at the first start (seconds).

    The model is kept in ``cache_dir`` under the hash of its data and encoders; processes that start at once may both
    train, and the later one uses the earlier one's result. A pack that leaves the signals of the one it extends as they
    are learns intents only. Raises ConfigurationError on faulty content.
    """
    folders = [pack_dirs] if isinstance(pack_dirs, Path) else list(pack_dirs)
    material = read_pack(folders)
    names = " ".join(encoder.name for encoder in encoders)
    name = sha256(f"{FORMAT} {names} {material.data_hash}".encode()).hexdigest()[:24]
    folder = cache_dir / f"understanding-{name}"
    if not (folder / "model.json").exists():
        base = None
        if _stands_on_its_base(folders):
            base = load_or_train(folders[:-1], cache_dir, encoders, identifier, progress=progress).model
        save_model(train(material, encoders, progress, base, cache_dir), folder)
    return Understander(load_model(folder, encoders), encoders, identifier, cache_dir)


def _stands_on_its_base(folders: Sequence[Path]) -> bool:
    """Whether the last pack extends another and leaves signals and languages as they are there."""
    if len(folders) < 2 or (folders[-1] / "signals").exists():
        return False
    return understood_languages(folders) == understood_languages(folders[:-1])


def save_model(model: Model, folder: Path) -> None:
    """Write ``model`` as ``folder``: built beside it and renamed into place, so that no half-written model is seen.

    A folder that is there already and holds the same version is left; another model there is replaced; anything else
    is left alone (ConfigurationError).
    """
    check_target(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        np.savez(building / "weights.npz", allow_pickle=False, **arrays_of(model))
        machines = {"intents": model.intents, "signals": model.signals}
        terms = {name: machine.vocabulary.terms for name, machine in machines.items() if machine is not None}
        _write(building / "vocabulary.json", json.dumps(terms, ensure_ascii=False))
        _write(building / "examples.json", json.dumps(model.examples, ensure_ascii=False))
        _write(building / "spoken.json", json.dumps(model.spoken, ensure_ascii=False))
        _write(building / "MODEL_CARD.md", model_card(model.facts))
        facts = {"format": FORMAT, **asdict(model.facts)}
        _write(building / "model.json", json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
        if model.known is not None:
            save_model(model.known, building / _KNOWN)
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


def load_model(folder: Path, encoders: Sequence[Encoder]) -> Model:
    """The model in ``folder``. Raises ConfigurationError when it is not one, or was trained with other encoders."""
    try:
        stored = {
            name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            for name in ("model", "vocabulary", "examples", "spoken")
        }
        with np.load(folder / "weights.npz", allow_pickle=False) as weights:
            arrays = dict(weights)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"not a model folder: {error}", file=str(folder)) from error
    if stored["model"].pop("format", None) != FORMAT:
        raise ConfigurationError(f"the model is of another format than {FORMAT}; train it again", file=str(folder))
    facts = _facts(stored["model"])
    known = load_model(folder / _KNOWN, encoders) if (folder / _KNOWN).is_dir() else None
    names = tuple(encoder.name for encoder in encoders_of(known, len(facts.encoders), encoders))
    if facts.encoders != names:
        fault = f"the model was trained with the encoders {', '.join(facts.encoders)}, not {', '.join(names)}"
        raise ConfigurationError(fault, file=str(folder))
    views = tuple(
        view_with(number, facts.encoders[number], arrays[f"view{number}_mean"], arrays[f"view{number}_basis"])
        for number in range(len(facts.encoders))
    )
    intents, signals = (
        _machine(name, stored["vocabulary"][name], arrays) if name in stored["vocabulary"] else None
        for name in ("intents", "signals")
    )
    if intents is None:
        raise ConfigurationError("not a model folder: it knows no intents", file=str(folder))
    return Model(facts, views, intents, signals, arrays["owners"], tuple(stored["examples"]), stored["spoken"], known)


def _facts(content: dict[str, Any]) -> ModelFacts:
    depths = tuple(
        Depth(
            **{
                **depth,
                "scope_weights": tuple(depth["scope_weights"]),
                "signals": tuple(SignalFacts(**signal) for signal in depth["signals"]),
                "covered": tuple(depth["covered"]),
            }
        )
        for depth in content.pop("depths")
    )
    lists = ("encoders", "languages", "labels", "quick_languages", "notes")
    return ModelFacts(**{**content, **{key: tuple(content[key]) for key in lists}}, depths=depths)


def _machine(name: str, terms: Sequence[str], arrays: _Arrays) -> Machine:
    depth = sum(f"{name}{number}_places" in arrays for number in range(len(arrays)))
    heads = tuple(
        Head(*(arrays[f"{name}{number}_{part}"] for part in ("places", "weights", "sparse_weights", "priors")))
        for number in range(depth)
    )
    landmarks = tuple(
        Landmarks(arrays[f"{name}{number}_landmarks"], arrays[f"{name}{number}_steps"]) for number in range(depth)
    )
    return Machine(Vocabulary(tuple(terms), arrays[f"{name}_idf"]), landmarks, heads)
