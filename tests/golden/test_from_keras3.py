"""Models that Keras 3.15 saves here and now, in the releases that they are converted for."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.golden.predicted import assert_predicts

from keraport.convert import Options, convert
from keraport.errors import RefusedError
from keraport.runtimes import RuntimePool

MAKER = Path(__file__).with_name("make_from_keras3.py")
REFUSED = {"heads": "a mask reaches it where it casts what it is given"}
HALF = {"gru_mixed", "mixed_twice"}
"""Models in half precision, whose rounding is 1e-3."""


def names() -> list[str]:
    """The models of the script, which runs in another release."""
    tree = ast.parse(MAKER.read_text(encoding="utf-8"))
    (table,) = (
        item.value
        for item in tree.body
        if isinstance(item, ast.Assign) and ast.unparse(item.targets[0]) == "MODELS"
    )
    assert isinstance(table, ast.Dict)
    return [ast.literal_eval(key) for key in table.keys if key is not None]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, runtime_python: Callable[[str], Path]) -> Path:
    """A folder with the models, and what Keras 3.15 predicts with them."""
    folder = tmp_path_factory.mktemp("keras3")
    run = subprocess.run(
        [runtime_python("keras3.15"), MAKER, folder], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return folder


@pytest.mark.runtime("keras3.15", "tf1.12", "tf2.15")
@pytest.mark.parametrize("target", ["tf2.15", "tf1.12"])
@pytest.mark.parametrize("name", names())
def test_predicts_the_same(
    name: str, target: str, saved: Path, runtimes: RuntimePool, tmp_path: Path
) -> None:
    source, out = saved / f"{name}.keras", tmp_path / "out.h5"
    options = Options(allow_approximate=True)
    if name in REFUSED:
        with pytest.raises(RefusedError, match=REFUSED[name]):
            convert(source, out, target, options=options)
        return
    convert(source, out, target, options=options)
    relative = 5e-3 if name in HALF else 1e-5
    assert_predicts(out, source, target, runtimes, tmp_path, relative=relative)


@pytest.mark.runtime("keras3.15", "tf2.15")
def test_the_line_that_loads_a_deep_graph(
    saved: Path, runtime_python: Callable[[str], Path], tmp_path: Path
) -> None:
    line = convert(saved / "deep.keras", tmp_path / "out.h5", "tf2.15").load
    for code, status in ((line, 0), (line.partition("; ")[2].partition("; ")[2], 1)):
        command = [str(runtime_python("tf2.15")), "-c", f"import tensorflow as tf; {code}"]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert run.returncode == status, run.stderr[-2000:]
    assert "RecursionError" in run.stderr
