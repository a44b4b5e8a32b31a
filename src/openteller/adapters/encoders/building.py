"""Graphs made at the first start from the weights of an installed package, and kept in the folder of models."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import onnxruntime
from numpy.typing import NDArray

if TYPE_CHECKING:
    from openteller.adapters.encoders.graphs import Graph, Peaks

Build: TypeAlias = "Callable[[Peaks | None, int], Graph]"
"""Makes the graph from what its products see at most, and the bits of a weight (see ``GraphBuilder``)."""
Cut = Callable[[str], Sequence[int]]


def kept_graph(path: Path, network: Callable[[], Build], cut: Cut) -> onnxruntime.InferenceSession:
    """A session of the graph in the file ``path``, which is made if it is not there yet (seconds).

    Only then is ``network`` asked, and onnx loaded, which weighs 40 MB: a process that serves does without.
    """
    if not path.exists():
        build = network()
        quick = build(_peaks(build(None, 0), cut), 8 if _sums_are_wide() else 7)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".graph-", delete=False) as building:
            building.write(quick.model.SerializeToString())
        Path(building.name).chmod(0o644)
        Path(building.name).rename(path)
    return _session(path)


def readable(text: str) -> str:
    """The text with a question mark for what no text can hold (half of a surrogate pair)."""
    return text.encode("utf-8", "replace").decode("utf-8")


def vector_of(session: onnxruntime.InferenceSession, ids: Sequence[int]) -> NDArray[np.float32]:
    """What the graph makes of one text's tokens."""
    vector: NDArray[np.float32] = session.run(["vector"], {"ids": np.array(ids, dtype=np.int64)})[0]
    return vector


def _session(model: Path | bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _peaks(watching: Graph, cut: Cut) -> Peaks:
    """What goes into each product at most, over the sentences of ``sentences.txt``."""
    session = _session(watching.model.SerializeToString())
    found: dict[str, NDArray[np.float32]] = {}
    for text in Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8").splitlines():
        ids = np.array(cut(text), dtype=np.int64)
        for name, values in zip(
            watching.watched, session.run(list(watching.watched.values()), {"ids": ids}), strict=True
        ):
            peak = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            found[name] = np.maximum(found[name], peak) if name in found else peak
    return found


def _sums_are_wide() -> bool:
    """Whether the processor adds products of bytes in 32 bits (VNNI); older ones add two in 16 bits, which overflow."""
    try:
        return "vnni" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
