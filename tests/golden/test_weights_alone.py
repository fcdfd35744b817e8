"""Files of `save_weights`, converted with an architecture beside them, loaded by stock Keras.

``tools/build_weights_files.py`` makes the same models in each release and saves weights alone. What
they become is loaded into the model that the target release itself made of the same code, by
``model.load_weights``, and has to predict what the source release predicted.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from tests.stock import Job, differences, wrong

from keraport.convert import convert
from keraport.errors import InputFileError, KeraportError, RefusedError
from keraport.model import Format

WEIGHTS = Path(__file__).parent / "weights"
NAMES = ("disordered", "unnamed", "shared", "nested", "frozen", "recurrent", "images", "attention")
LOAD = {"tf": "tf.keras.models", "ke": "keras.models"}
OTHER_CLASSES = {("tf1.12", "recurrent"), ("keras2.2", "recurrent")}
"""Their recurrent activation is ``hard_sigmoid``, which Keras 3 computes otherwise: by name alone
no model of Keras 3 predicts the same."""
READS_NOT_ITS_OWN = {"keras3.0": "keras", "tf1.12": "tf"}
"""Of ``nested`` Keras 3.0 cannot read back the JSON that it wrote, and TensorFlow 1.12 does so for
ever: its code makes the models, with the module named here."""
REFUSED = {("keras3.0", "nested"): "called again behind what it gives to"}
"""Architectures that the target's loader fails at."""
TOOLS = Path(__file__).parents[2] / "tools"
WAYS = [
    ("tf2.15", "tf2.15", "keras3.15"),
    ("tf2.15", "tf2.15", "keras3.0"),
    ("tf1.12", "tf1.12", "keras3.15"),
    ("keras2.2", "keras2.2", "keras3.15"),
    ("keras2.2", "keras2.2", "keras3.0"),
    ("keras3.15", "keras3.15", "tf2.15"),
    ("keras3.15", "keras3.15", "tf1.12"),
    ("keras3.0", "keras3.0", "tf2.15"),
    ("tf2.15", "keras3.15", "keras3.15"),
    ("tf1.12", "keras3.0", "keras3.0"),
    ("keras3.15", "tf2.15", "tf2.15"),
    ("tf2.15 checkpoint", "tf2.15", "keras3.15"),
    ("tf2.15 checkpoint", "tf2.15", "tf1.12"),
]
"""Release of the weights, of the architecture beside them, and the target."""


def weights_of(release: str, name: str) -> Path:
    """The file that ``save_weights`` wrote, or the checkpoint."""
    if release.endswith(" checkpoint"):
        return WEIGHTS / release.partition(" ")[0] / name
    suffix = ".weights.h5" if release.startswith("keras3") else ".h5"
    return WEIGHTS / release / f"{name}{suffix}"


def names_in(*releases: str) -> list[str]:
    folders = [WEIGHTS / release.partition(" ")[0] for release in releases]
    return [n for n in NAMES if all((folder / f"{n}.json").exists() for folder in folders)]


@pytest.mark.parametrize("target", sorted({way[2] for way in WAYS}))
def test_stock_load_weights(
    target: str, tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    python = runtime_python(target)
    jobs = {}
    for source, beside, _ in (way for way in WAYS if way[2] == target):
        for name in names_in(source, beside, target):
            if OTHER_CLASSES & {(source, name), (target, name)}:
                continue
            folder = tmp_path / f"{source}_{beside}"
            folder.mkdir(exist_ok=True)
            if (target, name) in REFUSED:
                with pytest.raises(RefusedError, match=REFUSED[target, name]):
                    job(source, beside, target, name, folder)
                continue
            jobs[f"{source} {beside} {name}"] = job(source, beside, target, name, folder)
    found = dict(zip(jobs, differences(python, list(jobs.values()), tmp_path), strict=True))
    assert len(found) >= 6
    assert wrong(found) == {}


def job(source: str, beside: str, target: str, name: str, folder: Path) -> Job:
    """Convert, and say how the target's own model takes the weights."""
    in_keras_3 = target.startswith("keras3")
    out = folder / f"{name}{'.weights.h5' if in_keras_3 else '.h5'}"
    convert(
        WEIGHTS / beside / f"{name}.json",
        out,
        target,
        weights=weights_of(source, name),
        file_format=None if in_keras_3 else Format.HDF5_WEIGHTS,
        from_=beside,
    )
    stock = WEIGHTS / target / f"{name}.json"
    made = f"{LOAD[target[:2]]}.model_from_json(open({str(stock)!r}).read())"
    before = ""
    if target in READS_NOT_ITS_OWN:
        module = READS_NOT_ITS_OWN[target]
        before = f'import sys; sys.path.insert(0, {str(TOOLS)!r}); sys.argv[1] = "{module}"; '
        before += "import build_weights_files as made; "
        made = f"made.model_of({name!r})"
    load = f'{before}model = {made}; model.load_weights("{out.name}")'
    return Job(str(folder), load, str(WEIGHTS / source.partition(" ")[0] / f"{name}.npz"))


@pytest.mark.parametrize(
    ("source", "name", "target", "path", "text"),
    [
        (
            *("keras3.15", "recurrent", "tf1.12", "after"),
            "build it with recurrent_activation='sigmoid', reset_after=True: "
            "the defaults of tf1.12 are 'hard_sigmoid' and False",
        ),
        (
            *("tf1.12", "recurrent", "keras3.15", "after"),
            "build it with hard_sigmoidV2 of the companion: these weights are for that",
        ),
        (
            *("tf2.15", "attention", "tf1.12", "attention"),
            "build it with MultiHeadAttention of the companion: these weights are for that",
        ),
    ],
)
def test_what_code_builds_otherwise_is_said(
    source: str, name: str, target: str, path: str, text: str, tmp_path: Path
) -> None:
    """What the defaults are, `test_defaults_are_those_of_the_release` asks the release."""
    report = convert(
        WEIGHTS / source / f"{name}.json",
        tmp_path / ("out.weights.h5" if target.startswith("keras3") else "out.h5"),
        target,
        weights=weights_of(source, name),
        file_format=None if target.startswith("keras3") else Format.HDF5_WEIGHTS,
        from_=source,
    )
    assert text in [note.text for row in report.layers if row.path == path for note in row.notes]


@pytest.mark.parametrize(
    ("release", "activation", "reset_after"),
    [("tf1.12", "hard_sigmoid", False), ("keras3.15", "sigmoid", True)],
)
def test_defaults_are_those_of_the_release(
    release: str, activation: str, reset_after: bool, runtime_python: Callable[[str], Path]
) -> None:
    module = {"tf": "import tensorflow as tf; keras = tf.keras", "ke": "import keras"}[release[:2]]
    asked = (
        f"import inspect; {module}; "
        "known = inspect.signature(keras.layers.GRU.__init__).parameters; "
        "print([known[key].default for key in ('recurrent_activation', 'reset_after')])"
    )
    command = [str(runtime_python(release)), "-c", asked]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert found.splitlines()[-1] == str([activation, reset_after])


def test_a_whole_model_is_the_architecture(tmp_path: Path) -> None:
    """A model with other weights gives the same as its architecture in JSON."""
    weights = weights_of("tf2.15", "nested")
    architecture = WEIGHTS / "tf2.15" / "nested.json"
    convert(architecture, tmp_path / "whole.h5", "tf2.15", weights=weights)
    with h5py.File(tmp_path / "whole.h5", "a") as file:
        file["model_weights"].visititems(_zeroed)
    for number, source in enumerate((architecture, tmp_path / "whole.h5")):
        out = tmp_path / f"{number}.weights.h5"
        convert(source, out, "keras3.15", weights=weights, from_="tf2.15")
    assert (tmp_path / "0.weights.h5").read_bytes() == (tmp_path / "1.weights.h5").read_bytes()


def _zeroed(_name: str, item: h5py.Group | h5py.Dataset) -> None:
    if isinstance(item, h5py.Dataset):
        item[...] = np.zeros(item.shape, item.dtype)


def listed(file: h5py.File) -> list[str]:
    """The layers that a file names, in its order."""
    return [n.decode() if isinstance(n, bytes) else n for n in file.attrs["layer_names"]]


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """Weights of TensorFlow 2.15 that a test may change."""
    return Path(shutil.copy(weights_of("tf2.15", "disordered"), tmp_path / "edited.h5"))


def refused(weights: Path, name: str, tmp_path: Path, target: str = "keras3.15") -> KeraportError:
    out = tmp_path / "out.weights.h5"
    with pytest.raises(InputFileError) as caught:
        convert(WEIGHTS / "tf2.15" / f"{name}.json", out, target, weights=weights)
    assert not out.exists()
    return caught.value


def test_a_missing_layer(edited: Path, tmp_path: Path) -> None:
    with h5py.File(edited, "a") as file:
        names = [name for name in listed(file) if name != "left"]
        file.attrs["layer_names"] = names
    error = refused(edited, "disordered", tmp_path)
    assert "layer 'left' (Dense): the file has 0 weights for it, expected" in str(error)


def test_a_layer_too_many(edited: Path, tmp_path: Path) -> None:
    document = json.loads((WEIGHTS / "tf2.15" / "disordered.json").read_text("utf-8"))
    document["config"]["layers"][1]["config"]["name"] = "other"
    text = json.dumps(document).replace('"first"', '"other"')
    (tmp_path / "other.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputFileError, match="weights of the layer 'first', which the model does"):
        convert(tmp_path / "other.json", tmp_path / "o.weights.h5", "keras3.15", weights=edited)


def test_another_shape(edited: Path, tmp_path: Path) -> None:
    with h5py.File(edited, "a") as file:
        del file["left/left/kernel:0"]
        file["left/left/kernel:0"] = np.zeros((4, 5), "float32")
    error = refused(edited, "disordered", tmp_path)
    assert "layer 'left' (Dense)" in str(error)
    assert "has the shape (4, 5), expected (4, 4,) for its kernel" in str(error)


def test_names_of_keras_own_in_another_order(tmp_path: Path) -> None:
    """The same counters for layers that were made in another order: all shapes fit."""
    weights = Path(shutil.copy(weights_of("tf2.15", "unnamed"), tmp_path / "unnamed.h5"))
    with h5py.File(weights, "a") as file:
        names = listed(file)
        ends = [index for index, name in enumerate(names) if name.startswith("dense")]
        names[ends[0]], names[ends[-1]] = names[ends[-1]], names[ends[0]]
        file.attrs["layer_names"] = names
    error = refused(weights, "unnamed", tmp_path)
    assert "weights of the layer 'dense' stand where the architecture has 'dense_3'" in str(error)


def test_names_of_the_users_own_in_another_order(edited: Path, tmp_path: Path) -> None:
    """They say whose each weight is, wherever it stands."""
    out, plain = tmp_path / "out.weights.h5", tmp_path / "plain.weights.h5"
    architecture = WEIGHTS / "tf2.15" / "disordered.json"
    convert(architecture, plain, "keras3.15", weights=edited)
    with h5py.File(edited, "a") as file:
        file.attrs["layer_names"] = listed(file)[::-1]
    convert(architecture, out, "keras3.15", weights=edited)
    assert values(out) == values(plain)


def values(path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with h5py.File(path) as file:
        file.visititems(
            lambda name, item: (
                found.update({name: item[...].tobytes()})
                if isinstance(item, h5py.Dataset)
                else None
            )
        )
    return found
