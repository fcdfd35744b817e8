"""Shapes against those that the real release gives to the same files, and against nonsense."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keraport.analysis.shapes import CallShapes, Shape, infer_shapes
from keraport.formats import read
from keraport.model import Call, Layer, Model, TensorRef

FOLDER = Path(__file__).parents[1] / "golden" / "tf2.3"
GOLDEN = sorted(path for path in FOLDER.glob("*.h5") if not path.stem.startswith("op_"))
"""All but those of raw operations, some of whose shapes nobody can tell from the config
(`test_shapes_of_operations`)."""
PROBE = Path(__file__).with_name("probe_shapes.py")


KNOWN_AFTERWARDS = {"nested_batch_shape": {"input_2", "functional_1"}}
"""Layers whose sizes TF 2.3 knows from a nested model that was given their tensor: it writes them
into that tensor (``Functional._conform_to_reference_input``); so does
`keraport.surgery.fitting_ranks`."""


def golden(path: Path) -> Model:
    model = read(path).model
    assert model is not None
    return model


@pytest.fixture(scope="session")
def real_shapes(
    runtime_python: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Any:
    folder = tmp_path_factory.mktemp("shapes")
    request, answer = folder / "request.json", folder / "answer.json"
    request.write_text(json.dumps([str(path) for path in GOLDEN]))
    command = [runtime_python("tf2.3"), PROBE, request, answer]
    run = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(answer.read_text())


def differs(ours: Shape, real: list[int | None] | None) -> bool:
    """Equal where the real one is known; there we may not know less."""
    if real is None:
        return False
    if ours is None or len(ours) != len(real):
        return True
    return any(known is not None and known != dim for known, dim in zip(real, ours, strict=True))


def differences(model: Model, real: dict[str, Any]) -> Iterator[str]:
    inferred = infer_shapes(model)
    for path, calls in real.items():
        inside = path.rpartition("/")[0]
        # A layer inside a model has one real node, of when that model was made.
        expected = calls[:1] * len(inferred[path]) if inside else calls
        if len(expected) != len(inferred[path]):
            yield f"{path}: {len(inferred[path])} calls, expected {len(expected)}"
        for (inputs, outputs), ours in zip(expected, inferred[path], strict=False):
            if len(outputs) != len(ours.outputs) or any(map(differs, ours.outputs, outputs)):
                yield f"{path}: outputs {ours.outputs}, expected {outputs}"
            if ours.inputs and any(map(differs, ours.inputs, inputs)):
                yield f"{path}: inputs {ours.inputs}, expected {inputs}"


@pytest.mark.runtime("tf2.3")
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_shapes_are_those_of_the_real_release(path: Path, real_shapes: Any) -> None:
    real = real_shapes[str(path)]
    assert real
    known_afterwards = KNOWN_AFTERWARDS.get(path.stem, set())
    found = list(differences(golden(path), real))
    assert [text for text in found if text.partition(":")[0] not in known_afterwards] == []
    assert len(found) == len(known_afterwards)


def output(class_name: str, *inputs: Shape, **config: Any) -> tuple[Shape, ...]:
    """What one layer makes of inputs of those shapes."""
    entries = [
        Layer(f"in{at}", "InputLayer", {"batch_input_shape": shape})
        for at, shape in enumerate(inputs)
    ]
    call = Call([TensorRef(layer.name, 0, 0) for layer in entries])
    layer = Layer("layer", class_name, config, calls=(call,))
    refs = [TensorRef(entry.name, 0, 0) for entry in entries]
    model = Model("m", "Functional", (layer, *entries), refs, [TensorRef("layer", 0, 0)])
    return infer_shapes(model)["layer"][0].outputs


CONV = {"filters": 7, "kernel_size": [3], "padding": "valid"}


@pytest.mark.parametrize(
    ("class_name", "inputs", "config", "expected"),
    [
        # Reported by TF 2.3.0 for these very calls.
        ("Reshape", [(None, 6, 8)], {"target_shape": [3, 4, -1]}, (None, 3, 4, 4)),
        ("Reshape", [(None, None, 8)], {"target_shape": [-1, 4]}, (None, None, 4)),
        ("Conv1D", [(None, 5, 9, 2)], CONV, (None, 5, 7, 7)),
        ("Conv1D", [(None, 9, 2)], {**CONV, "padding": "causal", "strides": [2]}, (None, 5, 7)),
        ("Add", [(None, 4, 5), (None, 5)], {}, (None, 4, 5)),
        ("Add", [(None, None, 5), (None, 4, 1)], {}, (None, 4, 5)),
        ("Concatenate", [(None, 4, 5), (None, 4, 2)], {"axis": -1}, (None, 4, 7)),
        ("Dot", [(None, 4, 5), (None, 3, 5)], {"axes": 2}, (None, 4, 3)),
        ("Dot", [(None, 4), (None, 4)], {"axes": -1}, (None, 1)),
        ("Flatten", [(None,)], {}, (None, 1)),
        ("GlobalMaxPooling1D", [(None, 4, 5)], {"data_format": "channels_first"}, (None, 4)),
        ("LSTM", [(6, 4, 5)], {"units": 3, "return_sequences": True}, (6, 4, 3)),
    ],
)
def test_one_layer(
    class_name: str, inputs: list[Shape], config: dict[str, Any], expected: Shape
) -> None:
    assert output(class_name, *inputs, **config) == (expected,)


@pytest.mark.parametrize(
    ("class_name", "config"),
    [
        ("Dense", {"units": "8"}),
        ("Dense", {"units": True}),
        ("Dense", {"units": 8, "activation": "mine"}),
        ("Mine", {"units": 8}),
        ("Reshape", {"target_shape": [-1, -1]}),
        ("Reshape", {"target_shape": [5]}),
        ("Conv1D", {**CONV, "strides": [0]}),
        ("Conv1D", {**CONV, "kernel_size": [-3]}),
        ("Conv1D", {**CONV, "kernel_size": [30]}),
        ("Conv1D", {**CONV, "padding": "full"}),
        ("MaxPooling1D", {"pool_size": 2, "strides": 0}),
        ("Permute", {"dims": [1, 1]}),
        ("Cropping1D", {"cropping": [50, 50]}),
        ("UpSampling1D", {"size": 2**62}),
        ("TimeDistributed", {"layer": {"class_name": "Dense"}}),
        ("Bidirectional", {"layer": None}),
        ("RNN", {"cell": None}),
    ],
)
def test_what_does_not_make_sense_is_unknown(class_name: str, config: dict[str, Any]) -> None:
    assert output(class_name, (None, 9, 2), **config) == (None,)


def test_a_users_own_class_of_a_built_in_name_is_unknown() -> None:
    dense = Layer("dense", "Dense", {"units": 3, "batch_input_shape": [None, 4]})
    model = Model("m", "Sequential", (dense,))
    known = CallShapes(((None, 4),), ((None, 3),))
    assert infer_shapes(model) == {"dense": (known,)}
    unknown = CallShapes(((None, 4),), (None,))
    assert infer_shapes(model, frozenset({"Dense"})) == {"dense": (unknown,)}


def test_a_sequential_called_once_before_saving() -> None:
    dense = Layer("dense", "Dense", {"units": 3})
    model = Model("m", "Sequential", (dense,), settings={"build_input_shape": [None, 4]})
    assert infer_shapes(model)["dense"][0].outputs == ((None, 3),)
    assert infer_shapes(replace(model, settings={}))["dense"][0].outputs == (None,)


def test_calls_in_a_circle_are_left_out() -> None:
    layers = tuple(
        Layer(name, "Dense", {"units": 3}, calls=(Call([TensorRef(other, 0, 0)]),))
        for name, other in (("a", "b"), ("b", "a"))
    )
    model = Model("m", "Functional", layers, [], [TensorRef("a", 0, 0)])
    assert infer_shapes(model) == {"a": (), "b": ()}


def test_models_that_multiply_their_calls_end() -> None:
    """Forty models, each called twice by the next: 2**40 calls of the innermost layer."""
    inner = Model("m", "Sequential", (Layer("dense", "Dense", {"units": 2}),))
    entry = Layer("in", "InputLayer", {"batch_input_shape": [None, 2]})
    for level in range(40):
        name = f"m{level}"
        twice = (Call([TensorRef("in", 0, 0)]), Call([TensorRef(name, 1, 0)]))
        layers = (entry, Layer(name, inner.class_name, {}, twice, model=inner))
        inner = Model(name, "Functional", layers, [TensorRef("in", 0, 0)], [TensorRef(name, 2, 0)])
    assert infer_shapes(inner)["m39"][1].outputs == (None,)


NONSENSE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, -1, 1, 2, 2**63])
    | st.floats()
    | st.sampled_from(["", "same", "channels_first", "x"])
    | st.builds(Layer, st.just("x"), st.sampled_from(["LSTM", "Dense"]), st.just({"units": 2})),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


def mutated(layer: Layer, pick: Callable[[], bool], nonsense: Callable[[], Any]) -> Layer:
    config = {key: nonsense() if pick() else value for key, value in layer.config.items()}
    layer = replace(layer, config=config)
    if layer.model is not None:
        layers = tuple(mutated(part, pick, nonsense) for part in layer.model.layers)
        layer = replace(layer, model=replace(layer.model, layers=layers))
    return layer


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), path=st.sampled_from(GOLDEN))
def test_no_config_makes_it_raise(data: st.DataObject, path: Path) -> None:
    model = golden(path)
    odds = st.integers(0, 9)

    def pick() -> bool:
        return data.draw(odds) == 0

    layers = tuple(mutated(layer, pick, lambda: data.draw(NONSENSE)) for layer in model.layers)
    found = infer_shapes(replace(model, layers=layers))
    shapes = [s for calls in found.values() for call in calls for s in call.outputs if s]
    assert all(dim is None or (type(dim) is int and dim >= 0) for s in shapes for dim in s)
