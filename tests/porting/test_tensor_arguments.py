"""Layers whose call takes further tensors."""

from __future__ import annotations

import pytest
from tests.porting.conftest import rewritten

HEAD = "import tensorflow as tf\n\n\nclass Mine(tf.keras.layers.Layer):\n"


def ported(signature: str, body: str = "return x") -> str:
    made = rewritten(f"{HEAD}    def call(self, {signature}):\n        {body}\n")
    assert not made.undecided
    return made.code.rpartition("class Mine(")[0].rpartition("\n\n\n")[2]


@pytest.mark.parametrize(
    ("signature", "decorator"),
    [
        ("x, memory", '@_takes_tensors("memory")\n'),
        ("x, key, value=None, mask=None", '@_takes_tensors("key", "value")\n'),
        ("x, *, memory=None, training=None", '@_takes_tensors("memory")\n'),
        ("x", ""),
        ("x, training=None, mask=None", ""),
        ("x, states", ""),
        ("x, scale=2.0, mode='sum', flag=False", ""),
        ("x, **kwargs", ""),
    ],
)
def test_what_is_taken_as_further_inputs(signature: str, decorator: str) -> None:
    assert ported(signature).startswith(decorator)
    assert ("_takes_tensors" in ported(signature)) == bool(decorator)


@pytest.mark.parametrize(
    "body", ["a, b = x", "a = x[0]", "if isinstance(x, list): pass", "n = len(x)"]
)
def test_a_list_and_further_tensors_are_left(body: str) -> None:
    text = f"{HEAD}    def call(self, x, memory):\n        {body}\n        return memory\n"
    [note] = rewritten(text).undecided
    assert "take them all in that list" in note.text


def test_what_is_no_layer_is_not_touched() -> None:
    text = "class Loss:\n    def call(self, y_true, y_pred):\n        return y_true\n"
    assert rewritten(text).code == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return s", "return s"),
        ("return (s[0], 3)", "return _input_shapes((s[0], 3))"),
        ("return s[0], 3", "return _input_shapes((s[0], 3))"),
        ("return [s[0], s[1]]", "return _input_shapes([s[0], s[1]])"),
        ("return tf.TensorShape([None, 3])", "return _TensorShape([None, 3])"),
    ],
)
def test_shapes_of_outputs(before: str, after: str) -> None:
    code = rewritten(f"{HEAD}    def compute_output_shape(self, s):\n        {before}\n").code
    assert code.endswith(f"        {after}\n")
