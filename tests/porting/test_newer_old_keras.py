"""Source of standalone Keras: the original in Keras 2.2.4, what became of it in later releases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.porting.test_newer import HERE, compare, ported, run

ORIGINAL = HERE / "originals" / "newer" / "old_keras.py"
CASES = ("old_dense", "old_attention", "masked")


@pytest.mark.runtime("keras2.2", "keras3.15", "tf2.15")
def test_it_computes_the_same_in_later_releases(
    tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    run(runtime_python("keras2.2"), "keras", tmp_path / "old", "build", ORIGINAL)
    for target, keras in (("keras3.15", "keras"), ("tf2.15", "tf.keras")):
        made = ported(ORIGINAL, tmp_path / f"to_{target}", target, "keras2.2")
        run(runtime_python(target), keras, tmp_path / target, "build", made)
        for name in CASES:
            compare(tmp_path / "old" / f"{name}.npz", tmp_path / target / f"{name}.npz")
