"""Files that Keras and other tools legitimately write."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5d, h5s, h5t

from keraport.errors import ForeignFileError
from keraport.formats import read
from keraport.model import Format, ModelFile, Producer, StoredBytes, Weight

Build = Callable[..., Path]


def _listed(file: ModelFile) -> list[tuple[str, list[tuple[str, tuple[int, ...], str]]]]:
    return [(g.layer, [(w.name, w.shape, w.dtype) for w in g.weights]) for g in file.groups]


def place(weight: Weight) -> StoredBytes:
    assert isinstance(weight.stored, StoredBytes)
    return weight.stored


EXPECTED = [
    ("dense_10", [("dense_10/kernel:0", (3, 4), "float32"), ("dense_10/bias:0", (4,), "float32")]),
    ("dropout", []),
    ("dense_2", [("dense_2/kernel:0", (4, 2), "float32")]),
]


def test_a_whole_model(model_file: Build) -> None:
    path = model_file()
    file = read(path)
    assert file.path == path
    assert file.format is Format.HDF5
    assert file.producer == Producer("2.4.0", "tensorflow")
    assert file.training is None
    assert _listed(file) == EXPECTED
    assert file.model is not None
    assert [layer.name for layer in file.model.layers] == ["dense_10", "dropout", "dense_2"]
    assert [len(layer.weights) for layer in file.model.layers] == [2, 0, 1]
    stored = place(file.groups[0].weights[0])
    assert stored.path == path
    assert stored.location == "/model_weights/dense_10/dense_10/kernel:0"


def test_weights_only(weights_file: Build) -> None:
    file = read(weights_file())
    assert file.format is Format.HDF5_WEIGHTS
    assert file.model is None
    assert file.producer == Producer("2.4.0", "tensorflow")
    assert _listed(file) == EXPECTED
    assert place(file.groups[2].weights[0]).location == "/dense_2/dense_2/kernel:0"


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_compressed_weights(model_file: Build, libver: str) -> None:
    path = model_file(libver=libver, compression="gzip", shuffle=True, fletcher32=True)
    assert _listed(read(path)) == EXPECTED


def test_lzf(model_file: Build) -> None:
    assert _listed(read(model_file(compression="lzf"))) == EXPECTED


@pytest.mark.parametrize("kind", ["str", "numpy bytes", "array", "str array"])
def test_version_marks_in_every_spelling(model_file: Build, kind: str) -> None:
    value: Any = {
        "str": "2.3.0-tf",
        "numpy bytes": np.bytes_(b"2.3.0-tf"),
        "array": np.array([b"2.3.0-tf"]),
        "str array": ["2.3.0-tf"],
    }[kind]

    def edit(file: h5py.File) -> None:
        file.attrs["keras_version"] = value
        file.attrs["model_config"] = np.bytes_(file.attrs["model_config"].encode())

    assert read(model_file(edit=edit)).producer.keras_version == "2.3.0-tf"


def test_names_as_str(model_file: Build) -> None:
    def edit(file: h5py.File) -> None:
        for group, name in (
            ("model_weights", "layer_names"),
            ("model_weights/dense_10", "weight_names"),
        ):
            attributes = file[group].attrs
            attributes[name] = [value.decode() for value in attributes[name]]

    assert _listed(read(model_file(edit=edit))) == EXPECTED


def test_chunked_names_join_in_order(model_file: Build) -> None:
    def edit(file: h5py.File) -> None:
        attributes = file["model_weights"].attrs
        names = attributes["layer_names"]
        del attributes["layer_names"]
        attributes["layer_names0"], attributes["layer_names1"] = names[:1], names[1:]

    assert _listed(read(model_file(edit=edit))) == EXPECTED


def test_the_plain_names_count_before_chunks(model_file: Build) -> None:
    def edit(file: h5py.File) -> None:
        file["model_weights"].attrs["layer_names0"] = np.array([b"never read"])

    assert _listed(read(model_file(edit=edit))) == EXPECTED


def test_order_is_that_of_the_names(weights_file: Build) -> None:
    layers = {f"conv_{number}": {f"conv_{number}/k:0": np.ones(1)} for number in (10, 2, 1)}
    assert [group.layer for group in read(weights_file(layers)).groups] == list(layers)


def test_layers_whose_names_are_paths(weights_file: Build) -> None:
    layers = {
        "block1": {"block1/kernel:0": np.ones(2, "f4")},
        "block1/conv": {"block1/conv/kernel:0": np.ones(3, "f4")},
        "<script>alert(1)<": {"\x1b[2J": np.ones(4, "f4")},
    }
    file = read(weights_file(layers))
    assert [group.weights[0].shape for group in file.groups] == [(2,), (3,), (4,)]
    assert place(file.groups[1].weights[0]).location == "/block1/conv/block1/conv/kernel:0"


@pytest.mark.parametrize(
    "dtype",
    ["bool", "int8", "uint8", "int32", "int64", "uint64", "float16", "float64", ">f4", "complex64"],
)
def test_dtypes(weights_file: Build, dtype: str) -> None:
    layers = {"a": {"k:0": np.zeros((2, 3), dtype), "scalar:0": np.zeros((), dtype)}}
    kernel, scalar = read(weights_file(layers)).groups[0].weights
    assert (kernel.dtype, kernel.shape) == (np.dtype(dtype).name, (2, 3))
    assert (scalar.dtype, scalar.shape) == (np.dtype(dtype).name, ())


def test_bfloat16_is_stored_as_two_opaque_bytes(weights_file: Build) -> None:
    file = read(weights_file({"a": {"k:0": np.zeros(3, "V2")}}))
    assert file.groups[0].weights[0].dtype == "bfloat16"


def test_bfloat16_as_a_float_of_its_own(weights_file: Build) -> None:
    def edit(file: h5py.File) -> None:
        kind = h5t.IEEE_F32LE.copy()
        kind.set_fields(15, 7, 8, 0, 7)
        kind.set_size(2)
        kind.set_ebias(127)
        h5d.create(file["a"].id, b"b:0", kind, h5s.create_simple((3,)))
        file["a"].attrs["weight_names"] = np.array([b"b:0"])

    assert read(weights_file({"a": {}}, edit=edit)).groups[0].weights[0].dtype == "bfloat16"


def test_weights_without_elements(weights_file: Build) -> None:
    file = read(weights_file({"a": {"k:0": np.zeros((0, 3), "f4")}}))
    assert file.groups[0].weights[0].shape == (0, 3)


def test_a_group_without_weights_may_belong_to_no_layer(model_file: Build) -> None:
    def edit(file: h5py.File) -> None:
        group = file["model_weights"]
        group.create_group("input_1").attrs["weight_names"] = np.asarray([])
        group.attrs["layer_names"] = np.array([b"input_1", *group.attrs["layer_names"]])

    assert _listed(read(model_file(edit=edit))) == [("input_1", []), *EXPECTED]


def test_a_layer_may_have_no_group(model_file: Build) -> None:
    def edit(file: h5py.File) -> None:
        file["model_weights"].attrs["layer_names"] = np.array([b"dense_10", b"dense_2"])

    file = read(model_file(edit=edit))
    assert file.model is not None
    assert [len(layer.weights) for layer in file.model.layers] == [2, 0, 1]


def test_training(model_file: Build) -> None:
    def edit(file: h5py.File) -> None:
        file.attrs["training_config"] = (
            b'{"loss": "mse", "metrics": ["mae"], "optimizer_config":'
            b' {"class_name": "Adam", "config": {"learning_rate": 0.5}}}'
        )
        group = file.create_group("optimizer_weights")
        group.attrs["weight_names"] = np.array([b"Adam/iter:0", b"Adam/dense/m:0"])
        group["Adam/dense/m:0"] = np.zeros(3, "f4")
        group["Adam/iter:0"] = np.int64(7)

    training = read(model_file(edit=edit)).training
    assert training is not None
    assert training.optimizer is not None
    assert training.optimizer.config == {"learning_rate": 0.5}
    assert (training.loss, training.metrics) == ("mse", ["mae"])
    assert [(w.name, w.shape, w.dtype) for w in training.state] == [
        ("Adam/iter:0", (), "int64"),
        ("Adam/dense/m:0", (3,), "float32"),
    ]
    assert place(training.state[0]).location == "/optimizer_weights/Adam/iter:0"


def test_own_weights_of_a_model(model_file: Build) -> None:
    def edit(file: h5py.File, names: Any = ()) -> None:
        group = file["model_weights"].create_group("top_level_model_weights")
        group.attrs["weight_names"] = np.asarray(names)

    assert _listed(read(model_file(edit=edit))) == EXPECTED
    with pytest.raises(ForeignFileError, match="outside of its layers"):
        read(model_file(edit=lambda file: edit(file, [b"scale:0"])))


def test_weights_that_hold_the_mark_of_a_heap(weights_file: Build) -> None:
    value = np.frombuffer(b"GCOL\1\0\0\0" + bytes(4088), "f4")
    assert read(weights_file({"a": {"k:0": value}})).groups[0].weights[0].shape == (1024,)


def test_a_file_on_a_read_only_mount(model_file: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    path = model_file()
    path.chmod(0o444)
    opened: list[int] = []
    real = os.open

    def spy(target: Any, flags: int, *arguments: Any, **keywords: Any) -> int:
        opened.append(flags)
        return real(target, flags, *arguments, **keywords)

    monkeypatch.setattr(os, "open", spy)
    with path.open("rb") as other:
        # The lock that HDF5 takes in a process which still writes the file.
        fcntl.flock(other, fcntl.LOCK_EX)
        assert len(read(path).groups) == 3
    assert not [flags for flags in opened if flags & (os.O_WRONLY | os.O_RDWR)]


def test_a_file_that_this_process_has_open(model_file: Build) -> None:
    path = model_file()
    with h5py.File(path, "r", locking=True):
        assert len(read(path).groups) == 3


def test_a_layer_costs_the_same_in_a_thousand(weights_file: Build) -> None:
    """Objects are looked at once: the reads of four times as many layers are four times as many."""
    reads = {}
    for count in (250, 1000):
        names = [f"layer_{n}" for n in range(count)]
        layers = {name: {f"{name}/{w}:0": np.ones(2) for w in "abcd"} for name in names}
        path = weights_file(layers)
        calls = 0

        def counted(frame: object, event: str, argument: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(counted)
        try:
            file = read(path)
        finally:
            sys.setprofile(None)
        assert sum(len(group.weights) for group in file.groups) == 4 * count
        reads[count] = calls
    assert reads[1000] < 5 * reads[250]
