"""Checkpoints that real releases wrote, and those that real releases read."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keraport.convert import convert
from keraport.errors import OutputError, UsageError
from keraport.formats import read, sniff, write
from keraport.formats.checkpoint.bundle import open_bundle
from keraport.formats.checkpoint.object_graph import KEY
from keraport.formats.checkpoint.write_table import table_bytes
from keraport.formats.sources import Sources
from keraport.model import Format, ModelFile

GOLDEN = Path(__file__).parent / "golden" / "checkpoints"
MODELS = Path(__file__).parents[1] / "golden" / "tf2.3"
RELEASES = ("tf1.12", "tf1.15", "tf2.3", "tf2.15")


def values(file: ModelFile) -> dict[str, list[Any]]:
    """Every weight's values by layer."""
    with Sources() as sources:
        return {
            group.layer: [sources.values(weight) for weight in group.weights]
            for group in file.groups
            if group.weights
        }


def reported(name: Path) -> dict[str, list[Any]]:
    """What the release itself said, by layer."""
    found: dict[str, list[Any]] = {}
    with np.load(name.with_suffix(".npz")) as archive:
        for key in archive.files:
            found.setdefault(key.partition("#")[0], []).append(archive[key])
    return found


def same(left: Any, right: Any) -> bool:
    return bool(
        (left.dtype, left.shape) == (right.dtype, right.shape) and left.tobytes() == right.tobytes()
    )


@pytest.mark.parametrize("release", RELEASES)
def test_weights_that_keras_saved(release: str) -> None:
    found = values(read(GOLDEN / release / "keras"))
    expected = reported(GOLDEN / release / "keras")
    # The nested model's own name is not stored: its layers' variables have names of their own.
    assert list(found)[-2:] == ["norm", "last"]
    assert len(found) == len(expected)
    for ours, theirs in zip(found.values(), expected.values(), strict=True):
        assert len(ours) == len(theirs)
        assert all(map(same, ours, theirs))


@pytest.mark.parametrize("release", ["tf2.3", "tf2.15"])
def test_models_inside_a_checkpoint_object(release: str) -> None:
    path = GOLDEN / release / "objects"
    found, expected = values(read(path)), reported(path)
    for ours, theirs in zip(found.values(), expected.values(), strict=True):
        assert all(map(same, ours, theirs))
    words = open_bundle(path).strings("words/.ATTRIBUTES/VARIABLE_VALUE")
    assert words == [b"a", b"", ("\u00fc" * 100).encode()]


@pytest.mark.parametrize("name", ["saver", "shards"])
@pytest.mark.parametrize("release", RELEASES)
def test_variables_by_name_in_parts_and_in_shards(release: str, name: str) -> None:
    file = read(GOLDEN / release / name)
    expected = reported(GOLDEN / release / name)
    assert [group.layer for group in file.groups] == ["dense", "embedding", "half"]
    assert [weight.name for weight in file.groups[0].weights] == ["dense/kernel:0", "dense/bias:0"]
    with Sources() as sources:
        for group in file.groups:
            for weight in group.weights:
                (truth,) = expected[weight.name.removesuffix(":0")]
                assert same(sources.values(weight), truth), weight.name


def test_a_checkpoint_is_known_by_its_name_its_index_and_its_folder(tmp_path: Path) -> None:
    for path in (GOLDEN / "tf2.3").glob("saver.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "/etc/passwd"')
    for path in (tmp_path, tmp_path / "saver", tmp_path / "saver.index"):
        assert sniff(path) is Format.CHECKPOINT
        assert len(read(path).groups) == 3
    (tmp_path / "other.index").write_bytes(b"")
    with pytest.raises(UsageError, match="2 checkpoints: other, saver"):
        read(tmp_path)


def test_the_own_index_is_read_back(tmp_path: Path) -> None:
    source = open_bundle(GOLDEN / "tf1.12" / "keras")
    entries = {b"": b"\x08\x01"}
    entries |= {f"{number:09d}".encode(): b"x" * 300 for number in range(3000)}
    from keraport.formats.checkpoint.table import read_table

    assert source.entries[KEY].dtype == "string"
    assert read_table(table_bytes(entries), tmp_path) == entries


def whole(name: str, folder: Path, to: str) -> Path:
    """A converted model in HDF5, with what it is in a checkpoint beside it."""
    convert(MODELS / f"{name}.h5", folder / f"{name}.h5", to)
    convert(MODELS / f"{name}.h5", folder / name, to, file_format=Format.CHECKPOINT)
    return folder / f"{name}.h5"


@pytest.mark.parametrize("name", ["autoencoder", "activations_in_conv"])
def test_hdf5_to_a_checkpoint_and_back(name: str, tmp_path: Path) -> None:
    whole(name, tmp_path, "tf1.12")
    before, after = values(read(tmp_path / f"{name}.h5")), values(read(tmp_path / f"{name}.index"))
    # The names of nested models are not stored, their order is.
    for theirs, ours in zip(before.values(), after.values(), strict=True):
        assert len(ours) == len(theirs)
        assert all(map(same, ours, theirs))


LOAD = """
import json, sys
import tensorflow as tf
found = {}
for source, checkpoint in json.loads(sys.argv[1]):
    tf.keras.backend.clear_session()
    model = tf.keras.models.load_model(source, compile=False)
    wanted = model.get_weights()
    model.set_weights([weight * 0 + 3 for weight in wanted])
    model.load_weights(checkpoint)
    found[source] = [a.tobytes() == b.tobytes() for a, b in zip(wanted, model.get_weights())]
print("FOUND" + json.dumps(found))
"""

LOAD_DIRECTORY = """
import json, sys
import numpy as np
import tensorflow as tf
directory, source = sys.argv[1:]
whole = tf.keras.models.load_model(source, compile=False)
model = tf.contrib.saved_model.load_keras_model(directory)
values = np.random.RandomState(3).rand(2, *whole.input_shape[1:]).astype("float32")
left, right = (np.concatenate([np.ravel(item) for item in np.atleast_1d(m.predict(values))])
               for m in (whole, model))
print("FOUND" + json.dumps([len(left), bool((left == right).all())]))
"""


def run(python: Path, code: str, *arguments: str) -> Any:
    done = subprocess.run(
        [python, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    marked = [line for line in done.stdout.splitlines() if line.startswith("FOUND")]
    assert marked, done.stderr[-2000:]
    return json.loads(marked[0].removeprefix("FOUND"))


LOADED = ("autoencoder", "activations_in_conv", "activations_in_dense")


@pytest.mark.parametrize(
    "release",
    [pytest.param(name, marks=pytest.mark.runtime(name)) for name in ("tf1.12", "tf1.15", "tf2.3")],
)
def test_real_releases_load_every_weight(
    release: str, tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    pairs = [
        (str(path), str(path.with_suffix("")))
        for path in (whole(name, tmp_path, release) for name in LOADED)
    ]
    found: Mapping[str, list[bool]] = run(runtime_python(release), LOAD, json.dumps(pairs))
    assert len(found) == len(LOADED)
    for source, equal in found.items():
        assert equal, source
        assert all(equal), source


@pytest.mark.runtime("tf1.12")
def test_a_directory_of_tensorflow_1_predicts_the_same(
    tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    source = whole("autoencoder", tmp_path, "tf1.12")
    directory = tmp_path / "saved"
    report = convert(
        MODELS / "autoencoder.h5", directory, "tf1.12", file_format=Format.SAVED_MODEL_1X
    )
    assert report.load == 'tf.contrib.saved_model.load_keras_model("saved")'
    files = {item.relative_to(directory).as_posix() for item in directory.rglob("*.*")}
    assert files == {
        "assets/saved_model.json",
        "variables/variables.data-00000-of-00001",
        "variables/variables.index",
    }
    count, equal = run(runtime_python("tf1.12"), LOAD_DIRECTORY, str(directory), str(source))
    assert count > 0
    assert equal
    with pytest.raises(OutputError, match="exists already"):
        convert(
            MODELS / "autoencoder.h5",
            directory,
            "tf1.12",
            file_format=Format.SAVED_MODEL_1X,
            force=True,
        )


def test_releases_without_the_loader_refuse_the_directory(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the format savedmodel"):
        convert(
            MODELS / "autoencoder.h5", tmp_path / "x", "tf2.3", file_format=Format.SAVED_MODEL_1X
        )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("stacked_cells", "does not restore stacked cells"),
        ("dense_features", "belongs to which object inside it cannot be told"),
    ],
)
def test_what_a_loader_would_pass_over_in_silence_is_refused(
    name: str, reason: str, tmp_path: Path
) -> None:
    """Measured: TF 1.12 leaves these weights as they were, and raises nothing."""
    with pytest.raises(UsageError, match=reason):
        convert(MODELS / f"{name}.h5", tmp_path / "x", "tf1.12", file_format=Format.CHECKPOINT)
    assert not list(tmp_path.glob("*x*"))


def test_weights_of_an_architecture(tmp_path: Path) -> None:
    source = read(whole("activations_in_conv", tmp_path, "tf2.3"))
    convert(source.path, tmp_path / "model.json", "tf2.3")
    (tmp_path / "model.h5").unlink()
    convert(
        tmp_path / "model.json",
        tmp_path / "out.h5",
        "tf2.3",
        weights=tmp_path / "activations_in_conv.index",
    )
    found = values(read(tmp_path / "out.h5"))
    for layer, theirs in values(source).items():
        assert all(map(same, found[layer], theirs))


def test_nothing_is_left_when_values_are_damaged(tmp_path: Path) -> None:
    for path in (GOLDEN / "tf2.3").glob("saver.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    data = tmp_path / "saver.data-00000-of-00001"
    file = read(tmp_path / "saver")
    damaged = bytearray(data.read_bytes())
    damaged[3] ^= 1
    times = data.stat()
    data.write_bytes(damaged)
    os.utime(data, ns=(times.st_atime_ns, times.st_mtime_ns))
    from keraport.errors import DamagedFileError

    file = read(tmp_path / "saver")
    with pytest.raises(DamagedFileError, match="checksum differs"):
        write(
            tmp_path / "out.h5",
            ModelFile(file.path, Format.HDF5_WEIGHTS, file.producer, None, file.groups),
            keras_version="2.4.0",
        )
    assert not list(tmp_path.glob("*out*"))
