"""A sample of the sweep over all layers: every class, every companion, every position.

The models and the numbers to reach are those of TensorFlow 2.3.0 (``tools/build_coverage.py``); the
whole sweep is ``tools/measure_coverage.py``, and its result docs/reference/tf2.3-to-tf1.12.md.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import numpy as np
import pytest

from keraport.companion.write import companion_path
from keraport.convert import Options, convert, plan
from keraport.own.lambda_layers import LambdaChoices
from keraport.runtimes import RuntimePool
from keraport.verify.compare import Array, Tolerance, compare

FOLDER = Path(__file__).parent
CASES: dict[str, str] = {
    row["name"]: row["layer"] for row in json.loads((FOLDER / "cases.json").read_text("utf-8"))
}
OPTIONS = Options(
    allow_approximate=True, lambdas=LambdaChoices(translate=True), drop_optimizer=True
)
TOLERANCE = Tolerance(relative=1e-5, absolute=0.0)
HALF = Tolerance(relative=5e-3, absolute=0.0)
"""For float16, whose rounding is 1e-3; the target computes it in float32."""


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the models, their inputs and outputs."""
    folder = tmp_path_factory.mktemp("coverage")
    with tarfile.open(FOLDER / "cases.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def outputs(path: Path) -> list[Array]:
    with np.load(path) as arrays:
        count = sum(key.startswith("output_") for key in arrays.files)
        return [arrays[f"output_{index}"] for index in range(count)]


def test_the_archive_holds_what_the_index_names(saved: Path) -> None:
    assert {path.stem for path in saved.glob("*.h5")} == set(CASES)
    assert {path.stem for path in saved.glob("*.npz")} == set(CASES)


def test_every_layer_that_a_model_can_hold_is_among_them() -> None:
    assert len(set(CASES.values())) >= 95


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", CASES)
def test_tf112_predicts_what_tf23_predicted(
    name: str, saved: Path, runtimes: RuntimePool, tmp_path: Path
) -> None:
    source, output = saved / f"{name}.h5", tmp_path / "out.h5"
    planned = plan(source, "tf1.12", from_="tf2.3", options=OPTIONS)
    report = convert(source, output, "tf1.12", from_="tf2.3", options=OPTIONS)
    assert planned.report.layers == report.layers
    companion = companion_path(output)
    needed = planned.translation.companions or planned.translation.functions
    assert companion.exists() == bool(needed)
    reply = runtimes["tf1.12"].request(
        {
            "op": "predict",
            "model": str(output),
            "inputs": str(saved / f"{name}.npz"),
            "outputs": str(tmp_path / "out.npz"),
            "objects": [str(companion)] if companion.exists() else [],
            "compile": False,
        }
    )
    assert "error" not in reply, reply
    wanted, got = outputs(saved / f"{name}.npz"), outputs(tmp_path / "out.npz")
    assert wanted
    for one, other in zip(wanted, got, strict=True):
        half = one.dtype == np.float16
        found = compare(
            one, other.astype(one.dtype) if half else other, HALF if half else TOLERANCE
        )
        assert found.agrees, found
