"""Golden models with one thing in them changed, to be held against what TensorFlow makes of them.

``tests/hostile/test_damaged.py`` gives each file to the real TensorFlow 2.3.0 and to keraport: what
TensorFlow cannot load, keraport must refuse as damaged; what it loads, keraport must convert.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "tf2.3"
GRAPH = "training_argument"
"""Input(4), Dense(4), BatchNormalization, Dropout, Dense(2); functional."""

Edit = Callable[[h5py.File], None]
Document = dict[str, Any]


def damaged(folder: Path) -> dict[str, Path]:
    """All files by name, written to `folder`."""
    found = {}
    for name, base, edit in _cases():
        path = folder / f"{name}.h5"
        shutil.copy(GOLDEN / f"{base}.h5", path)
        with h5py.File(path, "r+") as file:
            edit(file)
        found[name] = path
    return found


def names() -> list[str]:
    """The names of all files."""
    return [name for name, _, _ in _cases()]


def inputs_of(name: str) -> Path:
    """The inputs of the golden model that a file was made of."""
    base = next(base for case, base, _ in _cases() if case == name)
    return GOLDEN / f"{base}.npz"


def _cases() -> Iterator[tuple[str, str, Edit]]:
    for name, edit in {**_WEIGHTS, **_LISTS, **_CONFIGS}.items():
        yield name, GRAPH, edit
    yield from _OTHERS


def _group(file: h5py.File, layer: str) -> h5py.Group:
    return file["model_weights"][layer]


def _stored(layer: str, weight: str, change: Callable[[np.ndarray[Any, Any]], Any]) -> Edit:
    def edit(file: h5py.File) -> None:
        group = _group(file, layer)
        values = group[f"{layer}/{weight}"][...]
        del group[f"{layer}/{weight}"]
        group[f"{layer}/{weight}"] = change(values)

    return edit


def _listed(path: str, key: str, change: Callable[[list[bytes]], Any]) -> Edit:
    def edit(file: h5py.File) -> None:
        attributes = file[path].attrs
        names = list(attributes[key])
        del attributes[key]
        made = change(names)
        for name, value in (made if isinstance(made, dict) else {key: made}).items():
            attributes[name] = value

    return edit


def _weight_names(layer: str, change: Callable[[list[bytes]], Any]) -> Edit:
    return _listed(f"model_weights/{layer}", "weight_names", change)


def _layer_names(change: Callable[[list[bytes]], Any]) -> Edit:
    return _listed("model_weights", "layer_names", change)


def _config(change: Callable[[Document], None]) -> Edit:
    def edit(file: h5py.File) -> None:
        document = json.loads(file.attrs["model_config"])
        change(document["config"])
        file.attrs["model_config"] = json.dumps(document).encode()

    return edit


def _layer(name: str, change: Callable[[Document], None]) -> Edit:
    def edit(config: Document) -> None:
        change(next(item for item in config["layers"] if item["config"]["name"] == name))

    return _config(edit)


def _key(layer: str, key: str, value: object) -> Edit:
    return _layer(layer, lambda document: document["config"].update({key: value}))


def _both(*edits: Edit) -> Edit:
    def edit(file: h5py.File) -> None:
        for item in edits:
            item(file)

    return edit


def _moved(old: str, new: str) -> Edit:
    return lambda file: file["model_weights"].move(old, new)


def _removed(path: str) -> Edit:
    def edit(file: h5py.File) -> None:
        del file[path]

    return edit


def _without(path: str, attribute: str) -> Edit:
    def edit(file: h5py.File) -> None:
        del file[path].attrs[attribute]

    return edit


def _more(name: str, shape: tuple[int, ...]) -> Edit:
    """One more weight of a layer."""

    def edit(file: h5py.File) -> None:
        group = _group(file, "dense")
        group[name] = np.zeros(shape, np.float32)
        names = [*group.attrs["weight_names"], name.encode()]
        group.attrs["weight_names"] = np.asarray(names)

    return edit


def _second_input(name: str, own: str) -> Edit:
    def change(config: Document) -> None:
        twin = json.loads(json.dumps(config["layers"][0]))
        twin["name"], twin["config"]["name"] = name, own
        config["layers"].insert(1, twin)
        config["input_layers"].append([name, 0, 0])

    return _config(change)


def _same_input_twice(config: Document) -> None:
    config["input_layers"] = [config["input_layers"][0], config["input_layers"][0]]


def _same_output_twice(config: Document) -> None:
    config["output_layers"] = [config["output_layers"][0], config["output_layers"][0]]


def _no_layer(config: Document) -> None:
    """The last layer is gone from the config; its weights stay."""
    config["layers"].pop()
    config["output_layers"] = [["dropout", 0, 0]]


def _one_more_layer(config: Document) -> None:
    last = json.loads(json.dumps(config["layers"][-1]))
    last["name"] = last["config"]["name"] = "further"
    last["inbound_nodes"][0][0][0] = config["layers"][-1]["name"]
    last["config"]["units"] = 3
    config["layers"].append(last)
    config["output_layers"] = [["further", 0, 0]]


def _one_more_activation(config: Document) -> None:
    _one_more_layer(config)
    config["layers"][-1]["class_name"] = "Activation"
    config["layers"][-1]["config"] = {"name": "further", "activation": "tanh"}


def _gap(names: list[bytes]) -> dict[str, Any]:
    return {"weight_names0": np.asarray(names[:1]), "weight_names2": np.asarray(names[1:])}


def _chunks(names: list[bytes]) -> dict[str, Any]:
    return {"weight_names0": np.asarray(names[:1]), "weight_names1": np.asarray(names[1:])}


def _two_lists(names: list[bytes]) -> dict[str, Any]:
    return {"weight_names": np.asarray(names), "weight_names0": np.asarray(names[:1])}


_WEIGHTS: dict[str, Edit] = {
    "weights_reversed": _weight_names("dense", lambda names: np.asarray(names[::-1])),
    "statistics_reversed": _weight_names(
        "batch_normalization", lambda names: np.asarray(names[::-1])
    ),
    "bias_0_5": _stored("dense", "bias:0", lambda _: np.zeros((0, 5), np.float32)),
    "bias_longer": _stored("dense", "bias:0", lambda v: np.zeros(len(v) + 1, np.float32)),
    "bias_scalar": _stored("dense", "bias:0", lambda _: np.float32(0)),
    "bias_1_4": _stored("dense", "bias:0", lambda v: v[None]),
    "kernel_flat": _stored("dense", "kernel:0", lambda v: v.reshape(-1)),
    "kernel_rank_3": _stored("dense", "kernel:0", lambda v: v[None]),
    "kernel_transposed": _stored("dense_1", "kernel:0", lambda v: v.T),
    "kernel_empty": _stored("dense", "kernel:0", lambda v: v[:0]),
    "kernel_float64": _stored("dense", "kernel:0", lambda v: v.astype("f8")),
    "kernel_float16": _stored("dense", "kernel:0", lambda v: v.astype("f2")),
    "kernel_int32": _stored("dense", "kernel:0", lambda v: (8 * v).astype("i4")),
    "kernel_bool": _stored("dense", "kernel:0", lambda v: v > 0),
    "kernel_complex": _stored("dense", "kernel:0", lambda v: v.astype("c8")),
    "kernel_strings": _stored("dense", "kernel:0", lambda v: v.astype("S8")),
    "gamma_of_others": _stored("batch_normalization", "gamma:0", lambda v: np.append(v, v)),
    "one_weight_more": _more("dense/more:0", (4,)),
    "one_weight_less": _weight_names("dense", lambda names: np.asarray(names[:1])),
    "no_weights_of_one_layer": _weight_names("dense", lambda _: np.asarray([])),
    "no_weights_of_statistics": _weight_names("batch_normalization", lambda _: np.asarray([])),
    "weight_listed_twice": _weight_names("dense", lambda n: np.asarray([n[0], n[0]])),
    "weights_renamed": _both(
        lambda file: _group(file, "dense").move("dense/kernel:0", "x/y:0"),
        _weight_names("dense", lambda names: np.asarray([b"x/y:0", names[1]])),
    ),
    "weight_is_gone": _removed("model_weights/dense/dense/kernel:0"),
}

_LISTS: dict[str, Edit] = {
    "weight_names_scalar": _weight_names("dense", lambda names: np.bytes_(names[0])),
    "weight_names_scalar_empty": _weight_names("dropout", lambda _: np.bytes_(b"")),
    "weight_names_2d": _weight_names("dense", lambda names: np.asarray([names])),
    "weight_names_gap": _weight_names("dense", _gap),
    "weight_names_chunks": _weight_names("dense", _chunks),
    "weight_names_two_lists": _weight_names("dense", _two_lists),
    "weight_names_are_gone": _without("model_weights/dense", "weight_names"),
    "weight_names_are_gone_of_none": _without("model_weights/dropout", "weight_names"),
    "weight_names_str": _weight_names(
        "dense", lambda n: np.asarray([x.decode() for x in n], object)
    ),
    "weight_names_no_utf8": _weight_names("dense", lambda n: np.asarray([n[0], b"\xff\xfe"])),
    "layer_names_scalar": _layer_names(lambda _: np.bytes_(b"dense")),
    "layer_names_are_gone": _without("model_weights", "layer_names"),
    "layer_names_empty": _layer_names(lambda _: np.asarray([])),
    "layer_names_gap": _layer_names(
        lambda n: {"layer_names0": np.asarray(n[:2]), "layer_names2": np.asarray(n[2:])}
    ),
    "layer_names_reversed": _layer_names(lambda names: np.asarray(names[::-1])),
    "layer_names_swapped": _layer_names(lambda n: np.asarray([n[0], n[2], n[1], *n[3:]])),
    "layer_names_less_one": _layer_names(lambda n: np.asarray([x for x in n if x != b"dense"])),
    "layer_names_less_empty": _layer_names(lambda n: np.asarray([x for x in n if x != b"dropout"])),
    "layer_names_twice": _layer_names(lambda n: np.asarray([*n, b"dense"])),
    "layer_names_twice_empty": _layer_names(lambda n: np.asarray([*n, b"dropout"])),
    "layer_names_more": _both(
        _layer_names(lambda n: np.asarray([*n, b"more"])),
        lambda file: file["model_weights"].copy("dense", "more"),
    ),
    "layer_names_more_empty": _both(
        _layer_names(lambda n: np.asarray([*n, b"more"])),
        lambda file: file["model_weights"].copy("dropout", "more"),
    ),
    "layer_renamed": _both(
        _layer_names(lambda n: np.asarray([b"other" if x == b"dense" else x for x in n])),
        _moved("dense", "other"),
    ),
    "group_is_gone": _removed("model_weights/dense"),
    "group_of_none_is_gone": _removed("model_weights/dropout"),
    "model_weights_are_gone": _removed("model_weights"),
    "config_is_gone": _without("/", "model_config"),
}

_CONFIGS: dict[str, Edit] = {
    "two_inputs_of_one_name": _second_input("input_1", "input_1"),
    "two_inputs_of_one_own_name": _second_input("input_2", "input_1"),
    "two_inputs": _second_input("input_2", "input_2"),
    "same_input_twice": _config(_same_input_twice),
    "same_output_twice": _config(_same_output_twice),
    "name_is_not_own_name": _layer("dropout", lambda d: d.update(name="elsewhere")),
    "own_name_is_another": _layer("dropout", lambda d: d["config"].update(name="elsewhere")),
    "own_name_is_of_another": _layer("dropout", lambda d: d["config"].update(name="dense")),
    "no_own_name": _layer("dropout", lambda d: d["config"].pop("name")),
    "a_layer_less": _config(_no_layer),
    "a_layer_more": _config(_one_more_layer),
    "an_activation_more": _config(_one_more_activation),
    "layers_reversed": _config(lambda config: config["layers"].reverse()),
    "units_more": _key("dense", "units", 5),
    "units_0": _key("dense", "units", 0),
    "units_negative": _key("dense", "units", -4),
    "units_float": _key("dense", "units", 4.0),
    "units_half": _key("dense", "units", 4.5),
    "units_text": _key("dense", "units", "4"),
    "units_null": _key("dense", "units", None),
    "units_nan": _key("dense", "units", float("nan")),
    "units_infinite": _key("dense", "units", float("inf")),
    "no_bias": _key("dense", "use_bias", False),
    "bias_null": _key("dense", "use_bias", None),
    "input_shape_wider": _layer(
        "input_1", lambda d: d["config"].update(batch_input_shape=[None, 5])
    ),
    "input_shape_unknown": _layer(
        "input_1", lambda d: d["config"].update(batch_input_shape=[None, None])
    ),
    "input_shape_nan": _layer(
        "input_1", lambda d: d["config"].update(batch_input_shape=[None, float("nan")])
    ),
    "input_shape_fixed": _layer("input_1", lambda d: d["config"].update(batch_input_shape=[3, 4])),
    "axis_7": _key("batch_normalization", "axis", [7]),
    "axis_nan": _key("batch_normalization", "axis", [float("nan")]),
    "axis_0": _key("batch_normalization", "axis", [0]),
    "no_scale": _key("batch_normalization", "scale", False),
    "epsilon_infinite": _key("batch_normalization", "epsilon", float("inf")),
    "momentum_nan": _key("batch_normalization", "momentum", float("nan")),
    "weights_of_an_activation": _layer("dense", lambda d: d.update(class_name="Activation")),
    "weights_of_a_flatten": _layer(
        "dense",
        lambda d: d.update(class_name="Flatten", config={"name": "dense", "dtype": "float32"}),
    ),
    "rate_nan": _key("dropout", "rate", float("nan")),
    "dtype_unknown": _key("dense", "dtype", "float99"),
    "activation_unknown": _key("dense", "activation", "nothing_of_this_name"),
}

_LAYERS: dict[str, str] = {
    "bidirectional_apart": "bidirectional",
    "conv_lstm": "conv_lst_m2d",
    "depthwise_conv": "depthwise_conv2d",
    "embedding": "embedding",
    "frozen_nested": "base",
    "gru": "gru",
    "layer_normalization": "layer_normalization",
    "locally_connected_1d": "locally_connected1d",
    "lstm": "lstm",
    "nested_functional": "functional_1",
    "separable_conv": "separable_conv2d",
    "stacked_cells": "rnn",
    "time_distributed": "frames",
    "transposed_conv": "conv2d_transpose",
    "locally_connected_2d": "locally_connected2d",
}
"""Golden models, and the layer of each whose weights are changed."""


def _wider(layer: str) -> Edit:
    """The last axis of the layer's first weight is one element longer."""

    def edit(file: h5py.File) -> None:
        group = _group(file, layer)
        name = group.attrs["weight_names"][0].decode()
        values = group[name][...]
        del group[name]
        group[name] = np.concatenate([values, values[..., :1]], axis=-1)

    return edit


_OTHERS: list[tuple[str, str, Edit]] = [
    (f"{base}_{name}", base, edit)
    for base, layer in _LAYERS.items()
    for name, edit in (
        ("reversed", _weight_names(layer, lambda names: np.asarray(names[::-1]))),
        ("less_one", _weight_names(layer, lambda names: np.asarray(names[:-1]))),
        ("none", _weight_names(layer, lambda _: np.asarray([]))),
        ("wider", _wider(layer)),
    )
]


if __name__ == "__main__":
    import sys

    for case in damaged(Path(sys.argv[1])):
        sys.stdout.write(f"{case}\n")
