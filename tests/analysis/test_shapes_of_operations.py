"""Shapes of raw operations against those that the real release gives to the same files."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.changes.operations.test_node import FLOAT, operation

from keraport.analysis.shapes import Shape, infer_shapes
from keraport.analysis.shapes.ops import KNOWN
from keraport.changes.operations.node import operation_name, read_node
from keraport.formats import read
from keraport.model import Call, Layer, Model, TensorRef

FOLDER = Path(__file__).parents[1] / "golden" / "tf2.3"
CASES = [
    case["name"]
    for case in json.loads((FOLDER / "cases.json").read_text("utf-8"))
    if "operations" in case["tags"] and case["reload"]["compile=False"] == "agrees"
]
PROBE = Path(__file__).with_name("probe_operations.py")
INT = {"type": "DT_INT32"}


@pytest.fixture(scope="module")
def real_shapes(
    runtime_python: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Any:
    folder = tmp_path_factory.mktemp("shapes")
    request, answer = folder / "request.json", folder / "answer.json"
    request.write_text(json.dumps([str(FOLDER / f"{name}.h5") for name in CASES]))
    command = [runtime_python("tf2.3"), PROBE, request, answer]
    found = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert found.returncode == 0, found.stderr[-3000:]
    return json.loads(answer.read_text())


def contradicts(ours: Shape, real: list[int | None] | None) -> bool:
    if ours is None or real is None:
        return False
    pairs = zip(ours, real, strict=False)
    return len(ours) != len(real) or any(None not in pair and pair[0] != pair[1] for pair in pairs)


@pytest.mark.runtime("tf2.3")
@pytest.mark.parametrize("name", CASES)
def test_shapes_are_those_of_the_real_release_or_unknown(name: str, real_shapes: Any) -> None:
    path = FOLDER / f"{name}.h5"
    model = read(path).model
    assert model is not None
    inferred, told = infer_shapes(model), 0
    layers = {layer.name: layer for layer in model.layers if not layer.model}
    for layer in layers.values():
        (call,) = inferred[layer.name][:1]
        outputs = real_shapes[str(path)][layer.name]
        if call.outputs == (None,):
            # Sizes and axes that the model itself computes are known to nobody.
            node = read_node(layer.config)
            computed = node and any(at and node.inputs[at] == "int32" for at in node.tensors)
            assert operation_name(layer.config) not in KNOWN or computed or None in call.inputs
            continue
        told += 1
        assert len(call.outputs) == len(outputs)
        assert not any(map(contradicts, call.outputs, outputs)), layer.name
    assert told


def shape_of(config: dict[str, Any], *inputs: Shape) -> tuple[Shape, ...]:
    """What one operation makes of inputs of those shapes."""
    entries = [
        Layer(f"in{at}", "InputLayer", {"batch_input_shape": shape})
        for at, shape in enumerate(inputs)
    ]
    refs = [TensorRef(part.name, 0, 0) for part in entries]
    layer = Layer("layer", "TensorFlowOpLayer", config, calls=(Call(refs),))
    model = Model("m", "Functional", (layer, *entries), refs, [TensorRef("layer", 0, 0)])
    return infer_shapes(model)["layer"][0].outputs


def sliced(first: Any, last: Any, steps: Any, **masks: int) -> dict[str, Any]:
    kinds = ("begin", "end", "ellipsis", "new_axis", "shrink_axis")
    given = {f"{kind}_mask": {"i": str(masks.get(kind, 0))} for kind in kinds}
    constants = {"1": first, "2": last, "3": steps}
    return operation("StridedSlice", constants, T=FLOAT, Index=INT, **given)


SPLIT = {"num_split": {"i": "3"}, "T": FLOAT}
TOP = {"T": FLOAT, "sorted": {"b": True}}
BATCHES = {"T": FLOAT, "adj_x": {"b": False}, "adj_y": {"b": True}}


@pytest.mark.parametrize(
    ("config", "inputs", "expected"),
    [
        # Reported by TF 2.3.0 for these very calls.
        (operation("AddV2", T=FLOAT), [(None, 1, 4), (None, 3, 1)], [(None, 3, 4)]),
        (operation("AddV2", T=FLOAT), [(None, 3, 4), (4,)], [(None, 3, 4)]),
        (operation("Reshape", {"1": [-1, 6]}, T=FLOAT, Tshape=INT), [(None, 3, 4)], [(None, 6)]),
        (operation("Reshape", {"1": [-1, 6]}, T=FLOAT, Tshape=INT), [(2, 3, 4)], [(4, 6)]),
        (operation("Split", {"0": 1}, **SPLIT), [(None, 6)], [(None, 2)] * 3),
        (operation("TopKV2", {"1": 2}, **TOP), [(None, 5)], [(None, 2)] * 2),
        (
            *(operation("BatchMatMulV2", **BATCHES), [(None, 1, 3, 4), (None, 5, 2, 4)]),
            [(None, 5, 3, 2)],
        ),
        (sliced([0, 1], [0, 0], [1, 1], begin=1, end=3), [(None, 3, 4)], [(None, 2, 4)]),
        (sliced([0, 0], [0, 0], [1, -1], ellipsis=1, begin=2, end=2), [(2, 3, 4)], [(2, 3, 4)]),
        (sliced([0, 0], [0, 0], [1, 1], begin=1, end=1, new_axis=2), [(2, 3)], [(2, 1, 3)]),
        (sliced([0, 1], [0, 2], [1, 1], begin=1, end=1, shrink_axis=2), [(2, 3, 4)], [(2, 4)]),
        (sliced([0, -2], [0, 9], [1, 1], begin=1, end=1), [(2, 3, 4)], [(2, 2, 4)]),
    ],
)
def test_one_operation(config: Any, inputs: list[Shape], expected: list[Shape]) -> None:
    assert shape_of(config, *inputs) == tuple(expected)


@pytest.mark.parametrize(
    ("config", "inputs"),
    [
        (operation("Sum", {"1": [7]}, T=FLOAT, Tidx=INT, keep_dims={"b": False}), [(2, 3)]),
        (operation("AddV2", T=FLOAT), [(2, 3), (2, 4)]),
        (operation("AddV2", T=FLOAT), [(2, 3)]),
        (operation("Transpose", {"1": [0, 0]}, T=FLOAT, Tperm=INT), [(2, 3)]),
        (operation("Reshape", {"1": [-1, -1]}, T=FLOAT, Tshape=INT), [(2, 3)]),
        (operation("Tile", {"1": [2**31 - 1] * 3}, T=FLOAT, Tmultiples=INT), [(2**62, 3, 3)]),
        (sliced([0, 0, 0], [0, 0, 0], [1, 1, 1]), [(2, 3)]),
        (sliced([0], [0], [0]), [(2, 3)]),
        (operation("Lu", T=FLOAT), [(2, 3)]),
        (operation("Mul", T={"type": 3}), [(2, 3), (2, 3)]),
        ({}, [(2, 3)]),
    ],
)
def test_nonsense_is_unknown(config: Any, inputs: list[Shape]) -> None:
    assert shape_of(config, *inputs) == (None,)
