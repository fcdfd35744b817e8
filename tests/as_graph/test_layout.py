"""A carried SavedModel has the layout of those that TensorFlow 1.12 writes itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.as_graph.test_command import BRANCHES, EXAMPLE

import keraport


@pytest.mark.runtime("tf1.12")
def test_it_is_laid_out_as_simple_save_does(
    tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    carried, arrays = tmp_path / "carried", EXAMPLE / "branches_tf2.npz"
    keraport.convert_graph(BRANCHES, carried, "tf1.12")
    script = Path(__file__).with_name("layout_in_tf112.py")
    done = subprocess.run(
        [runtime_python("tf1.12"), script, carried, tmp_path / "theirs", arrays],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    ours, theirs = found["ours"], found["theirs"]
    # What simple_save says beyond what a loader needs: how many checkpoints a saver keeps.
    kept = {"keep_checkpoint_every_n_hours", "max_to_keep", "sharded"}
    assert {*ours.pop("saver")} >= {*theirs.pop("saver")} - kept
    assert ours == theirs
    with np.load(arrays) as wanted:
        for at, values in enumerate(found["predicted"]):
            expected = wanted[f"output_{at}"]
            limit = 1e-5 * np.abs(expected).max()
            np.testing.assert_allclose(np.array(values), expected, rtol=0, atol=limit)
