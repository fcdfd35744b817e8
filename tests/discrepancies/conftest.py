"""Networks said in two ways: a trained one of TF 2.3, and one rebuilt by hand in TF 1.12."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from keraport.runtimes import RuntimePool

FIXTURES = Path(__file__).parent / "fixtures"


def pair(case: str) -> tuple[Path, Path]:
    """The trained file and the architecture of a case."""
    return FIXTURES / f"{case}.h5", FIXTURES / f"{case}.json"


def far_from_trained(runtimes: RuntimePool, case: str, model: Path) -> float:
    """How far TF 1.12 is from what TF 2.3.0 predicted when the case was made, relatively."""
    arrays, returned = FIXTURES / f"{case}.npz", model.with_suffix(".npz")
    reply = runtimes["tf1.12"].request(
        {"op": "predict", "model": str(model), "inputs": str(arrays), "outputs": str(returned)}
    )
    assert "error" not in reply, reply
    with np.load(returned) as got, np.load(arrays) as wanted:
        expected = wanted["output_0"]
        return float(np.abs(got["output_0"] - expected).max() / np.abs(expected).max())


def run_keraport(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command line."""
    return subprocess.run(
        [sys.executable, "-m", "keraport", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
