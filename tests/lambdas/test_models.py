"""Lambdas that TensorFlow 2.3.0 saved (``examples/lambdas``), in TensorFlow 1.12.0."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keraport.convert import Options, convert, plan
from keraport.errors import RefusedError, UsageError
from keraport.own.lambda_layers import LambdaChoices
from keraport.report import Report, Verdict
from keraport.runtimes import RuntimePool

MODEL = Path(__file__).parents[2] / "examples" / "lambdas" / "lambdas_tf2.h5"
HOSTILE = Path(__file__).with_name("hostile_tf2.h5")
TRANSLATED = Options(lambdas=LambdaChoices(translate=True))
BY_HAND = """
import tensorflow as tf


def pooled(inputs, scale=1.0):
    weights = tf.nn.softmax(inputs[1] * scale, axis=1)
    return tf.reduce_sum(inputs[0] * weights, axis=1)
"""


def predicted(runtimes: RuntimePool, model: Path, objects: list[Path], out: Path) -> float:
    """How far TF 1.12 is from what TF 2.3.0 predicted, relative to the largest value."""
    request: dict[str, Any] = {
        "op": "predict",
        "model": str(model),
        "inputs": str(MODEL.with_suffix(".npz")),
        "outputs": str(out),
        "objects": [str(path) for path in objects],
    }
    reply = runtimes["tf1.12"].request(request)
    assert "error" not in reply, reply
    with np.load(out) as got, np.load(MODEL.with_suffix(".npz")) as wanted:
        difference = np.max(np.abs(got["output_0"] - wanted["output_0"]))
        return float(difference / np.max(np.abs(wanted["output_0"])))


@pytest.mark.runtime("tf1.12")
def test_they_are_translated(runtimes: RuntimePool, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    report = convert(MODEL, out, "tf1.12", options=TRANSLATED)
    companion = tmp_path / "out_objects.py"
    source = companion.read_text(encoding="utf-8")
    assert "def pool_function(inputs, scale=2.0):" in source
    assert "tf.div_no_nan(x[:, :3], 3.0)" in source
    assert "tf.keras.backend.int_shape(x)[1]" in source
    assert "from out_objects import custom_objects" in report.load
    assert predicted(runtimes, out, [companion], tmp_path / "out.npz") <= 1e-6


@pytest.mark.runtime("tf1.12")
def test_one_is_named_by_hand(runtimes: RuntimePool, tmp_path: Path) -> None:
    out, objects = tmp_path / "out.h5", tmp_path / "mine.py"
    objects.write_text(BY_HAND, encoding="utf-8")
    lambdas = LambdaChoices({"pool": "pooled"}, translate=True)
    report = convert(MODEL, out, "tf1.12", options=Options(objects=(objects,), lambdas=lambdas))
    companion = tmp_path / "out_objects.py"
    assert "pool_function" not in companion.read_text(encoding="utf-8")
    assert "from mine import pooled" in report.load
    assert predicted(runtimes, out, [companion, objects], tmp_path / "out.npz") <= 1e-6


def rows(report: Report) -> dict[str, list[str]]:
    return {row.path: [note.text + note.hint for note in row.notes] for row in report.refusals}


def test_nothing_is_read_unasked(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        convert(MODEL, tmp_path / "out.h5", "tf1.12")
    assert caught.value.report is not None
    refused = rows(caught.value.report)
    assert set(refused) == {"pool", "norm", "part/one", "rank", "each/lambda"}
    assert all("--translate-lambdas" in texts[0] for texts in refused.values())
    hand = {row.path: row.notes[0].options for row in caught.value.report.refusals}
    assert "pool=FUNCTION" in hand["pool"]
    assert not list(tmp_path.iterdir())


def test_what_is_never_reached_is_not_written() -> None:
    """``x + len(str(os.system)) if False else x``: TF 2.3's compiler kept the first part."""
    translation = plan(HOSTILE, "tf1.12", options=TRANSLATED).translation
    assert [item.source for item in translation.functions] == ["def sly_function(x):\n    return x"]


@pytest.mark.parametrize(
    ("lambdas", "reason"),
    [
        (LambdaChoices({"nobody": "pooled"}), "no Lambda of that name"),
        (LambdaChoices({"pool": "nobody"}), "defines nobody"),
    ],
)
def test_names_that_are_not_there(lambdas: LambdaChoices, reason: str, tmp_path: Path) -> None:
    objects = tmp_path / "mine.py"
    objects.write_text(BY_HAND, encoding="utf-8")
    with pytest.raises(UsageError, match=reason):
        plan(MODEL, "tf1.12", options=Options(objects=(objects,), lambdas=lambdas))


NONSENSE = {
    "no base64": "!!!",
    "empty": "",
    "no code": base64.b64encode(b"N").decode(),
    "cut off": base64.b64encode(b"\xe3\x01\x00\x00").decode(),
    "deep": base64.b64encode(b"\xe3" + bytes(20) + b")\x01" * 40_000).decode(),
    "a long string": base64.b64encode(b"\xe3" + bytes(20) + b"s\xff\xff\xff\x7f").decode(),
    "huge": "A" * 1_000_000,
    "a number": 7,
    "nothing": None,
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused(name: str) -> None:
    from keraport.catalog.releases import get_release
    from keraport.lambdas.functions import function_of
    from keraport.lambdas.nodes import UntranslatableError

    release = get_release("tf2.3")
    for stored in (NONSENSE[name], [NONSENSE[name], None, None]):
        with pytest.raises(UntranslatableError):
            function_of(stored, "f", release, release)


def test_the_verdict_is_exact() -> None:
    report = plan(MODEL, "tf1.12", options=TRANSLATED).report
    assert report.verdict is Verdict.EXACT


TARGETS = ("tf1.12", "tf1.15", "tf2.3", "tf2.15", "keras3.15")
READ = {"read_tf2.h5": TARGETS, "read_tf1.h5": TARGETS, "read_keras3.keras": ("keras3.15",)}
"""Models of ``make_read_models.py`` and ``make_read_keras3.py``, and where they are compared."""


@pytest.mark.runtime("tf1.12", "tf1.15", "tf2.3", "tf2.15", "keras3.15")
@pytest.mark.parametrize(
    ("name", "target"), [(name, target) for name in READ for target in READ[name]]
)
def test_what_people_write_computes_the_same(
    name: str, target: str, runtimes: RuntimePool, tmp_path: Path
) -> None:
    """Numbers and modules from around, branches, imports, equality, functions of TensorFlow."""
    source = Path(__file__).with_name(name)
    out = tmp_path / f"out{source.suffix}"
    convert(source, out, target, options=TRANSLATED)
    request: dict[str, Any] = {
        "op": "predict",
        "model": str(out),
        "inputs": str(source.with_suffix(".npz")),
        "outputs": str(tmp_path / "out.npz"),
        "objects": [str(tmp_path / "out_objects.py")],
    }
    reply = runtimes[target].request(request)
    assert "error" not in reply, reply
    with np.load(tmp_path / "out.npz") as got, np.load(source.with_suffix(".npz")) as wanted:
        outputs = [key for key in wanted.files if key.startswith("output_")]
        assert len(outputs) >= 16
        for key in outputs:
            largest = np.max(np.abs(wanted[key]))
            difference = np.max(np.abs(got[key] - wanted[key]))
            assert difference <= 1e-5 * largest + 1e-6, key
