"""Masks that TensorFlow 1.12 loses where a layer returns its very input.

The models are of TensorFlow 1.12.0 (``tools/build_returned_inputs.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.stock import Job, differences, wrong

from keraport.convert import Options, convert
from keraport.errors import RefusedError
from keraport.formats import read
from keraport.own.lambda_layers import LambdaChoices
from keraport.report import Verdict

HERE = Path(__file__).parent / "returned_inputs"
SUFFIX = {
    "keras2.2": ".h5",
    "tf1.15": ".h5",
    "tf2.3": ".h5",
    "tf2.15": ".h5",
    "keras3.15": ".keras",
}
DROPPED = (
    *("activity", "linear", "no_dropout", "noise", "stack", "linear_beside", "lambda_beside"),
    *("cast_beside", "one_of_two", "before"),
)
KEPT = ("noise_at_0", "new_beside", "in_nested_model")
TRANSLATED = Options(lambdas=LambdaChoices(translate=True))


@pytest.mark.parametrize("target", sorted(SUFFIX))
def test_they_predict_the_same(
    target: str, tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    jobs = {}
    for name in (*DROPPED, *KEPT):
        out = tmp_path / f"{name}{SUFFIX[target]}"
        load = convert(HERE / f"{name}.h5", out, target, options=TRANSLATED).load
        jobs[name] = Job(str(tmp_path), load, str(HERE / f"{name}.npz"))
    found = differences(runtime_python(target), list(jobs.values()), tmp_path)
    assert not wrong(dict(zip(jobs, found, strict=True)))


@pytest.mark.parametrize("name", [*DROPPED, *KEPT])
def test_only_what_is_lost_is_dropped(name: str, tmp_path: Path) -> None:
    convert(HERE / f"{name}.h5", tmp_path / "out.h5", "tf2.15", options=TRANSLATED)
    model = read(tmp_path / "out.h5").model
    assert model is not None
    classes = [layer.class_name for layer in model.layers]
    assert ("WithoutMask" in classes) is (name in DROPPED)


def test_a_release_that_loses_it_as_well_gets_the_model_as_it_is(tmp_path: Path) -> None:
    report = convert(HERE / "unclear.h5", tmp_path / "out.h5", "tf1.12")
    assert report.verdict is Verdict.UNCHANGED


@pytest.mark.parametrize("target", ["tf2.15", "keras3.15"])
def test_what_the_file_does_not_tell_is_refused(target: str, tmp_path: Path) -> None:
    """TensorFlow 1.12 itself predicts something else when it has loaded the file."""
    with pytest.raises(RefusedError) as caught:
        convert(HERE / "unclear.h5", tmp_path / f"out{SUFFIX[target]}", target)
    text = str(caught.value)
    assert "loses the mask of what masking gives" in text
    assert "gru is called on it as well" in text


def test_without_a_companion_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        convert(HERE / "activity.h5", tmp_path / "o.h5", "tf2.15", options=Options(stock_only=True))
    assert "leave out --stock-only" in str(caught.value)


@pytest.mark.parametrize("target", ["keras2.2", "tf1.12", "tf1.15", "tf2.15", "keras3.15"])
def test_a_mask_that_a_lambda_hands_on(
    target: str, tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    """``handed_on_input_tf2`` is of TensorFlow 2.3 (``tools/build_handing_lambdas.py``)."""
    name = "handed_on_input_tf2"
    out = tmp_path / f"out{SUFFIX.get(target, '.h5')}"
    load = convert(HERE / f"{name}.h5", out, target, options=TRANSLATED).load
    job = Job(str(tmp_path), load, str(HERE / f"{name}.npz"))
    assert not wrong({name: differences(runtime_python(target), [job], tmp_path)[0]})


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("handed_on_first_tf2.h5", "tf1.12"),
        ("handed_on_first_tf2.h5", "keras2.2"),
        ("handed_on_input_keras3.keras", "tf2.15"),
        ("handed_on_first_keras3.keras", "tf1.15"),
    ],
)
def test_a_mask_that_has_no_place_is_refused(name: str, target: str, tmp_path: Path) -> None:
    """Graphs of Keras 3 say that the layer behind has no mask, and it finds one."""
    with pytest.raises(RefusedError) as caught:
        convert(HERE / name, tmp_path / "out.h5", target, options=TRANSLATED)
    assert "hands the mask on with that" in str(caught.value)


def test_a_function_that_nothing_calls_is_not_written(tmp_path: Path) -> None:
    convert(HERE / "handed_on_input_tf2.h5", tmp_path / "out.h5", "tf1.15", options=TRANSLATED)
    assert not (tmp_path / "out_objects.py").exists()
