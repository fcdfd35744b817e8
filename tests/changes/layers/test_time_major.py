"""What TensorFlow 1.15 turns round along another axis than TensorFlow 2.3 and 2.15."""

from __future__ import annotations

from pathlib import Path

import pytest

from keraport.convert import convert
from keraport.errors import RefusedError

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.mark.parametrize("source", ["tf2.3", "tf2.15"])
@pytest.mark.parametrize("name", ["recurrent_time_major", "masked_time_major"])
def test_bidirectional_with_time_first(source: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        convert(GOLDEN / source / f"{name}.h5", tmp_path / "out.h5", "tf1.15")
    assert refused.value.report is not None
    notes = [note.text for row in refused.value.report.layers for note in row.notes]
    assert any("along different axes" in text for text in notes)
    convert(GOLDEN / source / f"{name}.h5", tmp_path / "out112.h5", "tf1.12")
