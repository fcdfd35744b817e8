"""What is written opens in TensorFlow 1.12 and 1.15 with h5py 2 and with h5py 3 beside them.

"'str' object has no attribute 'decode'" is what they say with h5py 3 about every file that Keras
itself wrote: its strings have a variable length.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from h5py import h5t
from uv import find_uv_bin

from keraport.convert import convert
from keraport.formats import read, write
from keraport.formats.hdf5.attributes import ATTRIBUTE_BYTES

GOLDEN = Path(__file__).parents[1] / "golden" / "tf2.3"
CASES = ("dense_functional", "sequential_input_shape")
H5PY3 = {"tf1.12": "h5py==3.1.0", "tf1.15": "h5py==3.8.0"}
"""The newest for Python 3.6 and 3.7."""

LOAD = """
import json, sys
import h5py, numpy, tensorflow as tf
found = {"h5py": h5py.__version__}
for path, inputs in zip(sys.argv[1::2], sys.argv[2::2]):
    model = tf.keras.models.load_model(path)
    arrays = numpy.load(inputs)
    given = [arrays[k] for k in sorted(arrays.files) if k.startswith("input")]
    wanted = [arrays[k] for k in sorted(arrays.files) if k.startswith("output")]
    out = model.predict(given)
    out = out if isinstance(out, list) else [out]
    found[path] = max(float(abs(a - b).max()) for a, b in zip(out, wanted))
print(json.dumps(found))
"""


def strings(path: Path) -> dict[str, bool]:
    """Each text and list of texts in a file, and whether its length is fixed."""
    found: dict[str, bool] = {}

    def visit(name: str, item: h5py.Group | h5py.Dataset) -> None:
        for key in item.attrs:
            kind = item.attrs.get_id(key).get_type()
            if isinstance(kind, h5t.TypeStringID):
                found[f"{name}@{key}"] = not kind.is_variable_str()

    with h5py.File(path) as file:
        visit("", file)
        file.visititems(visit)
    return found


def converted(case: str, release: str, folder: Path) -> Path:
    out = folder / f"{case}.h5"
    convert(GOLDEN / f"{case}.h5", out, release)
    return out


def test_every_string_has_a_fixed_length(tmp_path: Path) -> None:
    found = strings(converted("training_argument", "tf1.12", tmp_path))
    assert {"@model_config", "@training_config", "@keras_version"} <= found.keys()
    assert all(found.values())


@pytest.mark.parametrize("length", [ATTRIBUTE_BYTES - 2000, ATTRIBUTE_BYTES + 1, 300_000])
def test_of_any_length(length: int, tmp_path: Path) -> None:
    file = read(GOLDEN / "dense_functional.h5")
    assert file.model is not None
    out = tmp_path / "out.h5"
    file.model.settings["padding"] = "x" * length  # type: ignore[index]
    write(out, file, keras_version="2.1.6-tf")
    assert all(strings(out).values())
    again = read(out).model
    assert again is not None
    assert again.settings["padding"] == "x" * length


@pytest.mark.parametrize("h5py_3", [False, True], ids=["h5py2", "h5py3"])
@pytest.mark.parametrize(
    "release",
    [pytest.param(name, marks=pytest.mark.runtime(name)) for name in H5PY3],
)
def test_it_opens(
    release: str, h5py_3: bool, runtime_python: Callable[[str], Path], tmp_path: Path
) -> None:
    python = runtime_python(release)
    environment = {"PATH": "/usr/bin:/bin", "TF_CPP_MIN_LOG_LEVEL": "3"}
    if h5py_3:
        place = tmp_path / "h5py3"
        subprocess.run(
            [find_uv_bin(), "pip", "install", "-q", "--python", str(python), "--target", str(place),
             "--no-deps", H5PY3[release], "cached-property"],
            check=True, capture_output=True,
        )  # fmt: skip
        environment["PYTHONPATH"] = str(place)
    arguments: list[str] = []
    for case in CASES:
        arguments += [str(converted(case, release, tmp_path)), str(GOLDEN / f"{case}.npz")]
    ended = subprocess.run(
        [str(python), "-c", LOAD, *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-2000:]
    found = json.loads(ended.stdout.splitlines()[-1])
    assert found.pop("h5py").startswith("3." if h5py_3 else "2.")
    assert max(found.values()) < 1e-5
    assert np.isfinite(list(found.values())).all()
