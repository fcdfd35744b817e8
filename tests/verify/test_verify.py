"""Verification end to end, in real releases."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from keraport.catalog.releases import get_release
from keraport.errors import (
    ForeignFileError,
    InputsDifferError,
    PredictionsDifferError,
    ProbeError,
    UsageError,
)
from keraport.runtimes import RuntimePool
from keraport.verify import Status, Verification, verify

pytestmark = pytest.mark.runtime("tf2.3")
Verify = Callable[..., Verification]


@pytest.mark.parametrize("name", ["selu", "nested_tanh", "stateful", "stateful_one"])
def test_a_model_agrees_with_itself(verify_tf23: Verify, models: Path, name: str) -> None:
    found = verify_tf23(models / f"{name}.h5", models / f"{name}.h5", layers=True)
    assert found.status is Status.AGREE
    assert found.passed
    assert found.max_absolute == 0
    assert found.warnings == ()
    assert found.layers
    assert found.layers_skipped == ()
    assert found.first_layer is None
    assert found.versions["source"]["tensorflow"] == "2.3.0"


def test_a_changed_activation_is_named(verify_tf23: Verify, models: Path) -> None:
    found = verify_tf23(models / "selu.h5", models / "relu.h5", layers=True)
    assert found.status is Status.DIFFER
    assert not found.passed
    assert found.max_absolute > 1e-3
    assert [layer.path for layer in found.layers] == ["one", "two", "three"]
    assert [layer.difference.agrees for layer in found.layers] == [True, False, False]
    first = found.first_layer
    assert first is not None
    assert first.explain() == "activation relu instead of selu"
    assert "'two' (activation relu instead of selu)" in found.summary()


@pytest.mark.runtime("tf1.12")
def test_across_releases(runtimes: RuntimePool, models: Path, old_models: Path) -> None:
    def run(output: Path) -> Verification:
        return verify(
            models / "selu.h5",
            output,
            source_release=get_release("tf2.3"),
            target_release=get_release("tf1.12"),
            layers=True,
            pool=runtimes,
        )

    same = run(old_models / "selu.h5")
    assert same.status is Status.AGREE
    assert same.versions["target"]["tensorflow"] == "1.12.0"
    other = run(old_models / "relu.h5")
    assert other.status is Status.DIFFER
    assert other.first_layer is not None
    assert other.first_layer.path == "two"
    with pytest.raises(ProbeError, match=r"tf1\.12 cannot open .*selu\.h5: "):
        run(models / "selu.h5")


def test_inside_a_nested_model(verify_tf23: Verify, models: Path) -> None:
    found = verify_tf23(models / "nested_tanh.h5", models / "nested_relu.h5", layers=True)
    assert [(layer.path, layer.outer_call) for layer in found.layers] == [
        ("inner/a", 0),
        ("inner/b", 0),
        ("inner", 0),
        ("inner/a", 1),
        ("inner/b", 1),
        ("inner", 0),
        ("sum", 0),
    ]
    assert [layer.call for layer in found.layers if layer.path == "inner"] == [0, 1]
    assert found.first_layer is not None
    assert found.first_layer.path == "inner/b"


def test_constant_output_is_called_out(verify_tf23: Verify, models: Path) -> None:
    found = verify_tf23(models / "constant.h5", models / "constant.h5")
    assert found.status is Status.INCONCLUSIVE
    assert not found.passed
    assert "same for different inputs" in found.warnings[0]
    assert "proves nothing" in found.summary()


def test_untrained_weights_are_called_out(verify_tf23: Verify, models: Path) -> None:
    found = verify_tf23(models / "untouched.h5", models / "untouched.h5")
    assert found.status is Status.INCONCLUSIVE
    assert found.warnings == ("the outputs are the same with freshly initialised weights",)


def test_one_constant_output_of_two_is_a_remark(verify_tf23: Verify, models: Path) -> None:
    found = verify_tf23(models / "more_outputs.h5", models / "more_outputs.h5")
    assert found.status is Status.AGREE
    assert [row.name for row in found.outputs] == ["x", "y"]
    assert found.warnings[0] == "the same for different inputs: y"


def test_a_model_without_weights_passes(verify_tf23: Verify, models: Path) -> None:
    found = verify_tf23(models / "no_weights.h5", models / "no_weights.h5")
    assert (found.status, found.warnings) == (Status.AGREE, ())


def test_infinite_outputs_are_remarked(verify_tf23: Verify, models: Path) -> None:
    found = verify_tf23(models / "overflowing.h5", models / "overflowing.h5")
    assert "outputs of the source hold NaN or infinity" in found.warnings
    json.dumps(found.to_json(), allow_nan=False)


def test_integers_stay_within_the_embedding(verify_tf23: Verify, models: Path) -> None:
    path = models / "embedded.h5"
    found = verify_tf23(path, path, samples=200)
    assert found.status is Status.AGREE
    assert {item.name: item.input_dim for item in found.inputs} == {
        "words": 7,
        "other": 3,
        "rows": 2,
    }


def test_unknown_dimensions_are_chosen_and_shown(verify_tf23: Verify, models: Path) -> None:
    found = verify_tf23(models / "pixels.h5", models / "pixels.h5", samples=3)
    assert {item.name: item.shape for item in found.inputs} == {
        "image": (3, 32, 32, 2),
        "series": (3, 7, 3),
    }
    assert {item.name: item.chosen for item in found.inputs} == {
        "image": {0: 3, 1: 32, 2: 32},
        "series": {0: 3, 1: 7},
    }


def test_other_sizes_are_tried(verify_tf23: Verify, models: Path) -> None:
    found = verify_tf23(models / "stubborn.h5", models / "stubborn.h5")
    assert found.status is Status.AGREE
    assert found.inputs[0].shape == (4, 10)


def test_a_fixed_batch_is_kept(verify_tf23: Verify, models: Path) -> None:
    found = verify_tf23(models / "stateful.h5", models / "stateful.h5")
    assert found.inputs[0].shape == (2, 4, 2)


def test_given_inputs(verify_tf23: Verify, models: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    x = np.random.default_rng(3).normal(size=(9, 6))
    for name in ("one_input", "input_0", "arr_0"):
        np.savez(path, **{name: x}, unrelated=np.zeros(2))  # type: ignore[arg-type]
        found = verify_tf23(models / "selu.h5", models / "selu.h5", inputs=path)
        assert found.status is Status.AGREE
        assert found.seed is None
        assert found.inputs[0].shape == (9, 6)


def test_given_inputs_of_other_names(verify_tf23: Verify, models: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, images=np.zeros((2, 6)))
    with pytest.raises(UsageError) as caught:
        verify_tf23(models / "selu.h5", models / "selu.h5", inputs=path)
    assert "holds images" in caught.value.message
    assert "one_input" in caught.value.message
    assert "input_0" in caught.value.hint


def test_other_number_of_outputs(verify_tf23: Verify, models: Path, tmp_path: Path) -> None:
    x = tmp_path / "x.npz"
    np.savez(x, input_0=np.ones((2, 3)))
    with pytest.raises(PredictionsDifferError, match="returns 1 tensors, expected 2"):
        verify_tf23(models / "more_outputs.h5", models / "constant.h5", inputs=x)


@pytest.mark.parametrize(
    ("source", "output", "told"),
    [
        (
            "selu",
            "embedded",
            [
                "input 1: 'one_input' (?, 6) float32 of selu.h5 in tf2.3, fed [4, 6]; "
                "'words' (?, 5) float32 of embedded.h5 in tf2.3",
                "input 2: none of selu.h5 in tf2.3; 'other' (?, ?) int32 of embedded.h5 in tf2.3",
            ],
        ),
        ("embedded", "selu", ["input 3: 'rows' (?, 3, 2) float32", "none of selu.h5 in tf2.3"]),
        ("selu", "nested_tanh", ["(?, 4) float32 of nested_tanh.h5"]),
        ("selu", "pixels", ["(?, ?, ?, 2)"]),
        ("stateful", "stateful_one", ["(2, 4, 2)", "(1, 4, 2)"]),
        ("stubborn", "selu", ["(?, ?) float32 of stubborn.h5 in tf2.3, fed [4, 10]"]),
    ],
)
def test_other_inputs(
    verify_tf23: Verify, models: Path, source: str, output: str, told: list[str]
) -> None:
    with pytest.raises(InputsDifferError, match="take different inputs") as caught:
        verify_tf23(models / f"{source}.h5", models / f"{output}.h5")
    assert caught.value.exit_status == 2
    assert all(text in caught.value.message for text in told), caught.value.message
    # Sizes that one of them leaves open can be given so that they fit both.
    assert ("--inputs" in caught.value.hint) is (source == "stubborn")


def test_a_file_that_is_no_model(verify_tf23: Verify, models: Path, tmp_path: Path) -> None:
    path = tmp_path / "text.h5"
    path.write_text("not a model")
    with pytest.raises(ForeignFileError, match=r"text\.h5: this is a text file"):
        verify_tf23(path, models / "selu.h5")
    with pytest.raises(ProbeError, match=r"tf2\.3 cannot open .*text\.h5: OSError"):
        verify_tf23(path, models / "selu.h5", trust=True)


def test_a_file_that_is_not_there(verify_tf23: Verify, models: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.h5: no such file"):
        verify_tf23(models / "selu.h5", models / "nowhere.h5")


def test_own_processes_are_ended(models: Path) -> None:
    release = get_release("tf2.3")
    told: list[str] = []
    found = verify(
        models / "selu.h5",
        models / "selu.h5",
        source_release=release,
        target_release=release,
        progress=told.append,
    )
    assert found.status is Status.AGREE
    assert "running selu.h5 in tf2.3" in told


def test_json_has_the_documented_keys(verify_tf23: Verify, models: Path) -> None:
    found = verify_tf23(models / "selu.h5", models / "relu.h5", layers=True)
    data = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert list(data) == [
        "source",
        "output",
        "source_release",
        "target_release",
        "status",
        "passed",
        "tolerance",
        "seed",
        "inputs",
        "outputs",
        "layers",
        "layers_skipped",
        "first_layer",
        "warnings",
        "versions",
        "network",
        "discrepancies",
    ]
    assert (data["status"], data["passed"], data["first_layer"]) == ("differ", False, "two")
    assert data["tolerance"] == {"relative": 1e-5, "absolute": 1e-6}
    assert data["inputs"][0]["chosen"] == {"0": 4}


OBJECTS = """
import tensorflow as tf

class Scale(tf.keras.layers.Layer):
    def call(self, inputs):
        return inputs * {factor}
"""


def test_custom_objects_and_companion(
    verify_tf23: Verify, runtimes: RuntimePool, models: Path, tmp_path: Path
) -> None:
    objects = tmp_path / "my_layers.py"
    objects.write_text(OBJECTS.format(factor=2))
    source = tmp_path / "custom.h5"
    save_custom(runtimes, objects, models / "selu.h5", source)
    with pytest.raises(ProbeError, match="Unknown layer: Scale"):
        verify_tf23(source, source)
    found = verify_tf23(source, source, objects=[objects], output_objects=[objects])
    assert found.status is Status.AGREE
    output = tmp_path / "out.h5"
    shutil.copy(source, output)
    (tmp_path / "out_objects.py").write_text(OBJECTS.format(factor=3))
    found = verify_tf23(source, output, objects=[objects], layers=True)
    assert found.status is Status.DIFFER
    assert found.first_layer is not None
    assert found.first_layer.path == "scale"


def save_custom(runtimes: RuntimePool, objects: Path, model: Path, path: Path) -> None:
    """Let the real release append the custom layer to a model and save it."""
    script = (
        "import sys, tensorflow as tf; sys.path.insert(0, sys.argv[1]); import my_layers\n"
        "model = tf.keras.models.load_model(sys.argv[2])\n"
        "model.add(my_layers.Scale(name='scale'))\n"
        "model.save(sys.argv[3])\n"
    )
    command = [str(runtimes["tf2.3"].python), "-c", script]
    subprocess.run(
        [*command, str(objects.parent), str(model), str(path)],
        check=True,
        capture_output=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
