"""Networks as ONNX graphs whose large products are of 8-bit numbers: a third of the time, a quarter of the memory.

Activations have a few channels that are many times larger than the rest; their range is moved into the weights first
(SmoothQuant, Xiao et al. 2023, strength 0.7), by what a hundred sentences of ours show. A graph takes one text a run:
the scale of activations is that of the text alone, and a vector never depends on what else was asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

_FUSED = "com.microsoft"
_STRENGTH = 0.7
_LEAST, _MOST = 1e-3, 1e3
_QUIET = 0.02
"""Share of the largest peak below which a channel's own is not believed: it may only have been silent so far."""

Peaks = Mapping[str, NDArray[np.float32]]
"""The largest activation seen of each channel, by product."""


@dataclass(frozen=True)
class Graph:
    """``ids`` (int64, tokens) in, ``vector`` (float32; length 1) out; ``watched`` are further outputs, by product: what
    goes into it (tokens × channels).
    """

    model: onnx.ModelProto
    watched: Mapping[str, str]


class GraphBuilder:
    """Gathers nodes and constants. With ``peaks`` the products are of 8-bit numbers, of which a weight uses ``bits``;
    without, they are in single precision and what goes into them is watched.
    """

    def __init__(self, peaks: Peaks | None, bits: int) -> None:
        self._peaks = peaks
        self._highest = 2 ** (bits - 1) - 1 if bits else 0
        self._watched: dict[str, str] = {}
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def finished(self, name: str, vector: str, width: int) -> Graph:
        """The graph that gives ``vector`` (width), at length 1."""
        self._nodes.append(helper.make_node("LpNormalization", [vector], ["vector"], axis=-1, p=2))
        watched = self._watched if self._peaks is None else {}
        outputs = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [width])]
        outputs += [helper.make_tensor_value_info(one, TensorProto.FLOAT, None) for one in watched.values()]
        inputs = [helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])]
        graph = helper.make_graph(self._nodes, name, inputs, outputs, list(self._constants.values()))
        sets = [helper.make_opsetid("", 18), helper.make_opsetid(_FUSED, 1)]
        return Graph(helper.make_model(graph, opset_imports=sets, ir_version=9), watched)

    def product(self, state: str, name: str, rows: NDArray[np.float32], bias: NDArray[np.float32] | None = None) -> str:
        """``state`` (n × k) times the transposed ``rows`` (m × k), plus ``bias`` (m): n × m."""
        self._watched[name] = state
        if self._peaks is None:
            found = self.node("MatMul", [state, self.constant(f"{name}.w", rows.T)])
            return found if bias is None else self.node("Add", [found, self.constant(f"{name}.b", bias)])
        peaks = self._peaks[name]
        shares = np.maximum(peaks, _QUIET * peaks.max()) ** _STRENGTH
        shares = shares / np.maximum(np.abs(rows).max(axis=0), 1e-5) ** (1 - _STRENGTH)
        shares = np.clip(shares, _LEAST, _MOST).astype(np.float32)
        rows = rows * shares
        scales = np.abs(rows).max(axis=1) / self._highest
        whole = np.rint(rows / scales[:, None]).astype(np.int8)
        evened = self.node("Mul", [state, self.constant(f"{name}.e", 1 / shares)])
        inputs = [evened, self.constant(f"{name}.q", whole.T), self.constant(f"{name}.s", scales)]
        inputs += [] if bias is None else ["", self.constant(f"{name}.b", bias)]
        return self.node("DynamicQuantizeMatMul", inputs, fused=True)

    def whole(self, name: str, *values: int) -> str:
        """A constant of whole numbers."""
        return self.constant(name, np.array(values, np.int64))

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        """A constant; the first of a name stays."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def node(self, kind: str, inputs: Sequence[str], *, fused: bool = False, **settings: Any) -> str:
        """A node with one output."""
        return self.several(kind, inputs, 1, fused=fused, **settings)[0]

    def several(
        self, kind: str, inputs: Sequence[str], count: int, *, fused: bool = False, **settings: Any
    ) -> list[str]:
        """A node with ``count`` outputs."""
        outputs = [f"{kind}_{len(self._nodes)}_{place}" for place in range(count)]
        domain = _FUSED if fused else ""
        self._nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **settings))
        return outputs
