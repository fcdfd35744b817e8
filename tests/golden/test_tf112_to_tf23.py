"""The way back: TensorFlow 1.12.0 saves the models anew, and TensorFlow 2.3.0 opens them again.

The files are written by real TensorFlow 1.12.0 (``resave.py``), so they are what its users have;
the numbers to reach are those that TensorFlow 2.3.0 gave in the first place.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keraport.catalog.releases import get_release
from keraport.companion.sources_of import available
from keraport.convert import Options, convert
from keraport.dialects import dump_model, dump_training
from keraport.errors import RefusedError
from keraport.formats import read
from keraport.own.user_objects import UserObjects
from keraport.report import Verdict
from keraport.runtimes import RuntimePool
from keraport.translate.translation import translate

GOLDEN = Path(__file__).parent / "tf2.3"
NAMES = [case["name"] for case in json.loads((GOLDEN / "cases.json").read_text(encoding="utf-8"))]

NOT_SAVED = {
    "batch_normalization": "fused=False is not written, and the layer needs a GPU without it",
    "op_numbers_of_other_widths": "TF 2.3 does not open its own file: constants lose their dtypes",
    "masked_stacked_cells": "reverse_state_order is not written, and the model does not open",
    "masked_stacked_cells_equal": "reverse_state_order is not written",
}
"""What a release itself does not save; for TF 1.12 the report of the first conversion says so."""

WITHOUT_CPU_KERNEL = {
    "channels_first_places": "TF 2.3 pools images with channels first on GPUs alone",
    "conv_groups": "TF 2.3 convolves in groups on GPUs alone",
    "conv_groups_places": "TF 2.3 convolves in groups on GPUs alone",
    "transposed_conv_1d_places": "TF 2.3 transposes channels first, or dilated, on GPUs alone",
}
"""What TF 2.3 opens, and does not compute here (``tools/golden/cpu_kernels.py``)."""

NO_KERNEL = "grouped convolutions|only supports NHWC|dilation rates larger than 1"

REFUSED = {
    "attention_mask_argument": "does not accept masks=",
    "batch_normalization_renorm": "renorm=True",
    "dense_features": "does not accept keys=",
    "dense_features_sum": "does not accept keys=",
}
"""What has another shape in TF 1.12 that is not undone: inputs instead of arguments of a call."""

TOLERANCE = {"mixed_float16": 3e-3, "sync_batch_normalization": 5e-5}
"""Relative. TF 1.12 does not write ``fused=False`` of the second, and the fused kernel takes an
epsilon of 1.001e-5 for its 1e-7."""


@pytest.fixture(scope="module")
def saved_by_tf112(
    tmp_path_factory: pytest.TempPathFactory, runtime_python: Callable[[str], Path]
) -> dict[str, Path]:
    """Every golden model as TF 1.12 writes it."""
    folder = tmp_path_factory.mktemp("saved-by-tf1.12")
    jobs = []
    for name in NAMES:
        there = folder / f"{name}.h5"
        options = Options(allow_approximate=True, drop_optimizer=True)
        convert(GOLDEN / f"{name}.h5", there, "tf1.12", from_="tf2.3", options=options)
        companion = folder / f"{name}_objects.py"
        objects = str(companion) if companion.exists() else None
        jobs.append([str(there), objects, str(folder / f"{name}.saved.h5")])
    table = folder / "jobs.json"
    table.write_text(json.dumps(jobs), encoding="utf-8")
    script = Path(__file__).with_name("resave.py")
    run = subprocess.run(
        [runtime_python("tf1.12"), script, table], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return {name: folder / f"{name}.saved.h5" for name in NAMES}


@pytest.mark.runtime("tf1.12", "tf2.3")
@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_SAVED])
def test_tf23_predicts_the_same_again(
    name: str, saved_by_tf112: dict[str, Path], runtimes: RuntimePool, tmp_path: Path
) -> None:
    source = saved_by_tf112[name]
    companion = source.with_name(f"{name}_objects.py")
    objects = (companion,) if companion.exists() else ()
    if name in REFUSED:
        with pytest.raises(RefusedError) as refused:
            convert(source, tmp_path / "back.h5", "tf2.3", options=Options(objects=objects))
        assert refused.value.report is not None
        notes = [note.text for row in refused.value.report.layers for note in row.notes]
        assert any(REFUSED[name] in text for text in notes)
        return
    report = convert(source, tmp_path / "back.h5", "tf2.3", options=Options(objects=objects))
    assert report.source == "tf1.12"
    if "custom_objects" not in report.load:
        objects = ()
    reply = runtimes["tf2.3"].request(
        {
            "op": "predict",
            "model": str(tmp_path / "back.h5"),
            "inputs": str(GOLDEN / f"{name}.npz"),
            "outputs": str(tmp_path / "out.npz"),
            "compile": True,
            "objects": [str(path) for path in objects],
        }
    )
    if name in WITHOUT_CPU_KERNEL:
        assert re.search(
            "grouped convolutions|only supports NHWC|dilation rates larger than 1",
            reply["error"]["message"],
        )
        return
    assert "error" not in reply, reply
    with np.load(tmp_path / "out.npz") as got, np.load(GOLDEN / f"{name}.npz") as wanted:
        keys = [key for key in wanted.files if key.startswith("output_")]
        assert keys
        for key in keys:
            difference = np.max(np.abs(got[key] - wanted[key])) / np.max(np.abs(wanted[key]))
            assert difference <= TOLERANCE.get(name, 1e-5), key


def with_plain_numbers(document: Any) -> Any:
    """TF 1.12 writes ``{"type": "ndarray", "value": 6.0}`` for some numbers, and cannot read it."""
    if isinstance(document, dict):
        if document.keys() == {"type", "value"}:
            return document["value"]
        return {key: with_plain_numbers(value) for key, value in document.items()}
    if isinstance(document, list):
        return [with_plain_numbers(item) for item in document]
    return document


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", NAMES)
def test_round_trip_through_the_hub(name: str, saved_by_tf112: dict[str, Path]) -> None:
    """Law 1 for files of TF 1.12: up to the hub and down again changes nothing."""
    release = get_release("tf1.12")
    file = read(saved_by_tf112[name])
    assert file.model is not None
    there = translate(file, file.model, release, release, user=UserObjects(names=available()))
    assert there.file.model is not None
    assert dump_model(there.file.model) == with_plain_numbers(dump_model(file.model))
    # What it cannot read itself is mended, and said to be; nothing else is touched.
    told = {
        note.text for row in there.layers for note in row.notes if note.verdict is Verdict.EXACT
    }
    assert all(text.endswith("written as a plain number") for text in told)
    assert bool(told) == (dump_model(there.file.model) != dump_model(file.model))
    assert {row.verdict for row in there.layers} <= {Verdict.UNCHANGED, Verdict.EXACT}
    if file.training is not None:
        assert there.file.training is not None
        assert dump_training(there.file.training) == dump_training(file.training)
