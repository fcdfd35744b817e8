"""Model files in Keras' own layout, made with plain h5py; a test may change one thing in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

Weights = Mapping[str, Mapping[str, Any]]
Build = Callable[..., Path]

LAYERS: Weights = {
    "dense_10": {
        "dense_10/kernel:0": np.arange(12, dtype="float32").reshape(3, 4),
        "dense_10/bias:0": np.arange(4, dtype="float32"),
    },
    "dropout": {},
    "dense_2": {"dense_2/kernel:0": np.full((4, 2), 0.5, dtype="float32")},
}
CLASSES = {"dropout": "Dropout"}


def config_of(layers: Weights) -> dict[str, Any]:
    """A Sequential with a layer for each group."""
    return {
        "class_name": "Sequential",
        "config": {
            "name": "sequential",
            "layers": [
                {"class_name": CLASSES.get(name, "Dense"), "config": {"name": name, "units": 1}}
                for name in layers
            ],
        },
    }


def fill(group: h5py.Group, layers: Weights, **storage: Any) -> None:
    """What ``save_weights_to_hdf5_group`` of Keras writes."""
    names = np.array([name.encode() for name in layers])
    if names.nbytes <= 64512:
        group.attrs["layer_names"] = names
    else:
        for number, part in enumerate(np.array_split(names, names.nbytes // 64512 + 1)):
            group.attrs[f"layer_names{number}"] = part
    group.attrs["keras_version"] = b"2.4.0"
    group.attrs["backend"] = b"tensorflow"
    for name, weights in layers.items():
        place = group.require_group(name)
        place.attrs["weight_names"] = np.array([weight.encode() for weight in weights])
        for weight, value in weights.items():
            place.create_dataset(weight, data=value, **(storage if np.ndim(value) else {}))


@pytest.fixture
def model_file(tmp_path: Path) -> Build:
    """Builds a whole model: ``model_file(layers=..., edit=lambda file: ...)``."""

    def build(
        layers: Weights = LAYERS,
        *,
        name: str = "model.h5",
        edit: Callable[[h5py.File], None] = lambda file: None,
        libver: str | None = None,
        **storage: Any,
    ) -> Path:
        path = tmp_path / name
        with h5py.File(path, "w", libver=libver) as file:
            file.attrs["keras_version"] = b"2.4.0"
            file.attrs["backend"] = b"tensorflow"
            file.attrs["model_config"] = json.dumps(config_of(layers)).encode()
            fill(file.create_group("model_weights"), layers, **storage)
            edit(file)
        return path

    return build


@pytest.fixture
def weights_file(tmp_path: Path) -> Build:
    """Builds a file of weights only; arguments as for ``model_file``."""

    def build(
        layers: Weights = LAYERS,
        *,
        name: str = "weights.h5",
        edit: Callable[[h5py.File], None] = lambda file: None,
        libver: str | None = None,
        **storage: Any,
    ) -> Path:
        path = tmp_path / name
        with h5py.File(path, "w", libver=libver) as file:
            fill(file, layers, **storage)
            edit(file)
        return path

    return build


@pytest.fixture
def architecture() -> dict[str, Any]:
    """The document that ``to_json`` returns for the model of ``model_file``."""
    return {**config_of(LAYERS), "keras_version": "2.4.0", "backend": "tensorflow"}
