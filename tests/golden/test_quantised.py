"""Models that Keras 3 quantized: plain layers of other releases, with the numbers they stand for.

``tools/build_quantised.py`` had Keras 3 save the models, and told what they predict, and what the
same models of plain layers predict that have the dequantised weights (``dequantised``).
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
import pytest
from tests.cli.conftest import ROOT

from keraport.convert import Options, check, convert
from keraport.errors import ForeignFileError, RefusedError, UsageError
from keraport.report import Verdict
from keraport.runtimes import RuntimePool

GOLDEN = ROOT / "tests" / "golden" / "quantised"
LOST = ("gptq4", "gptq8", "awq")
"""Of Keras 3.15, which saves no zero points of them."""


def names(release: str) -> list[str]:
    with tarfile.open(GOLDEN / f"{release}.tar.xz") as archive:
        found = [Path(name).stem for name in archive.getnames() if name.endswith(".keras")]
    return [name for name in found if release != "keras3.15" or name not in LOST]


CASES = [
    (release, name)
    for release in ("keras3.5", "keras3.12", "keras3.13", "keras3.15")
    for name in names(release)
]


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quantised")
    for path in GOLDEN.glob("*.tar.xz"):
        with tarfile.open(path) as archive:
            archive.extractall(folder / path.name.removesuffix(".tar.xz"), filter="data")
    return folder


def predicted(
    runtimes: RuntimePool, release: str, model: Path, given: Path, out: Path
) -> np.ndarray:
    companion = model.with_name(f"{model.stem}_objects.py")
    request = {
        "op": "predict",
        "inputs": str(given),
        "objects": [str(companion)] if companion.exists() else [],
        "outputs": str(out),
        "compile": False,
        "model": str(model),
    }
    reply = runtimes[release].request(request)
    assert "error" not in reply, reply
    with np.load(out) as found:
        return np.asarray(found["output_0"])


def agrees(
    runtimes: RuntimePool, saved: Path, case: tuple[str, str], target: str, tmp_path: Path
) -> None:
    """What the target predicts is what the dequantised model predicts."""
    source, name = case
    path = tmp_path / ("m.keras" if target.startswith("keras3") else "m.h5")
    convert(saved / source / f"{name}.keras", path, target, options=Options(allow_approximate=True))
    given = tmp_path / "in.npz"
    with np.load(saved / source / f"{name}.npz") as wanted:
        np.savez(given, input_0=wanted["input_0"])
        found = predicted(runtimes, target, path, given, tmp_path / "out.npz")
        most = np.abs(wanted["dequantised"]).max()
        np.testing.assert_allclose(found, wanted["dequantised"], rtol=1e-5, atol=1e-5 * most)


@pytest.mark.runtime("tf2.15")
@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_tf215(case: tuple[str, str], saved: Path, runtimes: RuntimePool, tmp_path: Path) -> None:
    agrees(runtimes, saved, case, "tf2.15", tmp_path)


@pytest.mark.runtime("tf2.3")
@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_tf23(case: tuple[str, str], saved: Path, runtimes: RuntimePool, tmp_path: Path) -> None:
    agrees(runtimes, saved, case, "tf2.3", tmp_path)


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_tf112(case: tuple[str, str], saved: Path, runtimes: RuntimePool, tmp_path: Path) -> None:
    agrees(runtimes, saved, case, "tf1.12", tmp_path)
