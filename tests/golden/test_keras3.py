"""Models that TensorFlow 2.3.0 and 2.15.1 saved, converted for Keras 3, and the way back.

The numbers to reach are those that the release gave that saved the model; what cannot be converted
is refused by the reasons in the tables here.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keraport.convert import convert
from keraport.errors import RefusedError, UsageError
from keraport.runtimes import RuntimePool

HERE = Path(__file__).parent
FOLDERS = {"tf2.3": HERE / "tf2.3", "tf2.15": HERE / "tf2.15"}
FORMATS = HERE.parent / "formats" / "golden"

REFUSED = json.loads((HERE / "keras3_refused.json").read_text(encoding="utf-8"))
"""Source, case: what a refusal says, as a pattern."""

_CHANNELS_FIRST = "only supports (the )?(NHWC|NDHWC)"
_DILATED = "do not yet support dilation rates larger than 1"
FAILS = {
    "average_pooling_3d_float64": "No OpKernel was registered|Could not find device",
    "conv_channels_first": f"{_CHANNELS_FIRST}|{_DILATED}",
    "channels_first_places": f"{_CHANNELS_FIRST}|{_DILATED}",
    "transposed_conv_1d_places": f"{_CHANNELS_FIRST}|{_DILATED}",
    "transposed_dilation": _DILATED,
}
"""What TensorFlow has a kernel for on GPUs alone."""

MISREAD = {("tf2.15", "attention_options"), ("tf2.15", "attention_masks")}
"""What the source takes, and does not save: ``causal=True``."""

HALF = {"float16_normalization", "half_precision", "mixed_float16", "wrappers_of_other_dtypes"}
"""Models in half precision, which has three digits: releases add up in different orders."""


def cases(release: str) -> list[str]:
    rows = json.loads((FOLDERS[release] / "cases.json").read_text(encoding="utf-8"))
    return [
        row["name"] for row in rows if row.get("runs") and (release, row["name"]) not in MISREAD
    ]


EVERY = 1 if os.environ.get("KERAPORT_ALL_MODELS") else 3
"""Every third model, and each that is refused; all of them where the environment asks for it."""

ONCE_REFUSED = {
    *("category_encoding", "conv_extra_batch_places", "dense_features", "dense_features_sum"),
    *("radial_constraint", "side_branches", "spectral_normalization", "words"),
}

ALL = [
    pytest.param(source, name, id=f"{source}-{name}")
    for source in FOLDERS
    for number, name in enumerate(cases(source))
    if number % EVERY == 0 or name in {*REFUSED[source], *ONCE_REFUSED}
]
NOT_IN_HDF5 = {"op_convolutions"}
"""Called with an ellipsis, which the loader of HDF5 files does not read."""

SAMPLE = [
    pytest.param("tf2.15", name, id=name)
    for name in cases("tf2.15")[::12]
    if name not in NOT_IN_HDF5
]


def relative_difference(returned: Path, wanted: Path) -> float:
    with np.load(returned) as got, np.load(wanted) as expected:
        keys = [key for key in expected.files if key.startswith("output_")]
        assert keys == [key for key in got.files if key.startswith("output_")]
        pairs = [(got[key], expected[key]) for key in keys]
    assert all(one.shape == other.shape for one, other in pairs)
    words = [pair for pair in pairs if pair[1].dtype.kind in "SUO"]
    assert all(one.astype(str).tolist() == other.astype(str).tolist() for one, other in words)
    numbers = [
        float(np.max(np.abs(one.astype(float) - other)) / (np.max(np.abs(other)) + 1e-1))
        for one, other in pairs
        if other.dtype.kind in "biuf"
    ]
    assert len(words) + len(numbers) == len(pairs)
    return max(numbers, default=0.0)


def predicted(
    runtimes: RuntimePool, target: str, model: Path, inputs: Path, outputs: Path
) -> dict[str, Any]:
    companion = model.with_name(f"{model.stem}_objects.py")
    request = {"op": "predict", "model": str(model), "inputs": str(inputs), "compile": True}
    objects = [str(companion)] if companion.exists() else []
    return runtimes[target].request({**request, "outputs": str(outputs), "objects": objects})


def reaches(source: str, name: str, suffix: str, runtimes: RuntimePool, folder: Path) -> None:
    """It is refused by the reason in the table, or Keras 3 predicts the same."""
    saved, out = FOLDERS[source] / f"{name}.h5", folder / f"converted{suffix}"
    reason = REFUSED[source].get(name)
    if reason is not None:
        with pytest.raises(RefusedError) as refused:
            convert(saved, out, "keras3.15", from_=source)
        assert refused.value.report is not None
        notes = [note for row in refused.value.report.refusals for note in row.notes]
        assert any(re.search(reason, note.text) for note in notes), notes
        return
    convert(saved, out, "keras3.15", from_=source)
    wanted = FOLDERS[source] / f"{name}.npz"
    reply = predicted(runtimes, "keras3.15", out, wanted, folder / "out.npz")
    if name in FAILS:
        assert re.search(FAILS[name], reply["error"]["message"])
        return
    assert "error" not in reply, reply["error"]["message"]
    difference = relative_difference(folder / "out.npz", wanted)
    assert difference <= (1e-2 if name in HALF else 1e-5)


@pytest.mark.runtime("keras3.15")
@pytest.mark.parametrize(("source", "name"), ALL)
def test_keras_3_predicts_the_same(
    source: str, name: str, runtimes: RuntimePool, tmp_path: Path
) -> None:
    reaches(source, name, ".keras", runtimes, tmp_path)


@pytest.mark.runtime("keras3.15")
@pytest.mark.parametrize(("source", "name"), SAMPLE)
def test_keras_3_predicts_the_same_from_hdf5(
    source: str, name: str, runtimes: RuntimePool, tmp_path: Path
) -> None:
    reaches(source, name, ".h5", runtimes, tmp_path)


@pytest.mark.parametrize("name", sorted(NOT_IN_HDF5))
def test_what_its_loader_of_hdf5_does_not_read_is_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ellipsis"):
        convert(FOLDERS["tf2.15"] / f"{name}.h5", tmp_path / "out.h5", "keras3.15")


BACK = ("attention", "conv_bn", "convlstm", "dense", "nested")


@pytest.mark.runtime("tf2.15")
@pytest.mark.parametrize("source", ["keras3.15"])
@pytest.mark.parametrize("name", BACK)
def test_tf_215_predicts_what_keras_3_did(
    source: str, name: str, runtimes: RuntimePool, tmp_path: Path
) -> None:
    saved = FORMATS / source / f"{name}.keras"
    out = tmp_path / "converted.h5"
    report = convert(saved, out, "tf2.15")
    assert report.source == source
    wanted = tmp_path / "wanted.npz"
    with np.load(FORMATS / source / f"{name}.npz") as arrays:
        named = {"x": "input_", "y": "output_"}
        np.savez(wanted, **{named[key[0]] + key[1:]: arrays[key] for key in arrays.files})
    reply = predicted(runtimes, "tf2.15", out, wanted, tmp_path / "out.npz")
    assert "error" not in reply, reply["error"]["message"]
    assert relative_difference(tmp_path / "out.npz", wanted) <= 1e-5
