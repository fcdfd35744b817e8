"""From real TF 2.3.0 into architectures that real TF 1.12.0 built, with its own predictions."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from keraport.runtimes import RuntimePool
from keraport.transfer.transfer import transfer

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).parent / "fixtures"
RTOL = 1e-5

CASES = [
    ("cnn_trained.h5", "cnn_renamed.h5"),
    ("cnn_weights.h5", "cnn_renamed.json"),
    ("recurrent_trained.h5", "recurrent_renamed.json"),
    ("recurrent_weights.h5", "recurrent_renamed.json"),
    ("siamese_trained.h5", "siamese_nested.h5"),
    ("siamese_trained.h5", "siamese_flat.json"),
    ("siamese_weights.h5", "siamese_nested.json"),
    ("twins_trained.h5", "twins_renamed.json"),
    ("chain_trained.h5", "chain_shifted.json"),
    ("chain_weights.h5", "chain_shifted.json"),
]


def predict(runtimes: RuntimePool, model: Path, inputs: Path, folder: Path) -> list[np.ndarray]:
    outputs = folder / "out.npz"
    reply = runtimes["tf1.12"].request(
        {
            "op": "predict",
            "model": str(model),
            "inputs": str(inputs),
            "outputs": str(outputs),
            "objects": [],
            "compile": False,
        },
        timeout=600,
    )
    assert "error" not in reply, reply
    with np.load(outputs) as got:
        return [got[f"output_{number}"] for number in range(len(got.files))]


def wanted(inputs: Path) -> list[np.ndarray]:
    with np.load(inputs) as file:
        names = [name for name in file.files if name.startswith("output_")]
        return [file[f"output_{number}"] for number in range(len(names))]


def assert_same(got: list[np.ndarray], expected: list[np.ndarray], rtol: float = RTOL) -> None:
    assert len(got) == len(expected) > 0
    for one, other in zip(got, expected, strict=True):
        assert np.std(other, axis=0).max() > 0.03  # a wrong model would give something else
        assert np.abs(one - other).max() <= rtol * np.abs(other).max()


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize(("trained", "rebuilt"), CASES, ids=lambda name: name.replace(".", "_"))
def test_predictions_agree(
    trained: str, rebuilt: str, runtimes: RuntimePool, tmp_path: Path
) -> None:
    done = transfer(FIXTURES / trained, FIXTURES / rebuilt, tmp_path / "model.h5")
    assert done.written
    inputs = FIXTURES / f"{trained.partition('_')[0]}.npz"
    assert_same(predict(runtimes, tmp_path / "model.h5", inputs, tmp_path), wanted(inputs))


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("choice", ["a", "b"])
def test_the_users_choice_is_followed(choice: str, runtimes: RuntimePool, tmp_path: Path) -> None:
    """Two layers that are added: either way is right, and only the user may say which."""
    done = transfer(
        FIXTURES / "sums_trained.h5",
        FIXTURES / "sums_renamed.json",
        tmp_path / "model.h5",
        maps={"left": choice},
    )
    assert {row.rebuilt_layer for row in done.rows if row.trained_layer == "left"} == {choice}
    inputs = FIXTURES / "sums.npz"
    assert_same(predict(runtimes, tmp_path / "model.h5", inputs, tmp_path), wanted(inputs))


CUDNN = """
import sys
import numpy as np
import tensorflow as tf
architecture, weights, inputs, outputs = sys.argv[1:]
model = tf.keras.models.model_from_json(open(architecture).read())
model.load_weights(weights)
with np.load(inputs) as file:
    np.savez(outputs, output_0=model.predict(file["input_0"]))
"""
"""cuDNN's layers need a GPU; TF 1.12's loader reads their weights into the general layers."""


@pytest.mark.runtime("tf1.12")
def test_cudnn_layouts(runtime_python: Callable[[str], Path], tmp_path: Path) -> None:
    out = tmp_path / "cudnn.h5"
    transfer(FIXTURES / "recurrent_trained.h5", FIXTURES / "recurrent_cudnn.json", out)
    architecture, inputs = FIXTURES / "recurrent_renamed.json", FIXTURES / "recurrent.npz"
    run = subprocess.run(
        [runtime_python("tf1.12"), "-c", CUDNN, architecture, out, inputs, tmp_path / "y.npz"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    with np.load(tmp_path / "y.npz") as got:
        assert_same([got["output_0"]], wanted(inputs))


REBUILD = """
import sys
import numpy as np
import tensorflow as tf
arguments = {"weights": None, "input_shape": (96, 96, 3), "classes": 10}
model = tf.keras.applications.MobileNetV2(**arguments)
open(sys.argv[1], "w").write(model.to_json())
model.load_weights(sys.argv[2], by_name=True)
with np.load(sys.argv[3]) as file:
    np.savez(sys.argv[4], output_0=model.predict(file["input_0"]))
"""
"""What users do: no error, though the last layer is called ``Logits`` here and not there."""


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_mobilenet_rebuilt(
    runtimes: RuntimePool, runtime_python: Callable[[str], Path], tmp_path: Path
) -> None:
    trained, inputs = tmp_path / "MobileNetV2.h5", tmp_path / "MobileNetV2.npz"
    rebuilt, by_name = tmp_path / "rebuilt.json", tmp_path / "by_name.npz"
    tool = ROOT / "tools" / "build_applications.py"
    commands: list[list[str | Path]] = [
        [runtime_python("tf2.3"), tool, tmp_path, "MobileNetV2"],
        [runtime_python("tf1.12"), "-c", REBUILD, rebuilt, trained, inputs, by_name],
    ]
    for command in commands:
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr[-3000:]
    expected = wanted(inputs)
    with np.load(by_name) as got:
        assert np.abs(got["output_0"] - expected[0]).max() > 0.02
    out = tmp_path / "out.h5"
    done = transfer(trained, rebuilt, out)
    assert {(row.trained_layer, row.rebuilt_layer) for row in done.rows} >= {
        ("predictions", "Logits")
    }
    # The rounding of 52 convolutions: tests/golden/test_applications.py.
    assert_same(predict(runtimes, out, inputs, tmp_path), expected, rtol=5e-5)
