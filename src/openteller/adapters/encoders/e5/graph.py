"""The e5 network as an ONNX graph of 8-bit products.

Activations of a transformer have a few channels that are many times larger than the rest; their range is moved into the
weights first (SmoothQuant, Xiao et al. 2023, strength 0.7), by what a hundred sentences of ours show. Vectors keep a
cosine of 0.999 to those of the package's own engine, in a fifth of its time. The graph takes one text a run: the scale
of activations is that of the text alone, and a vector never depends on what else was asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from openteller.adapters.encoders.e5.weights import BLOCK, Weights

_FUSED = "com.microsoft"
_STRENGTH = 0.7
_LEAST, _MOST = 1e-3, 1e3

Peaks = Mapping[str, NDArray[np.float32]]
"""The largest activation seen of each channel, by product."""


@dataclass(frozen=True)
class Graph:
    """``ids`` (int64, tokens) in, ``vector`` (float32, width; length 1) out; ``watched`` are further outputs, by
    product: what goes into it (tokens × channels).
    """

    model: onnx.ModelProto
    watched: Mapping[str, str]


def watching_graph(weights: Weights) -> Graph:
    """The graph in single precision, which shows what goes into each product."""
    return _Builder(weights, None, 0).graph()


def quick_graph(weights: Weights, peaks: Peaks, bits: int) -> Graph:
    """The graph with 8-bit products; ``bits`` of a weight are used: 7 where the processor's sums would overflow."""
    return _Builder(weights, peaks, bits).graph()


class _Builder:
    def __init__(self, weights: Weights, peaks: Peaks | None, bits: int) -> None:
        self._weights = weights
        self._peaks = peaks
        self._highest = 2 ** (bits - 1) - 1 if bits else 0
        self._watched: dict[str, str] = {}
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def graph(self) -> Graph:
        sizes = self._weights.sizes
        state = self._embedded()
        for number in range(sizes.layers):
            state = self._layer(f"l{number}.", state)
        mean = self._node("ReduceMean", [state, self._whole("first_axis", 0)], keepdims=0)
        self._nodes.append(helper.make_node("LpNormalization", [mean], ["vector"], axis=-1, p=2))
        watched = self._watched if self._peaks is None else {}
        outputs = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [sizes.width])]
        outputs += [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in watched.values()]
        inputs = [helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])]
        constants = list(self._constants.values())
        graph = helper.make_graph(self._nodes, "multilingual-e5-small", inputs, outputs, constants)
        sets = [helper.make_opsetid("", 18), helper.make_opsetid(_FUSED, 1)]
        return Graph(helper.make_model(graph, opset_imports=sets, ir_version=9), watched)

    def _embedded(self) -> str:
        """Words (unpacked from 4 bits), places and the one token type, summed and normalised: tokens × width."""
        sizes = self._weights.sizes
        scales, halves = self._weights.quartered("emb.word", sizes.width)
        packed = halves[..., : BLOCK // 2] | (halves[..., BLOCK // 2 :] << 4)
        rows = self._node("Gather", [self._constant("words", packed.reshape(sizes.words, -1)), "ids"])
        low = self._node("BitwiseAnd", [rows, self._constant("low_half", np.array(15, np.uint8))])
        high = self._node("BitShift", [rows, self._constant("four", np.array(4, np.uint8))], direction="RIGHT")
        blocks = self._whole("blocks", 0, sizes.width // BLOCK, BLOCK // 2)
        joined = self._node("Concat", [self._node("Reshape", [part, blocks]) for part in (low, high)], axis=2)
        numbers = self._node("Cast", [joined], to=TensorProto.FLOAT)
        centred = self._node("Sub", [numbers, self._constant("eight", np.array(8, np.float32))])
        by_row = self._node("Gather", [self._constant("word_scales", scales), "ids"])
        factors = self._node("Cast", [by_row], to=TensorProto.FLOAT)
        factors = self._node("Unsqueeze", [factors, self._whole("last_axis", 2)])
        scaled = self._node("Mul", [centred, factors])
        words = self._node("Reshape", [scaled, self._whole("tokens_by_width", 0, sizes.width)])
        places = self._weights.plain("emb.pos").reshape(-1, sizes.width)
        places = places + self._weights.plain("emb.type")[: sizes.width]
        bounds = [self._whole("start", 0), self._node("Shape", ["ids"]), self._whole("first_axis", 0)]
        used = self._node("Slice", [self._constant("places", places.astype(np.float32)), *bounds])
        total = self._node("Add", [words, used])
        named = self._floats("emb.ln.w", "emb.ln.b")
        return self._node("LayerNormalization", [total, *named], axis=-1, epsilon=self._weights.epsilon)

    def _layer(self, name: str, state: str) -> str:
        sizes = self._weights.sizes
        biases = np.concatenate([self._weights.plain(f"{name}{part}.b") for part in "qkv"])
        three = self._product(state, f"{name}qkv", [f"{name}{part}.w" for part in "qkv"], sizes.width)
        three = self._node("Add", [three, self._constant(f"{name}qkv.b", biases)])
        parts = self._several("Split", [three], 3, axis=1, num_outputs=3)
        batch = [self._node("Unsqueeze", [part, self._whole("first_axis", 0)]) for part in parts]
        heard = self._node("MultiHeadAttention", batch, fused=True, num_heads=sizes.heads)
        heard = self._node("Squeeze", [heard, self._whole("first_axis", 0)])
        answer = self._product(heard, f"{name}ao", [f"{name}ao.w"], sizes.width)
        state = self._normalised(state, answer, f"{name}aln", f"{name}ao.b")
        inner = self._product(state, f"{name}fi", [f"{name}fi.w"], sizes.width)
        inner = self._node("BiasGelu", [inner, *self._floats(f"{name}fi.b")], fused=True)
        outer = self._product(inner, f"{name}fo", [f"{name}fo.w"], sizes.inner)
        return self._normalised(state, outer, f"{name}oln", f"{name}fo.b")

    def _product(self, state: str, name: str, tensors: Sequence[str], columns: int) -> str:
        """``state`` times the transposed tensors, one below the other."""
        rows = np.concatenate([self._full(tensor, columns) for tensor in tensors])
        self._watched[name] = state
        if self._peaks is None:
            return self._node("MatMul", [state, self._constant(f"{name}.w", rows.T)])
        shares = np.maximum(self._peaks[name], 1e-5) ** _STRENGTH
        shares = shares / np.maximum(np.abs(rows).max(axis=0), 1e-5) ** (1 - _STRENGTH)
        shares = np.clip(shares, _LEAST, _MOST).astype(np.float32)
        rows = rows * shares
        scales = np.abs(rows).max(axis=1) / self._highest
        whole = np.rint(rows / scales[:, None]).astype(np.int8)
        evened = self._node("Mul", [state, self._constant(f"{name}.e", 1 / shares)])
        inputs = [evened, self._constant(f"{name}.q", whole.T), self._constant(f"{name}.s", scales)]
        return self._node("DynamicQuantizeMatMul", inputs, fused=True)

    def _full(self, tensor: str, columns: int) -> NDArray[np.float32]:
        scales, halves = self._weights.quartered(tensor, columns)
        values = (halves.astype(np.float32) - 8) * scales[..., None].astype(np.float32)
        return values.reshape(len(scales), columns)

    def _normalised(self, state: str, change: str, name: str, bias: str) -> str:
        inputs = [state, change, *self._floats(f"{name}.w", f"{name}.b", bias)]
        return self._node("SkipLayerNormalization", inputs, fused=True, epsilon=self._weights.epsilon)

    def _floats(self, *names: str) -> list[str]:
        return [self._constant(name, self._weights.plain(name)) for name in names]

    def _whole(self, name: str, *values: int) -> str:
        return self._constant(name, np.array(values, np.int64))

    def _constant(self, name: str, values: NDArray[np.generic]) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def _node(self, kind: str, inputs: Sequence[str], *, fused: bool = False, **settings: Any) -> str:
        return self._several(kind, inputs, 1, fused=fused, **settings)[0]

    def _several(
        self, kind: str, inputs: Sequence[str], count: int, *, fused: bool = False, **settings: Any
    ) -> list[str]:
        outputs = [f"{kind}_{len(self._nodes)}_{place}" for place in range(count)]
        domain = _FUSED if fused else ""
        self._nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **settings))
        return outputs
