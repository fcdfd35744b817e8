"""Models with code of the user's own in them, as TensorFlow 2.3.0 saved them, in TensorFlow 1.12.0.

They are in ``examples/own_code``; ``save_models.py`` there made them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from keraport.runtimes import RuntimePool

FOLDER = Path(__file__).parents[2] / "examples" / "own_code"
OBJECTS = FOLDER / "tf112_layers.py"
MODELS = {
    "attention": ("--objects", OBJECTS),
    "dna": ("--objects", OBJECTS),
    "nameless_activation": ("--objects", OBJECTS, "--map", "<lambda>=steep_swish"),
    "temporal_block": ("--objects", OBJECTS),
    "temporal_lambda": ("--objects", OBJECTS, "--lambda", "last_step=last_step"),
    "trained": ("--objects", OBJECTS),
}


def keraport(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "keraport", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def converted(name: str, out: Path, *options: object) -> str:
    """Convert an example; the line that loads it."""
    model = FOLDER / f"{name}_tf2.h5"
    done = keraport("convert", model, out, "--to", "tf1.12", *options, "--json")
    assert done.returncode == 0, done.stdout
    load = json.loads(done.stdout)["report"]["load"]
    assert isinstance(load, str)
    return load


def difference(runtimes: RuntimePool, name: str, model: Path, objects: list[Path]) -> float:
    """How far TF 1.12 is from what TF 2.3.0 predicted when it saved the model, at most."""
    arrays, out = FOLDER / f"{name}_tf2.npz", model.with_name("predicted.npz")
    request = {
        "op": "predict",
        "model": str(model),
        "inputs": str(arrays),
        "outputs": str(out),
        "compile": name == "trained",
        "objects": [str(path) for path in objects],
    }
    reply = runtimes["tf1.12"].request(request)
    assert "error" not in reply, reply
    with np.load(out) as got, np.load(arrays) as wanted:
        keys = [key for key in wanted if key.startswith("output")]
        assert keys
        return max(float(np.max(np.abs(got[key] - wanted[key]))) for key in keys)


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", MODELS)
def test_it_predicts_the_same(name: str, runtimes: RuntimePool, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    converted(name, out, *MODELS[name])
    assert difference(runtimes, name, out, [OBJECTS]) < 1e-6
