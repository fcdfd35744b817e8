"""Formats are told from the content, and what is foreign is named."""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from keraport.errors import (
    DamagedFileError,
    ForeignFileError,
    InputFileError,
    UnsafeFileError,
    UsageError,
)
from keraport.formats import read, sniff
from keraport.model import Format

Build = Callable[..., Path]


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Drop root's right to read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_hdf5_layouts_are_told_apart(model_file: Build, weights_file: Build) -> None:
    assert sniff(model_file(name="model.keras")) is Format.HDF5
    assert sniff(weights_file(name="weights.txt")) is Format.HDF5_WEIGHTS


def test_weights_with_chunked_layer_names(weights_file: Build) -> None:
    def split(file: h5py.File) -> None:
        file.attrs["layer_names0"] = file.attrs["layer_names"]
        del file.attrs["layer_names"]

    assert sniff(weights_file(edit=split)) is Format.HDF5_WEIGHTS


def test_an_architecture(tmp_path: Path, architecture: dict[str, Any]) -> None:
    path = tmp_path / "model.h5"
    path.write_text("\ufeff\n " + json.dumps(architecture), encoding="utf-8")
    assert sniff(path) is Format.JSON


def _zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return buffer.getvalue()


def _npz() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, w=np.ones(3))
    return buffer.getvalue()


def _npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.ones(3))
    return buffer.getvalue()


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("x"))
    return buffer.getvalue()


# Heads as TensorFlow 2.3 and onnx 1.16 write them: SavedModel.saved_model_schema_version = 1 and
# meta_graphs; GraphDef.node with NodeDef.name first; ModelProto.ir_version and producer_name.
SAVED_MODEL = b"\x08\x01\x12\xb0\x8b\x03\n\xa2\x1a\nT\n\x03Add"
GRAPH_DEF = b"\n8\n\x07input_1\x12\x0bPlaceholder"
GRAPH_DEF_LONG = b"\n\xb8\x01\n\x07input_1\x12\x0bPlaceholder"
ONNX = b"\x08\x07\x12\x07pytorch\x1a\x051.8:\xc2\x01"


def test_a_keras_archive_under_any_name(tmp_path: Path) -> None:
    for name in ("model.h5", "model.keras", "model"):
        path = tmp_path / name
        path.write_bytes(_zip("metadata.json", "config.json"))
        assert sniff(path) is Format.KERAS


@pytest.mark.parametrize(
    ("data", "words", "hint"),
    [
        pytest.param(_zip("archive/data.pkl"), "PyTorch", "", id="torch"),
        pytest.param(_npz(), "NumPy archive", "", id="npz"),
        pytest.param(
            b'\x40\0\0\0\0\0\0\0{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}    ',
            "safetensors",
            "made of",
            id="safetensors",
        ),
        pytest.param(
            b'{"format": "layers-model", "modelTopology": {"keras_version": "2.4.0"}}',
            r"TensorFlow\.js",
            "tensorflowjs_converter",
            id="tfjs",
        ),
        pytest.param(_zip("readme.txt"), "zip archive", "unpack", id="zip"),
        pytest.param(b"\x1c\0\0\0TFL3\0\0", "TensorFlow Lite", "", id="tflite"),
        pytest.param(_npy(), "NumPy array", "", id="npy"),
        pytest.param(b"\x80\x04\x95\x0e\0\0\0\0\0\0\0}\x94", "pickle", "", id="pickle"),
        pytest.param(SAVED_MODEL, "SavedModel", "directory", id="saved-model-pb"),
        pytest.param(GRAPH_DEF, "GraphDef", "", id="frozen-graph"),
        pytest.param(GRAPH_DEF_LONG, "GraphDef", "", id="frozen-graph-long-node"),
        pytest.param(ONNX, "ONNX", "", id="onnx"),
        pytest.param(b"\x1f\x8b\x08\0", "compressed", "uncompress", id="gzip"),
        pytest.param(_tar(), "tar", "unpack", id="tar"),
        pytest.param(b"version https://git-lfs.github.com/spec/v1\n", "LFS", "lfs pull", id="lfs"),
        pytest.param(b"\n<!DOCTYPE html><html>", "web page", "download", id="html"),
        pytest.param(b"MATLAB 7.3 MAT-file" + bytes(600), "MATLAB", "", id="matlab"),
        pytest.param(b"\0" * 40 + bytes.fromhex("57fb808b247547db"), "checkpoint", "", id="index"),
        pytest.param(b"backend: tensorflow\nclass_name: Sequential\n", "YAML", "", id="yaml"),
        pytest.param(b"just words\n", "a text file", "", id="text"),
        pytest.param("ä".encode() * 5000, "a text file", "", id="text-cut-in-a-character"),
        pytest.param(b'{"a": 1}', "JSON, but no architecture", "to_json", id="json"),
        pytest.param(b"[1, 2]", "JSON, but no architecture", "to_json", id="json-list"),
        pytest.param(bytes(range(7, 256)) * 20, "unknown kind", "", id="binary"),
    ],
)
def test_foreign_files_are_named(tmp_path: Path, data: bytes, words: str, hint: str) -> None:
    path = tmp_path / "model.h5"
    path.write_bytes(data)
    with pytest.raises(ForeignFileError, match=words) as caught:
        read(path)
    assert str(path) in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.hint


def test_hdf5_of_others(tmp_path: Path) -> None:
    path = tmp_path / "data.h5"
    with h5py.File(path, "w") as file:
        file["table\x1b[2J"] = [1, 2]
    with pytest.raises(ForeignFileError, match="not from Keras") as caught:
        sniff(path)
    assert "table" in caught.value.message
    assert "\x1b" not in caught.value.message


def test_weights_as_keras_3_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "model.weights.h5"
    with h5py.File(path, "w") as file:
        file["layers/dense/vars/0"] = [1.0]
    assert sniff(path) is Format.KERAS_WEIGHTS


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (["saved_model.pbtxt"], "a SavedModel in text form"),
        (["checkpoint"], "directory without a model"),
        (["x.txt"], "this is a directory"),
    ],
)
def test_directories(tmp_path: Path, files: list[str], words: str) -> None:
    for name in files:
        (tmp_path / name).touch()
    with pytest.raises(ForeignFileError, match=words):
        read(tmp_path)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read(tmp_path / "missing.h5")
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="no such file"):
        read(tmp_path / "file" / "below.h5")


@pytest.mark.parametrize("hidden", ["file", "folder"])
def test_unreadable_file(hidden: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "model.h5"
        path.write_bytes(b"x")
        Path(name).chmod(0 if hidden == "folder" else 0o755)
        path.chmod(0)
        with as_ordinary_user(), pytest.raises(InputFileError, match="permission denied") as caught:
            read(path)
        assert caught.value.hint


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.h5"
    os.mkfifo(path)
    with pytest.raises(ForeignFileError, match="not a regular file"):
        read(path)


def test_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.h5"
    path.touch()
    with pytest.raises(DamagedFileError, match="empty"):
        read(path)


@pytest.mark.parametrize("offset", [512, 4096])
def test_hdf5_behind_other_data(model_file: Build, offset: int) -> None:
    path = model_file()
    path.write_bytes(b"#!/bin/sh\n".ljust(offset) + path.read_bytes())
    assert h5py.is_hdf5(path)
    with pytest.raises(UnsafeFileError, match=f"byte {offset}"):
        read(path)


def test_an_index_that_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "ckpt.index").touch()
    with pytest.raises(DamagedFileError, match="expected the index of a checkpoint"):
        read(tmp_path)
