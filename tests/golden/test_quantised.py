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
from tests.more_releases import with_named

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
    """The target predicts what the dequantised model does, or the quantized one if it is kept."""
    source, name = case
    path = tmp_path / ("m.keras" if target.startswith("keras3") else "m.h5")
    options = Options(allow_approximate=True)
    report = convert(saved / source / f"{name}.keras", path, target, options=options)
    kept = report.verdict in (Verdict.UNCHANGED, Verdict.EXACT)
    key = "quantised" if kept else "dequantised"
    given = tmp_path / "in.npz"
    with np.load(saved / source / f"{name}.npz") as wanted:
        np.savez(given, input_0=wanted["input_0"])
        found = predicted(runtimes, target, path, given, tmp_path / "out.npz")
        most = np.abs(wanted[key]).max()
        np.testing.assert_allclose(found, wanted[key], rtol=1e-5, atol=1e-5 * most)


IN_KERAS_3 = [
    pytest.param(
        release, case, marks=pytest.mark.runtime(release), id=f"{release}-{'-'.join(case)}"
    )
    for release in with_named("keras3.15", lines=frozenset({"keras3"}))
    for case in CASES
    # Earlier releases, Keras 3.5 for instance, lack ReversibleEmbedding.
    if release == "keras3.15" or "tied" not in case[1]
]


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


@pytest.mark.parametrize(("release", "case"), IN_KERAS_3)
def test_keras_3(
    release: str, case: tuple[str, str], saved: Path, runtimes: RuntimePool, tmp_path: Path
) -> None:
    agrees(runtimes, saved, case, release, tmp_path)


ROUNDED = "also rounds what the layer is given to 8 bits"
SCALED = "multiplies by the integers themselves"


@pytest.mark.parametrize(
    ("source", "name", "target", "verdict", "said"),
    [
        ("keras3.15", "dense_int8", "tf2.15", Verdict.APPROXIMATE, ROUNDED),
        ("keras3.15", "dense_int8", "keras3.15", Verdict.UNCHANGED, ""),
        ("keras3.15", "dense_int8", "keras3.5", Verdict.EXACT, "quantization_config"),
        ("keras3.15", "dense_weights_alone", "keras3.5", Verdict.EQUIVALENT, "stand for"),
        ("keras3.5", "dense_int8", "keras3.15", Verdict.UNCHANGED, ""),
        ("keras3.15", "dense_float8", "tf1.12", Verdict.APPROXIMATE, ROUNDED),
        ("keras3.15", "dense_int4", "tf2.3", Verdict.EQUIVALENT, "int4 weights are written"),
        ("keras3.15", "dense_int4_blocks", "keras3.15", Verdict.UNCHANGED, ""),
        ("keras3.12", "dense_int4", "tf2.3", Verdict.APPROXIMATE, ROUNDED),
        ("keras3.12", "dense_int4", "keras3.13", Verdict.UNCHANGED, ""),
        ("keras3.12", "dense_int4", "keras3.15", Verdict.APPROXIMATE, ROUNDED),
        ("keras3.13", "gptq4", "tf2.15", Verdict.EQUIVALENT, "gptq weights are written"),
        ("keras3.13", "gptq4", "keras3.15", Verdict.UNCHANGED, ""),
        ("keras3.15", "wrapped_int8", "tf2.15", Verdict.APPROXIMATE, SCALED),
        ("keras3.15", "attention_int8", "tf2.15", Verdict.APPROXIMATE, "weights in it"),
        ("keras3.15", "lora", "tf2.15", Verdict.EXACT, "product of the low-rank matrices"),
        ("keras3.15", "lora", "keras3.15", Verdict.UNCHANGED, ""),
    ],
)
def test_verdicts(
    source: str, name: str, target: str, verdict: Verdict, said: str, saved: Path
) -> None:
    report = check(saved / source / f"{name}.keras", target)
    notes = [note.text for layer in report.layers for note in layer.notes]
    assert report.verdict is verdict, notes
    assert not said or any(said in text for text in notes), notes


def test_rounded_inputs_need_leave(saved: Path, tmp_path: Path) -> None:
    path = saved / "keras3.15" / "dense_int8.keras"
    with pytest.raises(RefusedError, match="2 layers can only be approximated") as caught:
        convert(path, tmp_path / "m.h5", "tf2.15")
    assert "--allow approximate" in (caught.value.hint or "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", LOST)
def test_zero_points_that_no_file_has(name: str, saved: Path) -> None:
    """Keras 3.15 fails to load such a file, too."""
    with pytest.raises(
        ForeignFileError, match=r"layer 'steps' \(Dense\) .*no zero points"
    ) as caught:
        check(saved / "keras3.15" / f"{name}.keras", "tf2.15")
    assert "before quantize()" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("dense_int8", "layer 'first' is quantized"),
        ("nested_int8", "layer 'inside/same' is quantized"),
        ("lora", "layer 'words' has low-rank matrices"),
    ],
)
def test_hdf5_of_keras_3(name: str, said: str, saved: Path) -> None:
    """It lists integers and matrices as any other weights."""
    with pytest.raises(ForeignFileError, match=said) as caught:
        check(saved / "keras3.15" / f"{name}.h5", "tf2.15")
    assert "model.save" in (caught.value.hint or "")


def test_hdf5_has_no_room_for_integers(saved: Path, tmp_path: Path) -> None:
    path = saved / "keras3.15" / "dense_int8.keras"
    with pytest.raises(UsageError, match="first is quantized and stays so"):
        convert(path, tmp_path / "m.h5", "keras3.15")
