"""Words that mean something else in TensorFlow 2.3 and 2.15: wrong as they are, right converted.

The files, and what they predict, are those of the real releases (``tools/build_meanings.py``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from keraport.convert import convert
from keraport.errors import RefusedError
from keraport.runtimes import RuntimePool

FOLDER = Path(__file__).parent / "meanings"
UP, DOWN = ("tf2.3", "tf2.15"), ("tf2.15", "tf2.3")


@dataclass(frozen=True)
class Expected:
    """What becomes of a file.

    Args:
        as_it_is: ``agrees``, ``differs`` or ``fails`` in the other release.
        classes: of the layers that it is converted to; empty where they stay.
        refused: part of the reason, where it is refused.
    """

    as_it_is: str
    classes: tuple[str, ...] = ()
    refused: str = ""


SAME = Expected("agrees")
EXPECTED = {
    **{
        (way, name): SAME
        for way in (UP, DOWN)
        for name in (
            *("crop_of_the_same_ratio", "crop_of_the_whole", "crop_of_one_side"),
            "center_crop",
        )
    },
    (UP, "crop_of_another_ratio"): Expected("differs", ("Resizing", "CenterCrop")),
    (UP, "crop_of_small_images"): Expected("differs", ("Resizing",)),
    (UP, "softmax_behind_a_mask"): Expected("fails", ("Masking", "Activation")),
    (UP, "softmax_of_one_sample"): Expected("differs", ("Masking", "Activation")),
    (UP, "softmax_over_steps"): Expected("fails", ("Masking", "PlainSoftmax")),
    (DOWN, "crop_of_another_ratio"): Expected("differs", ("CenterCrop", "Resizing")),
    (DOWN, "crop_of_small_images"): Expected("differs", ("CenterCrop", "Resizing")),
    (DOWN, "center_crop_of_small_images"): Expected("fails", ("CenterCrop", "Resizing")),
    (DOWN, "softmax_of_one_sample"): Expected("differs", ("Masking", "SoftmaxV2")),
    (DOWN, "constant_feature"): Expected("fails"),
}
"""What divides by 0 in 2.3 is not among them upward: it predicts no numbers."""

ROWS = [
    pytest.param(way, name, expected, id=f"{'-'.join(way)}-{name}")
    for (way, name), expected in EXPECTED.items()
]


def found(runtimes: RuntimePool, release: str, model: Path, inputs: Path, out: Path) -> str:
    """``agrees``, ``differs`` or ``fails``."""
    companion = model.with_name(f"{model.stem}_objects.py")
    request = {
        "op": "predict",
        "model": str(model),
        "inputs": str(inputs),
        "outputs": str(out),
        "compile": False,
        "objects": [str(companion)] if companion.exists() else [],
    }
    if "error" in runtimes[release].request(request):
        return "fails"
    with np.load(out) as got, np.load(inputs) as wanted:
        one, other = got["output_0"], wanted["output_0"]
    assert one.shape == other.shape
    difference = float(np.max(np.abs(one - other)) / np.max(np.abs(other)))
    # Nothing in between: what differs differs clearly.
    assert difference <= 1e-5 or difference > 0.1
    return "agrees" if difference <= 1e-5 else "differs"


def test_the_table_is_complete() -> None:
    for source, target in (UP, DOWN):
        rows = json.loads((FOLDER / source / "cases.json").read_text("utf-8"))
        names = {row["name"] for row in rows if row.get("runs")}
        told = {name for way, name in EXPECTED if way == (source, target)}
        assert names - told == ({"constant_feature"} if source == "tf2.3" else set())


@pytest.mark.runtime("tf2.3", "tf2.15")
@pytest.mark.parametrize(("way", "name", "expected"), ROWS)
def test_converted_it_predicts_the_same(
    way: tuple[str, str], name: str, expected: Expected, runtimes: RuntimePool, tmp_path: Path
) -> None:
    source, target = way
    model, inputs = FOLDER / source / f"{name}.h5", FOLDER / source / f"{name}.npz"
    assert found(runtimes, target, model, inputs, tmp_path / "as_it_is.npz") == expected.as_it_is
    out = tmp_path / "converted.h5"
    if expected.refused:
        with pytest.raises(RefusedError) as refused:
            convert(model, out, target, from_=source)
        assert refused.value.report is not None
        notes = [note.text for row in refused.value.report.refusals for note in row.notes]
        assert any(expected.refused in note for note in notes)
        return
    report = convert(model, out, target, from_=source)
    assert found(runtimes, target, out, inputs, tmp_path / "out.npz") == "agrees"
    assert (report.verdict.name == "UNCHANGED") == (expected is SAME)
    if expected.classes:
        reply = runtimes[target].request({"op": "describe", "model": str(out), "objects": []})
        assert tuple(row["class_name"] for row in reply["layers"][1:]) == expected.classes
