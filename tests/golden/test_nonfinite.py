"""NaN and Infinity in configs, which Python's ``json`` writes and every loader of Keras reads.

``tools/build_nonfinite.py`` had TensorFlow 2.3.0 save the models, and their predictions.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from tests.cli.conftest import ROOT

from keraport.cli.main import run
from keraport.convert import Options, convert, plan
from keraport.dialects import dump_model
from keraport.formats import read
from keraport.model import Format
from keraport.report import Verdict
from keraport.runtimes import RuntimePool

GOLDEN = ROOT / "tests" / "golden" / "nonfinite"
STOCK = ("masks", "objects")
"""Those that need no companion, whose objects the loader of SavedModels does not take."""
LOAD = """
import sys
import numpy, tensorflow as tf
from tensorflow.contrib import saved_model
model = saved_model.load_keras_model(sys.argv[1])
found = model.predict(numpy.load(sys.argv[2])["input_0"])
found = found if isinstance(found, list) else [found]
numpy.savez(sys.argv[3], **{"output_%d" % n: array for n, array in enumerate(found)})
"""
CASES = ("activations", "masks", "objects", "operations", "preprocessing")


def agree(path: Path, name: str) -> None:
    with np.load(path) as found, np.load(GOLDEN / f"{name}.npz") as wanted:
        names = [key for key in wanted.files if key.startswith("output_")]
        assert len(names) == len(found.files)
        for key in names:
            np.testing.assert_allclose(found[key], wanted[key], rtol=1e-5, atol=1e-6)


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("suffix", ["h5", "json"])
@pytest.mark.parametrize("name", CASES)
def test_tf112_predicts_what_tf23_predicted(
    name: str, suffix: str, runtimes: RuntimePool, tmp_path: Path
) -> None:
    path = tmp_path / f"m.{suffix}"
    convert(GOLDEN / f"{name}.h5", path, "tf1.12")
    companion = path.with_name("m_objects.py")
    request = {
        "op": "predict",
        "inputs": str(GOLDEN / f"{name}.npz"),
        "objects": [str(companion)] if companion.exists() else [],
        "outputs": str(tmp_path / "out.npz"),
        "compile": True,
        "model": str(path),
    }
    if suffix == "json":
        request["architecture"] = request.pop("model")
        request["weights"] = str(path.with_suffix(".h5"))
    reply = runtimes["tf1.12"].request(request)
    assert "error" not in reply, reply
    agree(tmp_path / "out.npz", name)


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", STOCK)
def test_a_saved_model_of_tensorflow_1(
    name: str, runtime_python: Callable[[str], Path], tmp_path: Path
) -> None:
    path, out = tmp_path / "m", tmp_path / "out.npz"
    convert(GOLDEN / f"{name}.h5", path, "tf1.12", file_format=Format.SAVED_MODEL_1X)
    arguments = [str(path), str(GOLDEN / f"{name}.npz"), str(out)]
    subprocess.run([str(runtime_python("tf1.12")), "-c", LOAD, *arguments], check=True)
    agree(out, name)


@pytest.mark.parametrize("name", CASES)
def test_values_stay_what_they_are(name: str, tmp_path: Path) -> None:
    """Unchanged where nothing is to be changed: a NaN is no other NaN."""
    source = GOLDEN / f"{name}.h5"
    report = convert(source, tmp_path / "m.h5", "tf2.3")
    assert report.verdict is Verdict.UNCHANGED
    before, after = read(source).model, read(tmp_path / "m.h5").model
    assert before is not None
    assert after is not None
    assert json.dumps(dump_model(after)) == json.dumps(dump_model(before))
    with h5py.File(tmp_path / "m.h5") as file:
        assert any(word in str(file.attrs["model_config"]) for word in ("NaN", "Infinity"))


@pytest.mark.parametrize("command", ["inspect", "check", "convert"])
@pytest.mark.parametrize("name", CASES)
def test_json_output_stays_json(
    name: str, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    arguments = [command, str(GOLDEN / f"{name}.h5"), "--json"]
    if command != "inspect":
        arguments += ["--to", "tf1.12"]
    if command == "convert":
        arguments.insert(2, str(tmp_path / "m.h5"))
    assert run(arguments) == 0
    json.loads(capsys.readouterr().out, parse_constant=refuse)


@pytest.mark.parametrize("name", CASES)
def test_code_spells_them(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["code", str(GOLDEN / f"{name}.h5"), "--to", "tf1.12"]) == 0
    source = capsys.readouterr().out
    compile(source, "model.py", "exec")
    assert 'float("inf")' in source or "float('inf')" in source
    assert "=nan" not in source
    assert "=inf" not in source


def test_dropout_of_no_rate_is_refused() -> None:
    """TF 1.12 stops at "keep_prob must be a scalar tensor or a float in the range (0, 1]"."""
    report = plan(GOLDEN / "dropout.h5", "tf1.12", options=Options()).report
    assert report.verdict is Verdict.REFUSED
    assert plan(GOLDEN / "dropout.h5", "tf2.3").report.verdict is Verdict.UNCHANGED
