"""Hostile architectures, built here as data; nothing of unknown origin is in the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np

MARK = "/tmp/keraport-was-here"
"""What the attacks would create if anything ran them."""

NAMES = {
    "up and out": "../../../x",
    "absolute": "/etc/x",
    "html": "<script>alert(1)</script>",
    "ansi": "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "newline": "a\nerror: all is well\n",
    "right to left": "a\u202egnp.exe\u2066",
    "markup": "[red]a[/red] [link=file:///x]b[/link]",
    "quotes": f'"); import os; os.system("touch {MARK}") #',
    "three quotes": f'"""\nimport os; os.system("touch {MARK}")\n"""',
    "single quotes": "'''\nimport os\n'''\\",
    "shell": f"x; touch {MARK}; $(touch {MARK}) `touch {MARK}`",
    "format": "{0.__class__} %s %(x)s {name}",
    "very long": "x" * 4000,
    "keyword": "lambda",
    "builtin": "__import__",
    "digits": "0",
    "letters that Python normalises": "\uff4f\uff53",
}


def dense(name: str, before: str, **config: Any) -> dict[str, Any]:
    """A Dense as TensorFlow 2.3 writes it."""
    words = {
        "name": name,
        "trainable": True,
        "dtype": "float32",
        "units": 2,
        "activation": "linear",
        "use_bias": True,
        "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}},
        "bias_initializer": {"class_name": "Zeros", "config": {}},
        "kernel_regularizer": None,
        "bias_regularizer": None,
        "activity_regularizer": None,
        "kernel_constraint": None,
        "bias_constraint": None,
        **config,
    }
    return entry(name, "Dense", words, before)


def entry(
    name: str, class_name: str, config: dict[str, Any], before: str, arguments: Any = None
) -> dict[str, Any]:
    """A layer of a functional model; `before` feeds it, none if empty."""
    nodes = [[[before, 0, 0, arguments or {}]]] if before else []
    return {"class_name": class_name, "config": config, "name": name, "inbound_nodes": nodes}


def given(name: str = "in") -> dict[str, Any]:
    """An InputLayer."""
    config = {"batch_input_shape": [None, 2], "dtype": "float32", "sparse": False, "ragged": False}
    return entry(name, "InputLayer", {**config, "name": name}, "")


def bytecode(name: str, before: str, function: Any, **config: Any) -> dict[str, Any]:
    """A Lambda."""
    words = {
        "name": name,
        "trainable": True,
        "dtype": "float32",
        "function": function,
        "function_type": "lambda",
        "module": "__main__",
        "output_shape": None,
        "output_shape_type": "raw",
        "output_shape_module": None,
        "arguments": {},
        **config,
    }
    return entry(name, "Lambda", words, before)


def model(*layers: dict[str, Any], name: str = "model") -> dict[str, Any]:
    """A functional model; the first layer goes in, the last comes out."""
    config = {
        "name": name,
        "layers": list(layers),
        "input_layers": [[layers[0]["name"], 0, 0]],
        "output_layers": [[layers[-1]["name"], 0, 0]],
    }
    return {
        "class_name": "Functional",
        "config": config,
        "keras_version": "2.4.0",
        "backend": "tensorflow",
    }


def as_json(document: dict[str, Any], folder: Path) -> Path:
    """The architecture as a file."""
    path = folder / "hostile.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def as_hdf5(document: dict[str, Any], folder: Path, training: Any = None) -> Path:
    """A whole model; a Dense has the weights of two units, behind two features."""
    path = folder / "hostile.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(document).encode()
        file.attrs["keras_version"] = b"2.4.0"
        file.attrs["backend"] = b"tensorflow"
        if training is not None:
            file.attrs["training_config"] = json.dumps(training).encode()
        weights = file.create_group("model_weights")
        layers = document["config"]["layers"]
        weighted = [item["name"] for item in layers if item["class_name"] == "Dense"]
        weights.attrs["layer_names"] = [name.encode() for name in ("in", *weighted)]
        weights.create_group("in").attrs["weight_names"] = []
        for name in weighted:
            group = weights.create_group(name)
            group["kernel:0"], group["bias:0"] = np.zeros((2, 2), "f4"), np.zeros(2, "f4")
            group.attrs["weight_names"] = [b"kernel:0", b"bias:0"]
    return path
