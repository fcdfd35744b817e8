"""Golden models under other layer names: each weight finds its place, or nothing is written."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from keraport.convert import Options, convert
from keraport.errors import RefusedError
from keraport.formats import read, write
from keraport.model import Call, Format, Model, TensorRef, WeightGroup, transformed_weight
from keraport.model.graph import map_refs
from keraport.model.weights import Array
from keraport.transfer.transfer import transfer

GOLDEN = Path(__file__).parents[1] / "golden" / "tf2.3"

FILLED = [
    *("bidirectional_apart", "bidirectional_stack", "conv_2d", "conv_lstm_stacked", "embedding"),
    *("frozen_nested", "nested_deep", "nested_several", "nested_shared", "rnn_cells", "siamese"),
    *("separable_conv", "shared_layers", "stacked_cells", "time_distributed_model", "unet"),
]
AMBIGUOUS = ["attention", "swish_in_branches", "op_reductions"]


def renamed(model: Model, draw: random.Random) -> tuple[Model, dict[str, str]]:
    """The model with names that mean nothing, at any depth of models."""
    names = {layer.name: f"layer_{draw.randrange(10**6)}" for layer in model.layers}

    def other(ref: TensorRef) -> TensorRef:
        return replace(ref, layer=names[ref.layer])

    layers = []
    for layer in model.layers:
        name = names[layer.name]
        inner = layer.model
        if inner is not None:
            inner = replace(renamed(inner, draw)[0], name=name)
        config = {**layer.config, "name": name} if "name" in layer.config else layer.config
        calls = tuple(
            Call(map_refs(call.inputs, other), map_refs(call.arguments, other))
            for call in layer.calls
        )
        layers.append(replace(layer, name=name, config=config, model=inner, calls=calls))
    refs = {"inputs": map_refs(model.inputs, other), "outputs": map_refs(model.outputs, other)}
    return replace(model, layers=tuple(layers), **refs), names


def zeros(values: Array) -> Array:
    return np.zeros_like(values)


def rebuilt(converted: Path, folder: Path) -> Path:
    """An untrained file of the same architecture under other names."""
    file = read(converted)
    assert file.model is not None
    model, names = renamed(file.model, random.Random(converted.stem))
    groups = tuple(
        WeightGroup(
            names[group.layer],
            tuple(transformed_weight(w, w.name, w.shape, zeros) for w in group.weights),
        )
        for group in file.groups
    )
    path = folder / "rebuilt.h5"
    write(path, replace(file, model=model, groups=groups), keras_version="2.1.6-tf")
    return path


def weights(path: Path) -> list[np.ndarray]:
    with h5py.File(path, "r") as file:
        top = file["model_weights"]
        groups = [top[name] for name in top.attrs["layer_names"]]
        return [group[name][()] for group in groups for name in group.attrs["weight_names"]]


@pytest.mark.parametrize("name", FILLED)
def test_every_weight_finds_its_place(name: str, tmp_path: Path) -> None:
    options = Options(drop_optimizer=True)
    convert(GOLDEN / f"{name}.h5", tmp_path / "converted.h5", "tf1.12", options=options)
    architecture = rebuilt(tmp_path / "converted.h5", tmp_path)
    transfer(GOLDEN / f"{name}.h5", architecture, tmp_path / "out.h5")
    found, wanted = weights(tmp_path / "out.h5"), weights(tmp_path / "converted.h5")
    assert len(found) == len(wanted) > 0
    assert any(np.any(item) for item in found)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_or_nothing_is_written(name: str, tmp_path: Path) -> None:
    options = Options(drop_optimizer=True)
    convert(GOLDEN / f"{name}.h5", tmp_path / "converted.h5", "tf1.12", options=options)
    architecture = rebuilt(tmp_path / "converted.h5", tmp_path)
    with pytest.raises(RefusedError, match=r"fit .* equally well"):
        transfer(GOLDEN / f"{name}.h5", architecture, tmp_path / "out.h5")
    assert not (tmp_path / "out.h5").exists()


def test_weights_of_a_nested_model_are_in_no_order(tmp_path: Path) -> None:
    """Frozen layers stand last in the group of a nested model, and weights do not say which are."""
    trained = GOLDEN / "frozen_inner_layers.h5"
    weights_only = replace(read(trained), format=Format.HDF5_WEIGHTS)
    write(tmp_path / "weights.h5", weights_only, keras_version="2.4.0")
    convert(trained, tmp_path / "converted.h5", "tf1.12")
    architecture = rebuilt(tmp_path / "converted.h5", tmp_path)
    with pytest.raises(RefusedError, match=r"fit .* equally well"):
        transfer(tmp_path / "weights.h5", architecture, tmp_path / "out.h5")
    transfer(
        tmp_path / "weights.h5", tmp_path / "converted.h5", tmp_path / "out.h5", trust_names=True
    )
    pairs = zip(weights(tmp_path / "out.h5"), weights(tmp_path / "converted.h5"), strict=True)
    for one, other in pairs:
        np.testing.assert_array_equal(one, other)
