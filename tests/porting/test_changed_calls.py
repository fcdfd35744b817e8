"""Functions and layers of Keras that other releases compute otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from keraport.catalog.releases import get_release
from keraport.porting.files import port_objects
from keraport.porting.port import Ported, port


def ported(line: str, from_: str, to: str) -> Ported:
    """A line of a file that imports Keras as its release does."""
    home = "import keras" if from_.startswith("keras") else "from tensorflow import keras"
    text = f"{home}\n\nK = keras.backend\n\n\ndef f(x, y, kw):\n    return {line}\n"
    return port(text, get_release(from_), get_release(to), (3, 9))


@pytest.mark.parametrize(
    ("line", "from_", "to", "told"),
    [
        ("keras.activations.softmax(x, axis=0)", "tf1.12", "keras3.15", "axis of tensors of rank"),
        ("keras.activations.softmax(x, 0)", "keras2.3", "keras3.15", "axis of tensors of rank"),
        ("keras.activations.softmax(x, y)", "tf2.3", "tf2.15", "axis of tensors of rank"),
        ("keras.activations.softmax(x, axis=y)", "tf2.15", "tf1.12", "axis of tensors of rank"),
        ("keras.layers.Softmax(0)(x)", "keras2.3", "tf2.15", "the last axis"),
        ("keras.backend.batch_dot(x, y, axes=1)", "tf2.3", "tf1.12", "rank 4"),
        ("keras.losses.hinge(x, y)", "tf1.12", "tf2.15", "labels of 0 and 1"),
        ("keras.losses.squared_hinge(x, y)", "keras2.2", "keras3.15", "labels of 0 and 1"),
        ("keras.losses.hinge(x, y)", "tf2.3", "tf1.12", "labels of 0 and 1"),
        (
            "keras.layers.UpSampling2D(2, interpolation='bilinear')(x)",
            "keras2.3",
            "keras3.15",
            "between other points",
        ),
        ("keras.layers.UpSampling2D(2, None, y)(x)", "keras2.2", "tf2.15", "between other points"),
        ("keras.layers.UpSampling2D(**kw)(x)", "keras2.2", "tf2.15", "between other points"),
        (
            "keras.layers.Conv2DTranspose(2, 3, dilation_rate=2)(x)",
            "tf1.12",
            "tf2.15",
            "dilation_rate in TensorFlow 1.12",
        ),
        (
            "keras.layers.Conv2DTranspose(2, 3, dilation_rate=(2, 2))(x)",
            "tf2.3",
            "tf1.12",
            "dilation_rate in TensorFlow 1.12",
        ),
        ("keras.backend.clip(x, y, None)", "tf2.3", "keras3.15", "None for no bound"),
        ("keras.backend.clip(x, None, max_value=y)", "tf1.12", "keras3.15", "None for no bound"),
        ("keras.regularizers.l1_l2(*x)", "tf2.3", "keras3.15", "defaults changed"),
    ],
)
def test_what_is_computed_otherwise_is_marked(line: str, from_: str, to: str, told: str) -> None:
    [note] = ported(line, from_, to).undecided
    assert told in note.text
    assert note.line == 7


@pytest.mark.parametrize(
    ("line", "from_", "to"),
    [
        ("keras.activations.softmax(x)", "tf1.12", "keras3.15"),
        ("keras.activations.softmax(x, axis=-1)", "keras2.3", "keras3.15"),
        ("keras.activations.softmax(x, axis=0)", "tf2.3", "tf1.12"),
        ("keras.activations.softmax(x, axis=0)", "keras3.15", "tf2.15"),
        ("keras.layers.Softmax(0)(x)", "tf1.12", "keras3.15"),
        ("keras.backend.batch_dot(x, y)", "tf2.3", "keras3.15"),
        ("keras.backend.batch_dot(x, y)", "keras2.3", "keras3.15"),
        ("keras.losses.hinge(x, y)", "keras2.3", "keras3.15"),
        ("keras.layers.UpSampling2D(2, interpolation='nearest')(x)", "keras2.3", "keras3.15"),
        ("keras.layers.UpSampling2D(2, interpolation='bilinear')(x)", "tf2.3", "keras3.15"),
        ("keras.layers.Conv2DTranspose(2, 3, dilation_rate=(1, 1))(x)", "tf1.12", "tf2.15"),
        ("keras.layers.Conv2DTranspose(2, 3, dilation_rate=2)(x)", "keras2.3", "tf2.15"),
        ("keras.backend.clip(x, 0.0, y)", "tf2.3", "keras3.15"),
        ("keras.regularizers.l1(0.1)", "tf2.3", "keras3.15"),
    ],
)
def test_what_is_computed_alike_is_not_marked(line: str, from_: str, to: str) -> None:
    assert not ported(line, from_, to).undecided


@pytest.mark.parametrize(
    ("from_", "marked"),
    [("tf1.12", True), ("keras2.2", True), ("keras2.3", True), ("tf2.3", False)],
)
@pytest.mark.parametrize("name", ["train.get_global_step", "summary.image"])
def test_modules_of_graphs_are_marked(name: str, from_: str, marked: bool) -> None:
    """Standalone Keras 2 stands on TensorFlow 1 as well."""
    text = f"import tensorflow as tf\n\n\ndef f(x):\n    return tf.{name}(x)\n"
    made = port(text, get_release(from_), get_release("tf2.15"), (3, 9))
    told = "\n".join(note.text for note in made.undecided)
    assert ("is for graphs of TensorFlow 1" in told) == marked


@pytest.mark.parametrize(
    ("before", "from_", "to", "after"),
    [
        ("l1_l2()", "tf2.3", "keras3.15", "l1_l2(l1=0.01, l2=0.01)"),
        ("l1_l2()", "keras2.2", "keras3.15", "l1_l2(l1=0.01, l2=0.01)"),
        ("l1_l2(0.1)", "tf1.12", "keras3.15", "l1_l2(0.1, l2=0.01)"),
        ("l1_l2(l2=0.1)", "tf2.3", "keras3.15", "l1_l2(l2=0.1, l1=0.01)"),
        ("l1_l2()", "keras3.15", "tf2.15", "l1_l2(l1=0.0, l2=0.0)"),
        ("l1_l2()", "tf2.3", "tf2.15", "l1_l2()"),
    ],
)
def test_defaults_of_regularizers_are_said(before: str, from_: str, to: str, after: str) -> None:
    made = ported(f"keras.regularizers.{before}", from_, to)
    assert f"regularizers.{after}\n" in made.code
    assert not made.undecided


def test_a_softmax_over_another_axis_is_that_of_tensorflow(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    text = "import keras\n\n\ndef f(x):\n    return keras.activations.softmax(x, axis=0)\n"
    path.write_text(text, encoding="utf-8")
    made = port_objects(path, "tf1.12", from_="keras3.15")
    assert made.code.endswith("    return tf.nn.softmax(x, axis=0)\n")
    assert not made.undecided
