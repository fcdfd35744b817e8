"""Models that Keras 3 quantized: plain layers of other releases, with the numbers they stand for.

``tools/build_quantised.py`` had Keras 3 save the models, and told what they predict, and what the
same models of plain layers predict that have the dequantised weights (``dequantised``).
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import h5py
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
    runtimes: RuntimePool,
    saved: Path,
    case: tuple[str, str],
    target: str,
    tmp_path: Path,
    *,
    suffix: str = ".keras",
) -> None:
    """The target predicts what the dequantised model does, or the quantized one if it is kept."""
    source, name = case
    path = tmp_path / ("m.keras" if target.startswith("keras3") else "m.h5")
    options = Options(allow_approximate=True)
    report = convert(saved / source / f"{name}{suffix}", path, target, options=options)
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


SIZES = ("dense_int4", "nested_int4", "sequence_int4", "tied_int4", "untied_int4")
"""Of Keras 3.12, whose integers of 4 bits are paired along the inputs of a layer."""
TWO_OPEN = ("sequence_int4", "sequence_int4_blocks", "sequence_int4_columns")
"""Of Keras 3.15: an equation sums over two axes."""


def hdf5_names(release: str) -> list[str]:
    with tarfile.open(GOLDEN / f"{release}-hdf5.tar.xz") as archive:
        found = [Path(name).stem for name in archive.getnames() if name.endswith(".h5")]
    lacking = {"keras3.12": SIZES, "keras3.15": TWO_OPEN}.get(release, ())
    return [name for name in found if name not in lacking]


HDF5 = [
    (f"{release}-hdf5", name)
    for release in ("keras3.5", "keras3.12", "keras3.13", "keras3.15")
    for name in hdf5_names(release)
]


@pytest.mark.parametrize(
    ("target", "case"),
    [
        pytest.param(target, case, marks=pytest.mark.runtime(target), id="-".join((target, *case)))
        for target in ("tf2.15", "tf2.3", "tf1.12", "keras3.15")
        for case in HDF5
    ],
)
def test_hdf5(
    target: str, case: tuple[str, str], saved: Path, runtimes: RuntimePool, tmp_path: Path
) -> None:
    """It lists integers and matrices as any other weights."""
    agrees(runtimes, saved, case, target, tmp_path, suffix=".h5")


@pytest.mark.parametrize(
    ("release", "name", "layer"),
    [
        *(("keras3.12", name, "") for name in SIZES),
        *(("keras3.15", name, "'merged'") for name in TWO_OPEN),
    ],
)
def test_hdf5_does_not_say_sizes(release: str, name: str, layer: str, saved: Path) -> None:
    said = rf"layer {layer}.*the size of what it is given is not in its config"
    with pytest.raises(ForeignFileError, match=said) as caught:
        check(saved / f"{release}-hdf5" / f"{name}.h5", "tf2.15")
    assert "model.keras" in (caught.value.hint or "")


def test_product_that_loaders_scale_otherwise(saved: Path, tmp_path: Path) -> None:
    """Dense of Keras 3.15 takes its ``lora_alpha`` for ``lora_rank`` when it is loaded."""
    path = tmp_path / "m.h5"
    path.write_bytes((saved / "keras3.15-hdf5" / "lora.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        config = file.attrs["model_config"]
        file.attrs["model_config"] = config.replace('"lora_alpha": 2', '"lora_alpha": 3')
    with pytest.raises(ForeignFileError, match="lora_alpha is 3, which Keras 3 itself takes for 2"):
        check(path, "tf2.15")


@pytest.mark.parametrize("name", ["first/kernel_scale", "first/bias"])
def test_hdf5_lacks_a_weight(name: str, saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.h5"
    path.write_bytes((saved / "keras3.15-hdf5" / "dense_int8.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        group = file["model_weights/first"]
        kept = [item for item in group.attrs["weight_names"] if item != name]
        del group.attrs["weight_names"]
        group.attrs["weight_names"] = kept
    with pytest.raises(ForeignFileError, match="expected bias kernel kernel_scale"):
        check(path, "tf2.15")


@pytest.mark.parametrize(("name", "what"), [("dense_int8", "is quantized"), ("lora", "has low")])
def test_hdf5_is_not_written(name: str, what: str, saved: Path, tmp_path: Path) -> None:
    for folder, suffix in (("keras3.15", ".keras"), ("keras3.15-hdf5", ".h5")):
        with pytest.raises(UsageError, match=what):
            convert(saved / folder / f"{name}{suffix}", tmp_path / "m.h5", "keras3.15")
