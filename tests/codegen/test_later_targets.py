"""Source for Keras 3 and TensorFlow 2.15, run there: the numbers that TensorFlow 2.3 recorded."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from keraport.codegen.code import code
from keraport.convert import Options, convert

GOLDEN = Path(__file__).parents[1] / "golden"
REFUSED = json.loads((GOLDEN / "keras3_refused.json").read_text(encoding="utf-8"))["tf2.3"]
CASES = json.loads((GOLDEN / "tf2.3" / "cases.json").read_text(encoding="utf-8"))
ON_GPUS = {
    *("average_pooling_3d_float64", "channels_first_places", "conv_channels_first"),
    *("transposed_conv_1d_places", "transposed_dilation"),
}
"""What TensorFlow has a kernel for on GPUs alone."""

NAMES = [
    row["name"] for row in CASES if row.get("runs") and row["name"] not in {*REFUSED, *ON_GPUS}
][::5]
TARGETS = {"keras3.15": "keras", "tf2.15": "tf.keras"}
"""And the module that is Keras there."""

HALF = {"float16_normalization", "half_precision", "mixed_float16", "wrappers_of_other_dtypes"}
"""Models in half precision, which has three digits: releases add up in different orders."""


Answers = dict[str, tuple[Path, str | None]]


@pytest.fixture(scope="module", params=TARGETS)
def answers(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    runtime_python: Callable[[str], Path],
) -> Answers:
    """Where the outputs of each model are, and what went wrong, if anything."""
    target = request.param
    folder = tmp_path_factory.mktemp("code")
    options = Options(allow_approximate=True)
    jobs = []
    for name in NAMES:
        model = GOLDEN / "tf2.3" / f"{name}.h5"
        source, weights = folder / f"{name}.py", folder / f"{name}.h5"
        text = code(model, target, from_="tf2.3", options=options)
        source.write_text(text, encoding="utf-8")
        convert(model, weights, target, from_="tf2.3", options=options)
        jobs.append([source, weights, model.with_suffix(".npz"), folder / f"{name}.npz"])
    table = folder / "jobs.json"
    table.write_text(json.dumps([[str(path) for path in job] for job in jobs]), encoding="utf-8")
    script = Path(__file__).with_name("run_code.py")
    command = [str(runtime_python(target)), str(script), str(table)]
    command += [TARGETS[target]] if TARGETS[target] != "tf.keras" else []
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    lines = [line for line in run.stdout.splitlines() if line == "null" or line.startswith('"')]
    pairs = zip(NAMES, jobs, lines, strict=True)
    return {name: (job[-1], json.loads(line)) for name, job, line in pairs}


def test_there_are_models() -> None:
    """Guards the test below: a filter that drops all would pass it."""
    assert len(NAMES) >= 40


@pytest.mark.runtime("keras3.15", "tf2.15")
@pytest.mark.parametrize("name", NAMES)
def test_it_predicts_what_tf23_predicted(name: str, answers: Answers) -> None:
    path, problem = answers[name]
    assert problem is None, problem
    with np.load(path) as got, np.load(GOLDEN / "tf2.3" / f"{name}.npz") as wanted:
        keys = [key for key in wanted.files if key.startswith("output_")]
        assert keys
        for key in keys:
            scale = np.max(np.abs(wanted[key]))
            assert scale > 0
            difference = np.max(np.abs(got[key] - wanted[key])) / scale
            assert difference <= (3e-3 if name in HALF else 1e-5), key


def test_it_is_written_as_people_write_keras_3() -> None:
    text = code(GOLDEN / "tf2.3" / "attention.h5", "keras3.15", from_="tf2.3")
    assert "\nimport keras\nfrom keras import layers\n" in text
    assert "tf." not in text
    assert re.search(r"= keras\.Input\(shape=\(", text)
    assert "return keras.Model(" in text
