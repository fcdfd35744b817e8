"""Whether a converted model gives what its source gave: arrays ``in0``, ``out0``, ... beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from keraport.runtimes import RuntimePool


def assert_predicts(
    out: Path,
    source: Path,
    target: str,
    runtimes: RuntimePool,
    tmp_path: Path,
    *,
    relative: float = 1e-5,
) -> None:
    """Run `out` in a real release; within a share of the largest value of an output + 1e-6."""
    with np.load(source.with_suffix(".npz")) as data:
        inputs = {
            name.replace("in", "input_"): data[name] for name in data.files if name[:2] == "in"
        }
        wanted = [data[f"out{index}"] for index in range(sum("out" in n for n in data.files))]
    np.savez(tmp_path / "in.npz", **inputs)
    companion = out.with_name(f"{out.stem}_objects.py")
    reply = runtimes[target].request(
        {
            "op": "predict",
            "model": str(out),
            "inputs": str(tmp_path / "in.npz"),
            "outputs": str(tmp_path / "out.npz"),
            "objects": [str(companion)] if companion.exists() else [],
        }
    )
    assert "error" not in reply, reply
    with np.load(tmp_path / "out.npz") as got:
        assert len(got.files) == len(wanted)
        for index, expected in enumerate(wanted):
            one = got[f"output_{index}"]
            assert one.shape == expected.shape
            bound = relative * np.abs(expected).max() + 1e-6
            np.testing.assert_allclose(one, expected, rtol=0, atol=bound)
