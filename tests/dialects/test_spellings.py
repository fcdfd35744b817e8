"""What TensorFlow 2.15.1 writes in a graph and its configs (``tools/build_small_spellings.py``).

``graph_first`` is of Keras 2.2.4 (``tools/build_graph_first.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.stock import Job, differences, wrong

from keraport.convert import Options, convert
from keraport.errors import RefusedError
from keraport.formats import read
from keraport.inspection.inspect import inspect

HERE = Path(__file__).parent / "spellings"
SUFFIX = {"tf2.3": ".h5", "tf2.15": ".h5", "keras3.15": ".keras"}


def test_layers_of_a_sequential_have_no_calls() -> None:
    """The file repeats there how the graph around it calls the same layer."""
    model = read(HERE / "shared_stack.h5").model
    assert model is not None
    outer = next(layer for layer in model.layers if layer.name == "outer")
    assert outer.model is not None
    assert not any(layer.calls for layer in outer.model.layers)


@pytest.mark.parametrize("target", sorted(SUFFIX))
def test_they_predict_the_same(
    target: str, tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    """TensorFlow 2.3 takes no masks where attention is given keys, too.

    A stack that begins with a graph is fed what the graph is.
    """
    python = runtime_python(target)
    jobs = {}
    for name in ("shared_stack", "masked_keys", "graph_first"):
        load = convert(HERE / f"{name}.h5", tmp_path / f"{name}{SUFFIX[target]}", target).load
        jobs[name] = Job(str(tmp_path), load, str(HERE / f"{name}.npz"))
    found = differences(python, list(jobs.values()), tmp_path)
    assert not wrong(dict(zip(jobs, found, strict=True)))


@pytest.mark.parametrize("target", sorted(SUFFIX))
def test_a_lambda_as_activation_is_refused(target: str, tmp_path: Path) -> None:
    """Its bytecode stands alone, so that TensorFlow 2.15 does not load its own file."""
    out = tmp_path / f"out{SUFFIX[target]}"
    with pytest.raises(RefusedError) as caught:
        convert(HERE / "lambda_activation.h5", out, target)
    assert "activation: saved as <lambda>" in str(caught.value)
    assert not out.exists()


def test_a_lambda_as_activation_is_replaced(tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text("def twice(x):\n    return x * 2.0\n", encoding="utf-8")
    options = Options(objects=(mine,), renamed={"<lambda>": "twice"})
    convert(HERE / "lambda_activation.h5", tmp_path / "out.h5", "tf2.15", options=options)
    model = read(tmp_path / "out.h5").model
    assert model is not None
    assert [x.config["activation"] for x in model.layers if "activation" in x.config] == [
        "twice",
        "twice",
    ]


def test_a_lambda_as_activation_is_a_hazard() -> None:
    found = inspect(HERE / "lambda_activation.h5").hazards
    assert [hazard.where for hazard in found] == ["dense: activation", "last: activation"]


@pytest.mark.parametrize("target", ["tf2.15", "keras3.15"])
def test_a_mask_that_a_model_loses_is_refused(target: str, tmp_path: Path) -> None:
    """``masked_model`` is of TensorFlow 1.12 (``tools/build_masked_model.py``)."""
    with pytest.raises(RefusedError) as caught:
        convert(HERE / "masked_model.h5", tmp_path / f"out{SUFFIX[target]}", target)
    assert "which tf1.12 loses behind it" in str(caught.value)
