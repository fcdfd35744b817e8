"""Models that TensorFlow 1.15 saved, opened by stock TensorFlow 1.12.0 (``build_golden_tf115``)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from keraport.convert import convert
from keraport.runtimes import RuntimePool

GOLDEN = Path(__file__).parent / "tf1.15"


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("compiled", [False, True], ids=["uncompiled", "compiled"])
@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.h5")))
def test_stacks_that_were_built_later(
    name: str, compiled: bool, runtimes: RuntimePool, tmp_path: Path
) -> None:
    source, out = GOLDEN / f"{name}.h5", tmp_path / "out.h5"
    convert(source, out, "tf1.12")
    reply = runtimes["tf1.12"].request(
        {
            "op": "predict",
            "model": str(out),
            "inputs": str(source.with_suffix(".npz")),
            "outputs": str(tmp_path / "out.npz"),
            "compile": compiled,
            "objects": [],
        }
    )
    assert "error" not in reply, reply
    with np.load(tmp_path / "out.npz") as got, np.load(source.with_suffix(".npz")) as wanted:
        np.testing.assert_allclose(got["output_0"], wanted["output_0"], rtol=1e-5, atol=1e-6)
