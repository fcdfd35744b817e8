"""Models that Keras 1.2.2 saved, with TensorFlow and with Theano, converted for later releases.

The numbers to reach are those that Keras 1.2.2 gave (``tools/build_keras1.py``). What cannot be
converted is refused by the reasons in the table here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import h5py
import pytest
from tests.golden.predicted import assert_predicts

from keraport import inspect, transfer
from keraport.convert import Options, convert
from keraport.errors import RefusedError, UsageError
from keraport.own.lambda_layers import LambdaChoices
from keraport.runtimes import RuntimePool

HERE = Path(__file__).parent
TENSORFLOW = sorted((HERE / "keras1.2").glob("*.h5"))
THEANO = sorted((HERE / "keras1.2_theano").glob("*.h5"))
ALL = os.environ.get("KERAPORT_ALL_MODELS", "") not in ("", "0")
TARGETS = ("tf2.15", "keras3.15", "tf1.12")
SLICES = tuple((TENSORFLOW[start::3], (target,)) for start, target in enumerate(TARGETS))
CASES = [
    pytest.param(path, target, id=f"{path.parent.name}-{path.stem}-{target}")
    for paths, targets in (
        *(((TENSORFLOW, TARGETS),) if ALL else SLICES),
        (THEANO, ("tf2.15",)),
    )
    for target in targets
    for path in paths
]

REFUSED = {
    "batch_normalization_of_batches": "normalises each batch by its own",
    "batch_normalization_of_samples": "normalises each sample",
    "transposed_2d_of_another_shape": "what follows from the input of the layer is",
}
"""Model: why it is refused."""

PADDED_OTHERWISE = {
    "convolutions_1d": "Theano pads AveragePooling1D",
    "convolutions_2d": "Theano pads AveragePooling2D",
    "pooled_otherwise": "nothing in the file tells its backend",
}


def _why_refused(source: Path, target: str) -> str:
    if source in THEANO:
        return PADDED_OTHERWISE.get(source.stem, "")
    # Without weights nothing tells a backend from the other.
    return {**REFUSED, "pooled_otherwise": "--from-backend"}.get(source.stem, "")


@pytest.mark.runtime("tf1.12", "tf2.15", "keras3.15")
@pytest.mark.parametrize(("source", "target"), CASES)
def test_predicts_the_same(
    source: Path, target: str, runtimes: RuntimePool, tmp_path: Path
) -> None:
    out = tmp_path / "out.h5"
    options = Options(lambdas=LambdaChoices(translate=True))
    if why := _why_refused(source, target):
        with pytest.raises(RefusedError) as caught:
            convert(source, out, target, options=options)
        assert re.search(why, str(caught.value))
        assert not out.exists()
        return
    report = convert(source, out, target, options=options)
    assert report.source == "keras1.2"
    assert_predicts(out, source, target, runtimes, tmp_path)


@pytest.mark.runtime("tf2.15")
@pytest.mark.parametrize("name", ["channels_first", "dense_sequential", "lstm"])
def test_architecture_and_weights_apart(name: str, runtimes: RuntimePool, tmp_path: Path) -> None:
    folder = HERE / "keras1.2"
    out = tmp_path / "out.h5"
    weights = folder / f"{name}.weights.hdf5"
    report = convert(folder / f"{name}.json", out, "tf2.15", weights=weights)
    assert report.source == "keras1.2"
    assert_predicts(out, folder / f"{name}.h5", "tf2.15", runtimes, tmp_path)


@pytest.mark.runtime("tf2.15")
def test_the_backend_may_be_named(runtimes: RuntimePool, tmp_path: Path) -> None:
    source, out = HERE / "keras1.2" / "pooled_otherwise.h5", tmp_path / "out.h5"
    convert(source, out, "tf2.15", options=Options(from_backend="tensorflow"))
    assert_predicts(out, source, "tf2.15", runtimes, tmp_path)
    with pytest.raises(RefusedError, match="Theano pads MaxPooling2D"):
        convert(source, tmp_path / "2.h5", "tf2.15", options=Options(from_backend="theano"))


def test_an_unnamed_backend_is_asked_for(tmp_path: Path) -> None:
    """Weights without names, as Keras 1 wrote them for variables that had none."""
    source = tmp_path / "in.h5"
    source.write_bytes((HERE / "keras1.2" / "channels_first_sequential.h5").read_bytes())
    with h5py.File(source, "a") as file:
        group = file["model_weights/convolution2d_1"]
        for place, name in enumerate(group.attrs["weight_names"]):
            group.move(name, f"param_{place}")
        group.attrs["weight_names"] = [b"param_0", b"param_1"]
        del file["model_weights/dense_1"].attrs["weight_names"]
        group = file["model_weights/dense_1"]
        for place, name in enumerate([name for name in group]):  # noqa: C416
            group.move(name, f"param_{place}")
        group.attrs["weight_names"] = [b"param_0", b"param_1"]
    with pytest.raises(RefusedError, match="--from-backend"):
        convert(source, tmp_path / "out.h5", "tf2.15")


@pytest.mark.runtime("tf2.15")
def test_weights_are_transferred(runtimes: RuntimePool, tmp_path: Path) -> None:
    """Into an architecture whose own weights are zeros."""
    source, rebuilt, out = HERE / "keras1.2" / "lstm.h5", tmp_path / "r.h5", tmp_path / "out.h5"
    convert(source, rebuilt, "tf2.15")
    with h5py.File(rebuilt, "a") as file:
        file["model_weights"].visititems(_as_zeros)
    transfer(source, rebuilt, out)
    assert_predicts(out, source, "tf2.15", runtimes, tmp_path)


def _as_zeros(_: str, item: object) -> None:
    if isinstance(item, h5py.Dataset):
        item[...] = 0


def test_a_backend_that_turns_kernels_is_not_transferred(tmp_path: Path) -> None:
    rebuilt = tmp_path / "r.h5"
    convert(HERE / "keras1.2" / "channels_first.h5", rebuilt, "tf2.15")
    with pytest.raises(UsageError, match="not known to be saved with the backend TensorFlow"):
        transfer(HERE / "keras1.2_theano" / "channels_first.h5", rebuilt, tmp_path / "out.h5")


def test_losses_of_keras_1_are_no_hazard() -> None:
    assert not inspect(HERE / "keras1.2" / "images.h5").hazards
