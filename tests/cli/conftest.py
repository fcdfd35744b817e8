"""Model files for the command line, and a way to call it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from keraport.cli.main import run

ROOT = Path(__file__).parents[2]
DIGITS = ROOT / "examples" / "digits.h5"
CUSTOM = ROOT / "examples" / "custom_layer" / "custom_model_tf2.h5"
MY_LAYERS = ROOT / "examples" / "custom_layer" / "my_layers.py"


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Answer]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """``call("check", path, "--to", "tf1.12")`` in this process, not on a terminal."""

    def run_command(*arguments: object) -> Answer:
        status = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Answer(status, printed.out, printed.err)

    return run_command


def layer(class_name: str, name: str, **config: Any) -> dict[str, Any]:
    """A layer as TF 2.3 writes it."""
    return {
        "class_name": class_name,
        "config": {"name": name, "trainable": True, "dtype": "float32", **config},
    }


def dense(name: str, **config: Any) -> dict[str, Any]:
    """A Dense(2) as TF 2.3 writes it, with 3 inputs."""
    keywords = {
        "batch_input_shape": [None, 3],
        "units": 2,
        "activation": "linear",
        "use_bias": False,
        "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}},
        "bias_initializer": {"class_name": "Zeros", "config": {}},
        "kernel_regularizer": None,
        "bias_regularizer": None,
        "activity_regularizer": None,
        "kernel_constraint": None,
        "bias_constraint": None,
    }
    return layer("Dense", name, **{**keywords, **config})


def save_model(
    path: Path,
    layers: list[dict[str, Any]],
    *,
    training: dict[str, Any] | None = None,
    name: str = "sequential",
) -> Path:
    """A Sequential in HDF5 as TF 2.3 writes it; a Dense gets a kernel of 3 rows."""
    config = {"class_name": "Sequential", "config": {"name": name, "layers": layers}}
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config).encode()
        file.attrs["keras_version"] = b"2.4.0"
        file.attrs["backend"] = b"tensorflow"
        if training is not None:
            file.attrs["training_config"] = json.dumps(training).encode()
        weights = file.create_group("model_weights")
        names = [item["config"]["name"] for item in layers]
        weights.attrs["layer_names"] = [item.encode() for item in names]
        weights.attrs["backend"] = b"tensorflow"
        weights.attrs["keras_version"] = b"2.4.0"
        for item, layer_name in zip(layers, names, strict=True):
            group = weights.create_group(layer_name)
            kernels = [f"{layer_name}/kernel:0"] if item["class_name"] == "Dense" else []
            group.attrs["weight_names"] = [kernel.encode() for kernel in kernels]
            for kernel in kernels:
                columns = item["config"].get("units", 2)
                values = np.arange(3 * columns, dtype="float32")
                group[kernel] = values.reshape(3, columns)
    return path


LAMBDA = layer(
    "Lambda",
    "double",
    function=["4wEAAAAAAAAA\n", None, None],
    function_type="lambda",
    output_shape=None,
    output_shape_type="raw",
    arguments={},
)
