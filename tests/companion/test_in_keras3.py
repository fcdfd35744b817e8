"""Companions in Keras 3: models with them predict, are saved, loaded again, and train."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from keraport.catalog.releases import get_release
from keraport.convert import convert
from keraport.runtimes import RuntimePool, ensure_runtime
from matrix.measuring.results import Ledger
from matrix.measuring.run import measure

HERE = Path(__file__).parent
GOLDEN = HERE.parent / "golden" / "tf2.15"

CASES = (
    *("activations_in_dense", "locally_connected_sparse", "lstm_time_major"),
    *("masked_initial_states", "multi_head_attention_masks", "op_arithmetic"),
)


@pytest.mark.runtime("keras3.15")
@pytest.mark.parametrize("name", CASES)
def test_a_companion_survives_saving_and_training(name: str, tmp_path: Path) -> None:
    out, found = tmp_path / "model.keras", tmp_path / "found.npz"
    convert(GOLDEN / f"{name}.h5", out, "keras3.15")
    wanted = GOLDEN / f"{name}.npz"
    python = ensure_runtime(get_release("keras3.15"))
    companion = out.with_name("model_objects.py")
    words = [python, HERE / "probe_keras3.py", out, companion, wanted, found]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with np.load(wanted) as expected, np.load(found) as got:
        for key in (key for key in expected.files if key.startswith("output_")):
            most = 1e-5 * np.max(np.abs(expected[key])) + 1e-6
            for said in (key, key.replace("output", "again")):
                assert np.max(np.abs(got[said] - expected[key])) <= most, said


@pytest.mark.runtime("keras3.0", "keras3.15")
@pytest.mark.parametrize("target", ["keras3.0", "keras3.15"])
def test_masked_steps_are_merged_as_others(
    target: str, runtimes: RuntimePool, tmp_path: Path
) -> None:
    # Saved by TensorFlow 2.15 (``tools/build_masked_merges.py``).
    model = HERE / "masked_merges.h5"
    ledger = Ledger(tmp_path / "ledger.jsonl")
    files = [(model, model.with_suffix(".npz"), "")]
    found = measure("tf2.15", target, files, tmp_path, ledger, runtimes[target], as_is=False)
    assert [(one.kind, one.problem) for one in found] == [("companion", "")]
