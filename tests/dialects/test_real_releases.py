"""What is written in each spelling, opened by the stock loader of the release it is for."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from keraport.convert import Options, convert
from keraport.dialects import keras2_12
from keraport.formats import read, write
from keraport.model import Format

RuntimePython = Callable[[str], Path]

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
TOOLS = HERE.parents[1] / "tools"
VERSION = "2.15.0"
MODELS = ("registered", "keywords", "operations", "wrapped", "nested")
"""Models that every spelling can say, and that TF 2.15 opens."""

PROBE = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
sys.path.insert(0, sys.argv[1])
import numpy as np, keras, tensorflow as tf
from dialect_files.own import CLASSES
for path in sys.argv[3:]:
    stem = os.path.basename(path).split(".")[0]
    data = np.load(f"{sys.argv[2]}/{stem}.npz")
    # Where names stand alone, it would be taken for Keras' own.
    known = {k: v for k, v in CLASSES.items() if k != "Multiply" or stem == "classes"}
    given = [tf.constant(data[key]) for key in sorted(data) if key[0] == "x"]
    if path.endswith(".json"):
        model = keras.models.model_from_json(open(path).read(), custom_objects=known)
        model.load_weights(f"{sys.argv[2]}/{stem}.h5")
    else:
        model = keras.models.load_model(path, custom_objects=known, compile=False)
    outputs = tf.nest.flatten(model(given if len(given) > 1 else given[0]))
    for number, output in enumerate(outputs):
        assert np.array_equal(output.numpy(), data[f"y{number}"]), (path, number)
print("opened", len(sys.argv[3:]))
"""


def opened(python: Path, tmp_path: Path, paths: Sequence[Path]) -> str:
    script = tmp_path / "probe.py"
    script.write_text(PROBE, encoding="utf-8")
    command = [str(python), str(script), str(TOOLS), str(GOLDEN / "keras2.15"), *map(str, paths)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    lines = run.stdout.strip().splitlines()
    return lines[-1] if lines else run.stderr[-2000:]


@pytest.mark.runtime("tf2.15")
@pytest.mark.parametrize("suffix", ["h5", "keras", "json"])
def test_tf_215_opens_every_spelling(
    suffix: str, tmp_path: Path, runtime_python: RuntimePython
) -> None:
    """Same predictions to the bit, from HDF5 and from archives of TF 2.15."""
    kinds = {"h5": Format.HDF5, "keras": Format.KERAS, "json": Format.JSON}
    paths = []
    for source in ("h5", "keras"):
        for name in MODELS:
            path = tmp_path / f"{name}.{source}.{suffix}"
            file = read(GOLDEN / "keras2.15" / f"{name}.{source}")
            write(path, replace(file, format=kinds[suffix]), keras_version=VERSION)
            paths.append(path)
    found = opened(runtime_python("tf2.15"), tmp_path, paths)
    assert found == f"opened {len(paths)}"


@pytest.mark.runtime("tf2.15")
def test_modules_tell_classes_of_one_name(tmp_path: Path, runtime_python: RuntimePython) -> None:
    """A ``Multiply`` of the user's, in no package, beside that of Keras'."""
    file = read(GOLDEN / "keras2.15" / "classes.keras")
    assert file.model is not None
    archive, architecture = tmp_path / "classes.keras", tmp_path / "classes.json"
    write(archive, replace(file, format=Format.KERAS), keras_version=VERSION)
    document = {**keras2_12.dump_model(file.model), "keras_version": VERSION}
    architecture.write_text(json.dumps(document), encoding="utf-8")
    found = opened(runtime_python("tf2.15"), tmp_path, [archive, architecture])
    assert found == "opened 2"


@pytest.mark.runtime("tf1.12")
def test_a_registered_class_beside_the_built_in_one(
    tmp_path: Path, runtime_python: RuntimePython
) -> None:
    """``acme>LayerNormalization`` stays apart from the companion's ``LayerNormalization``."""
    (tmp_path / "acme.py").write_text((HERE / "own" / "acme.py").read_text(encoding="utf-8"))
    options = Options(objects=(tmp_path / "acme.py",))
    source = GOLDEN / "tf2.3" / "registered.h5"
    report = convert(source, tmp_path / "out.h5", "tf1.12", options=options)
    assert '"acme>LayerNormalization": LayerNormalization' in report.load
    *imports, call = report.load.split("; ")
    script = "\n".join(
        [
            "import numpy as np, tensorflow as tf",
            *imports,
            f"model = {call}",
            f"data = np.load({str(GOLDEN / 'tf2.3' / 'registered.npz')!r})",
            "found = model.predict(data['x0'])",
            "assert np.allclose(found, data['y0'], rtol=1e-5, atol=1e-6), (found, data['y0'])",
            "print('same')",
        ]
    )
    (tmp_path / "run.py").write_text(script, encoding="utf-8")
    run = subprocess.run(
        [str(runtime_python("tf1.12")), "run.py"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=tmp_path,
    )
    assert run.stdout.strip().endswith("same"), run.stderr[-2000:]
