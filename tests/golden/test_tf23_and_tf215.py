"""Models that TensorFlow 2.3.0 and 2.15.1 saved, converted for the other, and for 1.12.0.

The numbers to reach are those that the release gave that saved the model
(``tools/build_golden.py``); what cannot be converted is refused by the names in the tables here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keraport.convert import Options, convert
from keraport.errors import RefusedError
from keraport.runtimes import RuntimePool

HERE = Path(__file__).parent
FOLDERS = {"tf2.3": HERE / "tf2.3", "tf2.15": HERE / "tf2.15"}


@dataclass(frozen=True)
class Way:
    """From one release to the other.

    Args:
        refused: case: what a refusal says, as a pattern.
        fails: case: what the target says of a kernel that it has for GPUs alone.
    """

    refused: dict[str, str]
    fails: dict[str, str]


_CHANNELS_FIRST = "only supports (NHWC|NDHWC)"
_GROUPS = "does not support grouped convolutions"
_DILATED = "do not yet support dilation rates larger than 1"
UP = Way(
    refused={
        "integers_by_detour": "takes only floats",
        "op_numbers_of_other_widths": "which the file does not record",
        "op_gathering": "takes it for a shape",
    },
    fails={
        "conv_channels_first": _CHANNELS_FIRST,
        "channels_first_places": _CHANNELS_FIRST,
        "transposed_conv_1d_places": "Conv2DCustomBackpropInputOp|dilation|only supports",
        "average_pooling_3d_float64": "No OpKernel was registered",
    },
)
DOWN = Way(
    refused={},
    fails={
        "conv_groups": _GROUPS,
        "conv_groups_places": _GROUPS,
        "conv_channels_first": _CHANNELS_FIRST,
        "channels_first_places": _CHANNELS_FIRST,
        "transposed_conv_1d_places": _DILATED,
    },
)
FAR_DOWN = Way(refused={"mixed_float16": "float32"}, fails={})
"""What TensorFlow 1.12 lacks as well is defined by the companion."""

WAYS = {("tf2.3", "tf2.15"): UP, ("tf2.15", "tf2.3"): DOWN, ("tf2.15", "tf1.12"): FAR_DOWN}


def cases(release: str) -> list[dict[str, Any]]:
    rows = json.loads((FOLDERS[release] / "cases.json").read_text(encoding="utf-8"))
    return [row for row in rows if row.get("runs")]


MISREAD = {("tf2.15", "attention_options"), ("tf2.15", "attention_masks")}
"""What the source takes, and does not save: ``causal=True``."""

ALL = [
    pytest.param(source, target, row["name"], id=f"{source}-{target}-{row['name']}")
    for source, target in WAYS
    for row in cases(source)
]


DROPPED = {
    *(("adafactor", "tf2.3"), ("adamw", "tf2.3"), ("lion", "tf2.3")),
    *(("weight_decay", "tf2.3"), ("weight_decay", "tf1.12"), ("adafactor", "tf1.12")),
    *(("adamw", "tf1.12"), ("lion", "tf1.12"), ("gru", "tf1.12"), ("embedding", "tf1.12")),
    ("activation_functions", "tf1.12"),
}
"""Models whose optimizer the target does not have, or not with that keyword."""


def relative_difference(returned: Path, wanted: Path) -> float:
    with np.load(returned) as got, np.load(wanted) as expected:
        keys = [key for key in expected.files if key.startswith("output_")]
        assert keys == [key for key in got.files if key.startswith("output_")]
        pairs = [(got[key], expected[key]) for key in keys]
    assert all(one.shape == other.shape for one, other in pairs)
    return max(float(np.max(np.abs(one - other)) / np.max(np.abs(other))) for one, other in pairs)


@pytest.mark.runtime("tf1.12", "tf2.3", "tf2.15")
@pytest.mark.parametrize(("source", "target", "name"), ALL)
def test_the_other_release_predicts_the_same(
    source: str, target: str, name: str, runtimes: RuntimePool, tmp_path: Path
) -> None:
    way, folder, out = WAYS[source, target], FOLDERS[source], tmp_path / "converted.h5"
    if name in way.refused:
        with pytest.raises(RefusedError) as refused:
            convert(folder / f"{name}.h5", out, target, from_=source)
        assert refused.value.report is not None
        notes = [note for row in refused.value.report.refusals for note in row.notes]
        notes += [note for row in refused.value.report.layers for note in row.notes]
        assert any(re.search(way.refused[name], note.text) for note in notes), notes
        return
    options = Options(drop_optimizer=(name, target) in DROPPED)
    convert(folder / f"{name}.h5", out, target, from_=source, options=options)
    companion = out.with_name("converted_objects.py")
    request = {
        "op": "predict",
        "model": str(out),
        "inputs": str(folder / f"{name}.npz"),
        "outputs": str(tmp_path / "out.npz"),
        "compile": True,
        "objects": [str(companion)] if companion.exists() else [],
    }
    reply = runtimes[target].request(request)
    if name in way.fails:
        assert re.search(way.fails[name], reply["error"]["message"])
        return
    assert "error" not in reply, reply["error"]["message"]
    wanted = folder / f"{name}.npz"
    if (source, name) in MISREAD:
        # What the source makes of its own file is what counts.
        wanted = tmp_path / "wanted.npz"
        request = {**request, "model": str(folder / f"{name}.h5"), "outputs": str(wanted)}
        request |= {"compile": False, "objects": []}
        assert "error" not in runtimes[source].request(request)
    difference = relative_difference(tmp_path / "out.npz", wanted)
    assert difference <= 1e-5
