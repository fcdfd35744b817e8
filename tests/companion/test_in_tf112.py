"""The companion's objects in the real TF 1.12, against formulas and the real TF 2.3."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keraport.catalog.releases import get_release
from keraport.companion.write import companion_source

PROBE = Path(__file__).with_name("probe_companion.py")
NAMES = ("RadialConstraint", "WithoutMask", "ZeroMaskedSteps", "exponential", "swish")

VALUES = np.linspace(-3.0, 3.0, 7).astype("float32")
STEPS = np.arange(1.0, 13.0, dtype="float32").reshape(2, 3, 2)
MASKED = np.array([[1, 1, 0], [0, 1, 0]], dtype=bool)


def ask(python: Path, folder: Path) -> Any:
    answer = folder / "answer.json"
    run = subprocess.run(
        [str(python), str(PROBE), str(folder), str(answer)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(answer.read_text())


@pytest.fixture(scope="module")
def found(runtime_python: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("companion")
    source = companion_source(NAMES, folder / "out.h5", get_release("tf1.12"), "load")
    (folder / "out_objects.py").write_text(source, encoding="utf-8")
    return ask(runtime_python("tf1.12"), folder)


@pytest.mark.runtime("tf1.12")
def test_it_is_imported_and_registered(found: Any) -> None:
    assert found["names"] == sorted(NAMES)
    assert found["registered"] == sorted(NAMES)


@pytest.mark.runtime("tf1.12")
def test_activations(found: Any) -> None:
    np.testing.assert_allclose(found["swish"], VALUES / (1 + np.exp(-VALUES)), rtol=1e-6)
    np.testing.assert_allclose(found["exponential"], np.exp(VALUES), rtol=1e-6)


@pytest.mark.runtime("tf1.12")
def test_masked_steps(found: Any) -> None:
    np.testing.assert_array_equal(found["zeroes"], np.where(MASKED[..., None], STEPS, 0))
    np.testing.assert_array_equal(found["without a mask"], STEPS)
    np.testing.assert_array_equal(found["zeroes pass the mask on"], MASKED)
    assert found["again"] == "ZeroMaskedSteps"


@pytest.mark.runtime("tf1.12")
def test_masks_are_dropped(found: Any) -> None:
    np.testing.assert_array_equal(found["dropped"], STEPS)
    assert found["mask dropped"] is True


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_the_radial_constraint_is_that_of_tf23(
    found: Any, runtime_python: Callable[[str], Path], tmp_path: Path
) -> None:
    real = ask(runtime_python("tf2.3"), tmp_path)["radial"]
    assert set(real) >= {"3", "4", "5"}
    for size, numbers in real.items():
        np.testing.assert_array_equal(found["radial"][size], numbers, err_msg=f"size {size}")
        assert np.any(np.asarray(numbers) != 0)
