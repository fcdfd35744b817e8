"""Source for Keras 3 and TensorFlow 2.15: the original in its release, what became of it there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from keraport.convert import Options, convert
from keraport.errors import UsageError
from keraport.porting.files import port_objects

HERE = Path(__file__).parent
SCRIPT = HERE / "run_newer.py"
LAYERS = HERE / "originals" / "newer" / "newer_layers.py"
BACKEND = HERE / "originals" / "newer" / "newer_backend.py"
OPERATIONS = HERE / "originals" / "newer" / "newer_operations.py"
FUNCTION = re.compile(r'^    "(\w+)": lambda x', re.MULTILINE)
CASE = re.compile(r'^    "(\w+)": \(', re.MULTILINE)

FUNCTIONS = [f"function_{name}" for name in FUNCTION.findall(BACKEND.read_text("utf-8"))]
OPERATION_NAMES = [f"function_{name}" for name in FUNCTION.findall(OPERATIONS.read_text("utf-8"))]
CASES = CASE.findall(LAYERS.read_text("utf-8"))
LOSSES = ["loss_weighted", "loss_focal"]


def run(python: Path, keras: str, folder: Path, how: str, *paths: Path) -> None:
    """Run the cases of files in a real release."""
    folder.mkdir(exist_ok=True)
    command = [str(item) for item in (python, SCRIPT, keras, folder, how, *paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]


def ported(path: Path, folder: Path, to: str, from_: str) -> Path:
    """The file rewritten, with nothing left to its author."""
    made = port_objects(path, to, from_=from_)
    assert not made.undecided
    folder.mkdir(exist_ok=True)
    output = folder / f"ported_{path.name}"
    output.write_text(made.code, encoding="utf-8")
    return output


def compare(first: Path, second: Path) -> None:
    """All numbers of a case agree, and the weights have the same shapes."""
    with np.load(first) as wanted, np.load(second) as got:
        assert set(wanted.files) == set(got.files)
        if "weights" in wanted.files:
            assert list(got["weights"]) == list(wanted["weights"])
            assert len(wanted["weights"])
            np.testing.assert_allclose(got["loss"], wanted["loss"], rtol=1e-5)
        assert got["outputs"].shape == wanted["outputs"].shape
        scale = float(np.max(np.abs(wanted["outputs"])))
        assert scale > 0.01
        np.testing.assert_allclose(got["outputs"], wanted["outputs"], atol=1e-5 * scale, rtol=0)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, runtime_python: Callable[[str], Path]) -> Path:
    """What the originals gave, and what was made of them; a process a release."""
    folder = tmp_path_factory.mktemp("newer")
    run(runtime_python("tf2.3"), "tf.keras", folder / "tf2.3", "save", LAYERS, BACKEND)
    keras3 = [
        ported(path, folder / "to_keras3", "keras3.15", "tf2.3") for path in (LAYERS, BACKEND)
    ]
    run(runtime_python("keras3.15"), "keras", folder / "keras3.15", "build", *keras3)
    run(runtime_python("keras3.15"), "keras", folder / "operations", "build", OPERATIONS)
    later = ported(LAYERS, folder / "to_tf2.15", "tf2.15", "tf2.3")
    operations = ported(OPERATIONS, folder / "to_tf2.15", "tf2.15", "keras3.15")
    run(runtime_python("tf2.15"), "tf.keras", folder / "tf2.15", "build", later, operations)
    return folder


def test_there_are_cases() -> None:
    """Guards the tests below: a pattern that matches nothing would pass them."""
    assert len(FUNCTIONS) > 60
    assert len(OPERATION_NAMES) > 75
    assert len(CASES) == 13


@pytest.mark.runtime("tf2.3", "keras3.15", "tf2.15")
@pytest.mark.parametrize("name", [*CASES, *LOSSES, *FUNCTIONS])
def test_it_computes_the_same_in_keras3(name: str, runs: Path) -> None:
    compare(runs / "tf2.3" / f"{name}.npz", runs / "keras3.15" / f"{name}.npz")


@pytest.mark.runtime("tf2.3", "keras3.15", "tf2.15")
@pytest.mark.parametrize("name", [*CASES, *LOSSES])
def test_it_computes_the_same_in_tensorflow_215(name: str, runs: Path) -> None:
    compare(runs / "tf2.3" / f"{name}.npz", runs / "tf2.15" / f"{name}.npz")


@pytest.mark.runtime("tf2.3", "keras3.15", "tf2.15")
@pytest.mark.parametrize("name", OPERATION_NAMES)
def test_operations_of_keras3_compute_the_same_in_tensorflow(name: str, runs: Path) -> None:
    compare(runs / "operations" / f"{name}.npz", runs / "tf2.15" / f"{name}.npz")


@pytest.fixture(scope="module")
def in_a_graph(runs: Path, runtime_python: Callable[[str], Path]) -> Path:
    """What the operations gave in TF 1.12, of a tensor whose first sizes are open."""
    made = ported(OPERATIONS, runs / "to_tf1.12", "tf1.12", "keras3.15")
    run(runtime_python("tf1.12"), "tf.keras", runs / "tf1.12", "build", made)
    return runs / "tf1.12"


@pytest.mark.runtime("tf1.12", "tf2.3", "keras3.15", "tf2.15")
@pytest.mark.parametrize("name", OPERATION_NAMES)
def test_operations_of_keras3_compute_the_same_in_a_graph(
    name: str, runs: Path, in_a_graph: Path
) -> None:
    compare(runs / "operations" / f"{name}.npz", in_a_graph / f"{name}.npz")


@pytest.fixture(scope="module")
def converted(runs: Path, runtime_python: Callable[[str], Path]) -> Path:
    """The files that TF 2.3 saved, converted with the rewritten file, and opened in Keras 3.15.

    What a class of one's own holds has no place in an archive that its config tells: HDF5.
    """
    folder = runs / "converted"
    folder.mkdir()
    own = runs / "to_keras3" / "ported_newer_layers.py"
    for name in CASES:
        ending = ".h5" if name in ("encoder", "scaled_conv") else ".keras"
        source, output = runs / "tf2.3" / f"{name}.h5", folder / f"{name}{ending}"
        convert(source, output, "keras3.15", options=Options(objects=(own,)))
    run(runtime_python("keras3.15"), "keras", folder, "load", own)
    return folder


@pytest.mark.runtime("tf2.3", "keras3.15", "tf2.15")
@pytest.mark.parametrize("name", CASES)
def test_a_model_of_it_converts_and_predicts_the_same(
    name: str, runs: Path, converted: Path
) -> None:
    compare(runs / "tf2.3" / f"{name}.npz", converted / f"{name}.npz")


@pytest.mark.runtime("tf2.3", "keras3.15", "tf2.15")
def test_an_archive_is_refused_whose_loader_leaves_weights_out(runs: Path, tmp_path: Path) -> None:
    own = runs / "to_keras3" / "ported_newer_layers.py"
    for ending in (".keras", ".weights.h5"):
        output = tmp_path / f"scaled_conv{ending}"
        with pytest.raises(UsageError, match="has 2 weights") as found:
            convert(
                runs / "tf2.3" / "scaled_conv.h5",
                output,
                "keras3.15",
                options=Options(objects=(own,)),
            )
        assert "HDF5" in str(found.value.hint)
        assert not output.exists()
