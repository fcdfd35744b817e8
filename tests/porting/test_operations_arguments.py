"""Arguments of operations of Keras 3 that TensorFlow does not take, or reads otherwise."""

from __future__ import annotations

import pytest

from keraport.catalog.releases import get_release
from keraport.porting.port import Ported, port
from keraport.porting.same_arguments import said_there


def ported(line: str) -> Ported:
    """Source of Keras 3.15 for TensorFlow 2.15."""
    text = f"from keras import ops\n\n\ndef f(x, c, i, n):\n    return {line}\n"
    return port(text, get_release("keras3.15"), get_release("tf2.15"), (3, 9))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("ops.elu(x, 2.0)", "elu takes no alpha there"),
        ("ops.elu(x, alpha=2.0)", "elu takes no alpha there"),
        ("ops.max(x, initial=3.0)", "max takes no initial there"),
        ("ops.min(x, -1, False, 3.0)", "min takes no initial there"),
        ("ops.argmax(x, -1, True)", "argmax takes no keepdims there"),
        ("ops.eye(4, k=1)", "eye takes no k there"),
        ("ops.eye(4, 4, 1)", "eye takes no k there"),
        ("ops.round(x, 1)", "round takes no decimals there"),
        ("ops.prod(x, dtype='float32')", "prod takes no dtype there"),
        ("ops.cumsum(x, 1, 'float32')", "cumsum takes no dtype there"),
        ("ops.convert_to_tensor(x, sparse=False)", "takes no sparse there"),
        ("ops.softmax(x, axis=None)", "with axis=None"),
        ("ops.log_softmax(x, None)", "with axis=None"),
        ("ops.argmax(x, axis=None)", "without axis"),
        ("ops.cumsum(x, None)", "without axis"),
        ("ops.take(x, [0, 2])", "without axis"),
        ("ops.take(x, [0, -1], axis=1)", "negative indices"),
        ("ops.take(x, -1, 1)", "negative indices"),
        ("ops.where(c)[0]", "a tuple of indices"),
        ("ops.where(c, 1, 0.5)", "takes 1 as"),
        ("ops.where(c, 0, x)", "takes 0 as"),
        ("ops.power(2, x)", "takes 2 as"),
        ("ops.subtract(1, x)", "takes 1 as"),
        ("ops.sum(x > 0)", "booleans"),
        ("ops.mean(ops.isnan(x), axis=-1)", "booleans"),
        ("ops.mean((x > 0) & ~(x > 1))", "booleans"),
        ("ops.sum(ops.cast(x, 'bool'))", "booleans"),
        ("ops.multiply(x, x > 0)", "booleans"),
        ("ops.expand_dims(x, (0, 2))", "several axes"),
        ("ops.tile(x, 2)", "a number for each axis"),
        ("ops.matmul(x, [1.0, 2.0])", "vectors"),
        ("ops.matmul(x, ops.ones((4,)))", "vectors"),
        ("ops.matmul(ops.reshape(x, (-1,)), x)", "vectors"),
        ("map(ops.cumsum, x)", "without axis"),
    ],
)
def test_a_call_that_means_something_else_is_marked(line: str, told: str) -> None:
    [note] = ported(line).undecided
    assert told in note.text
    assert note.line == 5


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("ops.elu(x)", "tf.nn.elu(x)"),
        ("ops.eye(4, M=3)", "tf.eye(4, num_columns=3)"),
        ("ops.max(x, initial=None)", "tf.reduce_max(x)"),
        ("ops.softmax(x, 0)", "tf.nn.softmax(x, 0)"),
        ("ops.take(x, i, 1)", "tf.gather(x, i, axis=1)"),
        ("ops.take(x, indices=i, axis=0)", "tf.gather(x, indices=i, axis=0)"),
        ("ops.where(c, 1, 0)", "tf.where(c, 1, 0)"),
        ("ops.where(c, x1=x, x2=0.5)", "tf.where(c, x=x, y=0.5)"),
        ("ops.power(x, 2)", "tf.pow(x, 2)"),
        ("ops.multiply(x1=x, x2=2.0)", "tf.multiply(x=x, y=2.0)"),
        ("ops.sum(ops.cast(x > 0, 'float32'))", "tf.reduce_sum(tf.cast(x > 0, 'float32'))"),
        ("ops.tile(x, repeats=(2, 1))", "tf.tile(x, multiples=(2, 1))"),
        ("ops.matmul(x, x2=x)", "tf.matmul(x, b=x)"),
        (
            "ops.clip(x, x_min=0, x_max=n)",
            "tf.clip_by_value(x, clip_value_min=0, clip_value_max=n)",
        ),
        ("ops.expand_dims(x=x, axis=0)", "tf.expand_dims(input=x, axis=0)"),
    ],
)
def test_a_call_that_means_the_same_is_written(line: str, after: str) -> None:
    made = ported(line)
    assert made.code.endswith(f"    return {after}\n")
    assert not made.undecided


def test_a_parameter_is_no_other_for_standing_at_its_place() -> None:
    here, there = ("x", "k", "axes"), ("input", "batch_shape", "perm")
    assert said_there(here, there, {}) == {"x": "input", "axes": "perm"}
