"""Operations on sizes that a loader of TensorFlow 2.15 works out while it opens a model.

It takes integers that it knows for a shape, and fails at negative ones; TensorFlow 2.3.0 saved
these models (``tools/build_known_sizes.py``).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from keraport.convert import convert
from keraport.errors import RefusedError
from keraport.runtimes import RuntimePool

FOLDER = Path(__file__).parent / "known_sizes"
OPENED = frozenset(
    {
        *("argmax", "batch_minus", "floor", "reshape_batch", "reshape_batch_both"),
        *("reshape_open", "where"),
    }
)
"""Where it does not know them, or not as integers."""
NOT_WORKED_OUT = frozenset({"cumsum", "invert", "onehot"})
REFUSED = sorted({path.stem for path in FOLDER.glob("*.h5")} - OPENED)


def request(model: Path, name: str, tmp_path: Path) -> dict[str, object]:
    inputs, outputs = FOLDER / f"{name}.npz", tmp_path / "out.npz"
    return {"op": "predict", "model": str(model), "inputs": str(inputs), "outputs": str(outputs)}


@pytest.mark.runtime("tf2.15")
@pytest.mark.parametrize("name", sorted(OPENED))
def test_what_it_does_not_know_is_written(name: str, runtimes: RuntimePool, tmp_path: Path) -> None:
    convert(FOLDER / f"{name}.h5", tmp_path / "out.h5", "tf2.15")
    reply = runtimes["tf2.15"].request(request(tmp_path / "out.h5", name, tmp_path))
    assert "error" not in reply, reply
    with np.load(tmp_path / "out.npz") as got, np.load(FOLDER / f"{name}.npz") as wanted:
        np.testing.assert_allclose(got["output_0"], wanted["output_0"], rtol=1e-5)


@pytest.mark.runtime("tf2.15")
@pytest.mark.parametrize("name", REFUSED)
def test_negative_numbers_that_it_knows_are_refused(
    name: str, runtimes: RuntimePool, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError) as refused:
        convert(FOLDER / f"{name}.h5", tmp_path / "out.h5", "tf2.15")
    assert refused.value.report is not None
    notes = [note.text for row in refused.value.report.layers for note in row.notes]
    wanted = "not supported yet" if name in NOT_WORKED_OUT else "takes it for a shape"
    assert any(wanted in text for text in notes), notes
    reply = runtimes["tf2.15"].request(request(FOLDER / f"{name}.h5", name, tmp_path))
    assert "error" in reply, "it opens the file as it is"


@pytest.mark.parametrize("name", REFUSED)
def test_releases_without_such_a_loader_are_given_them(name: str, tmp_path: Path) -> None:
    report = convert(FOLDER / f"{name}.h5", tmp_path / "out.h5", "tf2.3")
    assert all(not row.notes for row in report.layers)
