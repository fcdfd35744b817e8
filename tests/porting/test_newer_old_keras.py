"""Source of standalone Keras: the original in Keras 2.2.4, what became of it in later releases."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.porting.test_newer import HERE, compare, ported, run

from keraport.convert import Options, convert

ORIGINAL = HERE / "originals" / "newer" / "old_keras.py"
CASE = re.compile(r'^    "(\w+)": \(', re.MULTILINE)
CASES = CASE.findall(ORIGINAL.read_text("utf-8"))


@pytest.mark.runtime("keras2.2", "keras3.15", "tf2.15")
def test_it_computes_the_same_in_later_releases(
    tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    assert len(CASES) == 7
    run(runtime_python("keras2.2"), "keras", tmp_path / "old", "save", ORIGINAL)
    for target, keras in (("keras3.15", "keras"), ("tf2.15", "tf.keras")):
        made = ported(ORIGINAL, tmp_path / f"to_{target}", target, "keras2.2")
        run(runtime_python(target), keras, tmp_path / target, "build", made)
        loaded = tmp_path / f"loaded_{target}"
        loaded.mkdir()
        for name in CASES:
            compare(tmp_path / "old" / f"{name}.npz", tmp_path / target / f"{name}.npz")
            source = tmp_path / "old" / f"{name}.h5"
            convert(source, loaded / f"{name}.h5", target, options=Options(objects=(made,)))
        run(runtime_python(target), keras, loaded, "load", made)
        for name in CASES:
            compare(tmp_path / "old" / f"{name}.npz", loaded / f"{name}.npz")
