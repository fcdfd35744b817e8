"""Documents that TF 2.15 wrote, to models and back: the same, but for what is listed here."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import pytest

from keraport.dialects import dump_model, dump_training, keras2_12, parse_model, parse_training
from keraport.dialects.identity import SPELLING, identity
from keraport.formats import read
from keraport.model import KERAS, Call

FOLDERS = (
    Path(__file__).parent / "golden" / "keras2.15",
    Path(__file__).parents[1] / "formats" / "golden" / "keras2.15",
)
SPELLINGS = Path(__file__).parent / "golden"
HDF5 = [path for folder in FOLDERS for path in sorted(folder.glob("*.h5")) if "." not in path.stem]
ARCHIVES = [path for folder in FOLDERS for path in sorted(folder.glob("*.keras"))]
JSON = sorted(path for path in FOLDERS[0].glob("*.json") if path.stem != "truth")
MARKS = ("keras_version", "backend")


def document_of(path: Path) -> Any:
    if path.suffix == ".json":
        document = json.loads(path.read_text(encoding="utf-8"))
    elif path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            document = json.loads(archive.read("config.json"))
    else:
        with h5py.File(path) as file:
            document = json.loads(file.attrs["model_config"])
    return {key: value for key, value in document.items() if key not in MARKS}


def by_names(value: Any) -> Any:
    """Without modules: classes by the names that they are looked up by."""
    if isinstance(value, list):
        return [by_names(item) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {key: by_names(item) for key, item in value.items()}
    if {"class_name", "config"} <= value.keys():
        plain["class_name"] = identity(value).class_name
        plain = {key: item for key, item in plain.items() if key not in SPELLING}
    return plain


def with_modules(value: Any) -> Any:
    """Without what is not written: addresses of shared objects, the module of a user's class, and
    with what Keras' own layers were built, which they are by what they are called on. In configs,
    the name of a user's class is the one that it is registered by."""
    if isinstance(value, list):
        return [with_modules(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: with_modules(item) for key, item in value.items() if key != "shared_object_id"}
    if {"class_name", "config"} <= value.keys() and identity(value).package != KERAS:
        found["module"] = None
        found["class_name"] = identity(value).class_name
    else:
        found.pop("build_config", None)
    return found


@pytest.mark.parametrize("path", HDF5, ids=lambda path: path.name)
def test_hdf5_by_names(path: Path) -> None:
    document = document_of(path)
    assert dump_model(parse_model(document)) == by_names(document)


@pytest.mark.parametrize("path", [*ARCHIVES, *JSON], ids=lambda path: path.name)
def test_archives_and_json_with_modules(path: Path) -> None:
    document = document_of(path)
    document.pop("compile_config", None)
    found = keras2_12.dump_model(parse_model(document))
    if path.suffix == ".json":
        # Written by ``to_json``, the outermost model has its name alone.
        document = {**{key: found[key] for key in ("module", "registered_name")}, **document}
        document["class_name"] = found["class_name"]
    assert with_modules(found) == with_modules(document)


@pytest.mark.parametrize("path", HDF5, ids=lambda path: path.name)
def test_training(path: Path) -> None:
    with h5py.File(path) as file:
        if "training_config" not in file.attrs:
            return
        document = json.loads(file.attrs["training_config"])
    assert dump_training(parse_training(document)) == by_names(document)


@pytest.mark.parametrize("release", ["keras2.15", "keras3.15"])
@pytest.mark.parametrize(
    "name", ["classes", "registered", "keywords", "operations", "wrapped", "nested", "constants"]
)
def test_every_format_says_the_same(release: str, name: str) -> None:
    """Whatever the spelling, what is read of it is the same model, but for whose classes are."""
    found = []
    for suffix in ("h5", "json", "keras"):
        model = read(SPELLINGS / release / f"{name}.{suffix}").model
        assert model is not None
        found.append(by_names(dump_model(model)))
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("suffix", ["h5", "json", "keras"])
@pytest.mark.parametrize("name", ["keywords", "nested", "constants", "classes", "registered"])
def test_keras_3_gives_the_calls_of_keras_2(name: str, suffix: str) -> None:
    """What is called on what, the numbers of calls of models in models among it."""

    def calls(release: str) -> Any:
        model = read(SPELLINGS / release / f"{name}.{suffix}").model
        assert model is not None
        # Keras 2 hands recurrent layers their states as further inputs.
        found = {
            layer.name: [_plain(call) for call in layer.calls]
            for layer in model.layers
            if layer.class_name != "GRU"
        }
        outputs = model.outputs if isinstance(model.outputs, list) else [model.outputs]
        return found, outputs

    assert calls("keras3.15") == calls("keras2.15")


def _plain(call: Call) -> Any:
    return call.inputs, {key: value for key, value in call.arguments.items() if value is not None}
