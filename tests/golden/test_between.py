"""Models that TensorFlow 2.15.1 saved, in a release between 2.3 and 2.15, and in tf_keras.

A slice: what came with the releases between, and how models are compiled. The numbers to reach are
those that TensorFlow 2.15.1 gave. ``tools/measure_matrix.py`` runs more of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.golden.test_tf23_and_tf215 import FOLDERS, relative_difference
from tests.more_releases import with_named

from keraport.convert import convert
from keraport.errors import RefusedError
from keraport.runtimes import RuntimePool

FOLDER = FOLDERS["tf2.15"]
NAMES = (
    *("nested_shared", "masked_bidirectional_sequences", "attention_calls", "kept_dimensions"),
    *("later_activations", "later_encoding", "later_hashing", "lookups", "group_normalization"),
    *("upsampling_methods", "random_crop", "adamw", "lion", "legacy_adam", "focal_loss"),
    "spectral_normalization",
)
TARGETS = with_named("tf_keras2.16", lines=frozenset({"tf", "tf-keras"}))
"""Where they are opened: further releases, each of which takes a runtime, are named by id."""

REFUSED = {"tf2.9": "multi_head_attention_masks"}
"""What cannot be carried over: masks mean something else there."""


@pytest.mark.runtime(*TARGETS)
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", NAMES)
def test_it_predicts_the_same(
    name: str, target: str, runtimes: RuntimePool, tmp_path: Path
) -> None:
    out = tmp_path / "converted.h5"
    convert(FOLDER / f"{name}.h5", out, target)
    companion = out.with_name("converted_objects.py")
    request = {
        "op": "predict",
        "model": str(out),
        "inputs": str(FOLDER / f"{name}.npz"),
        "outputs": str(tmp_path / "out.npz"),
        "compile": True,
        "objects": [str(companion)] if companion.exists() else [],
    }
    reply = runtimes[target].request(request)
    assert "error" not in reply, reply["error"]["message"]
    assert relative_difference(tmp_path / "out.npz", FOLDER / f"{name}.npz") <= 1e-5


@pytest.mark.parametrize(("target", "name"), sorted(REFUSED.items()))
def test_what_cannot_be_carried_over_is_refused(target: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError):
        convert(FOLDER / f"{name}.h5", tmp_path / "out.h5", target)
