"""keras.applications of TensorFlow 2.3.0, built there on demand with calibrated weights."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from keraport.companion.write import companion_path
from keraport.convert import convert
from keraport.runtimes import RuntimePool

ROOT = Path(__file__).parents[2]
TOLERANCE = {"MobileNetV2": 5e-5, "DenseNet121": 1e-5, "EfficientNetB0": 5e-5}
"""Relative. The two releases sum the products of a convolution in different orders; 52 of them in
a row, with few channels to average over, let MobileNetV2's rounding grow to 1.6e-5. EfficientNetB0
in float32 is 1e-5 away from itself in float64. The other applications:
``tools/measure_applications.py`` and docs/reference/tf2.3-to-tf1.12.md."""
NAMES = list(TOLERANCE)


@pytest.fixture(scope="module")
def applications(
    tmp_path_factory: pytest.TempPathFactory, runtime_python: Callable[[str], Path]
) -> Path:
    """A folder with the models and their predictions, as TF 2.3.0 saved them."""
    folder = tmp_path_factory.mktemp("applications")
    tool = ROOT / "tools" / "build_applications.py"
    run = subprocess.run(
        [runtime_python("tf2.3"), tool, folder, *NAMES], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return folder


@pytest.mark.runtime("tf1.12", "tf2.3")
@pytest.mark.parametrize("name", NAMES)
def test_it_converts_and_agrees(
    name: str, applications: Path, runtimes: RuntimePool, tmp_path: Path
) -> None:
    convert(applications / f"{name}.h5", tmp_path / "out.h5", "tf1.12")
    companion = companion_path(tmp_path / "out.h5")
    reply = runtimes["tf1.12"].request(
        {
            "op": "predict",
            "model": str(tmp_path / "out.h5"),
            "inputs": str(applications / f"{name}.npz"),
            "outputs": str(tmp_path / "out.npz"),
            "objects": [str(companion)] if companion.exists() else [],
            "compile": False,
        },
        timeout=600,
    )
    assert "error" not in reply, reply
    with np.load(tmp_path / "out.npz") as got, np.load(applications / f"{name}.npz") as wanted:
        wanted_output = wanted["output_0"]
        assert np.std(wanted_output) > 0.02  # says something: its classes are told apart
        difference = np.max(np.abs(got["output_0"] - wanted_output)) / np.max(np.abs(wanted_output))
    assert difference <= TOLERANCE[name]
