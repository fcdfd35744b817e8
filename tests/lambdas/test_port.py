"""Names of one release's API in the words of another's."""

from __future__ import annotations

import ast

import pytest

from keraport.catalog.releases import get_release
from keraport.lambdas.nodes import UntranslatableError
from keraport.lambdas.port import port

TF112, TF23 = get_release("tf1.12"), get_release("tf2.3")


def ported(text: str) -> str:
    made = port(ast.parse(text, mode="eval").body, TF23, TF112)
    return ast.unparse(ast.fix_missing_locations(made))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tf.math.reduce_sum(x, 1)", "tf.math.reduce_sum(x, 1)"),
        ("tf.math.divide_no_nan(x, y)", "tf.div_no_nan(x, y)"),
        ("tf.linalg.matrix_transpose(x)", "tf.matrix_transpose(x)"),
        ("K.mean(x, -1)", "tf.keras.backend.mean(x, -1)"),
        ("keras.activations.relu(x)", "tf.keras.activations.relu(x)"),
        ("np.sqrt(2.0) * math.pi", "np.sqrt(2.0) * math.pi"),
        ("numpy.pi * x", "np.pi * x"),
        ("x @ y", "tf.matmul(x, y)"),
        ("x.shape[1]", "tf.keras.backend.int_shape(x)[1]"),
        ("tf.cast(x, tf.float32)", "tf.cast(x, tf.float32)"),
        ("tf.nn.softmax(x, axis=1)", "tf.nn.softmax(x, axis=1)"),
        ("lambda tf: tf.nn.nothing", "lambda tf: tf.nn.nothing"),
    ],
)
def test_it_is_said_there(before: str, after: str) -> None:
    assert ported(before) == after


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tf.image.resize(x, (2, 2))", "tf.image.resize"),
        ("tf.where(c, x, y)", "broadcasts there"),
        ("tf.nn.dropout(x, 0.5)", "second argument is another"),
        ("tf.nothing(x)", "tf.nothing of tf2.3, which the target does not have"),
        ("tf.nn.gelu(x)", "tf.nn.gelu"),
        ("tf.argsort(x)", "tf.argsort"),
    ],
)
def test_what_is_not_there_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UntranslatableError) as caught:
        ported(text)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tf.zeros_like(x)", "tf.zeros_like(x)"),
        ("tf.zeros_like(input=x)", "tf.zeros_like(tensor=x)"),
        ("tf.argmax(x, 1, tf.int32)", "tf.argmax(input=x, axis=1, output_type=tf.int32)"),
        ("tf.argmax(x, -1)", "tf.argmax(x, -1)"),
        ("tf.math.in_top_k(t, p, 2)", "tf.math.in_top_k(targets=t, predictions=p, k=2)"),
        ("tf.nn.conv2d(x, k, 1, 'SAME')", "tf.nn.conv2d(x, k, 1, 'SAME')"),
        ("tf.nn.conv2d(x, filters=k)", "tf.nn.conv2d(x, filter=k)"),
        ("tf.transpose(x, [1, 0], True)", "tf.transpose(a=x, perm=[1, 0], conjugate=True)"),
    ],
)
def test_arguments_that_stand_elsewhere_or_are_called_otherwise(before: str, after: str) -> None:
    assert ported(before) == after


def test_arguments_that_are_not_there() -> None:
    with pytest.raises(UntranslatableError, match="takes no batch_dims there"):
        ported("tf.gather_nd(x, i, batch_dims=1)")
