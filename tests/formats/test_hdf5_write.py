"""What is written, in the layout of Keras."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5t

from keraport.errors import UnsafeFileError, UsageError
from keraport.formats import read, write
from keraport.formats.hdf5.names import stored_names
from keraport.model import Format, StoredBytes, Weight, WeightGroup

Build = Callable[..., Path]


def _weight(name: str) -> Weight:
    return Weight(name, (1,), "float32", StoredBytes(Path("x.h5"), f"/{name}"))


def test_a_whole_model_in_keras_layout(model_file: Build, tmp_path: Path) -> None:
    source, out = model_file(), tmp_path / "out.h5"
    write(out, read(source), keras_version="2.1.6-tf")
    with h5py.File(source, "r") as before, h5py.File(out, "r") as after:
        assert dict(after.attrs).keys() == {"keras_version", "backend", "model_config"}
        assert after.attrs["keras_version"] == b"2.1.6-tf"
        top = after["model_weights"]
        assert top.attrs["keras_version"] == b"2.1.6-tf"
        assert top.attrs["backend"] == b"tensorflow"
        assert list(top.attrs["layer_names"]) == [b"dense_10", b"dropout", b"dense_2"]
        assert top["dropout"].attrs["weight_names"].shape == (0,)
        for path in ("dense_10/dense_10/kernel:0", "dense_10/dense_10/bias:0"):
            np.testing.assert_array_equal(top[path], before["model_weights"][path])


@pytest.mark.parametrize("name", ["model_config", "keras_version", "backend", "training_config"])
def test_strings_are_scalar_bytes(model_file: Build, tmp_path: Path, name: str) -> None:
    """TF 1.15 and 2.3 call .decode() on them, which h5py 2.10 allows for ASCII strings only.

    h5py 3 allows it for strings of fixed length only (``test_h5py3.py``).
    """

    def compiled(file: h5py.File) -> None:
        file.attrs["training_config"] = b'{"loss": "mse", "optimizer_config": null}'

    out = tmp_path / "out.h5"
    write(out, read(model_file(edit=compiled)), keras_version="2.1.6-tf")
    with h5py.File(out, "r") as file:
        kind = file.attrs.get_id(name).get_type()
        assert file.attrs.get_id(name).shape == ()
        assert isinstance(kind, h5t.TypeStringID)
        assert kind.get_cset() == h5t.CSET_ASCII
        assert not kind.is_variable_str()


def test_weights_only(weights_file: Build, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    write(out, read(weights_file()), keras_version="2.1.6-tf")
    with h5py.File(out, "r") as file:
        assert set(file.attrs) == {"layer_names", "keras_version", "backend"}
        assert file["dense_2/dense_2/kernel:0"][0, 0] == 0.5


def test_a_model_is_needed_for_a_whole_model(weights_file: Build, tmp_path: Path) -> None:
    file = replace(read(weights_file()), format=Format.HDF5)
    with pytest.raises(UsageError, match="no architecture"):
        write(tmp_path / "out.h5", file, keras_version="2.1.6-tf")


def test_order_is_that_of_the_groups(weights_file: Build, tmp_path: Path) -> None:
    file = read(weights_file())
    swapped = [WeightGroup(g.layer, g.weights[::-1]) for g in reversed(file.groups)]
    out = tmp_path / "out.h5"
    write(out, replace(file, groups=tuple(swapped)), keras_version="2.1.6-tf")
    assert [g.layer for g in read(out).groups] == ["dense_2", "dropout", "dense_10"]
    assert [w.name for w in read(out).groups[2].weights] == [
        "dense_10/bias:0",
        "dense_10/kernel:0",
    ]


def test_names_beyond_64_kilobytes_are_split(tmp_path: Path) -> None:
    layers: dict[str, Any] = {f"{'long_' * 30}{number}": {} for number in range(900)}
    layers["many"] = {f"{'w' * 150}{number}:0": np.float32(number) for number in range(500)}

    path = tmp_path / "in.h5"
    with h5py.File(path, "w") as file:
        for place, name, names in (
            (file, "layer_names", list(layers)),
            (file.create_group("many"), "weight_names", list(layers["many"])),
        ):
            for number, part in enumerate(np.array_split(np.array(names, "S"), 4)):
                place.attrs[f"{name}{number}"] = part
        for name, weights in layers.items():
            group = file.require_group(name)
            if not weights:
                group.attrs["weight_names"] = np.asarray([])
            for weight, value in weights.items():
                group[weight] = value
    out = tmp_path / "out.h5"
    write(out, read(path), keras_version="2.1.6-tf")
    with h5py.File(out, "r") as file:
        assert "layer_names" not in file.attrs
        chunks = [file.attrs[f"layer_names{number}"] for number in range(3)]
        assert "layer_names3" not in file.attrs
        assert all(chunk.nbytes <= 64512 for chunk in chunks)
        assert [name.decode() for chunk in chunks for name in chunk] == list(layers)
        assert "weight_names1" in file["many"].attrs
    assert [weight.name for weight in read(out).groups[-1].weights] == list(layers["many"])


def test_a_config_of_300_kilobytes(model_file: Build, tmp_path: Path) -> None:
    layers: dict[str, Any] = {f"{'long_' * 20}layer_{number}": {} for number in range(2000)}
    out = tmp_path / "out.h5"
    write(out, read(model_file(layers)), keras_version="2.1.6-tf")
    with h5py.File(out, "r") as file:
        assert len(file.attrs["model_config"]) > 300_000
    assert len(read(out).groups) == 2000


def test_layers_whose_names_are_paths(weights_file: Build, tmp_path: Path) -> None:
    layers = {
        "block1/conv": {"block1/conv/kernel:0": np.full(3, 1, "f4")},
        "block1": {"block1/kernel:0": np.full(2, 3, "f4")},
        "schicht_ä": {"gewicht_ß:0": np.full(2, 4, "f4")},
    }
    file = read(weights_file(layers))
    weights = (replace(file.groups[1].weights[0], name="conv"), *file.groups[1].weights)
    groups = (file.groups[0], replace(file.groups[1], weights=weights), file.groups[2])
    out = tmp_path / "out.h5"
    write(out, replace(file, groups=groups), keras_version="2.1.6-tf")
    with h5py.File(out, "r") as written:
        found = {
            layer: [written[layer][name][0] for name in written[layer].attrs["weight_names"]]
            for layer in layers
        }
    assert found == {"block1/conv": [1], "block1": [3, 3], "schicht_ä": [4]}


@pytest.mark.parametrize(
    ("names", "stored"),
    [
        (["a:0", "b:0"], ("a:0", "b:0")),
        (["a:0", "a:0", "a:0"], ("a:0", "a_1:0", "a_2:0")),
        (["a/k:0", "a/k:0"], ("a/k:0", "a_k_1:0")),
        (["a", "a/b"], ("a", "a_b_1")),
        (["a/b", "a"], ("a/b", "a_1")),
        (["inner"], ("inner_1",)),
    ],
)
def test_no_name_hides_another(names: list[str], stored: tuple[str, ...]) -> None:
    groups = (
        WeightGroup("layer", tuple(_weight(name) for name in names)),
        WeightGroup("layer/inner", ()),
    )
    assert stored_names(groups, "out.h5") == (stored, ())


def test_names_that_leave_their_group_are_not_written(weights_file: Build, tmp_path: Path) -> None:
    file = read(weights_file())
    groups = (replace(file.groups[0], layer="../x"),)
    with pytest.raises(UnsafeFileError, match="points out"):
        write(tmp_path / "out.h5", replace(file, groups=groups), keras_version="2.1.6-tf")
    assert [path.name for path in tmp_path.iterdir()] == ["weights.h5"]


def test_optimizer_state(model_file: Build, tmp_path: Path) -> None:
    def edit(file: h5py.File) -> None:
        file.attrs["training_config"] = b'{"loss": "mse", "optimizer_config": null}'
        group = file.create_group("optimizer_weights")
        group.attrs["weight_names"] = np.array([b"z/iter:0", b"a/m:0"])
        group["a/m:0"], group["z/iter:0"] = np.ones(3, "f4"), np.int64(7)

    out = tmp_path / "out.h5"
    write(out, read(model_file(edit=edit)), keras_version="2.1.6-tf")
    with h5py.File(out, "r") as file:
        group = file["optimizer_weights"]
        assert list(group.attrs["weight_names"]) == [b"z/iter:0", b"a/m:0"]
        assert group["z/iter:0"][()] == 7


def test_the_same_input_gives_the_same_bytes(model_file: Build, tmp_path: Path) -> None:
    file = read(model_file())
    digests = set()
    for name in ("one.h5", "two.h5"):
        write(tmp_path / name, file, keras_version="2.1.6-tf")
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).digest())
    assert len(digests) == 1
