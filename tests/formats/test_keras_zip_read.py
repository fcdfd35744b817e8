"""``.keras`` archives and ``.weights.h5`` files against what the releases that wrote them say.

The files come from ``tools/build_keras_files.py``, run in each of these releases.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from keraport.dialects import dump_model
from keraport.errors import DamagedFileError, ForeignFileError, UnsafeFileError
from keraport.formats import read, sniff
from keraport.formats.sources import Sources
from keraport.inspection.inspect import inspect
from keraport.model import Format, ModelFile, TensorRef, WeightGroup
from keraport.model.graph import find_refs, walk

GOLDEN = Path(__file__).parent / "golden"
WHOLE = ("keras2.15", "tf_keras2.16", "keras3.0", "keras3.15")
RELEASES = ("keras2.12", *WHOLE)
"""Of Keras 2.12 there are two models, for the names that it gave the groups of weights."""
TRUTH = {
    release: json.loads((GOLDEN / release / "truth.json").read_text(encoding="utf-8"))
    for release in RELEASES
}
FILES = [(release, name) for release in RELEASES for name in sorted(TRUTH[release]["models"])]
TWINS = sorted(path.stem for path in (GOLDEN / "keras2.15").glob("*.h5") if "." not in path.stem)
ALONE = [
    (release, path.name.removesuffix(".weights.h5"))
    for release in RELEASES
    for path in sorted((GOLDEN / release).glob("*.weights.h5"))
]


def reported(release: str, name: str) -> dict[str, list[list[Any]]]:
    """Shape, dtype and digest of each layer's weights, as the release reports them."""
    return {
        layer: [entry[1:] for entry in weights if entry[2] != "string"]
        for layer, _, weights in TRUTH[release]["models"][name]["layers"]
    }


def found(groups: tuple[WeightGroup, ...]) -> dict[str, list[list[Any]]]:
    with Sources() as sources:
        return {
            group.layer: [
                [list(w.shape), w.dtype, hashlib.sha256(sources.values(w).tobytes()).hexdigest()]
                for w in group.weights
            ]
            for group in groups
        }


@pytest.mark.parametrize(("release", "name"), FILES)
def test_weights_are_those_that_the_release_reports(release: str, name: str) -> None:
    file = read(GOLDEN / release / f"{name}.keras")
    held = found(file.groups)
    expected = reported(release, name)
    assert {layer: held.get(layer, []) for layer in expected} == expected
    assert sum(map(len, held.values())) == sum(map(len, expected.values()))
    assert file.producer.keras_version == TRUTH[release]["version"]


@pytest.mark.parametrize(("release", "name"), FILES)
def test_classes_are_those_of_the_release(release: str, name: str) -> None:
    model = read(GOLDEN / release / f"{name}.keras").model
    assert model is not None
    listed = TRUTH[release]["models"][name]["layers"]
    classes = {layer.name: layer.class_name for layer in model.layers}
    assert {layer: classes[layer] for layer, _, _ in listed} == {la: cl for la, cl, _ in listed}


@pytest.mark.parametrize(("release", "name"), FILES)
def test_the_state_of_the_optimizer(release: str, name: str) -> None:
    file = read(GOLDEN / release / f"{name}.keras")
    variables = [entry[1:] for entry in TRUTH[release]["models"][name]["optimizer"]]
    if file.training is None:
        assert variables == []
        return
    assert found((WeightGroup("optimizer", file.training.state),))["optimizer"] == variables


@pytest.mark.parametrize("name", TWINS)
def test_an_archive_says_what_its_hdf5_twin_says(name: str) -> None:
    archive = read(GOLDEN / "keras2.15" / f"{name}.keras")
    twin = read(GOLDEN / "keras2.15" / f"{name}.h5")
    assert archive.model is not None
    assert twin.model is not None
    assert dump_model(archive.model) == dump_model(twin.model)
    assert [(g.layer, [w.name for w in g.weights]) for g in archive.groups] == [
        (g.layer, [w.name for w in g.weights]) for g in twin.groups
    ]
    assert found(archive.groups) == found(twin.groups)


def structure(file: ModelFile) -> list[Any]:
    assert file.model is not None
    return [
        find_refs(file.model.inputs),
        find_refs(file.model.outputs),
        *(
            (path, layer.class_name, [call.inputs for call in layer.calls])
            for path, layer in walk(file.model)
        ),
    ]


@pytest.mark.parametrize("release", ["keras3.0", "keras3.15"])
@pytest.mark.parametrize("name", ["conv_bn", "dense", "convlstm"])
def test_keras_3_gives_the_structure_of_keras_2(release: str, name: str) -> None:
    def plain(value: object) -> object:
        """Names of layers that Keras counts, and not the model, differ."""
        return str(value).replace("input_1", "input").replace("input_layer", "input")

    newer = structure(read(GOLDEN / release / f"{name}.keras"))
    older = structure(read(GOLDEN / "keras2.15" / f"{name}.keras"))
    assert [plain(item) for item in newer] == [plain(item) for item in older]


@pytest.mark.parametrize("release", RELEASES)
def test_calls_of_models_in_models(release: str) -> None:
    """The first use of a model inside a model is its call 1; a shared layer has two calls."""
    model = read(GOLDEN / release / "nested.keras").model
    assert model is not None
    assert [call.inputs for call in model.layer("shared").calls] == [
        [TensorRef("a", 0, 0)],
        [TensorRef("b", 0, 0)],
    ]
    assert [call.inputs for call in model.layer("inner").calls] == [
        [TensorRef("shared", 0, 0)],
        [TensorRef("shared", 1, 0)],
    ]
    assert model.layer("join").calls[0].inputs == [
        TensorRef("inner", 1, 0),
        TensorRef("inner", 2, 0),
    ]
    assert model.outputs == {"out": TensorRef("head", 0, 0), "side": TensorRef("block", 1, 0)}


@pytest.mark.parametrize("release", WHOLE)
def test_attention_of_one_sequence_to_another(release: str) -> None:
    model = read(GOLDEN / release / "attention.keras").model
    assert model is not None
    (call,) = model.layer("cross").calls
    assert call.inputs == [TensorRef("self", 0, 0)]
    assert call.arguments["value"] == TensorRef("value", 0, 0)


@pytest.mark.parametrize("release", ["keras3.0", "keras3.15"])
def test_numbers_among_the_arguments(release: str) -> None:
    model = read(GOLDEN / release / "operations.keras").model
    assert model is not None
    (call,) = model.layer("multiply").calls
    assert (call.inputs, call.arguments) == ([TensorRef("d", 0, 0)], {"x2": 2.0})


@pytest.mark.parametrize("release", ["keras3.0", "keras3.15"])
def test_policies_are_said_as_in_keras_2(release: str) -> None:
    model = read(GOLDEN / release / "half.keras").model
    older = read(GOLDEN / "keras2.15" / "half.keras").model
    assert model is not None
    assert older is not None
    for name in ("mixed", "narrow"):
        assert model.layer(name).config["dtype"] == older.layer(name).config["dtype"]


@pytest.mark.parametrize("release", WHOLE)
def test_a_vocabulary_is_in_the_config(release: str) -> None:
    model = read(GOLDEN / release / "preprocessing.keras").model
    assert model is not None
    assert model.layer("vectorize").config["vocabulary"] == [
        *("", "[UNK]", "the", "sat", "ran", "dog", "cat", "caf\u00e9", "away"),
    ]


@pytest.mark.parametrize(("release", "name"), ALONE)
def test_weights_alone(release: str, name: str) -> None:
    """Without an architecture: every value is there, under the file's own names of layers."""
    path = GOLDEN / release / f"{name}.weights.h5"
    assert sniff(path) is Format.KERAS_WEIGHTS
    file = read(path)
    assert file.model is None
    held = sorted(str(entry) for entries in found(file.groups).values() for entry in entries)
    expected = sorted(str(e) for entries in reported(release, name).values() for e in entries)
    assert held == expected
    if release == "keras3.15":
        assert {group.layer for group in file.groups} >= set(reported(release, name))


@pytest.mark.parametrize(("release", "name"), ALONE)
def test_weights_beside_an_architecture(release: str, name: str, tmp_path: Path) -> None:
    model = read(GOLDEN / release / f"{name}.keras").model
    assert model is not None
    architecture = tmp_path / "model.json"
    architecture.write_text(json.dumps(dump_model(model)), encoding="utf-8")
    file = read(architecture, GOLDEN / release / f"{name}.weights.h5")
    held, expected = found(file.groups), reported(release, name)
    assert {layer: held.get(layer, []) for layer in expected} == expected


@pytest.mark.parametrize("release", WHOLE)
def test_weights_of_another_architecture(release: str, tmp_path: Path) -> None:
    model = read(GOLDEN / release / "conv_bn.keras").model
    assert model is not None
    architecture = tmp_path / "model.json"
    architecture.write_text(json.dumps(dump_model(model)), encoding="utf-8")
    with pytest.raises(DamagedFileError, match=r"do not fit the layers|variables in"):
        read(architecture, GOLDEN / release / "recurrent.weights.h5")


@pytest.mark.parametrize(("release", "name"), FILES)
def test_inspect(release: str, name: str) -> None:
    found = inspect(GOLDEN / release / f"{name}.keras")
    assert found.format is Format.KERAS
    assert found.keras_version == TRUTH[release]["version"]
    assert found.hazards == ()


def test_state_of_a_kind_of_its_own(tmp_path: Path) -> None:
    """A layer that saves something else than numbered variables."""
    import shutil

    import h5py

    path = tmp_path / "x.weights.h5"
    shutil.copy(GOLDEN / "keras3.15" / "dense.weights.h5", path)
    with h5py.File(path, "r+") as file:
        file["layers/dense/vars"].move("0", "kernel")
    with pytest.raises((DamagedFileError, ForeignFileError), match="numbered from 0"):
        read(path)


SHARDED = GOLDEN / "keras3.15" / "shards" / "nested.weights.json"


def test_weights_in_shards(tmp_path: Path) -> None:
    """A layer whose variables are in two files; no file holds all of them."""
    assert sniff(SHARDED) is Format.KERAS_WEIGHTS
    model = read(GOLDEN / "keras3.15" / "nested.keras").model
    assert model is not None
    architecture = tmp_path / "model.json"
    architecture.write_text(json.dumps(dump_model(model)), encoding="utf-8")
    held, expected = found(read(architecture, SHARDED).groups), reported("keras3.15", "nested")
    assert {layer: held.get(layer, []) for layer in expected} == expected


def copied_shards(folder: Path) -> Path:
    shutil.copytree(SHARDED.parent, folder / "shards")
    return folder / "shards" / SHARDED.name


def test_a_shard_is_missing(tmp_path: Path) -> None:
    path = copied_shards(tmp_path)
    (path.parent / "nested_00001.weights.h5").unlink()
    with pytest.raises(DamagedFileError, match="not beside it"):
        read(path)


def test_a_shard_that_the_map_leaves_out(tmp_path: Path) -> None:
    path = copied_shards(tmp_path)
    text = path.read_text(encoding="utf-8").replace("nested_00000", "nested_00001")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DamagedFileError, match="numbered from 0"):
        read(path)


@pytest.mark.parametrize(
    "name", ["../x.weights.h5", "/etc/passwd", "..", "", "a/b", "a\\b", "C:x", "x\0"]
)
def test_a_shard_elsewhere(tmp_path: Path, name: str) -> None:
    path = copied_shards(tmp_path)
    document = json.loads(path.read_text(encoding="utf-8"))
    document["weight_map"]["/layers/dense/vars"] = name
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UnsafeFileError, match="beside it"):
        read(path)


@pytest.mark.parametrize("value", [5, None, [5], {"a": "b"}])
def test_a_map_that_makes_no_sense(tmp_path: Path, value: object) -> None:
    path = copied_shards(tmp_path)
    path.write_text(json.dumps({"weight_map": {"/vars": value}}), encoding="utf-8")
    with pytest.raises(DamagedFileError, match="no map of shards"):
        read(path)
