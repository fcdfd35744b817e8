"""``.keras`` archives that Keras 2.15 opens, and nothing lost on the way there and back."""

from __future__ import annotations

import io
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from keraport.dialects import dump_model
from keraport.errors import InputFileError, OutputError, UsageError
from keraport.formats import read, write
from keraport.formats.keras_zip.checksum import crc_of
from keraport.formats.sources import Sources
from keraport.model import Format, Layer, Model, ModelFile, Weight, WeightGroup

GOLDEN = Path(__file__).parent / "golden" / "keras2.15"
TWINS = sorted(path.stem for path in GOLDEN.glob("*.h5") if "." not in path.stem)
VERSION = "2.15.0"
RuntimePython = Callable[[str], Path]


def values(groups: tuple[WeightGroup, ...]) -> list[tuple[str, str, bytes]]:
    with Sources() as sources:
        return [
            (group.layer, weight.name, sources.values(weight).tobytes())
            for group in groups
            for weight in group.weights
        ]


def state(file: ModelFile) -> list[bytes]:
    weights = file.training.state if file.training else ()
    return [data for _, _, data in values((WeightGroup("optimizer", weights),))]


@pytest.mark.parametrize("name", TWINS)
def test_hdf5_to_keras_to_hdf5(name: str, tmp_path: Path) -> None:
    """Every weight, name, config and optimizer variable comes back bit by bit."""
    source = read(GOLDEN / f"{name}.h5")
    archive, back = tmp_path / "m.keras", tmp_path / "m.h5"
    write(archive, replace(source, format=Format.KERAS), keras_version=VERSION)
    write(back, replace(read(archive), format=Format.HDF5), keras_version=VERSION)
    found = read(back)
    assert values(found.groups) == values(source.groups)
    assert state(found) == state(source)
    assert found.model is not None
    assert source.model is not None
    assert dump_model(found.model) == dump_model(source.model)
    if source.training is not None:
        assert found.training is not None
        assert found.training.loss == source.training.loss
        assert source.training.optimizer is not None
        assert found.training.optimizer is not None
        assert found.training.optimizer.config == source.training.optimizer.config


@pytest.mark.parametrize("name", ["dense", "nested", "recurrent"])
def test_weights_alone(name: str, tmp_path: Path) -> None:
    source = read(GOLDEN / f"{name}.h5")
    path = tmp_path / "m.weights.h5"
    write(path, replace(source, format=Format.KERAS_WEIGHTS), keras_version=VERSION)
    assert sorted(data for _, _, data in values(read(path).groups)) == sorted(
        data for _, _, data in values(source.groups)
    )


def test_the_archive_is_stored_and_reproducible(tmp_path: Path) -> None:
    source = replace(read(GOLDEN / "dense.h5"), format=Format.KERAS)
    for name in ("one.keras", "two.keras"):
        write(tmp_path / name, source, keras_version=VERSION)
    one, two = ((tmp_path / name).read_bytes() for name in ("one.keras", "two.keras"))
    assert one == two
    with zipfile.ZipFile(tmp_path / "one.keras") as archive:
        assert archive.testzip() is None
        assert {item.compress_type for item in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.namelist() == ["metadata.json", "config.json", "model.weights.h5"]


def test_a_compressed_archive_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    with (
        zipfile.ZipFile(GOLDEN / "nested.keras") as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert values(read(path).groups) == values(read(GOLDEN / "nested.keras").groups)


def test_a_flipped_bit_in_a_weight_is_found_before_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    data = bytearray((GOLDEN / "dense.keras").read_bytes())
    with zipfile.ZipFile(GOLDEN / "dense.keras") as archive:
        place = archive.getinfo("model.weights.h5").header_offset
    with Sources() as sources:
        kernel = read(GOLDEN / "dense.keras").groups[0].weights[0]
        data[data.index(sources.values(kernel).tobytes(), place)] ^= 1
    path.write_bytes(data)
    file = replace(read(path), format=Format.HDF5)
    with pytest.raises(InputFileError, match="checksum"):
        write(tmp_path / "out.h5", file, keras_version=VERSION)
    assert [item.name for item in tmp_path.iterdir()] == ["m.keras"]


def test_nothing_is_left_where_it_cannot_be_written(tmp_path: Path) -> None:
    source = replace(read(GOLDEN / "dense.h5"), format=Format.KERAS)
    (tmp_path / "m.keras").write_bytes(b"mine")
    with pytest.raises(OutputError, match="exists already"):
        write(tmp_path / "m.keras", source, keras_version=VERSION)
    assert (tmp_path / "m.keras").read_bytes() == b"mine"
    assert [item.name for item in tmp_path.iterdir()] == ["m.keras"]


def test_variables_of_an_unknown_class_in_a_nested_model(tmp_path: Path) -> None:
    source = read(GOLDEN / "nested.h5")
    assert source.model is not None

    def own(layer: Layer) -> Layer:
        return replace(layer, class_name="Custom>Mine") if layer.name == "inner_bn" else layer

    def edited(model: Model) -> Model:
        layers = (
            replace(own(layer), model=edited(layer.model) if layer.model else None)
            for layer in model.layers
        )
        return replace(model, layers=tuple(layers))

    file = replace(source, model=edited(source.model), format=Format.KERAS)
    with pytest.raises(UsageError, match="inner_bn") as caught:
        write(tmp_path / "m.keras", file, keras_version=VERSION)
    assert "OUT.h5" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_class_of_the_users_that_holds_layers(tmp_path: Path) -> None:
    """Groups of layers inside are named after attributes, which the code alone tells."""
    source = read(GOLDEN / "dense.h5")
    assert source.model is not None
    changed = source.model.layers[-1]

    def inside(weights: tuple[Weight, ...]) -> tuple[Weight, ...]:
        return tuple(replace(w, name=f"{changed.name}/inner/{w.name}") for w in weights)

    model = replace(
        source.model,
        layers=(*source.model.layers[:-1], replace(changed, class_name="Custom>Mine")),
    )
    groups = tuple(
        replace(group, weights=inside(group.weights)) if group.layer == changed.name else group
        for group in source.groups
    )
    file = replace(source, model=model, groups=groups, format=Format.KERAS)
    with pytest.raises(UsageError, match="holds the layer 'inner'") as caught:
        write(tmp_path / "m.keras", file, keras_version=VERSION)
    assert "OUT.h5" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


PROBE = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, keras, tensorflow as tf
for name in sys.argv[3:]:
    data = np.load(f"{sys.argv[1]}/{name}.npz")
    inputs = [tf.constant(data[key]) for key in sorted(data) if key[0] == "x"]
    given = dict(zip("ab", inputs)) if name == "nested" else inputs
    given = given if len(inputs) > 1 else inputs[0]
    model = keras.models.load_model(f"{sys.argv[2]}/{name}.keras")
    original = keras.models.load_model(f"{sys.argv[1]}/{name}.keras")
    for number, output in enumerate(tf.nest.flatten(model(given))):
        assert np.array_equal(output.numpy(), data[f"y{number}"]), (name, number)
    if original.optimizer is not None:
        ours, theirs = model.optimizer.variables, original.optimizer.variables
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs):
            assert np.array_equal(one.numpy(), other.numpy()), (name, one.name)
        assert int(model.optimizer.iterations) == 1
    if os.path.exists(f"{sys.argv[2]}/{name}.weights.h5"):
        original.set_weights([0 * weight for weight in original.get_weights()])
        original.load_weights(f"{sys.argv[2]}/{name}.weights.h5")
        for number, output in enumerate(tf.nest.flatten(original(given))):
            assert np.array_equal(output.numpy(), data[f"y{number}"]), (name, "weights")
print("opened", len(sys.argv[3:]))
"""


@pytest.mark.runtime("tf2.15")
def test_the_real_release_opens_them(tmp_path: Path, runtime_python: RuntimePython) -> None:
    """Same predictions to the bit, same optimizer state, from what was written out of HDF5."""
    names = [name for name in TWINS if (GOLDEN / f"{name}.npz").exists()]
    for name in names:
        source = read(GOLDEN / f"{name}.h5")
        path = tmp_path / f"{name}.keras"
        write(path, replace(source, format=Format.KERAS), keras_version=VERSION)
    for name in ("dense", "nested", "recurrent"):
        source = read(GOLDEN / f"{name}.h5")
        path = tmp_path / f"{name}.weights.h5"
        write(path, replace(source, format=Format.KERAS_WEIGHTS), keras_version=VERSION)
    script = tmp_path / "probe.py"
    script.write_text(PROBE, encoding="utf-8")
    run = subprocess.run(
        [str(runtime_python("tf2.15")), str(script), str(GOLDEN), str(tmp_path), *names],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert run.stdout.strip().endswith(f"opened {len(names)}"), run.stderr[-2000:]


def test_a_nested_graph_of_an_older_name_is_filed_under_the_newer(tmp_path: Path) -> None:
    """Keras 3 loads a ``Model`` as Functional, and looks for its weights under that name."""
    source = read(GOLDEN / "nested.h5")
    assert source.model is not None
    layers = tuple(
        replace(layer, class_name="Model") if layer.model else layer
        for layer in source.model.layers
    )
    model = replace(source.model, layers=layers)
    out = tmp_path / "m.keras"
    write(out, replace(source, model=model, format=Format.KERAS), keras_version=VERSION)
    with zipfile.ZipFile(out) as archive:
        weights = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(weights) as opened:
        groups = opened[next(name for name in opened if "layers" in name)]
        assert "functional" in groups
        assert "model" not in groups


def test_sums_of_parts_are_the_sum_of_the_whole() -> None:
    data = np.random.default_rng(1).integers(0, 255, 400_000, "u1").tobytes()
    known = [
        (start, size, zlib.crc32(data[start : start + size]))
        for start, size in ((0, 1), (5, 70_000), (70_005, 100_000), (390_000, 10_000))
    ]
    for parts in ([], known[:2], known[2:], known):
        found = crc_of(lambda place, count: data[place : place + count], len(data), parts)
        assert found == zlib.crc32(data)
