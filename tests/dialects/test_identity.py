"""Whose class a document names, held against what the release that wrote it says."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from keraport.catalog.api import load_api
from keraport.dialects import parse_model
from keraport.dialects.identity import Identity, identity
from keraport.formats import read
from keraport.inspection.inspect import inspect
from keraport.model import KERAS, OPERATIONS, UNREGISTERED, Layer, Model, Object
from keraport.model.graph import walk
from keraport.own.custom import refuse_unknown
from keraport.own.definitions import definitions
from keraport.own.user_objects import UserObjects, told_apart
from keraport.report import Journal, Verdict
from keraport.transfer.computation import computation

GOLDEN = Path(__file__).parent / "golden"
RELEASES = ("keras2.15", "keras3.15", "tf2.3")
TRUTH: dict[str, Any] = {
    release: json.loads((GOLDEN / release / "truth.json").read_text(encoding="utf-8"))
    for release in RELEASES
}
FILES = [
    (release, path.name)
    for release in RELEASES
    for path in sorted((GOLDEN / release).iterdir())
    if path.suffix in (".h5", ".keras", ".json") and path.stem != "truth"
]
NAMES_ALONE = (".h5",)
"""Formats in which a class stands by its name, so that what is in no package is not told."""


def model_of(release: str, name: str) -> Model:
    model = read(GOLDEN / release / name).model
    assert model is not None
    return model


def whose(layer: Layer) -> str:
    return {KERAS: "keras", OPERATIONS: "operation"}.get(layer.package, "own")


@pytest.mark.parametrize(("release", "name"), FILES)
def test_classes_are_those_of_the_release(release: str, name: str) -> None:
    model = model_of(release, name)
    told = {}
    for layer, class_name, owner in TRUTH[release]["models"][Path(name).stem]:
        alone = Path(name).suffix in NAMES_ALONE and owner == "own" and ">" not in class_name
        told[layer] = (class_name, "keras" if alone else owner)
    found = {layer.name: (layer.class_name, whose(layer)) for layer in model.layers}
    assert {layer: found[layer] for layer in told} == told


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, Identity("Dense", KERAS)),
        ({"module": "keras.layers", "registered_name": None}, Identity("Dense", KERAS)),
        ({"module": "tf_keras.src.layers", "registered_name": "Dense"}, Identity("Dense", KERAS)),
        ({"module": "tensorflow.python.keras.layers"}, Identity("Dense", KERAS)),
        ({"module": "keras.src.ops.numpy"}, Identity("Dense", OPERATIONS)),
        ({"module": "keras.ops"}, Identity("Dense", OPERATIONS)),
        ({"module": "keras_cv.layers"}, Identity("Dense", "keras_cv.layers")),
        ({"module": "kerasish"}, Identity("Dense", "kerasish")),
        ({"module": None, "registered_name": "Dense"}, Identity("Dense", UNREGISTERED)),
        ({"module": None, "registered_name": "acme>Dense"}, Identity("acme>Dense", "acme")),
        ({"module": "keras.layers", "registered_name": "a>B"}, Identity("a>B", "a")),
        ({"class_name": "acme>Dense"}, Identity("acme>Dense", "acme")),
    ],
)
def test_identities(document: dict[str, Any], expected: Identity) -> None:
    assert identity({"class_name": "Dense", "config": {}, **document}) == expected


@pytest.mark.parametrize(
    ("release", "name"), [file for file in FILES if Path(file[1]).stem == "registered"]
)
def test_an_initializer_of_the_users_own_is_none_of_keras(release: str, name: str) -> None:
    """HDF5 files of TF 2.12 and later, too, say the package beside a plain class name."""
    found = model_of(release, name).layer("drawn").config["kernel_initializer"]
    assert isinstance(found, Object)
    assert (found.class_name, found.package) == ("acme>GlorotUniform", "acme")


def refused(model: Model, custom: frozenset[str] = frozenset()) -> dict[str, str]:
    journal = Journal()
    refuse_unknown(model, load_api("tf2.15"), journal, custom)
    return {
        path: f"{note.text} | {note.hint}"
        for path, notes in journal.layers.items()
        for note in notes
        if note.verdict is Verdict.REFUSED
    }


@pytest.mark.parametrize("release", ["keras2.15", "keras3.15"])
@pytest.mark.parametrize("suffix", ["keras", "json"])
def test_own_classes_called_like_built_in_ones_are_refused(release: str, suffix: str) -> None:
    found = refused(model_of(release, f"classes.{suffix}"))
    assert {"mine", "triple", "exp", "dense"} <= found.keys()
    assert not {"theirs", "product"} & found.keys() or release == "keras3.15"
    assert "Multiply comes from dialect_files.own, and is not the Multiply of" in found["triple"]
    assert "treated as a custom class" in found["mine"]


@pytest.mark.parametrize("suffix", ["h5", "keras", "json"])
def test_operations_are_no_layers_of_the_same_name(suffix: str) -> None:
    found = refused(model_of("keras3.15", f"operations.{suffix}"))
    for name in ("multiply", "subtract", "exp", "concatenate"):
        assert "is an operation of Keras 3" in found[name]
        assert "not supported yet" in found[name]
    assert "operation" not in found.get("square", "")


def test_the_users_file_does_not_stand_for_the_built_in_class() -> None:
    """Both are called ``Multiply``, and loaders find classes by name."""
    found = refused(model_of("keras2.15", "classes.json"), frozenset({"Multiply"}))
    assert "triple" not in found
    assert "a layer of Keras' own here" in found["product"]
    assert "--map Multiply=MyMultiply" in found["product"]


def test_values_in_the_place_of_tensors_are_refused() -> None:
    for release in ("keras2.15", "keras3.15"):
        found = refused(model_of(release, "constants.h5"))
        assert "in the place of a tensor: not supported yet" in found["sum"]


def test_inspect_names_classes_of_the_users_own() -> None:
    found = inspect(GOLDEN / "keras2.15" / "classes.keras")
    told = [f"{item.where}: {item.text}" for item in found.hazards]
    assert any("triple: Multiply comes from the module dialect_files.own" in item for item in told)
    assert any("mine" in item and "registered by the package acme" in item for item in told)
    assert not any("theirs" in item or "product" in item for item in told)


def test_a_layer_of_the_users_own_leaves_no_mark_of_a_release() -> None:
    """Its config says nothing about the release that wrote the file."""
    from keraport.catalog.marks import objects

    document = {
        "class_name": "Sequential",
        "config": {
            "name": "s",
            "layers": [
                {"module": "mine", "class_name": "Dense", "config": {}, "registered_name": "Dense"}
            ],
        },
    }
    model = parse_model(document)
    assert [layer.package for _, layer in walk(model)] == ["mine"]
    assert [name for _, name, _ in objects(model)] == ["Sequential"]


def test_inspect_finds_bytecode_in_the_place_of_a_tensor(tmp_path: Path) -> None:
    """Keras 3 makes objects of whatever a layer is called with."""
    document = json.loads((GOLDEN / "keras3.15" / "constants.json").read_text(encoding="utf-8"))
    (node,) = document["config"]["layers"][-1]["inbound_nodes"]
    node["args"][0][1] = {"class_name": "__lambda__", "config": {"value": ["4wAA", None, None]}}
    path = tmp_path / "m.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert [str(item.kind) for item in inspect(path).hazards] == ["bytecode"]


def test_an_operation_is_compared_with_no_layer_of_its_name() -> None:
    model = model_of("keras3.15", "operations.keras")
    operation, layer = (computation(model.layer(name)) for name in ("multiply", "square"))
    assert (operation.class_name, layer.class_name) == ("keras.ops.Multiply", "Multiply")


@pytest.mark.parametrize(
    ("release", "name", "names"),
    [
        ("tf2.3", "registered.h5", {"acme>LayerNormalization", "acme>GlorotUniform"}),
        ("keras2.15", "registered.keras", {"acme>LayerNormalization", "acme>GlorotUniform"}),
        # The initializers are said to be those of Keras.
        ("keras2.15", "nested.h5", {"acme>LayerNormalization"}),
        # Nothing of the file is in it, and nothing tells so.
        ("keras2.15", "constants.h5", {"LayerNormalization", "GlorotUniform"}),
    ],
)
def test_what_a_file_that_registers_its_classes_defines(
    release: str, name: str, names: set[str]
) -> None:
    source = (Path(__file__).parent / "own" / "acme.py").read_text(encoding="utf-8")
    defined = {item.name: item for item in definitions(ast.parse(source)) if item.is_class}
    objects = UserObjects(names=frozenset(defined), definitions=defined)
    found = told_apart(objects, model_of(release, name), load_api("tf2.3"))
    assert found.names == found.definitions.keys() == names


def test_operations_stay_where_the_release_does() -> None:
    model = model_of("keras3.15", "operations.keras")
    journal = Journal()
    refuse_unknown(model, load_api("keras3.15"), journal, frozenset())
    assert list(journal.layers) == ["exp_layer"]  # a class of the file's own


def test_initializers_of_tensorflow_are_those_of_keras() -> None:
    """What ``tf.constant_initializer(0.5)`` writes in Keras 2.15."""
    document = {
        "module": "tensorflow.python.ops.init_ops_v2",
        "class_name": "Constant",
        "config": {"value": 0.5},
        "registered_name": "Constant",
    }
    assert identity(document) == Identity("Constant", KERAS)
    # Not an initializer of Keras, and not a class that TensorFlow makes public.
    assert identity({**document, "class_name": "_RandomGenerator"}).package != KERAS
    assert identity({**document, "module": "tensorflow.python.ops.init_ops"}).package != KERAS
