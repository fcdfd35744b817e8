"""Architectures in JSON, alone and with weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keraport.errors import DamagedFileError, UnsafeFileError, UsageError
from keraport.formats import read, write
from keraport.model import Format, Producer, StoredBytes, Weight

Build = Callable[..., Path]


def place(weight: Weight) -> StoredBytes:
    assert isinstance(weight.stored, StoredBytes)
    return weight.stored


@pytest.fixture
def json_file(tmp_path: Path, architecture: dict[str, Any]) -> Path:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(architecture), encoding="utf-8")
    return path


def test_an_architecture(json_file: Path) -> None:
    file = read(json_file)
    assert file.format is Format.JSON
    assert file.producer == Producer("2.4.0", "tensorflow")
    assert file.groups == ()
    assert file.model is not None
    assert file.model.extra == {}
    assert [layer.class_name for layer in file.model.layers] == ["Dense", "Dropout", "Dense"]


@pytest.mark.parametrize("whole", [False, True])
def test_weights_find_their_layers_by_name(
    json_file: Path, model_file: Build, weights_file: Build, whole: bool
) -> None:
    weights = model_file() if whole else weights_file()
    file = read(json_file, weights)
    assert file.model is not None
    assert [len(layer.weights) for layer in file.model.layers] == [2, 0, 1]
    assert place(file.model.layer("dense_2").weights[0]).path == weights
    assert [group.layer for group in file.groups] == ["dense_10", "dropout", "dense_2"]


def test_weights_of_another_model(json_file: Path, weights_file: Build) -> None:
    weights = weights_file({"other": {"k:0": np.ones(3)}})
    with pytest.raises(DamagedFileError, match="'other'"):
        read(json_file, weights)


def test_weights_where_they_have_no_place(json_file: Path, model_file: Build) -> None:
    with pytest.raises(UsageError, match="expected weights"):
        read(model_file(), json_file)
    with pytest.raises(UsageError, match="expected weights"):
        read(json_file, json_file)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ('{"class_name": "Model", "config": ' + "[" * 100_000, UnsafeFileError, "nested"),
        ('{"class_name": "Model", "config": NaN}', DamagedFileError, "without a list"),
        ('{"class_name": "Model", "config": 7}', DamagedFileError, "config"),
        ('{"class_name": "Model", "config": {}, "config": {}}', DamagedFileError, "twice"),
        ('{"class_name": "Model", "config"', DamagedFileError, "JSON"),
    ],
)
def test_damaged(tmp_path: Path, text: str, error: type[Exception], words: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=words) as caught:
        read(path)
    assert str(caught.value).startswith(str(path))


def test_written_as_keras_writes_it(
    json_file: Path, weights_file: Build, tmp_path: Path, architecture: dict[str, Any]
) -> None:
    file = read(json_file, weights_file())
    out, weights = tmp_path / "out.json", tmp_path / "out.h5"
    write(out, file, keras_version="2.1.6-tf", weights=weights)
    assert json.loads(out.read_text()) == {**architecture, "keras_version": "2.1.6-tf"}
    back = read(out, weights)
    assert back.model is not None
    assert [len(layer.weights) for layer in back.model.layers] == [2, 0, 1]
    assert back.producer.keras_version == "2.1.6-tf"
