"""What TensorFlow 2.3.0 itself cannot load is damaged; what it loads converts and agrees.

``tools/damage_golden.py`` changes one thing in golden models. Every file is given to the real
TensorFlow 2.3.0, and what keraport makes of it to the real TensorFlow 1.12.0.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from damage_golden import damaged, inputs_of, names
from keraport.convert import Options, convert
from keraport.errors import InputFileError, KeraportError, RefusedError

LOAD = """
import glob, json, os, sys
import importlib.util
import numpy, tensorflow as tf
found = {}
for name, (path, inputs) in json.load(open(sys.argv[1])).items():
    tf.keras.backend.clear_session()
    try:
        objects = {}
        for companion in glob.glob(path[:-3] + "_objects.py"):
            spec = importlib.util.spec_from_file_location("companion", companion)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            objects = module.custom_objects
        model = tf.keras.models.load_model(path, custom_objects=objects)
        arrays = numpy.load(inputs)
        given = [arrays[key] for key in sorted(arrays.files) if key.startswith("input")]
        outputs = model.predict((given * 2)[:len(model.inputs)])
        outputs = outputs if isinstance(outputs, list) else [outputs]
        numpy.savez(path + ".out.npz", *outputs)
        found[name] = ""
    except Exception as error:
        found[name] = "%s: %s" % (type(error).__name__, error)
json.dump(found, open(sys.argv[2], "w"))
"""

REFUSED_OTHERWISE = {
    "activation_unknown": "may be a function of the user's own",
    "rate_nan": "TF 1.12 has no such dropout; TF 2.3 has",
    "one_weight_more": "may be a class of the user's own",
    "weights_of_a_flatten": "may be a class of the user's own",
    "weights_of_an_activation": "may be a class of the user's own",
}
"""Files that TF 2.3 cannot load, or TF 1.12 cannot say: refused by name, as a layer."""

READ_NEVERTHELESS = {"weight_names_str"}
"""TF 2.3 fails over strings of variable length, which h5py 2 hands it as `str`; nothing is lost."""

NOT_READ = {"kernel_strings"}
"""TF 2.3 turns texts into numbers; no release ever wrote weights so."""


@dataclass(frozen=True)
class Case:
    """What became of one file.

    Args:
        loading: what TF 2.3 said; empty if it loaded and predicted.
        conversion: what keraport raised.
        loaded: what TF 1.12 said about the output; None if there is none.
        path: the file.
        output: what keraport made of it.
    """

    loading: str
    conversion: KeraportError | None
    loaded: str | None
    path: Path
    output: Path


@pytest.fixture(scope="module")
def cases(
    tmp_path_factory: pytest.TempPathFactory, runtime_python: Callable[[str], Path]
) -> dict[str, Case]:
    folder = tmp_path_factory.mktemp("damaged")
    files = damaged(folder)
    loading = loaded_by(runtime_python("tf2.3"), files, folder)
    outputs: dict[str, Path] = {}
    errors: dict[str, KeraportError] = {}
    for name, path in files.items():
        try:
            options = Options(drop_optimizer=True)
            convert(path, folder / f"{name}_out.h5", "tf1.12", options=options)
            outputs[name] = folder / f"{name}_out.h5"
        except KeraportError as error:
            errors[name] = error
    loaded = loaded_by(runtime_python("tf1.12"), outputs, folder)
    return {
        name: Case(
            loading[name], errors.get(name), loaded.get(name), path, folder / f"{name}_out.h5"
        )
        for name, path in files.items()
    }


def loaded_by(python: Path, files: dict[str, Path], folder: Path) -> dict[str, str]:
    """What a real release says about each file; nothing if it loads and predicts."""
    question, answer = folder / "question.json", folder / "answer.json"
    wanted = {name: (str(path), str(inputs_of(name))) for name, path in files.items()}
    question.write_text(json.dumps(wanted))
    subprocess.run(
        [str(python), "-c", LOAD, str(question), str(answer)], check=True, capture_output=True
    )
    found: dict[str, str] = json.loads(answer.read_text())
    return found


@pytest.mark.runtime("tf1.12", "tf2.3")
@pytest.mark.parametrize("name", names())
def test_as_tensorflow_says(name: str, cases: dict[str, Case]) -> None:
    case = cases[name]
    if name in REFUSED_OTHERWISE:
        assert isinstance(case.conversion, RefusedError)
    elif name in NOT_READ or (case.loading and name not in READ_NEVERTHELESS):
        assert isinstance(case.conversion, InputFileError), case.loading
        assert case.conversion.hint
        assert not case.output.exists()
    else:
        assert case.conversion is None, case.loading
        assert case.loaded == ""
        truth = inputs_of(name) if case.loading else Path(f"{case.path}.out.npz")
        with np.load(truth) as wanted, np.load(f"{case.output}.out.npz") as got:
            keys = [key for key in wanted.files if not key.startswith("input")]
            assert len(keys) == len(got.files)
            for key, other in zip(keys, got.files, strict=True):
                np.testing.assert_allclose(got[other], wanted[key], rtol=1e-5, atol=1e-5)


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_most_of_them_cannot_be_loaded(cases: dict[str, Case]) -> None:
    assert sum(bool(case.loading) for case in cases.values()) > 90
    assert sum(not case.loading for case in cases.values()) > 25
