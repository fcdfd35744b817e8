"""What ``keraport inspect`` flags, and what it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import CUSTOM, DIGITS, LAMBDA, Call, dense, layer, save_model

import keraport

BYTECODE = {"class_name": "__lambda__", "config": {"code": "4wEAAAAA", "defaults": None}}


CUSTOM_G = ("custom_class", "g")


def function(name: str) -> dict[str, Any]:
    """A function as Keras 3 writes it."""
    return {
        "module": "builtins",
        "class_name": "function",
        "config": name,
        "registered_name": "function",
    }


def hazards(path: Path) -> list[tuple[str, str]]:
    return [(hazard.kind.value, hazard.where) for hazard in keraport.inspect(path).hazards]


def wrapped(inner: dict[str, Any]) -> dict[str, Any]:
    return layer("TimeDistributed", "wrapper", layer=inner)


def nested(inner: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": {"name": "inner", "layers": [inner]}}


@pytest.mark.parametrize(
    ("layers", "found"),
    [
        ([dense("a")], []),
        ([LAMBDA], [("bytecode", "double")]),
        ([wrapped(LAMBDA)], [("bytecode", "wrapper/double")]),
        ([wrapped(wrapped(LAMBDA))], [("bytecode", "wrapper/wrapper/double")]),
        ([nested(LAMBDA)], [("bytecode", "inner/double")]),
        ([nested(nested(wrapped(LAMBDA)))], [("bytecode", "inner/inner/wrapper/double")]),
        ([dense("a", activation=BYTECODE)], [("bytecode", "a: activation")]),
        ([dense("a", activation="<lambda>")], [("custom_class", "a: activation")]),
        ([layer("Mine", "m")], [("custom_class", "m")]),
        (
            [dense("a", kernel_initializer={"class_name": "exec", "config": {}, "module": "os"})],
            [("module", "a: kernel_initializer"), ("custom_class", "a: kernel_initializer")],
        ),
        (
            [{**layer("Dense", "d"), "module": "builtins"}],
            [("module", "d")],
        ),
        ([{**layer("Reshape", "d"), "module": "keras.layers"}], []),
        ([layer("StringLookup", "s", vocabulary="/etc/passwd")], [("file", "s: vocabulary")]),
        ([layer("StringLookup", "s", vocabulary=["a", "b"])], []),
        ([layer("StringLookup", "s", idf_weights="C:/x")], [("file", "s: idf_weights")]),
        ([layer("StringLookup", "s", vocabulary="x")], [("file", "s: vocabulary")]),
        ([dense("a", note="https://example.org/x")], [("file", "a: note")]),
        ([dense("a", note="see https://example.org/x")], []),
        ([dense("a", weights_path="/etc/passwd")], [("file", "a: weights_path")]),
        ([dense("a", path="relu")], []),
        ([layer("TorchModuleWrapper", "t", module="gASV")], [("pickle", "t")]),
        ([wrapped(layer("TorchModuleWrapper", "t"))], [("pickle", "wrapper/t")]),
        ([{**layer("get_file", "g"), "module": "keras.utils"}], [("helper", "g"), CUSTOM_G]),
        ([{**layer("Progbar", "g"), "module": "keras.src.utils"}], [("helper", "g"), CUSTOM_G]),
        (
            [{**layer("LayerScale", "s"), "module": "keras.src.applications.convnext"}],
            [],
        ),
        (
            [{**layer("ConvNeXtTiny", "c"), "module": "keras.src.applications.convnext"}],
            [("helper", "c"), ("custom_class", "c")],
        ),
        (
            [dense("a", activation=function("keras.utils.get_file"))],
            [("helper", "a: activation"), ("custom_class", "a: activation")],
        ),
        ([dense("a", activation=function("mine>f"))], [("custom_class", "a: activation")]),
        ([{**layer("Dense", "d"), "registered_name": "mine>Dense"}], [("custom_class", "d")]),
        ([{**layer("Dense", "d"), "registered_name": None}], []),
        (
            [{**layer("Dense", "d"), "module": None, "registered_name": "Dense"}],
            [("custom_class", "d")],
        ),
        ([{**layer("Dense", "d"), "module": "keras.src.layers.core.dense"}], []),
        ([{**layer("Dense", "d"), "module": "keras_evil.layers"}], [("module", "d")]),
        ([{**layer("Dense", "d"), "build_config": {"x": BYTECODE}}], [("bytecode", "d")]),
        ([layer("TFSMLayer", "t", filepath="gs://x")], [("file", "t"), ("file", "t: filepath")]),
    ],
)
def test_hazards(tmp_path: Path, layers: list[Any], found: list[tuple[str, str]]) -> None:
    listed = hazards(save_model(tmp_path / "m.h5", layers))
    # The release's own name for a layer is not the subject here.
    assert [item for item in listed if item != ("custom_class", "s")] == found


@pytest.mark.parametrize("key", ["loss", "metrics", "weighted_metrics"])
def test_bytecode_in_training(tmp_path: Path, key: str) -> None:
    training = {
        "optimizer_config": {"class_name": "SGD", "config": {"learning_rate": 0.1}},
        "loss": "mse",
        key: [BYTECODE],
    }
    path = save_model(tmp_path / "m.h5", [dense("a")], training=training)
    assert hazards(path) == [("bytecode", f"training: {key}")]


def test_hazards_come_first(call: Call) -> None:
    answer = call("inspect", CUSTOM)
    assert answer.status == 0
    assert answer.out.splitlines()[1].split()[:2] == ["custom_class", "my_custom_layer"]


@pytest.mark.parametrize(
    ("severity", "status"), [("note", 7), ("warning", 0), ("error", 0), ("bad", 2)]
)
@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_fail_on(call: Call, severity: str, status: int, as_json: tuple[str, ...]) -> None:
    """A class of the user's own is a note."""
    answer = call("inspect", CUSTOM, "--fail-on", severity, *as_json)
    assert answer.status == status
    assert ("my_custom_layer" in answer.out) == (status != 2)
    told = "1 hazard of severity note or above (custom_class)" in answer.err
    assert told == (status == 7 and not as_json)


@pytest.mark.parametrize("severity", ["note", "warning", "error"])
def test_fail_on_bytecode(call: Call, tmp_path: Path, severity: str) -> None:
    """Bytecode is an error, which is as bad as any."""
    path = save_model(tmp_path / "m.h5", [dense("a"), LAMBDA])
    answer = call("inspect", path, "--fail-on", severity, "-q")
    assert (answer.status, answer.out) == (7, "")
    assert "bytecode" in answer.err


def test_fail_on_nothing(call: Call) -> None:
    assert call("inspect", DIGITS, "--fail-on", "note").status == 0


def test_facts(call: Call) -> None:
    document = call("inspect", DIGITS, "--json").document
    assert (document["release"], document["format"]) == ("tf2.3", "h5")
    assert document["bytes"] == DIGITS.stat().st_size
    dense_1 = document["layers"][-1]
    assert (dense_1["path"], dense_1["class_name"]) == ("dense_1", "Dense")
    assert [weight["shape"] for weight in dense_1["weights"]] == [[16, 10], [10]]
    # 16 * 10 and 10 of the last layer, 256 * 16 and 16 of the one before, two convolutions with
    # 3 * 3 * 1 * 8 + 8 and 3 * 3 * 8 * 16 + 16, and 4 * 8 of the normalization.
    elements = 170 + 4112 + 80 + 1168 + 32
    assert document["weights"] == {"count": 12, "elements": elements, "bytes": 4 * elements}
    assert document["training"]["optimizer"] == "Adam"
    assert document["training"]["loss"] == "sparse_categorical_crossentropy"


def test_large_models_are_folded(call: Call, tmp_path: Path) -> None:
    path = save_model(tmp_path / "m.h5", [dense(f"dense_{number}") for number in range(80)])
    folded, whole = call("inspect", path).out, call("inspect", path, "--all").out
    assert "dense_79" in folded
    assert "dense_40" not in folded
    assert "... 30 more, --all shows them" in folded
    assert all(f"dense_{number} " in whole for number in range(80))


def test_a_release_that_the_file_does_not_tell(call: Call, tmp_path: Path) -> None:
    import h5py

    path = save_model(tmp_path / "m.h5", [dense("a")])
    with h5py.File(path, "r+") as file:
        file.attrs["keras_version"] = b"9.9.9"
    answer = call("inspect", path, "--json")
    assert answer.status == 0
    assert answer.document["release"] is None
    assert "9.9.9" in answer.document["evidence"]
    assert call("check", path, "--to", "tf1.12").status == 2
    assert call("inspect", path, "--json", "--from", "tf2.3").document["release"] == "tf2.3"


def test_each_hazard_tells_what_happens_where_it_is_known_and_what_is_done(call: Call) -> None:
    path = Path(__file__).parents[1] / "lambdas" / "hostile_tf2.h5"
    (hazard,) = call("inspect", path, "--json").document["hazards"]
    assert (hazard["kind"], hazard["level"], hazard["where"]) == ("bytecode", "error", "sly")
    assert "CVE-2024-3660" in hazard["cve"]
    assert "unmarshals" in hazard["loading"]
    assert "never run" in hazard["here"]
    lines = call("inspect", path).out.splitlines()
    assert lines[1].split()[:2] == ["bytecode", "sly"]
    assert any(text.startswith("  known as: CVE-2024-3660") for text in lines)
    assert lines.index("LAYER  CLASS       WEIGHTS") > lines.index(
        "bytecode: Python bytecode in the file"
    )


def test_hazards_below_the_deepest_nesting_that_is_read(tmp_path: Path) -> None:
    inner = LAMBDA
    for _ in range(45):
        inner = nested(inner)
    assert hazards(save_model(tmp_path / "m.h5", [inner])) == [
        ("bytecode", "inner/" * 45 + "double")
    ]


def test_bytecode_as_a_saved_model_and_keras_3_spell_it(tmp_path: Path) -> None:
    spelt = {"class_name": "__tuple__", "items": ["4wEAAAAAAAAA\n", None, None]}
    for function in (spelt, BYTECODE, {"class_name": "__lambda__", "code": "4wEAAAAA"}):
        layers = [layer("Lambda", "double", function=function, output_shape=BYTECODE)]
        path = save_model(tmp_path / "m.h5", layers)
        assert hazards(path) == [("bytecode", "double")]
    # What the layer unmarshals for its shape is enough.
    layers = [layer("Lambda", "double", function="relu", output_shape=BYTECODE)]
    assert hazards(save_model(tmp_path / "m.h5", layers)) == [("bytecode", "double")]
    bare = save_model(tmp_path / "m.h5", [dense("a", x={"class_name": "__lambda__", "code": ""})])
    assert hazards(bare) == [("bytecode", "a: x")]


def test_a_lambda_of_a_named_function_holds_no_bytecode(tmp_path: Path) -> None:
    path = save_model(tmp_path / "m.h5", [layer("Lambda", "double", function="my_function")])
    assert hazards(path) == [("custom_class", "double")]
