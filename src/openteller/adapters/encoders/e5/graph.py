"""The network of multilingual-e5-small (a transformer) as an ONNX graph: cosine to the package's own vectors 0.999."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from openteller.adapters.encoders.e5.weights import BLOCK, Weights
from openteller.adapters.encoders.graphs import Graph, GraphBuilder, Peaks


def e5_graph(weights: Weights, peaks: Peaks | None, bits: int) -> Graph:
    """The graph with the package's weights; see ``GraphBuilder`` for ``peaks`` and ``bits``."""
    return _Network(weights, GraphBuilder(peaks, bits)).graph()


class _Network:
    def __init__(self, weights: Weights, builder: GraphBuilder) -> None:
        self._weights = weights
        self._make = builder

    def graph(self) -> Graph:
        sizes = self._weights.sizes
        state = self._make.node("Unsqueeze", [self._embedded(), self._make.whole("first_axis", 0)])
        for number in range(sizes.layers):
            state = self._layer(f"l{number}.", state)
        mean = self._make.node("ReduceMean", [state, self._make.whole("batch_and_tokens", 0, 1)], keepdims=0)
        return self._make.finished("multilingual-e5-small", mean, sizes.width)

    def _embedded(self) -> str:
        """Words (unpacked from 4 bits), places and the one token type, summed and normalised: tokens × width."""
        sizes = self._weights.sizes
        scales, halves = self._weights.quartered("emb.word", sizes.width)
        packed = halves[..., : BLOCK // 2] | (halves[..., BLOCK // 2 :] << 4)
        rows = self._make.node("Gather", [self._make.constant("words", packed.reshape(sizes.words, -1)), "ids"])
        low = self._make.node("BitwiseAnd", [rows, self._make.constant("low_half", np.array(15, np.uint8))])
        high = self._make.node(
            "BitShift", [rows, self._make.constant("four", np.array(4, np.uint8))], direction="RIGHT"
        )
        blocks = self._make.whole("blocks", 0, sizes.width // BLOCK, BLOCK // 2)
        joined = self._make.node("Concat", [self._make.node("Reshape", [part, blocks]) for part in (low, high)], axis=2)
        numbers = self._make.node("Cast", [joined], to=TensorProto.FLOAT)
        centred = self._make.node("Sub", [numbers, self._make.constant("eight", np.array(8, np.float32))])
        by_row = self._make.node("Gather", [self._make.constant("word_scales", scales), "ids"])
        factors = self._make.node("Cast", [by_row], to=TensorProto.FLOAT)
        factors = self._make.node("Unsqueeze", [factors, self._make.whole("last_axis", 2)])
        scaled = self._make.node("Mul", [centred, factors])
        words = self._make.node("Reshape", [scaled, self._make.whole("tokens_by_width", 0, sizes.width)])
        places = self._weights.plain("emb.pos").reshape(-1, sizes.width)
        places = places + self._weights.plain("emb.type")[: sizes.width]
        bounds = [self._make.whole("start", 0), self._make.node("Shape", ["ids"]), self._make.whole("first_axis", 0)]
        used = self._make.node("Slice", [self._make.constant("places", places.astype(np.float32)), *bounds])
        total = self._make.node("Add", [words, used])
        return self._normalised(total, "emb.ln")

    def _layer(self, name: str, state: str) -> str:
        """State and result are 1 × tokens × width."""
        sizes = self._weights.sizes
        biases = np.concatenate([self._weights.plain(f"{name}{part}.b") for part in "qkv"])
        three = self._product(state, f"{name}qkv", [f"{name}{part}.w" for part in "qkv"], sizes.width, biases)
        parts = self._make.several("Split", [three], 3, axis=2, num_outputs=3)
        heard = self._make.node("MultiHeadAttention", parts, fused=True, num_heads=sizes.heads)
        answer = self._product(heard, f"{name}ao", [f"{name}ao.w"], sizes.width, self._weights.plain(f"{name}ao.b"))
        state = self._normalised(self._make.node("Add", [state, answer]), f"{name}aln")
        inner = self._product(state, f"{name}fi", [f"{name}fi.w"], sizes.width)
        inner = self._make.node("BiasGelu", [inner, *self._floats(f"{name}fi.b")], fused=True)
        outer = self._product(inner, f"{name}fo", [f"{name}fo.w"], sizes.inner, self._weights.plain(f"{name}fo.b"))
        return self._normalised(self._make.node("Add", [state, outer]), f"{name}oln")

    def _product(
        self,
        state: str,
        name: str,
        tensors: Sequence[str],
        columns: int,
        bias: NDArray[np.float32] | None = None,
    ) -> str:
        """``state`` times the transposed tensors, one below the other."""
        rows = np.concatenate([self._full(tensor, columns) for tensor in tensors])
        return self._make.product(state, name, rows, bias)

    def _full(self, tensor: str, columns: int) -> NDArray[np.float32]:
        scales, halves = self._weights.quartered(tensor, columns)
        values = (halves.astype(np.float32) - 8) * scales[..., None].astype(np.float32)
        return values.reshape(len(scales), columns)

    def _normalised(self, state: str, name: str) -> str:
        """As a node of its own: onnxruntime's fused one for a sum and its normalisation takes three times as long."""
        named = self._floats(f"{name}.w", f"{name}.b")
        return self._make.node("LayerNormalization", [state, *named], axis=-1, epsilon=self._weights.epsilon)

    def _floats(self, *names: str) -> list[str]:
        return [self._make.constant(name, self._weights.plain(name)) for name in names]
