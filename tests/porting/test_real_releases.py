"""Layers as people write them: the original in real TF 2.3.0, what became of it in TF 1.12.0."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.porting.conftest import COMPARISONS, LAYERS, OPERATIONS, Runs, run_cases

from keraport.convert import Options, convert

NAMES = re.findall(r'^    "(\w+)": \((?:$|lambda)', LAYERS.read_text("utf-8"), re.MULTILINE)
OPERATION_NAMES = re.findall(r"^def op_(\w+)", OPERATIONS.read_text("utf-8"), re.MULTILINE)
COMPARED = [
    "modes",
    "modes_given",
    *re.findall(r"^def op_(\w+)", COMPARISONS.read_text("utf-8"), re.MULTILINE),
]

HIERARCHY = [
    *("Derived", "Explicit", "Both", "OnlyMixin", "BareChild", "Stock", "Twice", "Wrap"),
    "Private",
]
PACKAGED = ["package_scaled", "package_doubled", "package_mixed"]


def differences(first: Path, second: Path) -> float:
    """The largest difference of the outputs, relative to the largest value."""
    with np.load(first) as wanted, np.load(second) as got:
        assert list(got["weights"]) == list(wanted["weights"])
        assert len(wanted["weights"])
        scale = np.max(np.abs(wanted["outputs"]))
        assert scale > 0.01
        assert wanted["outputs"].shape == got["outputs"].shape
        return float(np.max(np.abs(wanted["outputs"] - got["outputs"])) / scale)


def test_there_are_cases() -> None:
    """Guards the tests below: a pattern that matches nothing would pass them."""
    assert len(NAMES) == LAYERS.read_text("utf-8").count("lambda: [") == 8
    assert len(OPERATION_NAMES) >= 20
    assert len(COMPARED) >= 28


@pytest.mark.runtime("tf2.3", "tf1.12")
@pytest.mark.parametrize("name", [*NAMES, *OPERATION_NAMES, *COMPARED, *HIERARCHY, *PACKAGED])
def test_it_computes_the_same_with_the_same_weights(name: str, runs: Runs) -> None:
    file = f"{name}.npz"
    assert differences(runs.folder / "source" / file, runs.folder / "target" / file) <= 1e-5


@pytest.fixture(scope="module")
def converted(runs: Runs, runtime_python: Callable[[str], Path]) -> Path:
    """The files that TF 2.3 saved, converted with the rewritten file, and opened in TF 1.12."""
    folder = runs.folder / "converted"
    folder.mkdir()
    for name in NAMES:
        source, output = runs.folder / "source" / f"{name}.h5", folder / f"{name}.h5"
        convert(source, output, "tf1.12", options=Options(objects=(runs.ported,)))
    run_cases(runtime_python("tf1.12"), folder, "load", runs.ported)
    return folder


@pytest.mark.runtime("tf2.3", "tf1.12")
@pytest.mark.parametrize("name", NAMES)
def test_a_model_of_it_converts_and_predicts_the_same(
    name: str, runs: Runs, converted: Path
) -> None:
    file = f"{name}.npz"
    assert differences(runs.folder / "source" / file, converted / file) <= 1e-5


@pytest.mark.runtime("tf2.3", "tf1.12")
def test_a_model_of_a_package_converts_and_predicts_the_same(
    runs: Runs, runtime_python: Callable[[str], Path]
) -> None:
    """The load line imports the names that the package's folder hands on."""
    folder = runs.folder / "of_package"
    folder.mkdir()
    for name in PACKAGED:
        source, output = runs.folder / "source" / f"{name}.h5", folder / f"{name}.h5"
        report = convert(source, output, "tf1.12", options=Options(objects=(runs.package,)))
        assert "from ported_blocks import " in report.load
    run_cases(runtime_python("tf1.12"), folder, "load", runs.package)
    for name in PACKAGED:
        found = differences(runs.folder / "source" / f"{name}.npz", folder / f"{name}.npz")
        assert found <= 1e-5
